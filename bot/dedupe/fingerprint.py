"""Fingerprints: what of an article makes it the same article, as versioned hashes.

They look past everything that a site redraws without changing the news: white space, width of
characters, invisible characters, and the anti-copy mark that EmpireCMS puts at the end of every
paragraph, newly drawn each time that a page is regenerated.
"""

from __future__ import annotations

import struct
from hashlib import blake2b
from typing import TYPE_CHECKING

from rensa import RMinHash

from bot.dedupe.reading import plain, reading_of
from bot.model import Fingerprints

if TYPE_CHECKING:
    from bot.dedupe.reading import Reading
    from bot.model import CleanArticle, Published

#: Begins each hash. Raised whenever the same article would get another one: by a change here,
#: or by a release of rensa that draws other permutations (a test with fixed values tells).
VERSION = "2"

#: Bands times rows permutations: two texts with Jaccard similarity s share a band with the
#: probability 1 - (1 - s^rows)^bands, which is 0.999 at 0.75, 0.94 at 0.6 and 0.15 at 0.3.
BANDS = 20
ROWS = 4
#: Texts below this are too short to be told apart by what they share.
MIN_LENGTH = 60

_SEED = 20250319
_PERSON = b"band" + VERSION.encode()


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
    reading = reading_of(text)
    return Fingerprints(
        content=_hash(plain(title), reading.prose.replace("\n", ""), day, plain(source_name or "")),
        text=_hash(reading.letters),
        bands=_bands(reading),
    )


def is_current(value: str) -> bool:
    """Tell whether a hash was made by this version."""
    return value.startswith(f"{VERSION}:")


def _bands(reading: Reading) -> tuple[int, ...]:
    if len(reading.letters) < MIN_LENGTH:
        return ()
    minhash = RMinHash(num_perm=BANDS * ROWS, seed=_SEED)
    minhash.update(reading.sequence)
    digest = struct.pack(f"<{BANDS * ROWS}I", *minhash.digest())
    size = 4 * ROWS
    return struct.unpack(
        f"<{BANDS}q",
        b"".join(
            blake2b(
                bytes((band,)) + digest[band * size : (band + 1) * size],
                digest_size=8,
                person=_PERSON,
            ).digest()
            for band in range(BANDS)
        ),
    )


def _hash(*parts: str) -> str:
    digest = blake2b(digest_size=16)
    for part in parts:
        data = part.encode()
        digest.update(len(data).to_bytes(8, "little"))
        digest.update(data)
    return f"{VERSION}:{digest.hexdigest()}"
