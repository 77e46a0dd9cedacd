"""The outline of a page: one pass over its markup, elements and lines of text in flat lists.

Everything that is decided later about a page is decided on these lists.  What is told of one
element stands at the same position in several of them, because making an object for each of a
page's thousand elements would cost more than all the deciding.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from bot.extract.furniture import FURNITURE_TAGS, Role, read_class, role_of
from bot.extract.wording import squeeze
from bot.html.css import is_hidden_style
from bot.html.markup import VOID, attribute, decoded, tags_and_texts

if TYPE_CHECKING:
    from bot.html.css import Stylesheet

#: Tags that stand inside a line; every other tag begins a new one.
INLINE_TAGS = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd mark nobr o:p q rb
    rp rt rtc ruby s samp small span st1 strike strong sub sup time tt u var wbr label picture
    source bpm amp-img
    """.split()
)
#: ARIA roles of landmarks that are not the main content (WAI-ARIA 1.2 section 5.3.4).
_FURNITURE_ROLES = frozenset(
    {"navigation", "complementary", "contentinfo", "banner", "search", "dialog", "menu",
     "menubar", "toolbar", "tablist", "alertdialog", "tooltip"}
)  # fmt: skip
#: Tags that hold menus and lists of links, and whose names begin no other tag's.
_SKIPPABLE = frozenset({"div", "ul", "nav", "footer", "aside", "section", "dl", "form", "table"})
_MANY_LINKS = 8
#: A longer search for an end tag costs more than it saves.
_LONGEST_SKIP = 30_000
_LONGEST_BEHIND = 500_000
#: Characters of markup that are cut at the tags at a time.
_PIECE = 8_000
#: Furniture of that much markup behind the text is no bar of date and source.
_LARGE = 4_000
#: Characters of a text that is more than a label, and how many of them are an article's beginning.
_LONG_TEXT = 30
_ENOUGH = 200
#: Characters of a hidden text that are looked at: some pages hide their data in one.
_HIDDEN_SEEN = 400
#: A day in sight: perhaps the one of the article, in a bar above it.
_DAY = re.compile(r">[^<\d]{0,12}20\d\d[-./]\d")
_CHINESE_DAY = re.compile(r"月\d")
#: Who answers for an article stands below it, at times in the bar for sharing.
_EDITOR = re.compile("责任编辑|责编|编辑[：:]")
#: What begins a part of a byline.
_LABELS = frozenset(
    {"来源", "作者", "责编", "编辑", "记者", "校对", "审核", "责任", "发布", "时间", "评论", "字号"}
)
#: Attributes that name an element beside its class and id.
_NAMING = ("itemprop", "data-testid", "data-test", "data-component", "data-qa", "data-cy",
           "data-gu-name", "data-name", "data-block")  # fmt: skip
#: What follows the first letter of ``p`` and ``h2``: their ids are places to jump to, not names.
_ANCHORED = " 123456"
_FURNITURE, _PLAIN, _BODY = Role.FURNITURE, Role.PLAIN, Role.BODY


class Line:
    """One line of text as a reader sees it: what stands between two breaks."""

    __slots__ = ("element", "is_hidden", "linked", "parts", "text")

    def __init__(
        self, element: int, text: str, linked: int, is_hidden: bool, parts: list[tuple[str, int]]
    ) -> None:
        #: index of the element that holds the line
        self.element = element
        self.text = text
        #: characters that stand inside links
        self.linked = linked
        self.is_hidden = is_hidden
        #: the pieces of text and the elements that they stand in
        self.parts = parts


def _joined(pieces: list[str]) -> str:
    """Join the pieces of a line; figures of two elements, such as a time and a count, stay two.

    So do labels, as in a byline whose parts a stylesheet sets apart: 来源：江城网作者：张华.
    """
    joined = ""
    for piece in pieces:
        if joined and (
            (joined[-1].isdigit() and piece[:1].isdigit())
            or (piece[:2] in _LABELS and ("：" in piece[:6] or ":" in piece[:6]))
        ):
            joined += " "
        joined += piece
    return joined


