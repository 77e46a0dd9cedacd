"""When the article was published: which of a page's dates is the article's own."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from bot.extract.dates import find_date, find_dates, find_relative, find_yearless, parse_instant
from bot.extract.furniture import Role
from bot.extract.structured import DATE_METAS
from bot.html.markup import attributes_of
from bot.model import Precision, Published

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.extract.outline import Line
    from bot.extract.reading import Reading

_URL_DATE = re.compile(
    r"(?<!\d)(?P<year>20\d\d)[-/_]?(?P<month>0[1-9]|1[0-2])[-/_]?(?P<day>0[1-9]|[12]\d|3[01])(?!\d)"
)
_LABEL = re.compile(
    r"发布|發布|发表|發表|时间|時間|日期|publish|posted|date|veröffentlicht|publié|publicado|pubblicato|опубликован|公開|掲載|입력|등록",
    re.IGNORECASE,
)
#: The time of what the article tells of: 停水时间, 活动日期, and not 发布时间.
_EVENT = re.compile(
    r"(?<=[\u4e00-\u9fff])(?<!发布)(?<!发表)(?<!更新)(?<!上传)(?<!刊发)(?<!录入)(?<!添加)(?<!发稿)(?<!生成)(?<!成文)(?:时间|日期)"
)
_CHANGED = re.compile(
    r"更新|修改|modif|updated|aktualisiert|actualizado|aggiornato|mis à jour|обновлен|수정|최종|last edit",
    re.IGNORECASE,
)
_DATE_NAME = re.compile(
    r"date|time|pub|info|meta|source|byline|shijian|riqi|fbsj|laiyuan", re.IGNORECASE
)
#: 发布时间：21-05-06, as accounts of Baidu have it; there is room for no more beside it.
_SHORT_YEAR = re.compile(r"(?<=(?:发布|发表)时间[:：])\s?(?=[12]\d-[01]\d-[0-3]\d(?!\d))")
_LONGEST_SHORT = 80
_DATE_OF_POST = re.compile(r"(?:post|entry|pub\w*)[-_]?(?:date|time)", re.IGNORECASE)
_DIGIT = re.compile(r"\d")
_YEAR = re.compile(r"(20\d\d)年?")
_SLACK = timedelta(days=1)
_MINUTE, _QUARTER, _WIDEST = timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=14)
#: When an office signed its document, which it publishes later.
_SIGNED = re.compile(r"(?:成文|印发|签署)(?:时间|日期)?\s*[:：]?\s*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date with the rule that found it."""

    published: Published | None
    rule: str


def find_published(page: Reading) -> Dated:
    """Return the day, and the time of day where the page tells it.

    What the page shows beside its headline and what it says to machines check each other: of
    the two that name the same day, the more exact is taken.  A date later than tomorrow is held
    to be no date.
    """
    latest = page.now + _SLACK
    shown = _shown(page, latest)
    told = _told(page, latest)
    if shown.published and told.published:
        mine, theirs = shown.published, told.published
        local = theirs.at.astimezone(page.zone)
        if mine.at.date() in (theirs.at.date(), local.date()):
            if mine.precision is Precision.DAY and theirs.precision is not Precision.DAY:
                if (theirs.at.hour, theirs.at.minute, theirs.at.second) != (0, 0, 0):
                    if page.is_chinese:
                        return Dated(
                            published=Published(
                                at=local
                                if local.date() == mine.at.date()
                                else theirs.at.replace(tzinfo=page.zone),
                                precision=theirs.precision,
                            ),
                            rule=told.rule,
                        )
                    return told
                return shown if page.is_chinese else told
            if page.is_chinese:
                if _is_of_another_zone(mine.at, theirs.at, local):
                    return told
                same = abs(mine.at - local) < timedelta(minutes=1)
                return (
                    Dated(published=Published(at=local, precision=theirs.precision), rule=told.rule)
                    if same
                    else shown
                )
            return told
        if page.is_chinese and "label" in shown.rule:
            return shown
        return (
            told
            if not page.is_chinese
            or told.rule.startswith("json-ld")
            or "published" in told.rule
            or "pubdate" in told.rule
            else shown
        )
    if shown.published or told.published:
        return shown if shown.published else told
    return _elsewhere(page, latest)


