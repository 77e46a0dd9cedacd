"""What changed between two revisions, paragraph by paragraph and character by character."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from storage.model import Revision

#: Below this similarity two paragraphs are not one that was edited but one gone and one come.
_EDITED_FROM = 0.4
_TOKENS = re.compile(r"\d+|[A-Za-z]+|\s+|.", re.DOTALL)


class Change(StrEnum):
    """What happened to a piece of text."""

    SAME = "same"
    ADDED = "added"
    REMOVED = "removed"


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One paragraph of the old or the new text, or of both when it was edited."""

    #: (text, what happened to it) in reading order, removals before what came in their place
    parts: tuple[tuple[str, Change], ...]

    @property
    def is_same(self) -> bool:
        """Tell whether nothing changed in it."""
        return all(change is Change.SAME for _, change in self.parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class RevisionDiff:
    """What a revision changed."""

    before: Revision
    after: Revision
    #: (name, old, new) of title, published, source; only those that changed
    fields: tuple[tuple[str, str, str], ...]
    #: the whole text, unchanged paragraphs included
    lines: tuple[DiffLine, ...]


def diff_revisions(before: Revision, after: Revision) -> RevisionDiff:
    """Return what changed from one revision to another."""
    pairs = (
        ("title", before.title, after.title),
        ("published", _published(before), _published(after)),
        ("source", before.source_name or "", after.source_name or ""),
    )
    return RevisionDiff(
        before=before,
        after=after,
        fields=tuple((name, old, new) for name, old, new in pairs if old != new),
        lines=diff_text(before.text, after.text),
    )


def diff_text(before: str, after: str) -> tuple[DiffLine, ...]:
    """Return the paragraphs of two texts side by side in one list; may be empty."""
    old, new = before.split("\n") if before else [], after.split("\n") if after else []
    lines: list[DiffLine] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            lines += [_whole(line, Change.SAME) for line in old[a:b]]
        else:
            lines += _changed(old[a:b], new[c:d])
    return tuple(lines)


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[DiffLine]:
    """Pair each old paragraph with the first new one that it may have become."""
    at = 0
    for line in old:
        match = next((n for n in range(at, len(new)) if _is_edited(line, new[n])), None)
        if match is None:
            yield _whole(line, Change.REMOVED)
            continue
        yield from (_whole(added, Change.ADDED) for added in new[at:match])
        yield _edited(line, new[match])
        at = match + 1
    yield from (_whole(added, Change.ADDED) for added in new[at:])


def _is_edited(old: str, new: str) -> bool:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    return (
        matcher.real_quick_ratio() >= _EDITED_FROM
        and matcher.quick_ratio() >= _EDITED_FROM
        and matcher.ratio() >= _EDITED_FROM
    )


def _edited(before: str, after: str) -> DiffLine:
    old, new = _TOKENS.findall(before), _TOKENS.findall(after)
    parts: list[tuple[str, Change]] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            parts.append(("".join(old[a:b]), Change.SAME))
            continue
        if a < b:
            parts.append(("".join(old[a:b]), Change.REMOVED))
        if c < d:
            parts.append(("".join(new[c:d]), Change.ADDED))
    return DiffLine(parts=tuple(parts))


def _whole(line: str, change: Change) -> DiffLine:
    return DiffLine(parts=((line, change),))


def _published(revision: Revision) -> str:
    if revision.published_at is None:
        return ""
    if revision.published_precision == "day":
        return revision.published_at.date().isoformat()
    return revision.published_at.isoformat(" ", "minutes")
