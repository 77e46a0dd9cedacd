"""Text made comparable: one kind of white space, nothing invisible, or letters and digits alone."""

from __future__ import annotations

import re
import unicodedata

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
_PUNCTUATION = re.compile(r"[\W_]+")


def squeeze(text: str) -> str:
    """Return ``text`` with runs of white space made one space, and invisible characters gone."""
    text = " ".join(text.split())
    return text if text.isascii() else _INVISIBLE.sub("", text)


def fold(text: str) -> str:
    """Return the letters and digits of ``text`` alone, in one width and case, to compare by."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text)).lower()
