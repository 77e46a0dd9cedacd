"""The documentation is built without a warning, and says of the program what is so."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import typer

from bot.cli.lazy import LazyGroup
from bot.cli.main import app
from tools import make_scaling
from tools.make_reference import REFERENCE, commands, reference

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    p for p in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")) if "_build" not in p.parts
)
#: those that tell of what is so, and not of what was
NOW = [page for page in PAGES if page.name != "CHANGELOG.md"]
LINK = re.compile(r"\]\((?!https?:|mailto:|#)(?P<target>[^)#\s]+)")


def test_the_reference_of_commands_is_current() -> None:
    assert REFERENCE.read_text("utf-8") == reference(), "run: python -m tools.make_reference"


def test_the_figures_of_scaling_are_those_that_were_measured_last() -> None:
    if not make_scaling.MEASURED.exists():
        pytest.skip("benchmarks/nationwide.py has left no figures")
    measured = json.loads(make_scaling.MEASURED.read_text("utf-8"))
    text = make_scaling.PAGE.read_text("utf-8")
    assert text == make_scaling.page(text, measured), "run: python -m tools.make_scaling"


def test_each_command_and_each_option_says_what_it_is_for() -> None:
    silent = [
        f"{name} {parameter.opts[0]}"
        for name, command in commands(typer.main.get_command(app))
        for parameter in command.params
        if not parameter.hidden and not parameter.help
    ]
    assert not silent
    assert all(command.help for _, command in commands(typer.main.get_command(app)))


def test_the_lists_of_commands_say_what_each_says_itself() -> None:
    def check(group: LazyGroup) -> None:
        for name, one in group.DEFERRED.items():
            command = group.load(name)
            assert one.told == command.help.split("\n")[0], name
            if isinstance(command, LazyGroup):
                check(command)

    root = typer.main.get_command(app)
    assert isinstance(root, LazyGroup)
    check(root)


def test_the_readme_names_each_command_or_its_group() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    names = {" ".join(n.split()[:2]) for n, _ in commands(typer.main.get_command(app))}
    assert not [name for name in sorted(names) if not re.search(rf"`{name}\b", readme)]


def test_the_floors_are_drawn_as_the_contract_has_them() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["tool"]["importlinter"]
    [floors] = [one["layers"] for one in contracts["contracts"] if one["type"] == "layers"]
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    drawn = re.findall(r"```text\n(cli\n.*?)```", text, re.DOTALL)[0].splitlines()
    assert [sorted(floor.split()) for floor in drawn] == [
        sorted(floor.split(" | ")) for floor in floors if floor != "__main__"
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda p: str(p.relative_to(ROOT)))
def test_links_to_files_lead_somewhere(page: Path) -> None:
    targets = [m["target"] for m in LINK.finditer(page.read_text("utf-8"))]
    assert not [t for t in targets if not (page.parent / t).exists()]


@pytest.mark.parametrize("page", NOW, ids=lambda p: str(p.relative_to(ROOT)))
def test_files_of_code_that_are_named_are_there(page: Path) -> None:
    named = re.findall(
        r"\b(?:bot|storage|replica|tests|tools|benchmarks)/[\w/]+\.py\b", page.read_text("utf-8")
    )
    assert not [name for name in named if not (ROOT / name).is_file()]


def test_sphinx_finds_nothing_to_warn_of(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-b", "dirhtml"]
    done = subprocess.run(
        [*command, str(ROOT / "docs"), str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Commands" in (tmp_path / "reference" / "commands" / "index.html").read_text("utf-8")


def test_each_slow_test_is_named_and_justified() -> None:
    marked = {
        f"{path.relative_to(ROOT)}::{name}"
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in re.findall(
            r"(?m)^@pytest\.mark\.slow\n(?:@.*\n)*(?:async )?def (\w+)", path.read_text("utf-8")
        )
    }
    told = re.findall(
        r"(?m)^\| `(tests/\S+::\w+)` \| \S.+ \|$", (ROOT / "docs/testing.md").read_text("utf-8")
    )
    assert sorted(told) == sorted(marked)
