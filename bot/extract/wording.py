"""Text made comparable: one kind of white space, nothing invisible, or letters and digits alone."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_PUNCTUATION = re.compile(r"[\W_]+")
#: characters of a text whose folded form is worth remembering
_BRIEF = 200
#: letters of the pieces by which texts are compared
_PIECE = 4
_ENDS = tuple("。！？….!?।؟۔")


def squeeze(text: str) -> str:
    """Return ``text`` with runs of white space made one space, and invisible characters gone."""
    text = " ".join(text.split())
    return text if text.isascii() else _INVISIBLE.sub("", text)


def fold(text: str) -> str:
    """Return the letters and digits of ``text`` alone, in one width and case, to compare by."""
    # Names and headlines of a page are compared many times over.
    return _remembered(text) if len(text) <= _BRIEF else _folded(text)


def ends_sentence(text: str) -> bool:
    """Tell whether a text ends as a sentence does."""
    return text.rstrip("\"'”’»)）」』").endswith(_ENDS)


def share_in(text: str, whole: str) -> float:
    """Return which share of a text's pieces of four letters stands in another, from 0 to 1."""
    text, whole = fold(text), fold(whole)
    pieces = {text[at : at + _PIECE] for at in range(len(text) - _PIECE + 1)}
    return sum([piece in whole for piece in pieces]) / len(pieces) if pieces else 1.0


@lru_cache(maxsize=1024)
def _remembered(text: str) -> str:
    return _folded(text)


def _folded(text: str) -> str:
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).lower()