@dataclass(slots=True)
class Outline:
    """Elements in document order, one list for each thing told of them; lines in reading order."""

    #: the serialised markup that ``starts`` and ``stops`` count in
    markup: str
    tags: list[str]
    #: start tags as written, without their angle brackets
    heads: list[str]
    roles: list[Role]
    #: out of sight by itself or by what it stands in
    hidden: list[bool]
    #: index of the element that it stands in; -1 for the root
    parents: list[int]
    #: index of the nearest element at or above that begins a line
    blocks: list[int]
    #: index of the nearest link at or above; -1 outside links
    links: list[int]
    #: index one past the last element of the subtree
    ends: list[int]
    #: offsets of the element's markup: of its first ``<``, and one past its last ``>``
    starts: list[int]
    stops: list[int]
    lines: list[Line]
    #: class and id of the elements that were asked for
    names: dict[int, str] = field(default_factory=dict)

    def ancestors(self, index: int, most: int = sys.maxsize) -> list[int]:
        """Return ``index`` and the indices of its ancestors, innermost first, ``most`` in all."""
        found: list[int] = []
        parents = self.parents
        while index >= 0 and len(found) < most:
            found.append(index)
            index = parents[index]
        return found

    def name(self, index: int) -> str:
        """Return class and id of an element, such as ``article-box #content``; may be empty.

        Templates whose classes a build step scrambles name their elements for their tests.
        """
        name = self.names.get(index)
        if name is None:
            head = self.heads[index]
            name = (attribute(head, "class") or "") if ' class="' in head else ""
            if ' id="' in head and (css_id := attribute(head, "id")):
                name = f"{name} #{css_id}" if name else f"#{css_id}"
            if " data-" in head or ' itemprop="' in head:
                told = [value for key in _NAMING if (value := attribute(head, key))]
                name = " ".join([name, *told]) if name else " ".join(told)
            self.names[index] = name
        return name

    def label(self, index: int) -> str:
        """Return an element as people name it, such as ``div.article-box#content``."""
        parts = self.name(index).replace(" #", "#").split()
        return self.tags[index] + "".join(part if part[0] == "#" else f".{part}" for part in parts)

    def attribute(self, index: int, name: str) -> str | None:
        """Return the value of an element's attribute; None where it has none."""
        return attribute(self.heads[index], name)

    def text_of(self, index: int) -> str:
        """Return the text of a whole subtree, squeezed into one line."""
        inside = tags_and_texts(self.markup[self.starts[index] : self.stops[index]])
        return squeeze(decoded("".join([text for _, text in inside])))


