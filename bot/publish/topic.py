"""What a feed is about, and where it is found."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from storage.model import Selection

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import District
    from storage.model import Article

#: A segment of an address that is also a folder's name: longer ones, and those that a file
#: system or a shell would read as something else, have no feed.
MAX_SEGMENT_LENGTH = 60
_UNSAFE = frozenset("/\\\0\n\r\t")


class Scope(StrEnum):
    """What an article must have in common with the others of a feed."""

    ALL = "all"
    CITY = "city"
    DISTRICT = "district"
    TOWN = "town"
    SOURCE = "source"
    CATEGORY = "category"


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """What the articles of one feed have in common: a city, a district, a town, a source."""

    scope: Scope
    #: place below ``/feeds/`` and ``/d/``, decoded: ``hanbin``, ``hanbin/town/五里镇``, ``all``
    path: str
    #: what never changes although the slug may: ``610902``, ``610902/五里镇``, ``source/x``
    key: str
    #: name of the place, source or category; empty for ``all``
    name: str
    #: which articles these are, as the archive is asked for them
    selection: Selection
    #: names from the province down to the one above, may be empty
    within: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceName:
    """A source as readers know it."""

    id: str
    name: str
    #: address of its listing
    url: str
    adcode: str = ""


def is_segment(name: str) -> bool:
    """Return True when ``name`` can be a segment of a feed's address and a folder's name."""
    return (
        0 < len(name) <= MAX_SEGMENT_LENGTH
        and not name.startswith((".", "~"))
        and not _UNSAFE.intersection(name)
        and name.isprintable()
        and name == name.strip()
    )


EVERYTHING = Topic(
    scope=Scope.ALL, path="all", key="all", name="", selection=Selection(story_heads_only=True)
)


class Catalogue:
    """All topics that districts and sources make possible, found by path or by article."""

    def __init__(self, districts: Iterable[District], sources: Iterable[SourceName] = ()) -> None:
        self.districts = tuple(districts)
        self.sources = {source.id: source for source in sources}
        self._by_adcode = {district.adcode: district for district in self.districts}
        self._by_slug = {district.slug: district for district in self.districts}
        cities: dict[str, list[District]] = {}
        for district in self.districts:
            cities.setdefault(district.city_slug, []).append(district)
        # A city whose slug is also a district's (such as a city without counties) gives way.
        self._cities = {slug: d for slug, d in cities.items() if slug not in self._by_slug}
        self._city_slugs = {d.city_adcode: d.city_slug for d in self.districts}

    def district(self, adcode: str) -> District | None:
        """Return the district of a six-digit code; None for an unknown one."""
        return self._by_adcode.get(adcode)

    def slug_of_code(self, adcode: str) -> str | None:
        """Return the path of a district's or city's code; None for an unknown one."""
        district = self._by_adcode.get(adcode)
        if district is not None:
            return district.slug
        slug = self._city_slugs.get(adcode)
        return slug if slug in self._cities else None

    def codes(self) -> tuple[tuple[str, str], ...]:
        """Return every code of a district or city with its path."""
        found = {d.adcode: d.slug for d in self.districts}
        cities = {code: slug for code, slug in self._city_slugs.items() if slug in self._cities}
        return tuple(sorted((cities | found).items()))

    def standing(self) -> tuple[Topic, ...]:
        """Return the topics that exist before any article does.

        ``all``, every city, every district in the order of the districts, every source.
        """
        return (
            EVERYTHING,
            *(self._city(slug) for slug in self._cities),
            *(_district(district) for district in self.districts),
            *(_source(source) for source in self.sources.values() if is_segment(source.id)),
        )

    def touched_by(self, article: Article) -> tuple[Topic, ...]:
        """Return every topic that a change of ``article`` can change, each once."""
        found: dict[str, Topic] = {EVERYTHING.path: EVERYTHING}
        for kept in article.districts:
            district = self._by_adcode.get(kept.adcode)
            if district is None:
                continue
            found[district.slug] = _district(district)
            if district.city_slug in self._cities:
                found[district.city_slug] = self._city(district.city_slug)
            if kept.town in district.towns and is_segment(kept.town):
                town = _town(district, kept.town)
                found[town.path] = town
        source = self.sources.get(article.source_id)
        if source is not None and is_segment(source.id):
            found[f"source/{source.id}"] = _source(source)
        if article.breadcrumb and is_segment(article.breadcrumb[-1]):
            category = _category(article.breadcrumb[-1])
            found[category.path] = category
        return tuple(found.values())

    def find(self, path: str) -> Topic | None:
        """Return the topic at ``path`` (decoded, no slash at either end); None for none.

        A category is found whatever its name: whether it holds anything is for the archive.
        """
        match path.split("/"):
            case ["all"]:
                return EVERYTHING
            case ["source", source_id] if source_id in self.sources:
                return _source(self.sources[source_id])
            case ["category", name] if is_segment(name):
                return _category(name)
            case [slug] if slug in self._by_slug:
                return _district(self._by_slug[slug])
            case [slug] if slug in self._cities:
                return self._city(slug)
            case [slug, "town", town] if slug in self._by_slug:
                district = self._by_slug[slug]
                return _town(district, town) if town in district.towns else None
        return None

    def members(self, topic: Topic) -> tuple[District, ...]:
        """Return the districts that a topic is made of; empty where it has no such limit."""
        codes = topic.selection.adcodes or ()
        return tuple(self._by_adcode[code] for code in codes if code in self._by_adcode)

    def _city(self, slug: str) -> Topic:
        members = self._cities[slug]
        first = members[0]
        return Topic(
            scope=Scope.CITY,
            path=slug,
            key=first.city_adcode,
            name=first.city,
            within=(first.province,),
            selection=Selection(adcodes=tuple(d.adcode for d in members), story_heads_only=True),
        )


def _district(district: District) -> Topic:
    return Topic(
        scope=Scope.DISTRICT,
        path=district.slug,
        key=district.adcode,
        name=district.name,
        within=(district.province, district.city),
        selection=Selection(adcodes=(district.adcode,), story_heads_only=True),
    )


def _town(district: District, town: str) -> Topic:
    return Topic(
        scope=Scope.TOWN,
        path=f"{district.slug}/town/{town}",
        key=f"{district.adcode}/{town}",
        name=town,
        within=(district.province, district.city, district.name),
        selection=Selection(adcodes=(district.adcode,), town=town, story_heads_only=True),
    )


def _source(source: SourceName) -> Topic:
    return Topic(
        scope=Scope.SOURCE,
        path=f"source/{source.id}",
        key=f"source/{source.id}",
        name=source.name or source.id,
        selection=Selection(source_id=source.id),
    )


def _category(name: str) -> Topic:
    return Topic(
        scope=Scope.CATEGORY,
        path=f"category/{name}",
        key=f"category/{name}",
        name=name,
        selection=Selection(category=name, story_heads_only=True),
    )
