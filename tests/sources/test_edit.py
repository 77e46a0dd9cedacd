# ruff: noqa: E501 (files are kept as operators write them)
"""Edits of source files: the lines of one entry change, and no other byte does."""

from __future__ import annotations

import difflib
from pathlib import Path

import pytest

from bot.sources import edit
from bot.sources.load import load, source_texts

CONFIG = Path(__file__).parents[2] / "config"
SHIPPED = (CONFIG / "sources" / "ankang.yaml").read_text("utf-8")
BLOCK = edit.block_of(
    {"id": "new-one", "district": "hanbin", "url": "https://example.cn/", "enabled": True},
    comments=("found by hand",),
)


def changed(before: str, after: str) -> list[str]:
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


def test_an_entry_is_added_at_the_end_and_nothing_else_changes() -> None:
    after = edit.with_entry(SHIPPED, BLOCK)
    assert after.startswith(SHIPPED)
    assert after.removeprefix(SHIPPED) == (
        "\n  # found by hand\n  - id: new-one\n    district: hanbin\n"
        "    url: https://example.cn/\n    enabled: true\n"
    )
    texts = source_texts(CONFIG) | {str(CONFIG / "sources" / "ankang.yaml"): after.encode()}
    assert load(CONFIG, environment={}, sources=texts).sources[-1].id == "new-one"


def test_a_removed_entry_takes_its_own_comment_and_leaves_the_next_ones() -> None:
    after = edit.without_entry(SHIPPED, "akxw-baihe")
    assert changed(SHIPPED, after) == [
        "-   - id: akxw-baihe\n",
        "-     district: baihe\n",
        "-     name: 安康新闻网·白河\n",
        "-     url: https://www.akxw.cn/news/xianqu/baihe/\n",
        "- \n",
    ]
    last = edit.without_entry(SHIPPED, "akxw-ankang")
    assert "The city's own section" not in last
    assert last.endswith("baihe/\n")


def test_adding_and_removing_gives_the_same_file_again() -> None:
    assert edit.without_entry(edit.with_entry(SHIPPED, BLOCK), "new-one") == SHIPPED


def test_an_entry_is_rested_and_enabled_on_one_line() -> None:
    rested = edit.with_enabled(SHIPPED, "akxw-ziyang", is_enabled=False)
    assert changed(SHIPPED, rested) == ["+     enabled: false\n"]
    again = edit.with_enabled(rested, "akxw-ziyang", is_enabled=True)
    assert changed(rested, again) == ["-     enabled: false\n", "+     enabled: true\n"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", "sources:\n- id: a\n"),
        ("sources: []\n", "sources:\n- id: a\n"),
        ("sources: # none yet\n", None),
        ("defaults: {delay: 5s}\nsources:\n- id: b\n", "defaults: {delay: 5s}\nsources:\n- id: b\n\n- id: a\n"),
        ("sources:\n- id: b\n- id: c", "sources:\n- id: b\n- id: c\n- id: a\n"),
        ("sources:\r\n- id: b\r\n", "sources:\r\n- id: b\r\n\r\n- id: a\r\n"),
        ("sources:\n  - {id: b}\n", "sources:\n  - {id: b}\n\n  - id: a\n"),
    ],
)  # fmt: skip
def test_an_entry_finds_its_place_in_any_file(before: str, after: str | None) -> None:
    done = edit.with_entry(before, "- id: a\n")
    if after is not None:
        assert (
            done.removeprefix("# yaml-language-server: $schema=../schema/sources.json\n") == after
        )
    assert "- id: a" in done


@pytest.mark.parametrize(
    "text",
    ["sources: [{id: a}, {id: b}]\n", "sources:\n- id: a\n  url: |\n    x\n- &x {id: b}\n- *x\n"],
)
def test_what_is_not_written_in_lines_is_left_alone(text: str) -> None:
    with pytest.raises(edit.EditError):
        edit.without_entry(text, "b")


def test_the_last_entry_leaves_an_empty_list() -> None:
    assert edit.without_entry("# mine\nsources:\n  - id: a\n    x: 1\n", "a") == (
        "# mine\nsources: []\n"
    )


def test_a_comment_inside_an_entry_belongs_to_it() -> None:
    text = "sources:\n  # of a\n  - id: a\n    # of its url\n    url: x\n    # the end of a\n\n  # of b\n  - id: b\n"
    found = edit.find(text, "a")
    assert found.text.startswith("  # of a\n")
    assert edit.without_entry(text, "b").endswith("    url: x\n    # the end of a\n")
    assert "# of b" in edit.without_entry(text, "a")


def test_a_block_replaces_an_entry_at_its_own_indentation() -> None:
    text = "sources:\n    - id: a\n      url: x\n\n    - id: b\n"
    after = edit.with_block(text, "a", "id: a\nurl: y\nlisting:\n  item: li\n")
    assert after == (
        "sources:\n    - id: a\n      url: y\n      listing:\n        item: li\n\n    - id: b\n"
    )
    with pytest.raises(edit.EditError):
        edit.with_block(text, "a", "id: a\n- id: c\n")


def test_a_file_that_somebody_changed_is_not_written(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("sources: []\n")
    path.chmod(0o640)
    edit.save(path, "sources:\n- id: a\n", expected="sources: []\n")
    assert path.stat().st_mode & 0o777 == 0o640
    with pytest.raises(edit.ConflictError):
        edit.save(path, "sources: []\n", expected="sources: []\n")
    with pytest.raises(edit.ConflictError):
        edit.save(path, "sources: []\n", expected=None)
    assert path.read_text() == "sources:\n- id: a\n"
    assert [p.name for p in tmp_path.iterdir()] == ["a.yaml"]
