"""Sources and districts: what the shipped configuration holds, and every fault of a bad one."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest
import typer

from bot.cli.check import check
from bot.errors import ConfigError
from bot.sources.load import load
from tools.make_schemas import SCHEMA_DIR, schemas

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A configuration with the shipped districts and templates and no source."""
    shutil.copytree(CONFIG, tmp_path / "config", ignore=shutil.ignore_patterns("ankang.yaml"))
    return tmp_path / "config"


def write(folder: Path, text: str) -> None:
    (folder / "sources" / "a.yaml").write_text(text, "utf-8")


def faults_of(folder: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(folder, environment={})
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def test_the_shipped_configuration_holds_ankang() -> None:
    configuration = load(CONFIG, environment={})
    by_id = {source.id: source for source in configuration.sources}
    assert len(by_id) == 11
    assert by_id["akxw-ziyang"].url == "https://www.akxw.cn/news/xianqu/ziyang/"
    assert by_id["akxw-ankang"].adcode == "610900"
    assert {s.adcode for s in by_id.values()} == {
        "610902", "610921", "610922", "610923", "610924", "610925", "610926", "610927", "610929",
        "610981", "610900",
    }  # fmt: skip


def test_every_county_of_china_has_a_slug_of_its_own() -> None:
    districts = load(CONFIG, environment={}).districts
    slugs = [district.slug for district in districts]
    assert len(districts) == 2978
    assert len(set(slugs)) == 2978
    assert all(re.fullmatch(r"[a-z]+(-[a-z]+)*", slug) for slug in slugs)
    assert not set(slugs) & {district.city_slug for district in districts}


@pytest.mark.parametrize(
    ("adcode", "slug", "short_name"),
    [
        ("610902", "hanbin", "汉滨"),
        ("610924", "ziyang", "紫阳"),
        ("610927", "zhenping", "镇坪"),
        ("411324", "nanyang-zhenping", "镇平"),
        ("361124", "shangrao-yanshan", "铅山"),
        ("330382", "yueqing", "乐清"),
        ("441422", "dabu", "大埔"),
        ("440113", "panyu", "番禺"),
        ("130726", "zhangjiakou-yuxian", "蔚县"),
        ("610831", None, "子洲"),
        ("520425", "ziyun", "紫云"),
        ("110105", "beijing-chaoyang", "朝阳"),
        ("130505", None, "任泽"),
        ("150724", "ewenke", "鄂温克"),
    ],
)
def test_slugs_follow_the_local_reading(adcode: str, slug: str | None, short_name: str) -> None:
    district = {d.adcode: d for d in load(CONFIG, environment={}).districts}[adcode]
    assert district.short_name == short_name
    assert slug is None or district.slug == slug


@pytest.mark.parametrize(
    ("name", "adcode"),
    [
        ("hanbin", "610902"),
        ("610902", "610902"),
        ("汉滨区", "610902"),
        ("北京市朝阳区", "110105"),
        ("ankang", "610900"),
        ("6109", "610900"),
        ("610900", "610900"),
        ("安康市", "610900"),
    ],
)
def test_a_district_goes_by_slug_code_or_name(folder: Path, name: str, adcode: str) -> None:
    write(folder, f"sources:\n  - {{id: a, district: {name}, url: 'http://a.cn/'}}\n")
    assert load(folder, environment={}).sources[0].adcode == adcode


def test_rules_lie_over_each_other_template_defaults_source(folder: Path) -> None:
    (folder / "cms" / "mine.yaml").write_text(
        "listing: {item: ul > li, date: span}\narticle: {body: '#text'}\n", "utf-8"
    )
    write(
        folder,
        "defaults: {cms: mine, delay: 5s, listing: {date: i}}\nsources:\n"
        "  - {id: a, district: hanbin, url: 'http://a.cn/', listing: {link: h3 a}}\n"
        "  - {id: b, district: hanbin, url: 'http://b.cn/', delay: 1s, interval: 30m}\n",
    )
    first, second = load(folder, environment={"XIANWEN_FETCH_TIMEOUT": "7s"}).sources
    assert (first.listing.item, first.listing.date, first.listing.link) == ("ul > li", "i", "h3 a")
    assert (first.article.body, first.delay_s, first.timeout_s) == (("#text",), 5.0, 7.0)
    assert (second.delay_s, second.min_interval_s, second.max_interval_s) == (1.0, 1800.0, 1800.0)


def test_all_faults_of_all_files_come_at_once(folder: Path) -> None:
    write(
        folder,
        """\
sources:
  - id: a
    district: hanbing
    url: http://a.cn/
    lsiting: {}
  - id: A B
    district: hanbin
  - id: b
    district: hanbin
    url: ftp://a.cn/
    encoding: 5
""",
    )
    (folder / "sources" / "b.yaml").write_text(
        """\
sources:
  - id: c
    district: 朝阳区
    url: http://a.cn/
    cms: empire
    timezone: Asia/Peking
    min_interval: 2h
    max_interval: 1h
    listing:
      item: ul[
      keep: "("
  - id: c
    district: hanbin
    url: http://a.cn/
""",
        "utf-8",
    )
    starts = [
        "sources/a.yaml:5: sources[0].lsiting: unknown key, did you mean listing?",
        "sources/a.yaml:6: sources[1].id: ",
        "sources/a.yaml:6: sources[1].url: required key is missing, add it: address of the listing",
        "sources/a.yaml:10: sources[2].url: is no http(s) address (it is ftp://a.cn/)",
        "sources/a.yaml:11: sources[2].encoding: ",
        "sources/b.yaml:3: sources[0].district: 朝阳区 is the name of 2 districts, write a code: ",
        "sources/b.yaml:5: sources[0].cms: unknown template empire, did you mean empirecms?",
        "sources/b.yaml:6: sources[0].timezone: Asia/Peking is no time zone",
        "sources/b.yaml:7: sources[0].min_interval: is longer than max_interval",
        "sources/b.yaml:10: sources[0].listing.item: 'ul[' is no CSS selector",
        "sources/b.yaml:11: sources[0].listing.keep: '(' is no regular expression",
        "sources/b.yaml:12: sources[1].id: c stands at",
    ]
    faults = faults_of(folder)
    for start in starts:
        assert any(fault.startswith(start) for fault in faults), (start, faults)
    assert len(faults) == len(starts)


def test_an_unknown_district_names_the_nearest(folder: Path) -> None:
    write(folder, "sources:\n  - {id: a, district: hanbing, url: 'http://a.cn/'}\n")
    told = "sources/a.yaml:2: sources[0].district: unknown district hanbing, did you mean hanbin?"
    assert faults_of(folder) == [told]


def test_what_the_defaults_have_wrong_is_told_once_and_where_it_stands(folder: Path) -> None:
    write(
        folder,
        "defaults:\n  timezone: Mars\n  listing: {item: 'ul['}\nsources:\n"
        "  - {id: a, district: hanbin, url: 'http://a.cn/'}\n"
        "  - {id: b, district: hanbin, url: 'http://b.cn/', timezone: Moon}\n"
        "  - {id: c, district: hanbin, url: 'http://c.cn/', listing: {item: li, link: 'a['}}\n",
    )
    assert [fault.partition(" is ")[0] for fault in faults_of(folder)] == [
        "sources/a.yaml:2: defaults.timezone: Mars",
        "sources/a.yaml:3: defaults.listing.item: 'ul['",
        "sources/a.yaml:6: sources[1].timezone: Moon",
        "sources/a.yaml:7: sources[2].listing.link: 'a['",
    ]


def test_what_stands_in_the_defaults_is_taken_where_an_entry_is_silent(folder: Path) -> None:
    write(
        folder,
        "defaults: {headers: {A: x, B: y}, kind: json, cms: empirecms, article: {strip: .a}}\n"
        "sources:\n"
        "  - {id: a, district: hanbin, url: 'http://a.cn/', headers: {B: z}, cms: null}\n"
        "  - {id: b, district: hanbin, url: 'http://b.cn/', kind: html, article: {strip: .b}}\n"
        "  - {id: c, district: hanbin, url: 'http://c.cn/'}\n",
    )
    a, b, c = load(folder, environment={}).sources
    assert (a.headers, a.kind, a.cms) == ((("A", "x"), ("B", "z")), "json", None)
    assert (b.headers, b.kind, b.cms) == ((("A", "x"), ("B", "y")), "html", "empirecms")
    assert [one.article.strip for one in (a, b, c)] == [(".a",), (".b",), (".a",)]
    assert c.listing is not a.listing, "the template's listing, and none"


def test_a_lost_table_of_districts_is_told_line_by_line_without_guessing_for_each(
    folder: Path,
) -> None:
    entries = [f"  - {{id: a{n}, district: nowhere{n}, url: 'http://a.cn/'}}" for n in range(70)]
    write(folder, "\n".join(["sources:", *entries]))
    faults = faults_of(folder)
    assert len(faults) == 70
    assert faults[-1].startswith("sources/a.yaml:71: sources[69].district: unknown district")
    assert faults[-1].endswith("write a slug, code or full name of config/districts")


def test_faults_of_district_files_have_their_lines(folder: Path) -> None:
    path = folder / "districts" / "counties.csv"
    lines = path.read_text("utf-8").splitlines()
    lines[3] = lines[2]
    lines[4] = lines[4].replace(lines[4].split(",")[1], "all", 1)
    lines[5] = "x,y"
    path.write_text("\n".join(lines), "utf-8")
    faults = faults_of(folder)
    assert faults[0].startswith("districts/counties.csv:4: adcode: 110102 stands here and on")
    assert (
        "districts/counties.csv:5: slug: all is the address of other feeds, take another" in faults
    )
    assert faults[-1].startswith("districts/counties.csv:6: has 2 cells, not 5")


def test_check_prints_a_line_per_fault_and_exits_with_1(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    check(folder)
    assert "no faults, and no sources" in capsys.readouterr().out
    write(folder, "sources:\n  - {id: a, district: hanbin}\n  - {id: b, url: 'http://a.cn/'}\n")
    with pytest.raises(typer.Exit) as caught:
        check(folder)
    assert caught.value.exit_code == 1
    assert len(capsys.readouterr().out.splitlines()) == 2


def test_the_schemas_for_editors_are_current() -> None:
    current = {path.name: path.read_text("utf-8") for path in SCHEMA_DIR.glob("*.json")}
    assert current == schemas(), "run: python -m tools.make_schemas"
