"""A text as deduplication reads it: without what a site redraws, and cut into what is compared."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from functools import cached_property, lru_cache

#: Characters in a shingle.
SHINGLE_LENGTH = 5
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]")
_SPACE_IN_LINE = re.compile(r"[^\S\n]+")
#: what Chinese texts have most of, and its normal form
_WIDE_MARKS = tuple(zip("，：；！？（）…", (*",:;!?()", "..."), strict=True))
_WORDS = re.compile(r"[^\W_]+")
#: Three drawn letters or digits and a site's name, at the end of a block (EmpireCMS).
_MARK = re.compile(r"[0-9A-Za-z]{3}([\u4e00-\u9fff]{2,10})$")
_SENTENCE_END = "。！？!?；;…”’」』)）.:："

_TOKENS = re.compile(
    r"\d+(?:[.:,%/~-]\d+)*%?|[〇零一二三四五六七八九十百千万亿两]{2,}|[a-z]+|[^\W\d_]",
    re.IGNORECASE,
)
_CLAUSES = re.compile(r"[^，。！？；：、,!?;:\n]+")


def plain(text: str) -> str:
    """Return a text as the hashes see it: NFKC, no space, no anti-copy mark; lines stay."""
    for wide, narrow in _WIDE_MARKS:
        text = text.replace(wide, narrow)
    # What is left of a Chinese text is mostly in its normal form, and to be sure of it is cheap.
    if not unicodedata.is_normalized("NFKC", text):
        text = unicodedata.normalize("NFKC", text)
    text = _SPACE_IN_LINE.sub("", _INVISIBLE.sub("", text))
    lines = [line for line in text.split("\n") if line]
    marks = [_mark_of(line) for line in lines]
    if not any(marks):
        return "\n".join(lines)
    names = Counter(mark.group(1) for mark in marks if mark)
    kept = (_unmarked(line, mark, names) for line, mark in zip(lines, marks, strict=True))
    return "\n".join(filter(None, kept))


def words(text: str) -> str:
    """Return the letters and digits of a text in lower case: what shingles are made of."""
    return letters_of(plain(text))


def letters_of(prose: str) -> str:
    """Return the same of what ``plain`` returned."""
    return "".join(_WORDS.findall(prose)).lower()


def shingles(letters: str) -> list[str]:
    """Return the shingles of what ``words`` returned, in order; a shorter text is one shingle."""
    if len(letters) <= SHINGLE_LENGTH:
        return [letters] if letters else []
    return [letters[i : i + SHINGLE_LENGTH] for i in range(len(letters) - SHINGLE_LENGTH + 1)]


def tokens(clause: str) -> list[str]:
    """Return the numbers, words and characters of a clause."""
    return _TOKENS.findall(clause)


class Reading:
    """A text prepared for comparison: each step is done once, when it is first asked for."""

    def __init__(self, text: str) -> None:
        self._text = text

    @cached_property
    def prose(self) -> str:
        """The text without what a site redraws; one block a line."""
        return plain(self._text)

    @cached_property
    def letters(self) -> str:
        """Its letters and digits."""
        return letters_of(self.prose)

    @cached_property
    def sequence(self) -> list[str]:
        """The shingles of its letters, in order."""
        return shingles(self.letters)

    @cached_property
    def shingles(self) -> frozenset[str]:
        """The same as a set."""
        return frozenset(self.sequence)

    @cached_property
    def clauses(self) -> list[str]:
        """Its clauses."""
        return _CLAUSES.findall(self.prose)


@lru_cache(maxsize=64)
def reading_of(text: str) -> Reading:
    """Return a text prepared: it is fingerprinted, then compared with several, one after another.

    A form that is filled in every day is met again and again, too.
    """
    return Reading(text)


def _mark_of(line: str) -> re.Match[str] | None:
    """Return what may be an anti-copy mark; most lines end in punctuation and have none."""
    return _MARK.search(line) if "\u4e00" <= line[-1] <= "\u9fff" else None


def _unmarked(line: str, mark: re.Match[str] | None, names: Counter[str]) -> str:
    if mark is None:
        return line
    stands_apart = mark.start() == 0 or line[mark.start() - 1] in _SENTENCE_END
    return line[: mark.start()] if stands_apart or names[mark.group(1)] > 1 else line
