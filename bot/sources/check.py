"""What is wrong with an entry of a source, or with rules, whose types are right."""

from __future__ import annotations

import codecs
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.discover.selector import is_selector
from bot.model import SourceKind
from bot.patterns import why_invalid
from bot.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic import BaseModel

    from bot.errors import Fault
    from bot.settings import Settings
    from bot.settings.yamlfile import Loc, YamlFile
    from bot.sources.districts import Places
    from bot.sources.entry import CmsFile, SourceKeys

_SELECTORS = {
    "listing": ("item", "link", "title", "date", "next_page"),
    "article": (
        "body", "title", "date", "source", "author", "editors", "breadcrumb", "strip",
        "next_page_link",
    ),
}  # fmt: skip
_PATTERNS = {"listing": ("keep", "block"), "article": ("watermark",)}
_HTML = SourceKind.HTML


def entry_faults(
    entry: SourceKeys,
    loc: Loc,
    file: YamlFile,
    places: Places,
    templates: Mapping[str, CmsFile],
    settings: Settings,
    *,
    is_guessing: bool,
) -> Iterator[Fault]:
    """Yield what is wrong with an entry whose types are right."""
    found = places.resolve(entry.district, is_guessing=is_guessing)
    if not isinstance(found, str) and places.names:
        yield file.fault(_place(file, loc, "district"), *found)
    if entry.cms is not None and entry.cms not in templates:
        near = nearest(entry.cms, templates)
        remedy = f"did you mean {near}?" if near else f"known: {', '.join(templates)}"
        yield file.fault(_place(file, loc, "cms"), f"unknown template {entry.cms}", remedy)
    if entry.interval is not None and (entry.min_interval or entry.max_interval):
        problem = "stands beside min_interval or max_interval"
        yield file.fault(_place(file, loc, "interval"), problem, "keep one of them")
    low, high = interval_s(entry, settings)
    if low > high:
        remedy = "make it shorter or max_interval longer"
        yield file.fault(_place(file, loc, "min_interval"), "is longer than max_interval", remedy)
    try:
        ZoneInfo(entry.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        problem = f"{entry.timezone} is no time zone"
        remedy = "write an IANA name, such as Asia/Shanghai"
        yield file.fault(_place(file, loc, "timezone"), problem, remedy)
    if entry.encoding is not None:
        try:
            codecs.lookup(entry.encoding)
        except LookupError:
            problem = f"{entry.encoding} is no charset"
            remedy = "write one such as gb18030 or utf-8"
            yield file.fault(_place(file, loc, "encoding"), problem, remedy)
    yield from rule_faults(entry, loc, file, is_html=entry.kind is _HTML)


def _place(file: YamlFile, loc: Loc, *path: str) -> Loc:
    """Return where a key stands: in the entry at ``loc``, or in the ``defaults`` of its file."""
    is_below = not _holds(file, (*loc, *path)) and _holds(file, ("defaults", *path))
    return ("defaults", *path) if is_below else (*loc, *path)


def _holds(file: YamlFile, loc: Loc) -> bool:
    value = file.value
    for step in loc:
        if isinstance(step, str) and step not in value:
            return False
        value = value[step]
    return True


def rule_faults(
    keys: SourceKeys | CmsFile, loc: Loc, file: YamlFile, *, is_html: bool
) -> Iterator[Fault]:
    """Yield the selectors and patterns that are none, of an entry or a template at ``loc``."""
    for part in ("listing", "article"):
        group: BaseModel = getattr(keys, part)
        if not group.model_fields_set:
            continue
        if is_html or part == "article":
            for key in _SELECTORS[part]:
                for text in _texts(getattr(group, key)):
                    if not is_selector(text):
                        problem = f"{text!r} is no CSS selector"
                        remedy = "write one such as ul.list > li; quote attribute values"
                        yield file.fault(_place(file, loc, part, key), problem, remedy)
        patterns = [(key, text, "") for key in _PATTERNS[part] for text in getattr(group, key)]
        if part == "article":
            patterns += [("replace", *pair) for pair in keys.article.replace]
        for key, text, replacement in patterns:
            if (reason := why_invalid(text, replacement)) is not None:
                problem = f"{text!r} is no regular expression: {reason}"
                remedy = "put a backslash before each of . ( ) [ ] + * ? that stands for itself"
                yield file.fault(_place(file, loc, part, key), problem, remedy)


def _texts(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def interval_s(entry: SourceKeys, settings: Settings) -> tuple[float, float]:
    """Return the shortest and the longest time between two looks that an entry wants."""
    if entry.interval is not None:
        return entry.interval, entry.interval
    low = entry.min_interval or min(
        settings.schedule.min_interval_s, entry.max_interval or settings.schedule.min_interval_s
    )
    high = entry.max_interval or max(settings.schedule.max_interval_s, low)
    return low, high
