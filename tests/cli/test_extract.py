"""``xianwen extract`` by what it is given, and by what it says when that is not enough."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import app

ROOT = Path(__file__).parents[2]
STORED = next((ROOT / "tests/data/empirecms").glob("*.html.gz"))


@pytest.fixture
def page(tmp_path: Path) -> str:
    file = tmp_path / "page.html"
    file.write_bytes(gzip.decompress(STORED.read_bytes()))
    return str(file)


@pytest.fixture
def faulty(tmp_path: Path) -> str:
    """A configuration whose settings and sources have faults."""
    config = tmp_path / "config"
    (config / "sources").mkdir(parents=True)
    shutil.copytree(ROOT / "config" / "districts", config / "districts")
    (config / "xianwen.yaml").write_text("wbe: {}\n", "utf-8")
    (config / "sources" / "a.yaml").write_text("sources: 1\n", "utf-8")
    return str(config)


def extract(*words: str) -> Result:
    return CliRunner().invoke(app, ["extract", *words])


def test_a_saved_page_is_read_whatever_settings_and_sources_say(page: str, faulty: str) -> None:
    done = extract(page, "--config", faulty, "--json")
    assert done.exit_code == 0, done.output
    told = json.loads(STORED.with_suffix("").with_suffix(".json").read_text("utf-8"))
    assert json.loads(done.stdout)["title"] == told["title"]


@pytest.mark.parametrize("words", [["http://127.0.0.1:1/"], ["{page}", "--source", "a"]])
def test_what_needs_settings_or_sources_tells_their_faults(
    page: str, faulty: str, words: list[str]
) -> None:
    done = extract(*[word.format(page=page) for word in words], "--config", faulty)
    assert done.exit_code == 1
    assert f"{faulty}/xianwen.yaml:1: wbe: unknown key, did you mean web?" in done.stderr
    assert f"{faulty}/sources/a.yaml:1: sources: has to be a list" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "name a page: a saved file or an address; or --batch IN OUT for many\n"),
        (["{nowhere}"], "{nowhere}: No such file or directory; name a saved page, or an address"),
        (["{page}", "--config", "{nowhere}"], "{nowhere}: is no directory, name one with --config"),
        (
            ["{page}", "--source", "akxw-zyang"],
            "no source akxw-zyang in the configuration; did you",
        ),
        (["--batch", "{page}", "{nowhere}"], "{page}: Expecting value: line 1 column 1"),
    ],
)
def test_what_is_wrong_is_one_line_and_code_1(
    page: str, tmp_path: Path, words: list[str], told: str
) -> None:
    names = {"page": page, "nowhere": str(tmp_path / "nowhere")}
    done = extract(*[word.format(**names) for word in words])
    assert done.exit_code == 1
    assert done.stderr.startswith(told.format(**names))
