"""Everything in ``config/`` as one checked value, or all its faults at once."""

from __future__ import annotations

import codecs
import os
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot import settings as settings_of
from bot.discover.selector import is_selector
from bot.errors import ConfigError, Fault
from bot.model import ArticleRules, District, ListingRules, Source, SourceKind
from bot.patterns import why_invalid
from bot.settings import yamlfile
from bot.settings.validation import nearest, validate_file
from bot.sources.districts import Places, read_places
from bot.sources.entry import CmsFile, SourceKeys, SourcesFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from pydantic import BaseModel

    from bot.settings import Settings
    from bot.settings.yamlfile import Loc, YamlFile

_SELECTORS = {
    "listing": ("item", "link", "title", "date", "next_page"),
    "article": (
        "body", "title", "date", "source", "author", "editors", "breadcrumb", "strip",
        "next_page_link",
    ),
}  # fmt: skip
_PATTERNS = {"listing": ("keep", "block"), "article": ("watermark",)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Configuration:
    """What the operator wants."""

    settings: Settings
    #: in the order of files and of their entries
    sources: tuple[Source, ...]
    #: in the order of their codes
    districts: tuple[District, ...]
    #: file and line of each source's entry, by id
    places: Mapping[str, tuple[str, int]]
    #: the rule sets of ``config/cms``, by name
    templates: Mapping[str, CmsFile] = field(default_factory=dict)
    #: every way to name a district or city → its codes, several when it is ambiguous
    district_names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def with_data_dir(self, data_dir: Path) -> Configuration:
        """Return the same configuration with its data in another directory."""
        return replace(self, settings=self.settings.model_copy(update={"data_dir": data_dir}))


def load(
    config_dir: Path,
    *,
    environment: Mapping[str, str] | None = None,
    sources: Mapping[str, bytes] | None = None,
) -> Configuration:
    """Return the configuration of ``config_dir``.

    ``environment`` overrides the settings; None means the process's own.  ``sources`` are texts by
    file name that stand in for the files of ``config/sources``, so that an edit can be checked
    before it is saved.  Raises ``ConfigError`` with every fault of every file.
    """
    faults: list[Fault] = []
    if not config_dir.is_dir():
        raise ConfigError((_whole(config_dir, "is no directory", "name one with --config"),))
    settings, found = settings_of.read(
        config_dir, environment=os.environ if environment is None else environment
    )
    faults += found
    places = Places((), {})
    try:
        places = read_places(config_dir / "districts")
    except ConfigError as error:
        faults += error.faults
    templates = _templates(config_dir / "cms", faults)
    loaded: list[Source] = []
    stands: dict[str, tuple[str, int]] = {}
    for file_of in _source_files(config_dir / "sources", sources):
        for loc, entry, file in _entries(file_of, faults):
            line = file.line_of((*loc, "id"))
            if entry.id in stands:
                where = "{}:{}".format(*stands[entry.id])
                faults.append(
                    file.fault((*loc, "id"), f"{entry.id} stands at {where} too", "rename one")
                )
                continue
            stands[entry.id] = (file.name, line)
            wrong = list(_wrong(entry, loc, file, places, templates, settings))
            faults += wrong
            if not wrong:
                loaded.append(_source(entry, places, templates.get(entry.cms or ""), settings))
    if faults:
        # Settings first, then file by file, each from its top to its end.
        files = list(dict.fromkeys(fault.file for fault in faults))
        faults.sort(key=lambda fault: (files.index(fault.file), fault.line or 0))
        raise ConfigError(tuple(faults))
    return Configuration(
        settings=settings,
        sources=tuple(loaded),
        districts=places.districts,
        places=stands,
        templates=templates,
        district_names=places.names,
    )


def source_texts(config_dir: Path) -> dict[str, bytes]:
    """Return the texts of the files in ``config/sources`` by their names, as ``load`` takes them.

    Raises OSError when one cannot be read.
    """
    return {str(path): path.read_bytes() for path in _yaml_files(config_dir / "sources")}


def _source_files(
    folder: Path, texts: Mapping[str, bytes] | None
) -> Iterator[Callable[[], YamlFile]]:
    if texts is None:
        for path in _yaml_files(folder):
            yield partial(yamlfile.read, path, str(path))
    else:
        for name in sorted(texts):
            yield partial(yamlfile.parse, texts[name], name)


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.suffix in {".yaml", ".yml"})


def _templates(folder: Path, faults: list[Fault]) -> dict[str, CmsFile]:
    templates: dict[str, CmsFile] = {}
    for path in _yaml_files(folder):
        try:
            file = yamlfile.read(path, str(path))
        except ConfigError as error:
            faults += error.faults
            continue
        checked = validate_file(CmsFile, file)
        if isinstance(checked, tuple):
            faults += checked
            continue
        faults += _rules(checked, (), file, is_html=True)
        templates[path.stem] = checked
    return templates


def _entries(
    read: Callable[[], YamlFile], faults: list[Fault]
) -> Iterator[tuple[Loc, SourceKeys, YamlFile]]:
    """Yield the entries of a file, its ``defaults`` laid under each."""
    try:
        file = read()
    except ConfigError as error:
        faults += error.faults
        return
    checked = validate_file(SourcesFile, file)
    if isinstance(checked, tuple):
        faults += checked
        return
    raw = file.value.get("defaults") or {}
    for number, entry in enumerate(checked.sources):
        loc: Loc = ("sources", number)
        if raw:
            own = file.value["sources"][number]
            entry = SourceKeys.model_validate(_over(raw, own))
        yield loc, entry, file