def outline(markup: str, sheet: Stylesheet, *, is_whole: bool = False) -> Outline:
    """Pass over markup once; comments and silent tags must be gone from it already.

    What furniture holds is passed over where it is nothing but links, or stands behind text, and
    so is a list of nothing but links behind text; ``is_whole`` reads it all.
    """
    read: dict[str, _Told] = {}
    #: tag, head, role, parent, start, is hidden, block and link of each element
    elements: list[tuple[str, str, Role, int, int, bool, int, int]] = []
    ends: list[int] = []
    stops: list[int] = []
    #: pieces of text and the block that they stand in, a line each
    broken: list[tuple[list[tuple[str, int]], int]] = []
    parts: list[tuple[str, int]] = []
    #: what holds inside the element that is open, and inside those that it stands in
    top = link = -1
    block = line_block = -1
    is_out_of_sight = False
    above: list[tuple[int, bool, int, int]] = []
    is_broken = True
    position = resume = here = mass = 0

    rest, upto = _piece(markup, 0)
    while rest:
        for head, text in rest:
            start = position
            position += len(head) + len(text) + 2
            if start < resume:
                continue
            if head[0] == "/":
                if top >= 0:
                    ends[top] = here
                    stops[top] = position - len(text)
                    top, is_out_of_sight, block, link = above.pop()
            else:
                known = read.get(head)
                if known is None:
                    known = read[head] = _read(head, sheet)
                tag, role, is_hidden, is_inline, is_void = known
                is_hidden = is_hidden or is_out_of_sight
                own = block
                if not is_inline or top < 0:
                    own = here
                    is_broken = True
                target = here if tag == "a" else link
                elements.append((tag, head, role, top, start, is_hidden, own, target))
                if is_void:
                    here += 1
                    ends.append(here)
                    stops.append(position - len(text))
                else:
                    above.append((top, is_out_of_sight, block, link))
                    top, is_out_of_sight, block, link = here, is_hidden, own, target
                    here += 1
                    ends.append(here)
                    stops.append(0)
                    if not is_whole and (
                        tag in _SKIPPABLE
                        if role is _FURNITURE
                        else tag == "ul" and mass > _ENOUGH and role < Role.LIKELY
                    ):
                        # A list without such a name may hold prose, however far behind it stands.
                        is_behind = role is _FURNITURE and mass > _ENOUGH
                        resume = _end_of_furniture(markup, tag, position, is_behind=is_behind)
                        if resume:
                            is_broken = True
                            if resume >= upto:
                                position = resume
                                break
                            continue
            if not text or text.isspace():
                if text and not is_broken and block == line_block:
                    parts.append((text, top))
                continue
            if is_broken or block != line_block:
                parts = []
                broken.append((parts, block))
                line_block = block
                is_broken = False
            if len(text) > _LONG_TEXT and link < 0:
                mass += len(text)
            parts.append((decoded(text) if "&" in text else text, top))
        rest, upto = _piece(markup, position)
    return _gathered(markup, elements, ends, stops, broken)


#: Of a start tag: its name, the role of its element, whether that is hidden, stands inside a line,
#: and has no end tag.
_Told = tuple[str, Role, bool, bool, bool]


def _piece(markup: str, start: int) -> tuple[list[tuple[str, str]], int]:
    """Return tags and texts from ``start`` on, and the offset of what they do not reach.

    A large page is cut piece by piece, because most of it is passed over.
    """
    stop = markup.find("<", start + _PIECE)
    if stop >= 0:
        pairs = tags_and_texts(markup, start, stop)
        # A tag of a strange name, such as <b<i>, holds a further bracket, perhaps this one.
        if len(pairs) == markup.count("<", start, stop):
            return pairs, stop
    return tags_and_texts(markup, start), len(markup)


def _gathered(
    markup: str,
    elements: list[tuple[str, str, Role, int, int, bool, int, int]],
    ends: list[int],
    stops: list[int],
    broken: list[tuple[list[tuple[str, int]], int]],
) -> Outline:
    if not elements:
        return Outline(markup, [], [], [], [], [], [], [], [], [], [], [])
    tags, heads, roles, parents, starts, hidden, blocks, links = map(
        list, zip(*elements, strict=True)
    )
    lines = [line for parts, block in broken if (line := _line(parts, block, links, hidden)).text]
    return Outline(
        markup, tags, heads, roles, hidden, parents, blocks, links, ends, starts, stops, lines
    )


def _end_of_furniture(markup: str, tag: str, start: int, *, is_behind: bool) -> int:
    """Return the offset of the end tag of furniture that nothing is asked of; 0 to read it.

    Half of a page's elements stand in menus, lists of links and comments.  A headline in it makes
    it worth reading, and so does a day in sight, which may be the article's, in a bar above it.
    """
    close = _closing(markup, tag, start, _LONGEST_BEHIND if is_behind else _LONGEST_SKIP)
    if close < 0:
        return 0
    if markup.find("<h1", start, close) >= 0:
        return 0
    if is_behind and close - start > _LARGE:
        return 0 if _names_editor(markup, start, close) else close
    links = markup.count("<a ", start, close)
    if links < _MANY_LINKS:
        return 0
    prose = sum([markup.count(sign, start, close) for sign in ("，", "。", ". ", "<p", "<br")])
    if (
        prose > links // 8
        or _CHINESE_DAY.search(markup, start, close)
        or _DAY.search(markup, start, close)
        or _names_editor(markup, start, close)
    ):
        return 0
    return close


