"""Which district a listing is about, told by its head, its address, its titles and its articles."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.locate import Gazetteer
    from bot.model import CleanArticle, District

#: what each kind of evidence weighs
_WEIGHTS = {"title": 5.0, "path": 5.0, "host": 3.0, "heading": 3.0, "about": 2.0, "links": 1.0,
            "articles": 1.5, "page": 0.5}  # fmt: skip
#: most mentions that are counted of one kind
_MOST = {"links": 6, "articles": 4, "page": 6}
#: the kinds by which a section says itself whose it is
_NAMES = ("title", "path", "host", "heading")
_IN_TURN = "its counties in turn"
#: what a county must reach, and by how much it must lead the next
_ENOUGH = 4.0
_LEAD = 1.6
_CITY_TAIL = re.compile(r"(自治州|地区|[市州盟])$")


@dataclass(frozen=True, slots=True, kw_only=True)
class PageWords:
    """What a listing says of itself, apart from its links."""

    url: str
    title: str
    #: headings and the breadcrumb
    headings: str
    #: description and keywords
    about: str
    #: everything else
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A district and what speaks for it."""

    adcode: str
    slug: str
    name: str
    #: such as ``title 汉滨, path hanbin, 12 link titles``
    evidence: str


def guess_district(
    words: PageWords,
    titles: Sequence[str],
    articles: Iterable[CleanArticle],
    gazetteer: Gazetteer,
) -> Guess | None:
    """Return the county, or else the city, that a source is about; None when nothing tells."""
    scores: dict[str, Counter[str]] = defaultdict(Counter)
    told: dict[str, dict[str, str]] = defaultdict(dict)

    def count(kind: str, text: str) -> None:
        found: Counter[str] = Counter()
        names: dict[str, str] = {}
        for mention in gazetteer.mentions(text):
            if len(mention.adcodes) == 1:
                found[mention.adcodes[0]] += 1
                names.setdefault(mention.adcodes[0], mention.name)
        for code, number in found.items():
            scores[code][kind] += number
            told[code].setdefault(kind, names[code])

    count("title", words.title)
    count("heading", words.headings)
    count("about", words.about)
    count("page", words.text)
    for title in titles:
        count("links", title)
    for article in articles:
        count("articles", f"{article.title}\n{article.text[:400]}")
    _addresses(words.url, gazetteer.districts.values(), scores, told)
    weighed = {code: _weigh(kinds) for code, kinds in scores.items()}
    city = _city(words, weighed, gazetteer.districts.values())
    order = sorted(weighed, key=lambda code: (-weighed[code], code))
    if order and weighed[order[0]] >= _ENOUGH:
        best = order[0]
        rival = next((weighed[code] for code in order[1:]), 0.0)
        # Today's news may all be of one county: a section that bears the city's name is the city's.
        is_named = any(scores[best][kind] for kind in _NAMES)
        is_citys = city is not None and not city.evidence.startswith(_IN_TURN)
        if weighed[best] >= _LEAD * rival and (is_named or not is_citys):
            district = gazetteer.districts[best]
            return Guess(
                adcode=best,
                slug=district.slug,
                name=district.name,
                evidence=_evidence(scores[best], told[best]),
            )
    return city


def _addresses(
    url: str,
    districts: Iterable[District],
    scores: dict[str, Counter[str]],
    told: dict[str, dict[str, str]],
) -> None:
    """Count slugs that stand in the address as a folder or as a label of the host."""
    parts = urlsplit(url)
    folders = {part.lower() for part in parts.path.split("/") if part}
    labels = set((parts.hostname or "").lower().split("."))
    for district in districts:
        bare = re.sub(r"-.*$", "", district.slug)
        for kind, words in (("path", folders), ("host", labels)):
            if district.slug in words or (bare == district.slug and f"{bare}xw" in words):
                scores[district.adcode][kind] = 1
                told[district.adcode][kind] = district.slug


def _weigh(kinds: Counter[str]) -> float:
    return sum(_WEIGHTS[kind] * min(number, _MOST.get(kind, 1)) for kind, number in kinds.items())


def _evidence(kinds: Counter[str], told: dict[str, str]) -> str:
    parts = []
    for kind, number in sorted(kinds.items(), key=lambda pair: -_WEIGHTS[pair[0]]):
        times = f" ×{number}" if number > 1 else ""
        parts.append(f"{kind}: {told[kind]}{times}")
    return ", ".join(parts)


def _city(
    words: PageWords, weighed: dict[str, float], districts: Iterable[District]
) -> Guess | None:
    """Return the city that the page names, or whose counties it is about in turn."""
    cities: dict[str, tuple[str, str, float]] = {}
    for district in districts:
        _, _, known = cities.get(district.city_adcode, ("", "", 0.0))
        share = known + min(weighed.get(district.adcode, 0.0), 3.0)
        cities[district.city_adcode] = (district.city, district.city_slug, share)
    folders = set(urlsplit(words.url).path.lower().split("/"))
    best: tuple[float, Guess] | None = None
    for code, (name, slug, share) in cities.items():
        short = _CITY_TAIL.sub("", name)
        reasons = []
        score = share
        for kind, text in (("title", words.title), ("heading", words.headings)):
            if len(short) > 1 and short in text:
                score += _WEIGHTS[kind]
                reasons.append(f"{kind}: {short}")
        if slug in folders:
            score += _WEIGHTS["path"]
            reasons.append(f"path: {slug}")
        if share:
            reasons.append(_IN_TURN)
        if score >= _ENOUGH and (best is None or score > best[0]):
            best = score, Guess(adcode=code, slug=slug, name=name, evidence=", ".join(reasons))
    return best[1] if best else None
