"""The lines of a page as they are known again on another page of the site: by text and place.

A place is the path of tags, classes and ids above a line, long numbers blotted out; styles and
other attributes are an editor's or a moment's and stand in none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from zlib import crc32

from bot.model import Place

if TYPE_CHECKING:
    from bot.extract.outline import Outline

#: lines of a page that are looked at; longer pages repeat themselves
MOST_LINES = 600
_NUMBER = re.compile(r"\d{3,}")


class Survey:
    """One page's lines with their keys, and its elements by their places."""

    __slots__ = ("_paths", "by_path", "keys", "page")

    def __init__(self, page: Outline, body: int = -1) -> None:
        self.page = page
        end = page.ends[body] if body >= 0 else -1
        self._paths: dict[int, int] = {-1: 0}
        #: path of a place -> the elements there, in page order
        self.by_path: dict[int, list[int]] = {}
        #: position in ``page.lines`` -> key; lines out of sight have none, nor have links that
        #: stand outside of the body
        self.keys: dict[int, int] = {}
        for position, line in enumerate(page.lines[:MOST_LINES]):
            if line.is_hidden:
                continue
            if line.linked * 2 > len(line.text) and not body <= line.element < end:
                continue
            self.keys[position] = crc32(line.text.encode(), self.path(line.element))

    def path(self, at: int) -> int:
        """Return the checksum of an element's place."""
        known = self._paths.get(at)
        if known is not None:
            return known
        page = self.page
        found = crc32(_step(page.tags[at], page.name(at)), self.path(page.parents[at]))
        self._paths[at] = found
        self.by_path.setdefault(found, []).append(at)
        return found

    def place(self, at: int) -> Place:
        """Return where an element stands."""
        return Place(path=self.path(at), label=self.page.label(at))

    def only_at(self, path: int) -> int | None:
        """Return the element at a place; None where none with text is, or several are."""
        found = self.by_path.get(path, ())
        return found[0] if len(found) == 1 else None


@lru_cache(maxsize=4096)
def _step(tag: str, name: str) -> bytes:
    return f"{tag} {_NUMBER.sub('0', name)}>".encode()


def checksum(text: str) -> int:
    """Return what an address or a headline is known again by."""
    return crc32(text.encode())
