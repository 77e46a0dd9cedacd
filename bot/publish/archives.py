"""Which archive documents a feed's history is cut into (RFC 5005 section 4).

Articles are laid out oldest first and cut by month, and within a month into parts of a fixed
length, so that no document grows without bounds.  The newest month is still growing: of it only
whole strides of the subscription document's length are archived, so that what is not archived yet
always stands in the subscription document, and a growing month has a new document only once in so
many articles.

Each document's address carries a version, made of what it holds and of the version before it.  A
client that knows an address never asks for it again; when something old changes (a revision, a
takedown, an article found later), the addresses of its month and of all later ones change, and a
client that follows ``prev-archive`` reads just those again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from itertools import groupby
from typing import TYPE_CHECKING

from bot.publish.feed import BY_SUFFIX, Format
from bot.publish.site import CHINA

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.publish.site import Site
    from bot.publish.topic import Topic
    from storage.model import Placed

#: entries in one archive document at most; a month of a district seldom has as many
PART_LENGTH = 500
_NAME = re.compile(r"(\d{4}-(?:0[1-9]|1[0-2]))(?:\.([2-9]|[1-9]\d{1,5}))?\.(\w+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchivePart:
    """One archive document: a month's entries, or a stretch of them."""

    #: ``2026-10``, in China
    month: str
    #: counted from 1 within the month
    number: int
    #: how many entries its month holds before it, oldest first
    offset: int
    count: int
    #: changes whenever anything in this part or in an older one does
    version: str

    @property
    def stem(self) -> str:
        """The document's name without its format: ``2026-10``, ``2026-10.2``."""
        return self.month if self.number == 1 else f"{self.month}.{self.number}"

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The month's first instant and the next month's."""
        return month_span(self.month)


def parts_of(
    places: Iterable[Placed], *, stride: int, before: Sequence[ArchivePart] = ()
) -> tuple[ArchivePart, ...]:
    """Return the parts of what stands at ``places``, oldest first, behind those of ``before``.

    ``places`` are oldest first and begin with a month; the last of their months is the growing
    one.  ``stride`` is the number of entries in the subscription document.
    """
    parts = list(before)
    version = parts[-1].version if parts else ""
    months = [(month, list(held)) for month, held in groupby(places, key=_month)]
    for position, (month, held) in enumerate(months):
        is_growing = position == len(months) - 1
        length = _settled(held, stride) if is_growing else len(held)
        for number, offset in enumerate(range(0, length, PART_LENGTH), start=1):
            part = held[offset : min(offset + PART_LENGTH, length)]
            version = _version(version, month, part)
            parts.append(
                ArchivePart(
                    month=month, number=number, offset=offset, count=len(part), version=version
                )
            )
    return tuple(parts)


def name_of(part: ArchivePart, form: Format) -> str:
    """Return a document's file name: ``2026-10.atom``."""
    return f"{part.stem}.{form.suffix}"


def parse_name(name: str) -> tuple[str, int, Format] | None:
    """Return month, number and format of a document's file name; None for any other name."""
    match = _NAME.fullmatch(name)
    if match is None or match[3] not in BY_SUFFIX:
        return None
    return match[1], int(match[2] or 1), BY_SUFFIX[match[3]]


def parse_stem(stem: str) -> tuple[str, int] | None:
    """Return month and number of ``2026-10`` or ``2026-10.2``; None for anything else."""
    found = parse_name(f"{stem}.atom")
    return found and found[:2]


def archive_urls(topic: Topic, part: ArchivePart, site: Site) -> dict[Format, str]:
    """Return the address of a part in each format, with its version."""
    return {
        form: site.url(f"/feeds/{topic.path}/archive/{name_of(part, form)}") + f"?v={part.version}"
        for form in Format
    }


def month_span(month: str) -> tuple[datetime, datetime]:
    """Return the first instant of ``2026-10`` in China, and the first of the month after it."""
    year, number = int(month[:4]), int(month[5:])
    start = datetime(year, number, 1, tzinfo=CHINA)
    return start, datetime(year + number // 12, number % 12 + 1, 1, tzinfo=CHINA)


def month_of(at: datetime) -> str:
    """Return the month of an instant in China: ``2026-10``."""
    local = at.astimezone(CHINA)
    return f"{local.year:04}-{local.month:02}"


def _month(place: Placed) -> str:
    return month_of(place.sorted_at)


def _settled(held: Sequence[Placed], stride: int) -> int:
    """Return how many of a growing month's entries are archived.

    What was old when it was taken in is in no subscription document, and so is archived at once.
    """
    settled = live = 0
    for position, place in enumerate(held, start=1):
        if place.is_backfilled:
            settled = position
            continue
        live += 1
        if live % stride == 0:
            settled = position
    return settled


def _version(before: str, month: str, part: Sequence[Placed]) -> str:
    digest = blake2b(f"{before} {month}".encode(), digest_size=8)
    for place in part:
        digest.update(f" {place.number}:{place.changed_at.timestamp():.6f}".encode())
    return digest.hexdigest()
