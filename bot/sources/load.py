"""Everything in ``config/`` as one checked value, or all its faults at once."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel

from bot import settings as settings_of
from bot.errors import ConfigError, Fault
from bot.garbage import uncollected
from bot.model import ArticleRules, District, ListingRules, Source
from bot.settings import yamlfile
from bot.settings.validation import validate_file
from bot.sources.check import entry_faults, interval_s, rule_faults
from bot.sources.districts import Places, read_places
from bot.sources.entry import ArticleKeys, CmsFile, ListingKeys, SourceKeys, SourcesFile

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from bot.settings import Settings
    from bot.settings.yamlfile import Loc, YamlFile

#: faults for which it is guessed what was meant: a lost table of districts brings thousands
_GUESSES = 50
Keys = TypeVar("Keys", bound=BaseModel)


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
    with uncollected():
        return _load(config_dir, os.environ if environment is None else environment, sources)


def _load(
    config_dir: Path, environment: Mapping[str, str], sources: Mapping[str, bytes] | None
) -> Configuration:
    faults: list[Fault] = []
    if not config_dir.is_dir():
        raise ConfigError((_whole(config_dir, "is no directory", "name one with --config"),))
    settings, found = settings_of.read(config_dir, environment=environment)
    faults += found
    places = Places((), {})
    try:
        places = read_places(config_dir / "districts")
    except ConfigError as error:
        faults += error.faults
    templates = _templates(config_dir / "cms", faults)
    loaded: list[Source] = []
    stands: dict[str, tuple[str, int]] = {}
    made = _Rules()
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
            is_guessing = len(faults) < _GUESSES
            wrong = list(
                entry_faults(entry, loc, file, places, templates, settings, is_guessing=is_guessing)
            )
            faults += wrong
            if not wrong:
                loaded.append(
                    _source(entry, places, templates.get(entry.cms or ""), settings, made)
                )
    if faults:
        # Settings first, then file by file, each from its top to its end.
        files = list(dict.fromkeys(fault.file for fault in faults))
        faults.sort(key=lambda fault: (files.index(fault.file), fault.line or 0))
        # What stands in ``defaults`` is wrong once, not for each source.
        raise ConfigError(tuple(dict.fromkeys(faults)))
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
        faults += rule_faults(checked, (), file, is_html=True)
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
    for number, entry in enumerate(checked.sources):
        yield ("sources", number), _over(checked.defaults, entry), file


def _over(under: BaseModel, over: Keys) -> Keys:
    """Return ``over`` with what it leaves out taken from ``under``; groups and mappings merged.

    Both are checked already, so that nothing is checked twice.
    """
    own = over.model_fields_set
    taken: dict[str, object] = {}
    for key in under.model_fields_set:
        below = getattr(under, key)
        if key not in own:
            taken[key] = below
        elif isinstance(below, BaseModel):
            taken[key] = _over(below, getattr(over, key))
        elif isinstance(below, dict):
            taken[key] = below | getattr(over, key)
    return over.model_copy(update=taken) if taken else over


class _Rules:
    """Rules of sources; those that have none of their own share their template's."""

    def __init__(self) -> None:
        self._listings: dict[int, ListingRules] = {}
        self._articles: dict[int, ArticleRules] = {}

    def listing(self, under: ListingKeys | None, own: ListingKeys) -> ListingRules:
        """Return ``own`` rules over those of a template, which outlives us."""
        if own.model_fields_set:
            return ListingRules(**_merged(under, own))
        if id(under) not in self._listings:
            self._listings[id(under)] = ListingRules(**_merged(under, own))
        return self._listings[id(under)]

    def article(self, under: ArticleKeys | None, own: ArticleKeys) -> ArticleRules:
        """Return ``own`` rules over those of a template, which outlives us."""
        if own.model_fields_set:
            return ArticleRules(**_merged(under, own))
        if id(under) not in self._articles:
            self._articles[id(under)] = ArticleRules(**_merged(under, own))
        return self._articles[id(under)]


def _merged(under: BaseModel | None, own: BaseModel) -> dict[str, Any]:
    if under is None:
        return own.model_dump()
    return under.model_dump() | own.model_dump(exclude_unset=True)


def _source(
    entry: SourceKeys,
    places: Places,
    template: CmsFile | None,
    settings: Settings,
    made: _Rules,
) -> Source:
    adcode = places.resolve(entry.district)
    low, high = interval_s(entry, settings)
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
        listing=made.listing(template.listing if template else None, entry.listing),
        article=made.article(template.article if template else None, entry.article),
    )


def _whole(path: Path, problem: str, remedy: str) -> Fault:
    return Fault(file=str(path), line=None, key="", problem=problem, remedy=remedy)
