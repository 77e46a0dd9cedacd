"""Operators' regular expressions: those of ``re``, with an end to their patience."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from bot.errors import ConfigError, DiscoverError, ExtractError, SlowPatternError
from bot.patterns import pattern, why_invalid
from bot.settings import yamlfile

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(
    "text", [r"(a+)+$", r"(a|aa)+$", r"(.*a){25}$", r"^(([a-z])+.)+[A-Z]([a-z])+$"]
)
def test_a_pattern_that_explodes_is_stopped(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.patterns.MAX_S", 0.05)
    hostile = "a" * 5000 + "!"
    with pytest.raises(SlowPatternError, match="takes longer"):
        pattern(text).search(hostile)
    with pytest.raises(SlowPatternError):
        pattern(text).sub("x", hostile)


def test_a_stopped_pattern_fails_its_listing_or_article_and_nothing_else() -> None:
    assert issubclass(SlowPatternError, DiscoverError)
    assert issubclass(SlowPatternError, ExtractError)


@pytest.mark.parametrize(
    ("text", "subject", "found"),
    [
        (r"/news/\d+\.html", "http://a.cn/news/12.html", "/news/12.html"),
        (r"(?<=第)\d+(?=页)", "第12页", "12"),
        (r"(?i)ABC", "xabcx", "abc"),
        (r"[\u4e00-\u9fff]+", "ab汉滨cd", "汉滨"),
        (r"(?P<a>.)(?P=a)", "abccd", "cc"),
        (r"x", "y", None),
    ],
)
def test_patterns_mean_what_they_mean_in_re(text: str, subject: str, found: str | None) -> None:
    match = pattern(text).search(subject)
    assert (match[0] if match else None) == found


def test_replacing() -> None:
    assert pattern(r"(\d+)年").sub(r"\1 年", "2026年") == "2026 年"


@pytest.mark.parametrize(
    ("text", "replacement", "is_valid"),
    [("a", "b", True), ("(a", "", False), ("[", "", False), ("(a)", r"\1", True),
     ("(a)", r"\2", False), ("a", r"\g<x>", False), ("*", "", False), ("a{2,1}", "", False)],
)  # fmt: skip
def test_what_cannot_be_used_is_told_when_the_file_is_read(
    text: str, replacement: str, is_valid: bool
) -> None:
    assert (why_invalid(text, replacement) is None) is is_valid


@pytest.mark.parametrize(
    "text",
    [
        "a: !!python/object/apply:os.system ['true']",
        "a: !!python/name:os.system",
        "!!python/object/new:type {}",
        "a: !!binary aGk=",
        "a: !custom 1",
        "a: !!set {x}",
        "a: !!timestamp 2026-11-24",
    ],
)
def test_yaml_with_tags_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "x.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match="tag"):
        yamlfile.read(path, "x.yaml")


def test_yaml_that_doubles_with_every_line_stays_small(tmp_path: Path) -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 30)]
    path = tmp_path / "x.yaml"
    path.write_text("\n".join(lines))
    value = yamlfile.read(path, "x.yaml").value
    assert value["a29"][0] is value["a29"][8]


FORBIDDEN = {
    "pickle", "cPickle", "shelve", "marshal", "dill", "jsonpickle", "xml.sax",
    "xml.dom.minidom", "telnetlib", "ftplib",
}  # fmt: skip


def test_no_module_of_ours_loads_objects_from_bytes_or_evaluates_text() -> None:
    found = []
    for path in [*ROOT.glob("bot/**/*.py"), *ROOT.glob("storage/**/*.py")]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or ""]
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                names = [node.func.id] if node.func.id in {"eval", "exec"} else []
            elif isinstance(node, ast.keyword) and node.arg == "shell":
                names = ["shell"]
            elif isinstance(node, ast.Attribute) and node.attr in {"unsafe_load", "full_load"}:
                names = [node.attr]
            bad = FORBIDDEN | {"eval", "exec", "shell", "unsafe_load", "full_load"}
            found += [f"{path.relative_to(ROOT)}: {name}" for name in names if name in bad]
    assert found == []
