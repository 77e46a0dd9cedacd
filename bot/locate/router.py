"""From a cleaned article to the districts that it is about, with the evidence.

A county's own section decides by itself.  An article of a city's section goes to the counties of
that city that breadcrumb, title, opening and text speak of; a county that only stands in a list of
counties (``汉滨、紫阳、岚皋等县``) is named in passing and is none of them.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from bot.model import Assignment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from bot.locate.gazetteer import Gazetteer, Mention
    from bot.model import CleanArticle, Source

#: how much one mention weighs in each part; in the text each further one counts up to a ceiling
_WEIGHTS = {"breadcrumb": 10.0, "title": 6.0, "origin": 3.0, "opening": 2.0, "text": 1.0}
_MOST_IN_TEXT = 6
_OPENING_CHARS = 120
#: what an article must reach to be about a county, and how near to the foremost it must come
_ENOUGH = 3.0
_SHARE = 0.4
#: so many counties in a row make a list
_LIST = 3
_BETWEEN = re.compile(r"[、，,和及与以\s·]*(县|区|市)?[、，,和及与以\s·]*")


def locate(article: CleanArticle, source: Source, gazetteer: Gazetteer) -> tuple[Assignment, ...]:
    """Return the counties that an article is about, the foremost first.

    For a county's source exactly that county.  For a city's source one or more of its counties,
    or none: an article about the city as a whole is about no county.  A source without a code is
    located in the whole country, by names that one county alone bears.
    """
    if source.adcode in gazetteer.districts:
        scope = frozenset({source.adcode})
        _, towns = _weigh(article, gazetteer, scope)
        town = _foremost(towns[source.adcode])
        return (Assignment(adcode=source.adcode, evidence="source", town=town),)
    scope = gazetteer.scope(source.adcode)
    evidence, towns = _weigh(article, gazetteer, scope)
    scores = {code: sum(weight for _, weight in parts) for code, parts in evidence.items()}
    top = max(scores.values(), default=0.0)
    chosen = [code for code, score in scores.items() if score >= max(_ENOUGH, _SHARE * top)]
    return tuple(
        Assignment(adcode=code, evidence=_words(evidence[code]), town=_foremost(towns[code]))
        for code in sorted(chosen, key=lambda code: (-scores[code], code))
    )


def _parts(article: CleanArticle, gazetteer: Gazetteer) -> Iterator[tuple[str, list[Mention]]]:
    """Yield each part of an article with the names that tell something in it."""
    for part, text in (
        ("breadcrumb", "\n".join(article.breadcrumb)),
        ("title", article.title),
        ("origin", article.source_name or ""),
    ):
        yield part, list(_telling(gazetteer.mentions(text), text))
    text = article.text
    mentions = list(_telling(gazetteer.mentions(text), text))
    yield "opening", [mention for mention in mentions if mention.end <= _OPENING_CHARS]
    yield "text", mentions


def _weigh(
    article: CleanArticle, gazetteer: Gazetteer, scope: frozenset[str]
) -> tuple[dict[str, list[tuple[str, float]]], dict[str, Counter[str]]]:
    """Return, per county, the (evidence, weight) pairs and how often each of its towns is named."""
    evidence: dict[str, list[tuple[str, float]]] = defaultdict(list)
    towns: dict[str, Counter[str]] = defaultdict(Counter)
    for part, mentions in _parts(article, gazetteer):
        counts: Counter[tuple[str, str]] = Counter()
        for mention in mentions:
            codes = [code for code in mention.adcodes if code in scope]
            for code in codes:
                if mention.is_town and part != "opening":
                    towns[code][_town(mention.name, gazetteer.districts[code].towns)] += 1
            if len(codes) == 1:
                counts[codes[0], mention.name] += 1
        spent: Counter[str] = Counter()
        for (code, name), count in counts.most_common():
            counted = min(count, _MOST_IN_TEXT - spent[code]) if part == "text" else 1
            spent[code] += counted
            if counted > 0 and (part == "text" or spent[code] == 1):
                times = f" ×{count}" if count > 1 else ""
                evidence[code].append((f"{part}: {name}{times}", _WEIGHTS[part] * counted))
    return evidence, towns


def _telling(mentions: Iterable[Mention], text: str) -> Iterator[Mention]:
    """Yield the mentions that stand in no list of counties."""
    run: list[Mention] = []
    for mention in mentions:
        if run and not _BETWEEN.fullmatch(text, run[-1].end, mention.start):
            yield from run if _counties(run) < _LIST else ()
            run = []
        run.append(mention)
    yield from run if _counties(run) < _LIST else ()


def _counties(run: list[Mention]) -> int:
    return len({mention.adcodes for mention in run if not mention.is_town})


def _town(name: str, towns: tuple[str, ...]) -> str:
    return next((town for town in towns if name.endswith(town)), name)


def _foremost(towns: Counter[str]) -> str | None:
    return towns.most_common(1)[0][0] if towns else None


def _words(parts: list[tuple[str, float]]) -> str:
    return "; ".join(words for words, _ in parts)
