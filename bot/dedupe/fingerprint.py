"""Fingerprints: what of an article makes it the same article, as versioned hashes.

They look past everything that a site redraws without changing the news: white space, width of
characters, invisible characters, and the anti-copy mark that EmpireCMS puts at the end of every
paragraph, newly drawn each time that a page is regenerated.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections import Counter
from hashlib import blake2b
from typing import TYPE_CHECKING

from rensa import RMinHash

from bot.model import Fingerprints

if TYPE_CHECKING:
    from datetime import date, datetime

    from bot.model import CleanArticle, Published

#: Begins each hash. Raised whenever the same article would get another one: by a change here,
#: or by a release of rensa that draws other permutations (a test with fixed values tells).
VERSION = "2"

#: Characters in a shingle.
SHINGLE_LENGTH = 5
#: Bands times rows permutations: two texts with Jaccard similarity s share a band with the
#: probability 1 - (1 - s^rows)^bands, which is 0.999 at 0.75, 0.94 at 0.6 and 0.15 at 0.3.
BANDS = 20
ROWS = 4
#: Texts below this are too short to be told apart by what they share.
MIN_LENGTH = 60

_SEED = 20250319
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\ufe00-\ufe0f]")
_SPACE_IN_LINE = re.compile(r"[^\S\n]+")
#: what Chinese texts have most of, and its normal form
_WIDE_MARKS = tuple(zip("，：；！？（）…", (*",:;!?()", "..."), strict=True))
_NOT_WORD = re.compile(r"[\W_]+")
#: Three drawn letters or digits and a site's name, at the end of a block (EmpireCMS).
_MARK = re.compile(r"[0-9A-Za-z]{3}([\u4e00-\u9fff]{2,10})$")
_SENTENCE_END = "。！？!?；;…”’」』)）.:："


def fingerprint(article: CleanArticle) -> Fingerprints:
    """Return the fingerprints of an article."""
    return fingerprint_parts(
        title=article.title,
        text=article.text,
        published=article.published,
        source_name=article.source_name,
    )


def fingerprint_parts(
    *, title: str, text: str, published: Published | None, source_name: str | None
) -> Fingerprints:
    """Return the fingerprints of an article that is given by its parts."""
    day = "" if published is None else published.at.date().isoformat()
    return _fingerprints(title=title, text=text, day=day, source_name=source_name)


def fingerprint_kept(
    *, title: str, text: str, published_at: datetime | None, source_name: str | None
) -> Fingerprints:
    """Return the fingerprints of an article as the archive tells it; the time has its offset."""
    day: date | None = None if published_at is None else published_at.date()
    return _fingerprints(
        title=title, text=text, day="" if day is None else day.isoformat(), source_name=source_name
    )


def is_current(value: str) -> bool:
    """Tell whether a hash was made by this version."""
    return value.startswith(f"{VERSION}:")


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
    return _NOT_WORD.sub("", prose).lower()


def shingles(letters: str) -> set[str]:
    """Return the shingles of what ``words`` returned; a shorter text is one shingle."""
    if len(letters) <= SHINGLE_LENGTH:
        return {letters} if letters else set()
    return {letters[i : i + SHINGLE_LENGTH] for i in range(len(letters) - SHINGLE_LENGTH + 1)}


def _mark_of(line: str) -> re.Match[str] | None:
    """Return what may be an anti-copy mark; most lines end in punctuation and have none."""
    return _MARK.search(line) if "\u4e00" <= line[-1] <= "\u9fff" else None


def _unmarked(line: str, mark: re.Match[str] | None, names: Counter[str]) -> str:
    if mark is None:
        return line
    stands_apart = mark.start() == 0 or line[mark.start() - 1] in _SENTENCE_END
    return line[: mark.start()] if stands_apart or names[mark.group(1)] > 1 else line


def _fingerprints(*, title: str, text: str, day: str, source_name: str | None) -> Fingerprints:
    prose = plain(text)
    letters = letters_of(prose)
    return Fingerprints(
        content=_hash(plain(title), prose.replace("\n", ""), day, plain(source_name or "")),
        text=_hash(letters),
        bands=_bands(letters),
    )


def _bands(letters: str) -> tuple[int, ...]:
    if len(letters) < MIN_LENGTH:
        return ()
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update(
        [letters[i : i + SHINGLE_LENGTH] for i in range(len(letters) - SHINGLE_LENGTH + 1)]
    )
    digest = minhash.digest()
    return tuple(
        int.from_bytes(
            blake2b(
                struct.pack(f"<B{ROWS}I", band, *digest[band * ROWS : (band + 1) * ROWS]),
                digest_size=8,
                person=b"band" + VERSION.encode(),
            ).digest(),
            "little",
            signed=True,
        )
        for band in range(BANDS)
    )


def _hash(*parts: str) -> str:
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return f"{VERSION}:{digest.hexdigest()}"
