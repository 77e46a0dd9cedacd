"""The face of a site, and whether it became another's: a lapsed domain is soon somebody else's.

A redesign keeps the site's name and its language; a new owner keeps nothing.  So title, language
and layout must all be others at once, or two of them beside plain signs of spam.
"""

from __future__ import annotations

import json
import re
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection

_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{0,300})", re.IGNORECASE)
_CLASSED = re.compile(
    r"<([a-z][a-z0-9]{0,15})\s(?:[^<>]{0,200}?\s)?(?:class|id)\s*=\s*[\"']?([\w-]{1,40})",
    re.IGNORECASE,
)
_TAGS = re.compile(r"<[^>]{0,2000}>")
_SCRIPTS = re.compile(r"<(script|style)\b[^>]{0,500}>.{0,20000}?</\1>", re.IGNORECASE | re.DOTALL)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_LETTER = re.compile(r"[^\W\d_]")
#: characters of a page that are looked at
_SEEN_CHARS = 200_000
#: marks of the layout that are remembered
_MARKS = 60
#: below this share in common a part is another one
_OTHER = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Face:
    """What a site looks like from afar."""

    title: str
    #: ``zh`` where every third letter is Chinese, else ``other``
    language: str
    #: ``tag.class`` of its elements, each once, sorted
    layout: tuple[str, ...]

    def as_text(self) -> str:
        """Return it as text that ``face_from`` reads."""
        return json.dumps(asdict(self), ensure_ascii=False)


def face_from(text: str) -> Face | None:
    """Return the face that ``as_text`` wrote, None for anything else."""
    try:
        kept = json.loads(text)
        return Face(
            title=str(kept["title"]),
            language=str(kept["language"]),
            layout=tuple(str(mark) for mark in kept["layout"]),
        )
    except (ValueError, KeyError, TypeError):
        return None


def face_of(markup: str) -> Face:
    """Return the face of a page."""
    seen = markup[:_SEEN_CHARS]
    title = _TITLE.search(seen)
    marks = {f"{tag.lower()}.{name}" for tag, name in _CLASSED.findall(seen)}
    prose = _TAGS.sub(" ", _SCRIPTS.sub(" ", seen))
    letters = len(_LETTER.findall(prose))
    is_chinese = letters > 0 and len(_HAN.findall(prose)) * 3 >= letters
    return Face(
        title=" ".join(title[1].split()) if title else "",
        language="zh" if is_chinese else "other",
        layout=tuple(sorted(marks)[:_MARKS]),
    )


def why_taken_over(known: Face, now: Face, *, has_spam: bool) -> str | None:
    """Return why a site must be another's than the known one, None while it may be the same."""
    changed = []
    if _common(_pairs(known.title), _pairs(now.title)) < _OTHER:
        changed.append(f"the title was “{known.title[:60]}” and is “{now.title[:60]}”")
    if known.language != now.language:
        changed.append("the language is another")
    if _common(known.layout, now.layout) < _OTHER:
        changed.append("nothing of the layout is left")
    if len(changed) == 3 or (len(changed) == 2 and has_spam):
        return ", ".join(changed)
    return None


def _pairs(title: str) -> set[str]:
    return {title[at : at + 2] for at in range(len(title) - 1)} or {title}


def _common(one: Collection[str], other: Collection[str]) -> float:
    """Return the Jaccard similarity; two that are empty are the same."""
    both = set(one) | set(other)
    return len(set(one) & set(other)) / len(both) if both else 1.0
