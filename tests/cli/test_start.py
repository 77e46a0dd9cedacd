"""A command starts with what it needs: libraries of other commands are not loaded."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from storage.opening import open_database

PAGE = next((Path(__file__).parents[1] / "data/empirecms").glob("*.html"))
#: what takes long to load, and what it is for
NETWORK = {"aiohttp", "httpx", "asyncio"}
ARCHIVE = {"sqlalchemy", "alembic", "psycopg", "procrastinate", "warcio"}
SERVER = {"starlette", "uvicorn", "jinja2", "feedgen", "lxml", "segno"}
DAEMON = {"apscheduler", "holidays", "watchfiles", "structlog", "feedparser", "replica"}
ALL = NETWORK | ARCHIVE | SERVER | DAEMON

_RUN = """
import json, sys
from bot.__main__ import main
try:
    main()
finally:
    loaded = sorted({name.partition(".")[0] for name in sys.modules})
    sys.stderr.write("\\nloaded: " + json.dumps(loaded))
"""


@pytest.mark.parametrize(
    ("words", "unneeded"),
    [
        pytest.param(["--version"], ALL | {"pydantic", "rich"}, id="version"),
        pytest.param(["--help"], ALL | {"pydantic"}, id="help"),
        pytest.param(["check"], ALL | {"rich"}, id="check"),
        pytest.param(["extract", str(PAGE), "--json"], ALL | {"rich", "yaml"}, id="extract"),
        pytest.param(["extract", "--batch", "IN", "OUT"], ALL | {"rich", "yaml"}, id="batch"),
        pytest.param(["source", "list"], ALL, id="source list"),
        pytest.param(["status", "--data-dir", "."], ALL - ARCHIVE - {"asyncio"}, id="status"),
    ],
)
def test_a_command_loads_nothing_that_it_does_not_need(
    words: list[str], unneeded: set[str], tmp_path: Path
) -> None:
    (tmp_path / "IN").write_text(json.dumps({"id": 1, "file": str(PAGE)}) + "\n", "utf-8")
    if words[0] == "status":
        open_database(tmp_path / "xianwen.sqlite3").dispose()
    done = subprocess.run(
        [sys.executable, "-c", _RUN, *words],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    )
    loaded = set(json.loads(done.stderr.rpartition("loaded: ")[2]))
    assert "typer" in loaded
    assert not loaded & unneeded
