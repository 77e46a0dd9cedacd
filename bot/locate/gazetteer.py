"""Names of places in a text: the longest name that stands at each position.

The longest wins, so that 北京市朝阳区 is not Changchun's 朝阳区 and 汉阴县 is not 汉阴 and a 县.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from bot.model import District

#: what makes a river, road, station or firm of a short name that stands before it
_NO_COUNTY = re.compile(
    r"(流域|两岸|河畔|江畔|水域|水质|水系|上游|下游|河水|大道|大街|大桥|中路|东路|西路|南路|北路|路\d|路口|街道?)"
)
_CLASS = re.compile(r"(自治[县州旗]|[市州盟]|地区)$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """A name that stands in a text."""

    start: int
    end: int
    name: str
    #: codes of the districts that bear it or hold it, several when it is ambiguous
    adcodes: tuple[str, ...]
    is_town: bool
    #: a name without its class, such as 汉阴: weaker
    is_short: bool


@dataclass(frozen=True, slots=True)
class _Name:
    text: str
    adcodes: tuple[str, ...]
    is_town: bool
    is_short: bool


#: a name, whether it is a town's, whether it lacks its class, and the code of who bears it
_Bearing = tuple[str, bool, bool, str]


class Gazetteer:
    """Every name of every district, ready to be looked for."""

    def __init__(self, districts: Iterable[District]) -> None:
        self.districts: dict[str, District] = {d.adcode: d for d in districts}
        self._bearings = _bearings_of(self.districts.values())
        self._beginnings = _beginnings_of(self._bearings)
        #: names by their first two characters, the longest first; made when they are met with
        self._index: dict[str, tuple[_Name, ...]] = {}
        self._scopes: dict[str, frozenset[str]] = {}

    def scope(self, adcode: str) -> frozenset[str]:
        """Return the counties of a code: itself, a city's, a province's, or all for no code."""
        found = self._scopes.get(adcode)
        if found is None:
            stem = adcode.removesuffix("00").removesuffix("00")
            found = frozenset(code for code in self.districts if code.startswith(stem))
            self._scopes[adcode] = found
        return found

    def mentions(self, text: str) -> tuple[Mention, ...]:
        """Return the names in ``text``, in order, none inside another."""
        found: list[Mention] = []
        free = 0
        for match in self._beginnings.finditer(text):
            start = match.start()
            if start < free:
                continue
            names = self._names(text[start : start + 2])
            name = next((n for n in names if text.startswith(n.text, start)), None)
            if name is None:
                continue
            free = start + len(name.text)
            if name.is_short and _NO_COUNTY.match(text, free):
                continue
            found.append(
                Mention(
                    start=start,
                    end=free,
                    name=name.text,
                    adcodes=name.adcodes,
                    is_town=name.is_town,
                    is_short=name.is_short,
                )
            )
        return tuple(found)

    def _names(self, pair: str) -> tuple[_Name, ...]:
        """Return the names that begin with two characters, the longest first."""
        names = self._index.get(pair)
        if names is None:
            bearings = self._bearings.get(pair)
            if bearings is None:
                return ()
            names = self._index[pair] = _names_of(bearings)
        return names


def _beginnings_of(pairs: Collection[str]) -> re.Pattern[str]:
    """Return a pattern of where a name may begin: most characters of a text begin none."""
    first, second = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    if not first:
        return re.compile("(?!)")
    return re.compile(
        f"[{re.escape(''.join(sorted(first)))}](?=[{re.escape(''.join(sorted(second)))}])"
    )


def _bearings_of(districts: Iterable[District]) -> dict[str, list[_Bearing]]:
    """Return which district bears which name, by the first two characters of the name."""
    found: dict[str, list[_Bearing]] = defaultdict(list)
    for district in districts:
        code, city = district.adcode, _without_class(district.city)
        full = {district.name, *district.aliases}
        full |= {district.city + district.name, city + district.name}
        bears = [(name, False, False) for name in full]
        if district.short_name not in full:
            bears.append((district.short_name, False, True))
            bears.append((city + district.short_name, False, False))
        befores = ("", district.name, district.short_name)
        bears += [(before + town, True, False) for town in district.towns for before in befores]
        for text, is_town, is_short in bears:
            if len(text) > 1:
                found[text[:2]].append((text, is_town, is_short, code))
    return found


@cache
def _without_class(city: str) -> str:
    return _CLASS.sub("", city)


def _names_of(bearings: Iterable[_Bearing]) -> tuple[_Name, ...]:
    names: dict[tuple[str, bool, bool], list[str]] = defaultdict(list)
    for text, is_town, is_short, code in bearings:
        names[text, is_town, is_short].append(code)
    found = [
        _Name(text, tuple(dict.fromkeys(codes)), is_town, is_short)
        for (text, is_town, is_short), codes in names.items()
    ]
    return tuple(sorted(found, key=lambda name: (-len(name.text), name.is_town)))
