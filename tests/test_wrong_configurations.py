"""What operators get wrong in files: each fault one line with file, line, key and what to do."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bot.errors import ConfigError
from bot.sources.load import load

CONFIG = Path(__file__).parents[1] / "config"
GOOD = "  - id: a\n    district: hanbin\n    url: http://a.cn/\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wrong") / "c"
    shutil.copytree(CONFIG, place, ignore=shutil.ignore_patterns("sources", "xianwen.yaml"))
    return place


def faults_of(folder: Path, content: bytes, settings: str = "") -> list[str]:
    """Return the faults with ``s`` in the place of the file of sources."""
    if settings:
        (folder / "xianwen.yaml").write_text(settings, "utf-8")
    try:
        load(folder, environment={}, sources={"s": content})
    except ConfigError as error:
        return [str(fault).replace(f"{folder}/", "") for fault in error.faults]
    finally:
        (folder / "xianwen.yaml").unlink(missing_ok=True)
    return []


def entry(*lines: str) -> str:
    return f"sources:\n{GOOD}" + "".join(f"    {line}\n" for line in lines)


WRONG = {
    "an entry out of line": (
        "sources:\n  - id: a\n   district: hanbin\n",
        ["s:3: is not YAML: did not find expected"],
    ),
    "a tab": ("sources:\n\t- id: a\n", ["s:2: has a tab, YAML is indented with spaces"]),
    "the same id twice": (
        f"sources:\n{GOOD}{GOOD}",
        ["s:5: sources[1].id: a stands at s:2 too, rename one"],
    ),
    "no such district": (
        entry().replace("hanbin", "hanbinn"),
        ["s:3: sources[0].district: unknown district hanbinn, did you mean hanbin?"],
    ),
    "a name of several districts": (
        entry().replace("hanbin", "西湖区"),
        ["s:3: sources[0].district: 西湖区 is the name of 2 districts, write a code: 330106"],
    ),
    "no district": (
        "sources:\n  - id: a\n    url: http://a.cn/\n",
        ["s:2: sources[0].district: required key is missing, add it: slug, code or full name"],
    ),
    "a bad id": (
        entry().replace("id: a", "id: A B"),
        ["s:2: sources[0].id: is written in another way than it has to be (it is A B), name of"],
    ),
    "no http address": (
        entry().replace("http:", "ftp:"),
        ["s:4: sources[0].url: is no http(s) address (it is ftp://a.cn/), address of the listing"],
    ),
    "a broken regular expression": (
        entry("listing:", "  keep: '(a['"),
        [
            "s:6: sources[0].listing.keep: '(a[' is no regular expression: unterminated character "
            "set at position 3, put a backslash before"
        ],
    ),
    "a broken selector": (
        entry("listing:", "  item: 'ul > > li'"),
        ["s:6: sources[0].listing.item: 'ul > > li' is no CSS selector, write one such as"],
    ),
    "no duration": (
        entry("interval: 5 parsecs"),
        ["s:5: sources[0].interval: is no duration (it is 5 parsecs), fixed time between two"],
    ),
    "a key misspelled": (
        entry("intervall: 5m"),
        ["s:5: sources[0].intervall: unknown key, did you mean interval?"],
    ),
    "a key of a rule misspelled": (
        entry("article:", "  titel: h1"),
        ["s:6: sources[0].article.titel: unknown key, did you mean title?"],
    ),
    "text for a number": (
        entry("max_articles: lots"),
        ["s:5: sources[0].max_articles: has to be a whole number (it is lots), most articles"],
    ),
    "text for a mapping": (
        entry("headers: a"),
        ["s:5: sources[0].headers: has to be a mapping, lines of `key: value` (it is a), further"],
    ),
    "a list for a mapping": (
        entry("listing: [a]"),
        ["s:5: sources[0].listing: has to be a mapping, lines of `key: value` (it is a list)"],
    ),
    "yes for true": (
        entry("enabled: maybe"),
        ["s:5: sources[0].enabled: has to be true or false (it is maybe)"],
    ),
    "a kind that there is not": (
        entry("kind: htm"),
        ["s:5: sources[0].kind: has to be 'html', 'json', 'feed' or 'sitemap' (it is htm)"],
    ),
    "a rule set that there is not": (
        entry("cms: empire"),
        ["s:5: sources[0].cms: unknown template empire, did you mean empirecms?"],
    ),
    "no time zone": (
        entry("timezone: Asia/Beijing"),
        ["s:5: sources[0].timezone: Asia/Beijing is no time zone, write an IANA name"],
    ),
    "no charset": (
        entry("encoding: gbk2"),
        ["s:5: sources[0].encoding: gbk2 is no charset, write one such as gb18030"],
    ),
    "the shortest longer than the longest": (
        entry("min_interval: 2d", "max_interval: 1h"),
        ["s:5: sources[0].min_interval: is longer than max_interval, make it shorter"],
    ),
    "a colon in a text": (
        entry("name: a: b"),
        ["s:5: is not YAML: mapping values are not allowed in this context, put quotes around"],
    ),
    "a quote that does not end": (
        entry('name: "a') + GOOD,
        ["s:5: is not YAML: a quoted text does not end, close the quote"],
    ),
    "a bracket that does not end": (
        entry("headers: {a: b") + GOOD,
        ["s:5: is not YAML: a bracket is not closed, close it"],
    ),
    "an object": (
        entry("article: !!python/object:os.system {}"),
        ["s:5: sources[0].article: has the tag tag:yaml.org,2002:python/object:os.system, remove"],
    ),
    "nothing": ("", ["s: is empty, write something into it or remove it"]),
    "comments alone": ("# a\n", ["s: is empty, write something into it or remove it"]),
    "a list": (
        "- id: a\n",
        ["s:1: has to be a mapping, lines of `key: value` (it is a list)"],
    ),
    "a mapping for the list": (
        "sources:\n  a:\n    url: http://a.cn/\n",
        ["s:1: sources: has to be a list (it is a mapping), list of sources, each with id"],
    ),
    "no value for the list": (
        "sources:\n",
        ["s:1: sources: has no value, write one: list of sources, each with id"],
    ),
    "an entry that is a text": (
        "sources:\n  - a\n",
        ["s:2: sources[0]: has to be a mapping, lines of `key: value` (it is a), list of sources"],
    ),
    "several at once, from top to end": (
        entry("max_articles: lots", "intervall: 5m", "headers: a"),
        [
            "s:5: sources[0].max_articles: ",
            "s:6: sources[0].intervall: ",
            "s:7: sources[0].headers",
        ],
    ),
}


@pytest.mark.parametrize("case", WRONG)
def test_each_fault_is_one_line(folder: Path, case: str) -> None:
    text, starts = WRONG[case]
    faults = faults_of(folder, text.encode())
    assert len(faults) == len(starts), faults
    for fault, start in zip(faults, starts, strict=True):
        assert fault.startswith(start)
        assert "\n" not in fault


@pytest.mark.parametrize(("charset", "line"), [("gbk", 5), ("utf-16", 1)])
def test_another_encoding_is_told(folder: Path, charset: str, line: int) -> None:
    content = entry("name: 汉滨").encode(charset)
    assert faults_of(folder, content) == [
        f"s:{line}: is not UTF-8, save the file in the encoding UTF-8"
    ]


def test_the_ways_of_other_editors_are_no_fault(folder: Path) -> None:
    text = entry("name: 汉滨")
    assert faults_of(folder, b"\xef\xbb\xbf" + text.encode()) == []
    assert faults_of(folder, text.replace("\n", "\r\n").encode()) == []


@pytest.mark.parametrize(
    ("settings", "told"),
    [
        ("database: mysql://x@y/z\n", "xianwen.yaml:1: database: is no address of SQLite or"),
        ("database: nonsense\n", "xianwen.yaml:1: database: is no address of SQLite or"),
        ("web: {port: 99999}\n", "xianwen.yaml:1: web.port: has to be at most 65535 (it is 99999)"),
        ("web: {host: ''}\n", "xianwen.yaml:1: web.host: is empty"),
        ("fetch: {delay: -1}\n", "xianwen.yaml:1: fetch.delay: has to be at least 0"),
        ("log: {level: loud}\n", "xianwen.yaml:1: log.level: has to be 'debug', 'info'"),
    ],
)
def test_faults_of_settings(folder: Path, settings: str, told: str) -> None:
    faults = faults_of(folder, b"sources: []\n", settings)
    assert len(faults) == 1
    assert faults[0].startswith(told)


@pytest.mark.parametrize(
    ("settings", "lines", "told"),
    [
        (
            "publish:\n  hubs: ['https://me:hush@hub.example/']\n",
            (),
            "xianwen.yaml:2: publish.hubs[0]: holds a user name or a password, and an address is "
            "shown to everybody: write it without",
        ),
        (
            "web: {public_url: 'https://me:hush@a.cn'}\n",
            (),
            "xianwen.yaml:1: web.public_url: holds",
        ),
        ("", ("url: http://me:hush@a.cn/",), "s:5: sources[0].url: holds a user name or a"),
        ("", ("proxy: ftp://me:hush@a.cn",), "s:5: sources[0].proxy: is no address of a proxy"),
        ("", ("proxy: me:hush@a.cn:3128",), "s:5: sources[0].proxy: is no address of a proxy"),
    ],
)
def test_a_password_in_an_address_is_refused_and_not_shown(
    folder: Path, settings: str, lines: tuple[str, ...], told: str
) -> None:
    text = entry(*lines)
    if any(line.startswith("url:") for line in lines):
        text = text.replace("    url: http://a.cn/\n", "    name: a\n")
    (fault,) = faults_of(folder, text.encode(), settings)
    assert fault.startswith(told)
    assert "…@" in fault
    assert "hush" not in fault


def test_an_address_of_a_database_is_never_shown(folder: Path) -> None:
    """It may hold a password."""
    told = faults_of(folder, b"sources: []\n", "database: mysql://me:secret@host/name\n")
    assert "secret" not in told[0]