def _is_of_another_zone(shown: datetime, told: datetime, local: datetime) -> bool:
    """Tell whether a page shows the clock of a place that is not in the source's time zone.

    Newsrooms abroad do; what they tell machines names its zone.  A clock that is told as UTC and
    shown with the same figures is local time under a wrong name.
    """
    gap = abs(shown - local)
    if not _MINUTE <= gap <= _WIDEST or gap % _QUARTER >= _MINUTE:
        return False
    if told.utcoffset() == local.utcoffset():
        return False
    return bool(told.utcoffset()) or (told.hour, told.minute) != (shown.hour, shown.minute)


def _told(page: Reading, latest: datetime) -> Dated:
    believed: Dated | None = None
    weak: Dated | None = None
    for published, rule in _claims(page, latest):
        found = Dated(published=published, rule=rule)
        if published.precision is Precision.DAY and rule.startswith("meta"):
            weak = weak or found
        else:
            believed = believed or found
        if page.trace is None:
            if believed:
                return believed
        else:
            page.trace.offer("published", published.at.isoformat(), rule)
    return believed or weak or _time_element(page, latest) or Dated(published=None, rule="none")


def _claims(page: Reading, latest: datetime) -> Iterator[tuple[Published, str]]:
    """Yield the dates that the page tells machines, most trusted first, each with its place."""
    structured = page.structured
    if structured.script_time:
        value = parse_instant(structured.script_time, page.zone)
        if value and value.at <= latest:
            yield value, "script of WeChat"
    for key in ("datePublished", "dateCreated", "uploadDate"):
        text = structured.text(key)
        value = parse_instant(text, page.zone) if text else None
        if value and value.at <= latest:
            yield value, f"json-ld {key}"
    for name in DATE_METAS:
        text = structured.metas.get(name, "")
        if text and _DIGIT.search(text):
            value = parse_instant(text, page.zone)
            if value and value.at <= latest:
                yield value, f"meta {name}"


def _time_element(page: Reading, latest: datetime) -> Dated | None:
    outline = page.outline
    if "time" not in outline.tags:
        return None
    best: tuple[float, Dated] | None = None
    for at, tag in enumerate(outline.tags):
        if tag != "time":
            continue
        attributes = attributes_of(outline.heads[at])
        name = outline.name(at).lower()
        text = attributes.get("datetime") or ""
        value = parse_instant(text, page.zone) if text else None
        if value is None or value.at > latest:
            continue
        weight = 0.0
        if "datepublished" in (attributes.get("itemprop") or "").lower() or "pubdate" in attributes:
            weight += 5
        if "publish" in name:
            weight += 2
        if "updat" in name or "modif" in (attributes.get("itemprop") or "").lower():
            weight -= 3
        if page.body is not None and at > outline.ends[page.body.element]:
            weight -= 4
        if any(
            outline.links[up] >= 0 or outline.roles[up] is Role.FURNITURE
            for up in outline.ancestors(at)
        ):
            weight -= 3
        if page.trace is not None:
            page.trace.offer("published", value.at.isoformat(), "time element", weight)
        if best is None or weight > best[0]:
            best = (weight, Dated(published=value, rule="time element"))
    return best[1] if best and best[0] > -3 else None


def _shown(page: Reading, latest: datetime) -> Dated:
    best: tuple[float, Published] | None = None
    label = False
    lines = page.head_lines()
    first = page.first_body_line
    positions = {id(line): at for at, line in enumerate(page.outline.lines)}
    gathered = [(line, _with_whole_year(text)) for line, text in _gathered(lines)]
    for line, text in gathered:
        if not _DIGIT.search(text):
            continue
        tag = page.outline.tags[line.element]
        at = positions[id(line)]
        if at >= first and len(text) > 90:
            continue
        for start, value in find_dates(text, page.zone, month_first=_is_american(page)):
            if value.at > latest:
                continue
            weight = 3.0 if value.precision is not Precision.DAY else 1.0
            before = text[max(0, start - 14) : start]
            is_event = _EVENT.search(before) is not None
            is_signed = _SIGNED.search(before) is not None
            labelled = not is_event and not is_signed and _LABEL.search(before) is not None
            weight += 3.0 * labelled - 4.0 * is_event
            if _CHANGED.search(before):
                weight -= 4.0
            if len(text) < 60:
                weight += 1.0
            if any(
                _DATE_NAME.search(page.outline.name(up))
                for up in page.outline.ancestors(line.element, 2)
            ):
                weight += 1.5
            if tag == "time":
                weight += 1.5
            if at == page.title_line or (tag in ("h1", "h2") and page.title_line < 0):
                weight -= 3.0
            if at < page.title_line:
                weight -= 1.5
            if any(
                page.outline.roles[up] is Role.FURNITURE
                for up in page.outline.ancestors(line.element)
            ):
                weight -= 1.5
            if line.linked * 2 > len(line.text) and not _is_named_date(page, line):
                weight -= 3.0
            if at >= first:
                weight -= 1.0
            _put_down(page, line, value, weight)
            if best is None or weight > best[0]:
                best, label = (weight, value), labelled
    if best and best[0] > 0:
        return Dated(
            published=best[1], rule="shown under a label" if label else "shown by the headline"
        )
    return Dated(published=None, rule="none")


