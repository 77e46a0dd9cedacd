"""Which subtree of a page is the article: prose against links, decided on the outline."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.extract.furniture import Role

if TYPE_CHECKING:
    from bot.extract.outline import Line, Outline

_SENTENCE = re.compile(r"[，。！？；、：,.!?;:…”»؟،。]")
_BOILERPLATE = re.compile(
    r"copyright|©|版权所有|备案|许可证|ICP|未经.{0,8}授权|举报电话|all rights reserved|cookie|扫一扫|客户端下载",
    re.IGNORECASE,
)
#: how much of an element's prose a child must hold for the article to lie inside it
_DOMINANCE = 0.8
#: how much of all prose an element must hold to be believed when its name says body
_NAMED_SHARE = 0.35
#: how much of all prose makes it impossible that an element is furniture
_ACQUITTAL = 0.45
#: of named elements inside one another, the innermost that holds this much of the largest's prose
_NAMED_DOMINANCE = 0.6


def prose_weight(line: Line) -> float:
    """Return how much of a line counts as prose; 0 for links, labels and small print."""
    if line.is_hidden:
        return 0.0
    free = len(line.text) - line.linked
    if free <= 0 or line.linked > 0.5 * len(line.text):
        return 0.0
    if _BOILERPLATE.search(line.text):
        return 0.0
    marks = len(_SENTENCE.findall(line.text))
    if not marks:
        return 0.15 * free if free < 60 else 0.5 * free
    wide = sum("\u2e80" <= c <= "\uffef" for c in line.text[:40])
    size = free * (2.0 if wide > len(line.text[:40]) / 3 else 1.0)
    return min(size, 600.0) * (0.6 if size < 40 else 1.0)


def acquit(page: Outline) -> None:
    """Take the name of furniture from elements that hold most of the page's prose.

    Names lie: a body called ``weibo_login`` or an article inside ``share_area`` is no furniture.
    """
    total = [0.0] * len(page.elements)
    for line in page.lines:
        if weight := prose_weight(line):
            for index in page.ancestors(line.element):
                total[index] += weight
    most = max(total, default=0.0)
    for index, element in enumerate(page.elements):
        if element.role is Role.FURNITURE and most and total[index] >= _ACQUITTAL * most:
            element.role = Role.PLAIN


def find_body(page: Outline) -> tuple[int, str]:
    """Return the index of the element that holds the article, -1 without any, and the reason."""
    total = [0.0] * len(page.elements)
    lines = [0] * len(page.elements)
    for line in page.lines:
        path = page.ancestors(line.element)
        if any(page.elements[i].role is Role.FURNITURE or page.elements[i].is_hidden for i in path):
            continue
        weight = prose_weight(line)
        if not weight:
            continue
        for index in path:
            total[index] += weight
            lines[index] += 1
    if not page.elements or not max(total):
        return -1, "no prose on the page"
    everything = max(total)
    named = [
        i
        for i, e in enumerate(page.elements)
        if e.role is Role.BODY and total[i] >= _NAMED_SHARE * everything
    ]
    if named:
        most = max(total[i] for i in named)
        best = max(i for i in named if total[i] >= _NAMED_DOMINANCE * most)
        return best, f"named {page.elements[best].name.strip()!r}"
    here = max(range(len(total)), key=lambda i: (total[i], -i))
    children: dict[int, list[int]] = {}
    for index, element in enumerate(page.elements):
        if total[index]:
            children.setdefault(element.parent, []).append(index)
    while below := children.get(here):
        best = max(below, key=lambda i: total[i])
        if total[best] < _DOMINANCE * total[here]:
            break
        if _is_line(page, best) or (lines[best] < 2 and lines[here] > 1):
            break
        here = best
    return here, f"holds {total[here] / everything:.0%} of the prose"


def _is_line(page: Outline, index: int) -> bool:
    return page.elements[index].tag in {
        "p",
        "li",
        "td",
        "span",
        "a",
        "strong",
        "b",
        "font",
        "br",
    } and (page.elements[index].end - index < 4)