def _closing(markup: str, tag: str, start: int, longest: int) -> int:
    """Return the offset of the end tag of an element whose content starts at ``start``.

    -1 where it stands further off than ``longest``.  As many end tags are passed at once as there
    must be at least: one for the element and one for each that was opened inside it so far.
    """
    opening, closing = f"<{tag}", f"</{tag}>"
    close = end = start
    passed, wanted = 0, 1
    while passed < wanted:
        before = end
        while passed < wanted:
            close = markup.find(closing, end)
            if close < 0 or close - start > longest:
                return -1
            end = close + len(closing)
            passed += 1
        wanted += markup.count(opening, before, close)
    return close


def _names_editor(markup: str, start: int, stop: int) -> bool:
    # A plain search is an order of magnitude faster than a pattern, and seldom finds.
    return markup.find("编", start, stop) >= 0 and _EDITOR.search(markup, start, stop) is not None


def _line(parts: list[tuple[str, int]], block: int, links: list[int], hidden: list[bool]) -> Line:
    if len(parts) == 1:
        text, at = parts[0]
        text = squeeze(text[:_HIDDEN_SEEN] if hidden[at] else text)
        return Line(block, text, len(text) if links[at] >= 0 else 0, hidden[at], parts)
    seen = [part for part, at in parts if not hidden[at]]
    is_hidden = not any(part and not part.isspace() for part in seen)
    text = squeeze(_joined([part for part, _ in parts] if is_hidden else seen))
    linked = sum([len(part.strip()) for part, at in parts if links[at] >= 0])
    return Line(block, text, min(linked, len(text)), is_hidden, parts)


def _read(head: str, sheet: Stylesheet) -> _Told:
    """Return what a start tag tells of its element."""
    tag = head.partition(" ")[0]
    role, is_hidden = _PLAIN, False
    if '"' in head and (tag != "a" or ' class="' in head or ' style="' in head):
        role, is_hidden = _named(head, sheet)
    if tag in FURNITURE_TAGS and (role is not _BODY or tag != "form"):
        role = _FURNITURE
    return tag, role, is_hidden, tag in INLINE_TAGS, tag in VOID


def _named(head: str, sheet: Stylesheet) -> tuple[Role, bool]:
    """Return the role of one element, and whether it is hidden, by its attributes."""
    role = _PLAIN
    is_hidden = False
    at = head.find(' class="')
    if at >= 0:
        role, is_hidden, classes = read_class(head[at + 8 : head.find('"', at + 8)])
        if not sheet.classes.isdisjoint(classes):
            is_hidden = True
    at = head.find(' id="')
    if at >= 0:
        css_id = head[at + 5 : head.find('"', at + 5)]
        if role is not _FURNITURE and role is not _BODY and head[1] not in _ANCHORED:
            role = _stronger(role, role_of(css_id))
        if css_id.lower() in sheet.ids:
            is_hidden = True
    at = head.find(' style="')
    if at >= 0 and is_hidden_style(head[at + 8 : head.find('"', at + 8)]):
        is_hidden = True
    if ' hidden="' in head:
        is_hidden = True
    if ' aria-hidden="true"' in head and head.partition(" ")[0] in INLINE_TAGS:
        is_hidden = True
    if ' role="' in head and attribute(head, "role") in _FURNITURE_ROLES:
        role = role if head.startswith("header") else _FURNITURE
    if "prop" in head and (
        "articlebody" in (attribute(head, "itemprop") or attribute(head, "property") or "").lower()
    ):
        role = _BODY
    return role, is_hidden


def _stronger(one: Role, other: Role) -> Role:
    if _BODY in (one, other):
        return _BODY
    if other is _FURNITURE:
        return other
    return one if one is not _PLAIN else other
