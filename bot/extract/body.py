"""Which subtree of a page is the article, and what inside it is not.

Every line of text gets a mark: prose counts for its element, links and legal lines against it.
An element's sum is that of its lines and children; the article is the element whose sum, read in
the light of its name, is greatest, and of nested elements the innermost that still has nearly
all.  (The maximum-sum view of Pasternack and Roth, "Extracting article text from the web with
maximum subsequence segmentation", WWW 2009, taken over subtrees instead of token runs.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.extract.furniture import Role

if TYPE_CHECKING:
    from bot.extract.outline import Element, Line, Outline

#: How a name changes the weight of an element's sum.
_ROLE_FACTOR = {
    Role.FURNITURE: 0.1,
    Role.DOUBTFUL: 0.7,
    Role.PLAIN: 1.0,
    Role.LIKELY: 1.12,
    Role.BODY: 1.6,
}
_TAG_FACTOR = {
    "article": 1.15,
    "main": 1.05,
    "section": 1.0,
    "ul": 0.5,
    "ol": 0.5,
    "dl": 0.6,
    "form": 0.5,
}
#: Elements that are parts of a body and never the whole of it.
_PARTS = frozenset({"p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "li", "a", "tr",
                    "figure", "figcaption", "span", "font", "b", "strong", "em", "i", "center", "table", "tbody", "dd", "dt", "ul", "ol", "br"})  # fmt: skip
_CONTENT_PARTS = frozenset({"center", "table", "tbody", "tr"})
#: A child that keeps this share of its parent's sum is the better answer.
_KEEPS = 0.88
#: One that bears the name of a body needs no more than this.
_KEEPS_BODY = 0.6
_INLINE_PARTS = frozenset({"ul", "ol", "li", "dl", "dd"})
_LONGEST_MARK = 1200.0
#: A body whose prose sums up to less may be there for its pictures.
_LEAST_PROSE = 60.0

_SENTENCE = re.compile(r"[，。；！？、…：]|[.!?;:,؟،۔।॥]['\"”’»)]?(?:\s|$)")
_LEGAL = re.compile(
    r"版权所有|ICP备|ICP证|公网安备|许可证|All Rights Reserved|©|\(c\) ?\d{4}|Copyright|举报电话"
    r"|营业执照|违法和不良信息|Terms of (?:Use|Service)|Privacy Policy|cookies|JavaScript"
    r"|Datenschutz|Mentions légales|Todos los derechos|Alle Rechte|Tous droits",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Body:
    """The chosen subtree."""

    #: index of the element
    element: int
    #: indices of elements inside it that are cut out, each with its rule
    cut: list[tuple[int, str]]
    #: positions in ``Outline.lines`` of its lines that stay
    lines: list[int]
    #: why it was chosen
    reason: str
    #: sum of the marks, and the share of the page's prose that it holds
    mark: float
    share: float


def mark_of(line: Line, element: Element) -> float:
    """Return what a line speaks for (above 0) or against (below 0) its element being a body."""
    text = line.text
    length = len(text)
    mass = length if text.isascii() else len(text.encode())
    if line.linked * 2 > length:
        return -4.0 - min(mass, 60) * 0.4
    if _LEGAL.search(text) and mass < 900:
        return -20.0
    if _SENTENCE.search(text) and mass >= 24:
        mark = min(float(mass), _LONGEST_MARK) * (1.0 - 1.8 * line.linked / length)
        return mark if mass >= 60 or element.tag == "p" else mark * 0.4
    if mass >= 150:
        return mass * 0.7
    if element.tag in ("p", "h2", "h3"):
        return min(mass, 60) * 0.15
    return -1.0


def find_body(page: Outline) -> Body | None:
    """Return the subtree that is the article; None for a page without lines."""
    elements, lines = page.elements, page.lines
    if not lines:
        return None
    count = len(elements)
    marks = [mark_of(line, elements[line.element]) for line in lines]
    sums = [0.0] * count
    chars = [0] * count
    linked = [0] * count
    raw = [0.0] * count
    for line, mark in zip(lines, marks, strict=True):
        at = line.element
        if mark > 0:
            raw[at] += mark
        if line.is_hidden:
            continue
        sums[at] += mark
        chars[at] += len(line.text)
        linked[at] += line.linked
    for at in range(count - 1, 0, -1):
        raw[elements[at].parent] += raw[at] if elements[at].parent >= 0 else 0.0
    rescued = _rescued(page, raw)
    for at in range(count - 1, -1, -1):
        element = elements[at]
        up = element.parent
        if up < 0:
            continue
        if element.role is Role.FURNITURE and at not in rescued:
            continue
        sums[up] += sums[at] if sums[at] > -40 else -40.0
        chars[up] += chars[at]
        linked[up] += linked[at]
    if max(sums) < 40 and raw[0] > 400:
        # Nearly all prose is hidden or in furniture: a page that script turns visible.
        sums = raw
    best = _choose(elements, sums, rescued)
    if sums[best] < _LEAST_PROSE:
        best = _gallery(elements, best)
    cut = _cuts(elements, best, sums, chars, linked, rescued)
    gone = _spans(elements, cut)
    first, last = best, elements[best].end
    kept = [
        position
        for position, line in enumerate(lines)
        if first <= line.element < last and not any(a <= line.element < b for a, b in gone)
    ]
    total = raw[0] or 1.0
    element = elements[best]
    reason = (
        f"<{element.tag} {element.name}> has the greatest sum, {sums[best]:.0f}, "
        f"in {len(kept)} lines; its name reads as {element.role.name.lower()}"
    )
    return Body(best, cut, kept, reason, sums[best], raw[best] / total)


def body_at(page: Outline, index: int) -> Body:
    """Return the subtree that a rule names, with its furniture cut out."""
    elements, lines = page.elements, page.lines
    end = elements[index].end
    cut = []
    position = index + 1
    while position < end:
        if elements[position].role is Role.FURNITURE:
            cut.append((position, _rule_of(elements[position])))
            position = elements[position].end
        else:
            position += 1
    gone = _spans(elements, cut)
    kept = [
        place
        for place, line in enumerate(lines)
        if index <= line.element < end and not any(a <= line.element < b for a, b in gone)
    ]
    return Body(index, cut, kept, "the source's rule names it", 0.0, 1.0)


def _rescued(page: Outline, raw: list[float]) -> set[int]:
    """Return elements with the name of furniture that hold the main part all the same."""
    elements = page.elements
    anchor = -1
    for at, element in enumerate(elements):
        if element.role is Role.BODY and (anchor < 0 or raw[at] > raw[anchor]):
            anchor = at
    rescued: set[int] = set()
    if anchor >= 0 and raw[anchor] > 0.3 * raw[0]:
        rescued.update(at for at in page.ancestors(anchor) if elements[at].tag != "aside")
    for at, element in enumerate(elements):
        if element.tag == "h1" and raw[0]:
            rescued.update(up for up in page.ancestors(at) if raw[up] > 0.5 * raw[0])
    return rescued


def _choose(elements: list[Element], sums: list[float], rescued: set[int]) -> int:
    def value(at: int) -> float:
        element = elements[at]
        role = element.role
        if role is Role.FURNITURE and at in rescued:
            role = Role.PLAIN
        factor = _ROLE_FACTOR[role] * _TAG_FACTOR.get(element.tag, 1.0)
        return sums[at] * factor if sums[at] > 0 else sums[at]

    within: list[bool] = []
    best, best_value = 0, float("-inf")
    for at, element in enumerate(elements):
        up = element.parent
        inside = up >= 0 and (
            within[up] or (elements[up].role is Role.FURNITURE and up not in rescued)
        )
        within.append(inside)
        if inside or (element.tag in _PARTS and element.tag not in _CONTENT_PARTS):
            continue
        mine = value(at)
        if mine > best_value:
            best, best_value = at, mine
    return _innermost(elements, best, sums, within)


def _innermost(elements: list[Element], best: int, sums: list[float], within: list[bool]) -> int:
    """Follow the line of descendants that still hold nearly all, by sums without their names."""
    whole = sums[best]
    while True:
        heir = -1
        at = best + 1
        while at < elements[best].end:
            element = elements[at]
            if not within[at] and (element.tag not in _PARTS or element.tag in _CONTENT_PARTS):
                share = _KEEPS_BODY if element.role is Role.BODY else _KEEPS
                if sums[at] >= share * sums[best] and sums[at] >= _KEEPS_BODY * whole:
                    heir = at
                    break
                if sums[at] * 2 > sums[best]:
                    at += 1
                    continue
            at = element.end if element.tag not in _INLINE_PARTS else at + 1
        if heir < 0:
            return best
        best = heir


def _cuts(
    elements: list[Element],
    best: int,
    sums: list[float],
    chars: list[int],
    linked: list[int],
    rescued: set[int],
) -> list[tuple[int, str]]:
    cut = []
    at = best + 1
    end = elements[best].end
    while at < end:
        element = elements[at]
        rule = ""
        if (
            element.role is Role.FURNITURE
            and at not in rescued
            and not _is_tiny_inline(element, chars[at])
        ):
            rule = _rule_of(element)
        elif (
            element.block == at
            and sums[at] < -8
            and linked[at] > 0.55 * chars[at]
            and element.tag not in ("p", "h1", "h2", "h3", "h4", "td", "tr")
        ):
            rule = "link-list"
        if rule:
            cut.append((at, rule))
            at = element.end
        else:
            at += 1
    return cut


def _is_tiny_inline(element: Element, chars: int) -> bool:
    return element.tag in ("label", "ins", "button") and chars < 200 and not element.name


def _rule_of(element: Element) -> str:
    return f"furniture:{(element.name or element.tag).strip()[:60]}"


def _gallery(elements: list[Element], best: int) -> int:
    """Return the body of a page that shows pictures instead of prose; else ``best``."""
    pictures = [0] * len(elements)
    for at in range(len(elements) - 1, 0, -1):
        element = elements[at]
        pictures[at] += element.tag == "img"
        if element.role is not Role.FURNITURE and element.parent >= 0:
            pictures[element.parent] += pictures[at]
    named = [at for at, element in enumerate(elements) if element.role >= Role.LIKELY]
    shown = max(named, key=lambda at: (pictures[at], at), default=-1)
    return shown if shown >= 0 and pictures[shown] else best


def _spans(elements: list[Element], cut: list[tuple[int, str]]) -> list[tuple[int, int]]:
    return [(at, elements[at].end) for at, _ in cut]
