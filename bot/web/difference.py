"""What changed from one revision of an article to the next, paragraph by paragraph."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from storage.model import Revision

#: Two paragraphs less alike than this are shown as one removed and one added.
_ALIKE = 0.4
#: Longer paragraphs are compared whole: difflib is quadratic in the worst case.
_MAX_COMPARED_LENGTH = 4000
#: A figure or a Latin word is changed as a whole: 120 became 210, and not "a 2 before, a 2 less".
_PIECE = re.compile(r"[0-9０-９]+(?:[.,．][0-9０-９]+)*[%％‰]?|[A-Za-z]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of a paragraph: ``same``, ``added`` or ``removed``."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One revision with the paragraphs in which it differs from the one before."""

    revision: Revision
    #: paragraphs in reading order; the whole text for the first revision
    paragraphs: tuple[tuple[Span, ...], ...]
    is_first: bool = False


def differences(revisions: Sequence[Revision]) -> tuple[Step, ...]:
    """Return a step for each revision, newest first, given them oldest first."""
    steps = []
    before: Revision | None = None
    for revision in revisions:
        lines = _lines(revision)
        if before is None:
            paragraphs: tuple[tuple[Span, ...], ...] = tuple(
                (Span("same", line),) for line in lines
            )
        else:
            paragraphs = changed_paragraphs(_lines(before), lines)
        steps.append(Step(revision=revision, paragraphs=paragraphs, is_first=before is None))
        before = revision
    return tuple(reversed(steps))


def changed_paragraphs(before: Sequence[str], after: Sequence[str]) -> tuple[tuple[Span, ...], ...]:
    """Return the paragraphs that differ, each as its same, removed and added pieces."""
    found: list[tuple[Span, ...]] = []
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            continue
        old, new = before[i1:i2], after[j1:j2]
        for position in range(max(len(old), len(new))):
            was = old[position] if position < len(old) else ""
            now = new[position] if position < len(new) else ""
            found += _compare(was, now)
    return tuple(found)


def _compare(was: str, now: str) -> list[tuple[Span, ...]]:
    if not was:
        return [(Span("added", now),)]
    if not now:
        return [(Span("removed", was),)]
    is_short = max(len(was), len(now)) <= _MAX_COMPARED_LENGTH
    old, new = _PIECE.findall(was), _PIECE.findall(now)
    matcher = SequenceMatcher(None, old, new, autojunk=False) if is_short else None
    if matcher is None or matcher.ratio() < _ALIKE:
        return [(Span("removed", was),), (Span("added", now),)]
    spans = []
    for tag, i1, i2, j1, j2 in matcher.get_opcodes():
        if tag == "equal":
            spans.append(Span("same", "".join(old[i1:i2])))
            continue
        if i2 > i1:
            spans.append(Span("removed", "".join(old[i1:i2])))
        if j2 > j1:
            spans.append(Span("added", "".join(new[j1:j2])))
    return [tuple(spans)]


def _lines(revision: Revision) -> list[str]:
    """Return what a reader sees of a revision: title, day, source, text and pictures."""
    lines = [f"标题：{revision.title}"]
    if revision.published_at is not None:
        form = "%Y-%m-%d" if revision.published_precision == "day" else "%Y-%m-%d %H:%M"
        lines.append(f"日期：{revision.published_at.strftime(form)}")
    if revision.source_name:
        lines.append(f"来源：{revision.source_name}")
    for block in revision.blocks:
        if block.kind in {"image", "video"}:
            lines.append(f"〔图〕{block.alt or block.url or ''}")
        elif block.text:
            lines.extend(block.text.split("\n"))
    return lines
