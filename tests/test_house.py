"""What CONTRIBUTING.md asks of the tree and no other check holds: names, and one home a library."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
FILES = [path for root in ("bot", "storage") for path in sorted((ROOT / root).rglob("*.py"))]
#: where a library is used: whoever replaces it has these files to read
HOMES = {
    "aiohttp": ("bot/fetch/",),
    "alembic": ("storage/migrate.py", "storage/migrations/"),
    "apscheduler": ("bot/schedule/timetable.py",),
    "feedgen": ("bot/publish/",),
    "feedparser": ("bot/discover/",),
    "holidays": ("bot/schedule/",),
    "httpx": ("bot/fetch/",),
    "jinja2": ("bot/web/",),
    "lxml": ("bot/publish/",),
    "nh3": ("bot/clean/",),
    "procrastinate": ("bot/run/jobs.py",),
    "pydantic": ("bot/settings/", "bot/sources/"),
    "regex": ("bot/patterns.py",),
    "rensa": ("bot/dedupe/",),
    "rich": ("bot/cli/",),
    "selectolax": ("bot/clean/", "bot/discover/", "bot/extract/", "bot/fetch/"),
    "sqlalchemy": ("storage/",),
    "starlette": ("bot/web/",),
    "typer": ("bot/cli/",),
    "uvicorn": ("bot/run/", "bot/web/"),
    "warcio": ("storage/",),
    "watchfiles": ("bot/sources/",),
    "yaml": ("bot/settings/yamlfile.py",),
}
DRAWERS = {"utils", "util", "helpers", "helper", "common", "manager", "managers", "base", "misc"}


def test_no_file_is_a_drawer_for_anything() -> None:
    named = [path for path in FILES if DRAWERS & {path.stem, *path.relative_to(ROOT).parts}]
    assert not named, "name it by the one concept that it holds"


def test_every_library_has_one_home() -> None:
    strays = [
        f"{path.relative_to(ROOT)} imports {library}, which has its home in {', '.join(homes)}"
        for path in FILES
        for library in re.findall(r"(?m)^(?:from|import) (\w+)", path.read_text("utf-8"))
        if (homes := HOMES.get(library)) and not str(path.relative_to(ROOT)).startswith(homes)
    ]
    assert not strays


def test_every_benchmark_has_a_short_form_and_a_line_for_machines() -> None:
    scripts = {
        path.name: text
        for path in sorted((ROOT / "benchmarks").glob("*.py"))
        if "__main__" in (text := path.read_text("utf-8"))
    }
    assert len(scripts) > 10
    for option in ('"--quick"', '"--json"', '"claims"'):
        assert not [name for name, text in scripts.items() if option not in text], option
