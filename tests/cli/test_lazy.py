"""Commands that are imported when they are called: a typo is still told by the names of all."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from bot.cli.main import app


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["sorce"], "No such command 'sorce'. Did you mean 'source'"),
        (["source", "lst"], "No such command 'lst'. Did you mean 'list'?"),
        (["extract", "--bach"], "No such option: --bach"),
    ],
)
def test_a_typo_is_told_with_what_is_near(words: list[str], told: str) -> None:
    done = CliRunner().invoke(app, words)
    assert done.exit_code == 2
    assert told in done.output


@pytest.mark.parametrize(
    ("words", "completions"),
    [
        ("xianwen ex", ["extract"]),
        ("xianwen source en", ["enable"]),
        ("xianwen archive re", ["restore", "reindex"]),
        ("xianwen extract --b", ["--batch"]),
    ],
)
def test_shells_complete_commands_and_options(words: str, completions: list[str]) -> None:
    asked = {"COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    done = CliRunner().invoke(
        app, [], prog_name="xianwen", env={"_XIANWEN_COMPLETE": "complete_bash"} | asked
    )
    assert done.stdout.split() == completions
