"""Rules for single lines, compiled so that dozens of them are asked of a line for next to nothing.

A pattern with an alternative that may begin anywhere is tried in full at every letter of a line.
So the alternatives of a rule are parted: those that begin with ``^`` are tried once, at the
beginning; the others are searched for.  Both are asked of the line in lower case: a pattern that
ignores case is slower, and takes a millisecond to compile for each range of Chinese characters.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_left
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


_LATIN = re.compile("[a-zà-ÿ]")


class Place(StrEnum):
    """Where in the body a rule may strike."""

    ANY = "any"
    HEAD = "head"
    TAIL = "tail"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One rule: a whole line that matches and is short enough is taken out."""

    rule: str
    #: what the line begins with, in lower case
    anchored: re.Pattern[str] | None
    #: what stands anywhere in the line in lower case
    floating: re.Pattern[str] | None
    longest: int
    place: Place
    #: every alternative has a Latin letter, so that a line without any need not be asked
    is_latin: bool


def line(
    rule: str,
    pattern: str,
    longest: int = 60,
    place: Place = Place.ANY,
    *,
    is_latin: bool = False,
) -> Line:
    """Return a rule by its pattern, which ignores case.

    ``is_latin`` tells that whatever matches has a Latin letter: Chinese lines, most of them without
    one, are not asked.
    """
    parts = list(alternatives(_lowered(pattern)))
    anchored = "|".join(part for part in parts if part.startswith("^"))
    floating = "|".join(part for part in parts if not part.startswith("^"))
    return Line(
        rule=rule,
        anchored=re.compile(anchored) if anchored else None,
        floating=re.compile(floating) if floating else None,
        longest=longest,
        place=place,
        is_latin=is_latin,
    )


def alternatives(pattern: str) -> Iterator[str]:
    """Yield the outermost alternatives of a pattern."""
    depth = start = 0
    is_class = is_escaped = False
    for at, char in enumerate(pattern):
        if is_escaped:
            is_escaped = False
        elif char == "\\":
            is_escaped = True
        elif is_class:
            is_class = char != "]"
        elif char == "[":
            is_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif char == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]


def _lowered(pattern: str) -> str:
    r"""Put the letters of a pattern in lower case, and leave such as ``\S`` alone."""
    return re.sub(r"\\.|[^\\]+", lambda m: m[0] if m[0][0] == "\\" else m[0].lower(), pattern)


class LineRules:
    """Rules in their order: the first that strikes at a line gives its name."""

    def __init__(self, lines: Sequence[Line]) -> None:
        #: the lengths up to which rules strike
        self._lengths = sorted({one.longest for one in lines})
        self._finders = {
            (place, has_latin, at): tuple(
                _finders([one for one in lines if has_latin or not one.is_latin], place, longest)
            )
            for place in Place
            for has_latin in (False, True)
            for at, longest in enumerate([*self._lengths, sys.maxsize])
        }

    def find(self, text: str, place: Place) -> str | None:
        """Return the name of the rule that takes a line out; None keeps it.

        ``place`` tells whether the line stands among the first or last of the body; a rule for
        one end does not strike at the other, nor in the middle.
        """
        lowered = text.lower()
        has_latin = _LATIN.search(lowered) is not None
        at = bisect_left(self._lengths, len(text))
        for rule, strikes in self._finders[place, has_latin, at]:
            if strikes(lowered):
                return rule
        return None


#: The name of a rule, and what asks it.
_Finder = tuple[str, "Callable[[str], object]"]


def _finders(lines: Sequence[Line], place: Place, length: int) -> Iterator[_Finder]:
    for one in lines:
        if one.place in (Place.ANY, place) and one.longest >= length:
            if one.anchored is not None:
                yield one.rule, one.anchored.match
            if one.floating is not None:
                yield one.rule, one.floating.search
