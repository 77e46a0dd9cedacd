"""The explanation of a reading is the record of its deciding, and changes nothing of it."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from rich.console import Console

from bot.clean import clean
from bot.cli.explain import explanation, print_explanation
from bot.extract import extract
from tests.golden.ours import NO_RULES, fetched
from tests.golden.stored_pages import StoredPage, stored_pages

if TYPE_CHECKING:
    from pathlib import Path

PAGES = stored_pages()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.gold.id)
def test_asking_for_reasons_changes_nothing_and_every_field_has_one(page: StoredPage) -> None:
    taken = fetched(page.text, page.url)
    plain = extract(taken, NO_RULES, timezone=page.gold.timezone)
    asked = extract(taken, NO_RULES, timezone=page.gold.timezone, is_explained=True)
    assert plain.offers == ()
    assert replace(asked, offers=()) == plain

    told = explanation(clean(asked, NO_RULES))["fields"]
    assert list(told) == [finding.field for finding in plain.findings]
    for name, field in told.items():
        outcomes = [one["outcome"] for one in field["weighed"]]
        if field["value"]:
            assert "chosen" in outcomes, (name, field)
        if not field["value"]:
            assert "chosen" not in outcomes, (name, field)


def test_what_was_turned_down_is_told_with_its_weight() -> None:
    (page,) = [page for page in PAGES if page.gold.id.startswith("empirecms/2026-03-04")]
    article = clean(
        extract(
            fetched(page.text, page.url), NO_RULES, timezone="Asia/Shanghai", is_explained=True
        ),
        NO_RULES,
    )
    told = explanation(article)
    body = told["fields"]["body"]["weighed"]
    weights = [one["weight"] for one in body if one["weight"] is not None]
    assert weights == sorted(weights, reverse=True)
    assert body[0]["value"] == "div.content#text"
    assert {one["outcome"] for one in body} == {"chosen", "turned down"}
    title = {one["value"]: one["outcome"] for one in told["fields"]["title"]["weighed"]}
    assert title["小木耳撑起“富民伞”"] == "turned down"

    console = Console(width=100, file=io.StringIO(), highlight=False)
    print_explanation(told, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    assert "hidden:style ×11" in shown
    assert "div.content#text" in shown


def test_the_command_explains_as_json(tmp_path: Path) -> None:
    (page,) = [page for page in PAGES if page.gold.id.startswith("trs/")]
    file = tmp_path / "page.html"
    file.write_bytes(page.body)
    command = [sys.executable, "-m", "bot", "extract", str(file), "--url", page.url]
    said = subprocess.run(
        [*command, "--explain", "--json"], capture_output=True, text=True, check=True
    )
    record = json.loads(said.stdout)
    fields = record["explanation"]["fields"]
    assert fields["title"]["value"] == record["title"]
    assert fields["body"]["weighed"]
    assert record["explanation"]["removed"] == record["removed"]
