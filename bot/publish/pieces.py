"""Entries as they stand in documents, each made once and kept while there is room."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.publish.feed import Entry

#: Fifty entries of three thousand characters in three formats take half a megabyte, and feeds of
#: one district, its city and the whole share most of theirs.
MAX_BYTES = 64 * 1024 * 1024


class Pieces:
    """What was made of entries, by their ids and the kind of document.

    A piece is given for the very entry that it was made of and for no other, so that whatever
    changes in one makes it anew.  Of two generations the elder is dropped whole when the younger
    has half of the room; what is asked for moves to the younger.  Safe among threads: each step is
    one on a dictionary, and the worst is that two make the same piece.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self._max_bytes = max_bytes // 2
        self._young: dict[tuple[str, str], tuple[Entry, bytes]] = {}
        self._old: dict[tuple[str, str], tuple[Entry, bytes]] = {}
        self._young_bytes = 0

    def of(self, entry: Entry, kind: str, make: Callable[[Entry], bytes]) -> bytes:
        """Return the piece of an entry in one kind of document; ``make`` makes a new one."""
        key = (entry.id, kind)
        held = self._young.get(key)
        if held is not None and held[0] == entry:
            return held[1]
        held = self._old.get(key)
        if held is None or held[0] != entry:
            held = (entry, make(entry))
        self._young[key] = held
        self._young_bytes += len(held[1])
        if self._young_bytes > self._max_bytes:
            self._old, self._young, self._young_bytes = self._young, {}, 0
        return held[1]
