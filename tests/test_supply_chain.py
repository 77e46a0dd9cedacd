"""What we depend on: pinned with hashes, under licences that are let in, listed as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tools.make_licences import PAGE, page, pins

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "name", ["requirements.lock", "requirements-dev.lock", "requirements-bench.lock"]
)
def test_every_locked_package_has_its_hashes(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    entries = re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n", "", text, flags=re.MULTILINE))
    assert len(entries) > 40
    for entry in entries:
        assert re.match(r"[a-z0-9._-]+(\[[^]]*\])?==[^\s;]+", entry), entry[:80]
        assert re.search(r"--hash=sha256:[0-9a-f]{64}", entry), entry[:80]
    assert "git+" not in text
    assert not re.search(r"^[^#]*://", text, flags=re.MULTILINE)


def test_the_project_s_own_pins_are_those_of_the_lock() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = project[project.index("\ndependencies = [") : project.index("[project.optional")]
    wanted = re.findall(r'"([\w.-]+)(?:\[[^]]*\])?==([^"]+)"', block)
    assert len(wanted) > 20
    locked = {name.replace("_", "-"): version for name, version in pins().items()}
    for name, version in wanted:
        assert locked[name.lower().replace("_", "-").replace(".", "-")] == version


def test_the_licences_are_listed_as_they_are() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), "run: python -m tools.make_licences"


def test_every_promise_names_a_test_that_is_there() -> None:
    text = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"`(tests/[\w/]+\.py)(?:::(\w+))?`", text)
    assert len(named) > 25
    for file, function in named:
        source = (ROOT / file).read_text(encoding="utf-8")
        assert not function or f"def {function}(" in source, f"{file}::{function}"