def _put_down(page: Reading, line: Line, value: Published, weight: float) -> None:
    if page.trace is not None:
        place = page.outline.label(line.element)
        page.trace.offer("published", value.at.isoformat(), f"shown in {place}", weight)


def _is_named_date(page: Reading, line: Line) -> bool:
    """Tell whether a linked date is the article's by the name of its link, such as post-date."""
    return any(_DATE_OF_POST.search(page.outline.name(at)) for _, at in line.parts)


def _with_whole_year(text: str) -> str:
    return _SHORT_YEAR.sub("20", text) if len(text) < _LONGEST_SHORT and "时间" in text else text


def _gathered(lines: list[Line]) -> list[tuple[Line, str]]:
    """Join short lines that are pieces of one date, such as 2019 / 09/07 / 19:02."""
    found: list[tuple[Line, str]] = [(line, line.text) for line in lines]
    for at, line in enumerate(lines):
        if len(line.text) <= 14 and _DIGIT.search(line.text):
            pieces = [line.text]
            for other in lines[at + 1 : at + 4]:
                if len(other.text) > 12 or not _DIGIT.search(other.text):
                    break
                pieces.append(other.text)
            if len(pieces) > 1:
                year = _YEAR.fullmatch(pieces[0])
                joined = (
                    f"{year[1]}/{pieces[1]} {' '.join(pieces[2:])}" if year else " ".join(pieces)
                )
                found.append((line, joined))
    return found


def _elsewhere(page: Reading, latest: datetime) -> Dated:
    offers = _other_dates(page, latest)
    found = next(offers, Dated(published=None, rule="none"))
    if page.trace is not None:
        for offer in (found, *offers):
            if offer.published is not None:
                page.trace.offer("published", offer.published.at.isoformat(), offer.rule)
    return found


def _other_dates(page: Reading, latest: datetime) -> Iterator[Dated]:
    """Yield the dates of a page that tells none by its headline, most trusted first."""
    head = page.head_lines()
    for line in head:
        if len(line.text) < 60 and (value := find_relative(line.text, page.now, page.zone)):
            yield Dated(published=value, rule="shown, relative to the time of fetching")
    if page.link and page.link.published:
        yield Dated(published=page.link.published, rule="listing")
    match = _URL_DATE.search(page.url)
    if match:
        value = find_date("-".join(match.groups()), page.zone)
        if value and value.at <= latest:
            yield Dated(published=_timed(head, value, page), rule="address")
    for line in head:
        if len(line.text) < 60 and (value := find_yearless(line.text, page.now, page.zone)):
            yield Dated(published=value, rule="shown without its year")
    for line in page.tail_lines():
        if len(line.text) < 60:
            value = find_date(line.text, page.zone)
            if value and value.at <= latest:
                yield Dated(published=value, rule="shown after the text")
    for line in page.outline.lines[:400]:
        if len(line.text) < 50 and line.linked * 2 <= len(line.text) and not line.is_hidden:
            value = find_date(line.text, page.zone)
            if value and value.at <= latest:
                yield Dated(published=value, rule="shown somewhere")


def _timed(lines: list[Line], day: Published, page: Reading) -> Published:
    """Add the time of day that is shown beside a day without a year, or one of two digits."""
    short = day.at.strftime("%y-%m-%d ")
    for line in lines:
        if short in line.text:
            value = find_date(f"20{line.text[line.text.index(short) :]}", page.zone)
            if value and value.at.date() == day.at.date():
                return value
        value = find_yearless(line.text, day.at + timedelta(days=2), page.zone)
        if value and value.at.date() == day.at.date() and value.precision is not Precision.DAY:
            return value
    return day


def _is_american(page: Reading) -> bool:
    language = page.structured.language.lower()
    return language in ("en-us", "en_us", "en", "") and not page.url.endswith((".uk", ".au"))