def _over(under: Mapping[str, object], over: Mapping[str, object]) -> dict[str, object]:
    """Return ``under`` with the keys of ``over`` above it, mappings merged."""
    merged = dict(under)
    for key, value in over.items():
        below = merged.get(key)
        both = isinstance(below, dict) and isinstance(value, dict)
        merged[key] = _over(below, value) if both else value  # type: ignore[arg-type]
    return merged


def _wrong(
    entry: SourceKeys,
    loc: Loc,
    file: YamlFile,
    places: Places,
    templates: Mapping[str, CmsFile],
    settings: Settings,
) -> Iterator[Fault]:
    """Yield what is wrong with an entry whose types are right."""
    found = places.resolve(entry.district)
    if not isinstance(found, str) and places.names:
        yield file.fault((*loc, "district"), *found)
    if entry.cms is not None and entry.cms not in templates:
        near = nearest(entry.cms, templates)
        remedy = f"did you mean {near}?" if near else f"known: {', '.join(templates)}"
        yield file.fault((*loc, "cms"), f"unknown template {entry.cms}", remedy)
    if entry.interval is not None and (entry.min_interval or entry.max_interval):
        problem = "stands beside min_interval or max_interval"
        yield file.fault((*loc, "interval"), problem, "keep one of them")
    low, high = _interval(entry, settings)
    if low > high:
        remedy = "make it shorter or max_interval longer"
        yield file.fault((*loc, "min_interval"), "is longer than max_interval", remedy)
    try:
        ZoneInfo(entry.timezone)
    except (ZoneInfoNotFoundError, ValueError):
        problem = f"{entry.timezone} is no time zone"
        yield file.fault((*loc, "timezone"), problem, "write an IANA name, such as Asia/Shanghai")
    if entry.encoding is not None:
        try:
            codecs.lookup(entry.encoding)
        except LookupError:
            problem = f"{entry.encoding} is no charset"
            yield file.fault((*loc, "encoding"), problem, "write one such as gb18030 or utf-8")
    yield from _rules(entry, loc, file, is_html=entry.kind is SourceKind.HTML)


def _rules(
    keys: SourceKeys | CmsFile, loc: Loc, file: YamlFile, *, is_html: bool
) -> Iterator[Fault]:
    for part in ("listing", "article"):
        group: BaseModel = getattr(keys, part)
        if is_html or part == "article":
            for key in _SELECTORS[part]:
                for text in _texts(getattr(group, key)):
                    if not is_selector(text):
                        problem = f"{text!r} is no CSS selector"
                        remedy = "write one such as ul.list > li; quote attribute values"
                        yield file.fault((*loc, part, key), problem, remedy)
        patterns = [(key, text, "") for key in _PATTERNS[part] for text in getattr(group, key)]
        if part == "article":
            patterns += [("replace", *pair) for pair in keys.article.replace]
        for key, text, replacement in patterns:
            if (reason := why_invalid(text, replacement)) is not None:
                problem = f"{text!r} is no regular expression: {reason}"
                remedy = "put a backslash before each of . ( ) [ ] + * ? that stands for itself"
                yield file.fault((*loc, part, key), problem, remedy)


def _texts(value: str | tuple[str, ...] | None) -> tuple[str, ...]:
    if value is None:
        return ()
    return (value,) if isinstance(value, str) else value


def _interval(entry: SourceKeys, settings: Settings) -> tuple[float, float]:
    if entry.interval is not None:
        return entry.interval, entry.interval
    low = entry.min_interval or min(
        settings.schedule.min_interval_s, entry.max_interval or settings.schedule.min_interval_s
    )
    high = entry.max_interval or max(settings.schedule.max_interval_s, low)
    return low, high


def _source(
    entry: SourceKeys, places: Places, template: CmsFile | None, settings: Settings
) -> Source:
    adcode = places.resolve(entry.district)
    low, high = _interval(entry, settings)
    listing, article = entry.listing.model_dump(), entry.article.model_dump()
    if template is not None:
        listing = template.listing.model_dump() | entry.listing.model_dump(exclude_unset=True)
        article = template.article.model_dump() | entry.article.model_dump(exclude_unset=True)
    fetch, schedule = settings.fetch, settings.schedule
    return Source(
        id=entry.id,
        url=entry.url,
        adcode=adcode if isinstance(adcode, str) else "",
        name=entry.name,
        kind=entry.kind,
        is_enabled=entry.enabled,
        charset=entry.encoding,
        timezone=entry.timezone,
        min_interval_s=low,
        max_interval_s=high,
        delay_s=fetch.delay_s if entry.delay is None else entry.delay,
        timeout_s=entry.timeout or fetch.timeout_s,
        headers=tuple(entry.headers.items()),
        proxy=entry.proxy or fetch.proxy,
        is_tls_legacy=entry.tls_legacy,
        is_http2=entry.http2,
        is_rendered=entry.render,
        valid_until=entry.valid_until,
        republish=entry.republish,
        pictures=entry.pictures,
        max_articles=entry.max_articles or schedule.max_articles,
        cms=entry.cms,
        listing=ListingRules(**listing),
        article=ArticleRules(**article),
    )


def _whole(path: Path, problem: str, remedy: str) -> Fault:
    return Fault(file=str(path), line=None, key="", problem=problem, remedy=remedy)
