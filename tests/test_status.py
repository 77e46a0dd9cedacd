"""``xianwen status ID``: why a source is visited when it is, and what the last visits brought."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.app.archive import open_archive
from bot.cli.main import app
from bot.schedule import rhythm
from bot.schedule.learning import learn
from bot.sources.load import load
from storage.model import Crawl, SourceState

CONFIG = Path(__file__).parents[1] / "config"
NOW = datetime.now(UTC).replace(microsecond=0)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    configuration = load(CONFIG, environment={}).with_data_dir(tmp_path)
    archive = open_archive(configuration.settings)
    known = learn(rhythm.Rhythm(), NOW - timedelta(days=8), ())
    known = learn(known, NOW, ())
    archive.states.put(
        SourceState(
            source_id="akxw-hanbin",
            last_attempt_at=NOW,
            last_success_at=NOW,
            next_run_at=NOW + timedelta(minutes=42),
            rhythm=rhythm.dump(known),
            plan_reason="some 84 articles a week, 1.1 to be expected in the next 42 min",
        )
    )
    for number in range(3):
        archive.crawls.add(
            Crawl(
                source_id="akxw-hanbin",
                started_at=NOW,
                finished_at=NOW + timedelta(minutes=number),
                outcome="dns" if number == 1 else "ok",
                new_count=number,
                request_count=4,
                detail="the name has no address" if number == 1 else "",
            )
        )
    archive.close()
    return tmp_path


def run(data: Path, *words: str) -> tuple[int, str]:
    done = CliRunner().invoke(
        app, ["status", *words, "--config", str(CONFIG), "--data-dir", str(data)]
    )
    return done.exit_code, done.output


def test_one_source_is_told_with_its_plan_and_its_visits(data: Path) -> None:
    code, told = run(data, "akxw-hanbin")
    lines = told.splitlines()
    assert code == 0
    assert lines[0].startswith("akxw-hanbin: ")
    assert "because       some 84 articles a week, 1.1 to be expected in the next 42 min" in told
    assert "watched for 8 days" in told
    visits = [line for line in lines if "  ok" in line or "  dns" in line]
    assert [line.split()[-1] for line in visits] == ["requests", "address", "requests"]
    assert "2 new, 4 requests" in visits[0]
    assert "akxw-hanyin" not in told


def test_an_id_that_no_source_has_is_told_with_what_is_near(data: Path) -> None:
    code, told = run(data, "akxw-hanbi")
    assert code == 1
    assert "did you mean akxw-hanbin?" in told


def test_json_of_one_source(data: Path) -> None:
    code, told = run(data, "akxw-hanbin", "--json")
    record = json.loads(told)
    assert code == 0
    assert record["source"] == "akxw-hanbin"
    assert record["plan"].startswith("some 84 articles a week")
    assert record["articles_per_week"] > 0
