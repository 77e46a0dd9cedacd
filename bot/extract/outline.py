"""The outline of a page: one walk over the tree, elements and lines of text in flat lists.

Everything that is decided later about a page is decided on these lists: walking the tree costs
far more than reading a list, so it is walked once.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.css import Stylesheet, is_hidden_style
from bot.extract.furniture import FURNITURE_TAGS, HIDDEN_WORDS, Role, role_of

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

#: Tags that stand inside a line; every other tag begins a new one.
INLINE_TAGS = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd mark nobr o:p q rb
    rp rt rtc ruby s samp small span st1 strike strong sub sup time tt u var wbr label picture
    source bpm amp-img
    """.split()
)
_SPACES = re.compile(r"[\s\u00a0\u3000]+")
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad]")
#: ARIA roles of landmarks that are not the main content (WAI-ARIA 1.2 section 5.3.4).
_FURNITURE_ROLES = frozenset(
    {"navigation", "complementary", "contentinfo", "banner", "search", "dialog", "menu",
     "menubar", "toolbar", "tablist", "alertdialog", "tooltip"}
)  # fmt: skip


@dataclass(slots=True)
class Element:
    """One element of the page, with what its subtree adds up to."""

    node: LexborNode
    tag: str
    parent: int
    #: value of ``class`` and ``id``, as written
    name: str
    role: Role
    is_hidden: bool
    #: index of the nearest element at or above that begins a line
    block: int
    #: index of the nearest link at or above; -1 outside links
    link: int
    #: index one past the last element of the subtree
    end: int = 0


@dataclass(slots=True)
class Line:
    """One line of text as a reader sees it: what stands between two breaks."""

    #: index of the element that holds the line
    element: int
    text: str
    #: characters that stand inside links
    linked: int
    is_hidden: bool
    #: the pieces of text and the elements that they stand in
    parts: list[tuple[str, int]] = field(default_factory=list)


@dataclass(slots=True)
class Outline:
    """Elements in document order, and lines in reading order."""

    elements: list[Element]
    lines: list[Line]

    def ancestors(self, index: int) -> list[int]:
        """Return ``index`` and the indices of its ancestors, innermost first."""
        found = []
        while index >= 0:
            found.append(index)
            index = self.elements[index].parent
        return found


def squeeze(text: str) -> str:
    """Return ``text`` with runs of white space made one space, and invisible characters gone."""
    if not text.isascii():
        text = _INVISIBLE.sub("", text)
    return _SPACES.sub(" ", text).strip()


def outline(root: LexborNode, sheet: Stylesheet) -> Outline:
    """Walk over the subtree of ``root`` once; its silent tags must be gone already."""
    elements: list[Element] = []
    lines: list[Line] = []
    index_of: dict[int, int] = {}
    parts: list[tuple[str, int]] = []
    line_block = -1
    is_broken = True
    top_parent = -1

    def finish() -> None:
        text = squeeze("".join([part for part, _ in parts]))
        if text:
            linked = sum(len(squeeze(part)) for part, at in parts if elements[at].link >= 0)
            hidden = all(elements[at].is_hidden for part, at in parts if not part.isspace())
            if any(elements[at].is_hidden for _, at in parts) and not hidden:
                text = squeeze("".join([p for p, at in parts if not elements[at].is_hidden]))
            if text:
                lines.append(Line(line_block, text, linked, hidden, list(parts)))
        parts.clear()

    for node in root.traverse(include_text=True):
        if node.is_text_node:
            parent = node.parent
            at = index_of.get(parent.mem_id, -1) if parent is not None else -1
            if at < 0:
                continue
            text = node.text_content or ""
            block = elements[at].block
            if is_broken or block != line_block:
                if parts:
                    finish()
                line_block = block
                is_broken = False
            if parts or not text.isspace():
                parts.append((text, at))
            continue
        tag = node.tag or ""
        if tag[0] in "-!":
            continue
        parent = node.parent
        up = index_of.get(parent.mem_id, top_parent) if parent is not None else top_parent
        here = len(elements)
        index_of[node.mem_id] = here
        above = elements[up] if up >= 0 else None
        is_inline = tag in INLINE_TAGS
        if tag == "br" or not is_inline:
            is_broken = True
        name, role, is_hidden = _read(node, tag, sheet)
        elements.append(
            Element(
                node=node,
                tag=tag,
                parent=up,
                name=name,
                role=role,
                is_hidden=is_hidden or (above is not None and above.is_hidden),
                block=above.block if is_inline and above is not None else here,
                link=here if tag == "a" else above.link if above is not None else -1,
            )
        )
    if parts:
        finish()
    for index in range(len(elements) - 1, -1, -1):
        element = elements[index]
        if element.end <= index:
            element.end = index + 1
        if element.parent >= 0:
            above = elements[element.parent]
            above.end = max(above.end, element.end)
    return Outline(elements, lines)


def _read(node: LexborNode, tag: str, sheet: Stylesheet) -> tuple[str, Role, bool]:
    """Return name, role and whether it is hidden, of one element by its attributes."""
    attributes = node.attributes
    role = Role.FURNITURE if tag in FURNITURE_TAGS else Role.PLAIN
    if not attributes:
        return "", role, False
    is_hidden = False
    css_class = attributes.get("class")
    css_id = attributes.get("id")
    name = ""
    if css_class:
        name = css_class
        if role is Role.PLAIN:
            role = role_of(css_class)
        lowered = css_class.lower()
        if ("hid" in lowered or "none" in lowered or "sr" in lowered or "reader" in lowered) and (
            not HIDDEN_WORDS.isdisjoint(lowered.split())
        ):
            is_hidden = True
    if css_id:
        name = f"{name} #{css_id}" if name else f"#{css_id}"
        if role is not Role.FURNITURE and role is not Role.BODY:
            role = _stronger(role, role_of(css_id))
    if (
        ("style" in attributes and is_hidden_style(attributes["style"] or ""))
        or "hidden" in attributes
        or sheet.hides(css_class, css_id)
    ):
        is_hidden = True
    if (attributes.get("role") or "") in _FURNITURE_ROLES and tag != "header":
        role = Role.FURNITURE
    if "articlebody" in (attributes.get("itemprop") or attributes.get("property") or "").lower():
        role = Role.BODY
    return name, role, is_hidden


def _stronger(one: Role, other: Role) -> Role:
    if Role.BODY in (one, other):
        return Role.BODY
    if other is Role.FURNITURE:
        return other
    return one if one is not Role.PLAIN else other
