"""The schema: what the migrations make is what the program expects, from every earlier version."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, select, text

from storage.articles import Articles
from storage.database import connect, writing
from storage.errors import DatabaseDamagedError, DatabaseUnreachableError, SchemaTooNewError
from storage.migrate import _SCRIPTS, HEAD, migrate, version
from storage.opening import open_database
from storage.periods import period_terms
from storage.schema import metadata
from tests.storage.making import new_article

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

VERSIONS = [step.revision for step in ScriptDirectory(str(_SCRIPTS)).walk_revisions()]


def test_the_newest_version_is_the_one_that_the_program_names() -> None:
    assert max(VERSIONS) == HEAD
    assert sorted(VERSIONS) == [f"{n:04}" for n in range(1, len(VERSIONS) + 1)]


def test_migrations_make_what_the_program_expects(engine: Engine) -> None:
    """When this fails after a change of storage/schema.py: add a step in migrations/versions."""
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={
                "compare_type": False,
                "include_name": lambda name, kind, _parents: (
                    kind != "table" or not str(name).startswith("search_index")
                ),
            },
        )
        assert compare_metadata(context, metadata) == []
        found = inspect(connection)
        for table in metadata.sorted_tables:
            columns = {c["name"]: c["nullable"] for c in found.get_columns(table.name)}
            expected = {c.name: bool(c.nullable) for c in table.columns}
            assert columns == expected, table.name


@pytest.mark.parametrize("start", VERSIONS)
def test_data_of_every_version_survives(database_url: str, start: str) -> None:
    engine = connect(database_url)
    is_without_periods = engine.name == "postgresql" and start < "0004"
    migrate(engine, start)
    kept = None
    if start == HEAD:
        kept = Articles(engine).keep(new_article())
    else:
        with writing(engine) as connection:
            connection.execute(
                text(
                    "INSERT INTO crawls (source_id, started_at, finished_at, outcome, link_count, "
                    "new_count, revised_count, reprint_count, unchanged_count, failed_count, "
                    "request_count, body_bytes, detail) "
                    "VALUES ('a', 1, 2, 'ok', 0, 0, 0, 0, 0, 0, 0, 0, '')"
                )
            )
            connection.execute(
                text(
                    "INSERT INTO articles (id, story_id, position, source_id, canonical_url, url, "
                    "title, first_seen_at, revision_number, sorted_at, changed_at, authors, "
                    "editors, breadcrumb, republish, status, is_head) VALUES ('A', 'A', 16, 'a', "
                    "'u', 'u', '标题', 1, 1, 1, 1, '[]', '[]', '[]', 'full', 'live', :yes)"
                ),
                {"yes": True},
            )
            if is_without_periods:
                connection.execute(text("INSERT INTO search_index VALUES (16, 'a:1')"))
    engine.dispose()
    engine = open_database(database_url)
    with engine.connect() as connection:
        assert version(connection) == HEAD
        if kept is None:
            assert connection.scalar(text("SELECT source_id FROM crawls")) == "a"
            old = connection.execute(text("SELECT title, is_backfilled FROM articles")).one()
            assert (old.title, bool(old.is_backfilled)) == ("标题", False)
        if is_without_periods:
            terms = connection.scalar(text("SELECT tsvector_to_array(terms) FROM search_index"))
            assert set(terms or ()) == {"a", *period_terms(16)}
    if kept is not None:
        assert Articles(engine).get(kept.id) == kept
    assert Articles(engine).keep(new_article(2)).id
    engine.dispose()


def test_a_newer_archive_is_refused_in_words(engine: Engine) -> None:
    with writing(engine) as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaTooNewError, match="9999"):
        migrate(engine)


def test_two_starts_at_once_make_one_schema(database_url: str) -> None:
    faults: list[BaseException] = []

    def start() -> None:
        try:
            open_database(database_url).dispose()
        except BaseException as error:  # noqa: BLE001 - told to the test below
            faults.append(error)

    threads = [threading.Thread(target=start) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert faults == []


def test_sqlite_is_set_to_lose_nothing(sqlite_engine: Engine) -> None:
    with sqlite_engine.connect() as connection:
        pragmas = ("journal_mode", "synchronous", "foreign_keys")
        found = [connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in pragmas]
    assert found == ["wal", 2, 1]


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("mysql://a/b", "mysql"),
        ("nonsense://x", "nonsense"),
        ("sqlite://", "needs a file"),
        ("postgresql://nobody@127.0.0.1:1/x", "cannot be opened"),
    ],
)
def test_a_database_that_cannot_be_opened_is_told(url: str, says: str) -> None:
    with pytest.raises(DatabaseUnreachableError, match=says):
        open_database(url)


def test_a_file_that_is_no_database_is_told(tmp_path: Path) -> None:
    path = tmp_path / "archive.sqlite"
    path.write_bytes(b"this is no database" * 100)
    with pytest.raises(DatabaseDamagedError, match="not a database"):
        open_database(path)
    blocked = tmp_path / "file"
    blocked.touch()
    with pytest.raises(DatabaseUnreachableError, match="folder"):
        open_database(blocked / "archive.sqlite")


def test_a_password_is_never_told() -> None:
    with pytest.raises(DatabaseUnreachableError) as told:
        open_database("postgresql://nobody:hunter2@127.0.0.1:1/x")
    assert "hunter2" not in str(told.value)


def test_readers_see_one_state(engine: Engine) -> None:
    from storage.database import reading
    from storage.schema import articles

    with reading(engine) as connection:
        before = connection.execute(select(articles.c.id)).all()
        Articles(engine).keep(new_article())
        assert connection.execute(select(articles.c.id)).all() == before == []
