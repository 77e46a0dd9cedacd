"""What was learned of a site: which lines recur on its pages, where the parts of articles stand.

A profile is a window of the newest pages, reduced to checksums, apart for each layout that the site
uses.  Nothing is averaged: what a profile says is counted anew from its window, so that a page too
many or too few never leaves a trace, and a redesign is simply another layout, of which nothing is
known yet.
"""

from __future__ import annotations

import base64
import json
from array import array
from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

from bot.model import Ending, Place, Sighting

if TYPE_CHECKING:
    from collections.abc import Iterable

#: raised whenever checksums or their meaning change; what another version learned is learned anew
VERSION = 1
#: pages of a layout that are remembered
MOST_PAGES = 6
MOST_LAYOUTS = 3
#: a layout that so many further pages of the site did not have is forgotten: it was redesigned
FORGOTTEN_AFTER = 12
#: what has a place
FIELDS = ("body", "title", "published", "source")
#: pages whose endings are remembered, and watermarks
MOST_ENDINGS = 12
MOST_MARKS = 8
#: newest pages that must agree on a place before it is believed
AGREEING = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """One template of a site."""

    number: int
    #: the newest pages, oldest first; at least one
    sightings: tuple[Sighting, ...]
    #: pages that were learned from, also those no longer remembered
    page_count: int
    #: the profile's count of pages when the last of them came
    last_page: int

    def evidence(self, *, page: int, title: int) -> tuple[Sighting, ...]:
        """Return the pages that tell something of another one.

        Not the page itself as it was before, and none under the same headline: that is the same
        article at another address, and what recurs in it is its text.
        """
        return tuple(
            one for one in self.sightings if one.page != page and title not in (0, one.title)
        )

    def agreed(self, field: str) -> Place | None:
        """Return where a field stands, if the newest pages that show it agree; else None."""
        places = [place for one in self.sightings for name, place in one.places if name == field][
            -AGREEING:
        ]
        if len(places) < AGREEING or len({place.path for place in places}) > 1:
            return None
        return places[-1]

    @property
    def recurring(self) -> frozenset[int]:
        """Keys of the lines that stand on at least two of its pages."""
        counts = Counter(key for one in self.sightings for key in one.keys)
        return frozenset(key for key, count in counts.items() if count > 1)

    @property
    def fingerprint(self) -> str:
        """Eight hexadecimal digits of what recurs, to see whether it is as it was."""
        total = 0
        for key in self.recurring:
            total ^= key
        return f"{total:08x}"


@dataclass(frozen=True, slots=True, kw_only=True)
class SiteProfile:
    """What is known of the pages of one site, or of one section of it."""

    host: str
    layouts: tuple[Layout, ...] = ()
    #: pages that were learned from in all
    page_count: int = 0
    #: why it was begun anew, for people; empty when it never was
    reset_reason: str = ""
    #: (checksum of its address, what most of its blocks end in) of the newest pages that have such
    endings: tuple[tuple[int, Ending], ...] = ()
    #: patterns of watermarks that two fetches of one page have shown
    marks: tuple[str, ...] = ()

    def layout_of(self, keys: Iterable[int], paths: Iterable[int]) -> Layout | None:
        """Return the layout that a page with these lines and places is of; None for a new one.

        It shares lines with it, and has the place where that layout's bodies stand.
        """
        own, present = set(keys), set(paths)
        best: tuple[int, Layout] | None = None
        for layout in self.layouts:
            body = layout.agreed("body")
            if body is not None and body.path not in present:
                continue
            shared = max(len(own.intersection(one.keys)) for one in layout.sightings)
            if shared and (best is None or shared > best[0]):
                best = (shared, layout)
        return None if best is None else best[1]

    def learn(self, sighting: Sighting) -> SiteProfile:
        """Return the profile with one more page; the same page again replaces its former state."""
        count = self.page_count + 1
        known = {layout.number: layout for layout in self.layouts}
        old = known.get(sighting.layout or 0)
        number = old.number if old else max(known, default=0) + 1
        before = old.sightings if old else ()
        kept = tuple(one for one in before if one.page != sighting.page)
        known[number] = Layout(
            number=number,
            sightings=(*kept, replace(sighting, layout=number))[-MOST_PAGES:],
            page_count=(old.page_count if old else 0) + (len(kept) == len(before)),
            last_page=count,
        )
        fresh = [one for one in known.values() if count - one.last_page < FORGOTTEN_AFTER]
        fresh.sort(key=lambda one: one.last_page)
        return replace(self, layouts=tuple(fresh[-MOST_LAYOUTS:]), page_count=count)

    def learn_ending(self, page: int, ending: Ending | None) -> SiteProfile:
        """Return the profile with what the blocks of a page end in; None forgets its former one."""
        kept = tuple(one for one in self.endings if one[0] != page)
        if ending is not None:
            kept = (*kept, (page, ending))[-MOST_ENDINGS:]
        return self if kept == self.endings else replace(self, endings=kept)

    def learn_mark(self, pattern: str) -> SiteProfile:
        """Return the profile with a watermark that two fetches of a page have shown."""
        if pattern in self.marks:
            return self
        return replace(self, marks=(*self.marks, pattern)[-MOST_MARKS:])

    def told(self) -> dict[str, Any]:
        """Return what is known in words and counts, for people and scripts."""
        return {
            "host": self.host,
            "pages": self.page_count,
            "reset": self.reset_reason or None,
            "marks": list(self.marks),
            "endings": sorted({ending.stem for _, ending in self.endings}),
            "layouts": [
                {
                    "number": layout.number,
                    "pages": layout.page_count,
                    "remembered": len(layout.sightings),
                    "last_page": layout.last_page,
                    "recurring_lines": len(layout.recurring),
                    "fingerprint": layout.fingerprint,
                    "places": {
                        name: place.label for name in FIELDS if (place := layout.agreed(name))
                    },
                }
                for layout in self.layouts
            ],
        }

    def dump(self) -> str:
        """Return it as a line of JSON."""
        content = asdict(self)
        for layout, own in zip(content["layouts"], self.layouts, strict=True):
            for told, sighting in zip(layout["sightings"], own.sightings, strict=True):
                told["keys"] = base64.b64encode(array("I", sighting.keys).tobytes()).decode()
        return json.dumps({"version": VERSION, **content}, ensure_ascii=False)

    @classmethod
    def load(cls, text: str | None) -> SiteProfile | None:
        """Return what was dumped; None for nothing, for damage, or for another version's."""
        try:
            content = json.loads(text or "")
            if content.pop("version") != VERSION:
                return None
            content["layouts"] = tuple(_layout(one) for one in content["layouts"])
            content["endings"] = tuple(
                (page, Ending(stem=one["stem"], tokens=tuple(one["tokens"]), count=one["count"]))
                for page, one in content.get("endings", ())
            )
            content["marks"] = tuple(content.get("marks", ()))
            return cls(**content)
        except (ValueError, TypeError, KeyError):
            return None


def _layout(content: dict[str, Any]) -> Layout:
    sightings = []
    for told in content.pop("sightings"):
        keys = array("I")
        keys.frombytes(base64.b64decode(told.pop("keys")))
        places = tuple((name, Place(**place)) for name, place in told.pop("places"))
        sightings.append(Sighting(keys=tuple(keys), places=places, **told))
    return Layout(sightings=tuple(sightings), **content)
