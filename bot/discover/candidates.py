"""Lists that a page may hold, each with a CSS selector that was proved to give it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from bot.discover.html import base_of
from bot.discover.selector import is_selector
from bot.discover.structure import ranked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from selectolax.lexbor import LexborNode

    from bot.model import FetchedPage

#: classes that a build or a CMS makes anew, or that tell a state
_FICKLE = re.compile(
    r"\d{3,}|^(on|cur|current|active|first|last|odd|even|clearfix|cl|fix)$|[0-9a-f]{6,}"
)
_NAME = re.compile(r"[A-Za-z_][\w-]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One list of a page."""

    #: CSS selector of its entries, for ``listing.item``
    item: str
    #: title of its first entry
    first: str
    score: float


def candidates(page: FetchedPage, *, limit: int = 5) -> tuple[Candidate, ...]:
    """Return the lists of an HTML page that may be its news, the likeliest first; may be empty.

    A list without a selector that gives its entries and no others is left out.
    """
    tree = LexborHTMLParser(page.text)
    for node in tree.css("script, style, noscript, template, select"):
        node.decompose()
    found = []
    for group in ranked(tree, base_of(tree, page.effective_url)):
        selector = selector_of(tree, list(group.items))
        if selector is not None:
            text = " ".join(group.items[0].text(separator=" ").split())
            found.append(
                Candidate(
                    item=selector,
                    first=text[:80],
                    score=group.score,
                )
            )
        if len(found) == limit:
            break
    return tuple(found)


def selector_of(tree: LexborHTMLParser, items: list[LexborNode]) -> str | None:
    """Return the shortest stable selector whose matches are exactly ``items``; None for none."""
    wanted = {item.mem_id for item in items}
    for selector in _tries(items):
        if is_selector(selector) and {node.mem_id for node in tree.css(selector)} == wanted:
            return selector
    return None


def _tries(items: list[LexborNode]) -> Iterator[str]:
    """Yield selectors from the plain to the long."""
    first = items[0]
    tags = {item.tag or "" for item in items}
    if len(tags) != 1:
        return
    leaves = [first.tag or ""]
    shared = _classes(first)
    for item in items[1:]:
        shared = [name for name in shared if name in _classes(item)]
    leaves = [*(f"{first.tag}.{name}" for name in shared), *leaves]
    path: list[str] = []
    parent = first.parent
    above: list[str] = []
    while parent is not None and parent.tag not in {"html", None}:
        names = _names(parent)
        for leaf in leaves:
            middle = " > ".join(reversed(path))
            if names:
                for name in names:
                    if middle:
                        yield f"{name} > {middle} > {leaf}"
                        yield f"{name} {leaf}"
                    else:
                        yield f"{name} > {leaf}"
                    for upper in above:
                        yield f"{upper} {name} {leaf}"
            elif parent.tag == "body":
                yield " > ".join(["body", *reversed(path), leaf])
        path.append(parent.tag or "")
        parent = parent.parent
    for leaf in leaves:
        yield leaf


def _names(node: LexborNode) -> list[str]:
    """Return selectors of an element by its id or its stable classes; none for a bare element."""
    identity = node.attributes.get("id") or ""
    names = []
    if _NAME.fullmatch(identity) and not _FICKLE.search(identity):
        names.append(f"#{identity}")
    classes = _classes(node)
    names += [f"{node.tag}.{name}" for name in classes[:3]]
    if len(classes) > 1:
        names.append(f"{node.tag}.{classes[0]}.{classes[1]}")
    return names


def _classes(node: LexborNode) -> list[str]:
    found = (node.attributes.get("class") or "").split()
    return [name for name in found if _NAME.fullmatch(name) and not _FICKLE.search(name)]
