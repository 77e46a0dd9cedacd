"""Blocks and their HTML out of drafts; sanitising is the last thing that happens to them."""

from __future__ import annotations

import html
from itertools import groupby
from typing import TYPE_CHECKING

import nh3

from bot.model import Block, BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bot.clean.drafts import Draft, Run

#: All that may leave this stage: figures, captions, links, tables, lists and inline marks.
TAGS = set(
    """
    p h3 ul ol li blockquote figure figcaption img video table tbody tr td th
    a strong em sub sup code ruby rt rp u s mark br div
    """.split()
)
ATTRIBUTES: dict[str, set[str]] = {
    # Said outright: the library lets ``title`` and ``lang`` through else.
    "*": set(),
    "a": {"href"},
    "img": {"src", "alt"},
    "video": {"src", "controls"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_SCHEMES = {"http", "https"}
_CLEANER = nh3.Cleaner(
    tags=TAGS, attributes=ATTRIBUTES, url_schemes=_SCHEMES, link_rel="nofollow noopener"
)
#: after so many changes it is only text
_PASSES = 8
_WITHOUT_TEXT = (BlockKind.IMAGE, BlockKind.VIDEO)


def sanitise(fragment: str) -> str:
    """Return HTML that holds nothing but the allowed tags, attributes and http(s) addresses.

    What it returns is a fixed point: sanitised again it is the same.  An element that goes may
    have held its neighbours where a parser does not put them without it (a ``p`` in a ``select``
    in a ``p``), which is also how markup is smuggled through; so it is cleaned until it stays.
    """
    cleaned = _cleaned(fragment)
    for _ in range(_PASSES):
        again = _cleaned(cleaned)
        if again == cleaned:
            return cleaned
        cleaned = again
    text: str = nh3.clean(fragment, tags=set())
    return text


def _cleaned(fragment: str) -> str:
    cleaned: str = _CLEANER.clean(fragment)
    if "\r" in cleaned:
        # Written as a reference it passes; read again it is a line end (HTML, 13.2.3.5).
        cleaned = cleaned.replace("\r\n", "\n").replace("\r", "\n")
    # What stands first is read as a byte order mark (HTML, 13.2.3.2) and would go the next time.
    return cleaned.lstrip("\ufeff")


def render(drafts: list[Draft]) -> tuple[tuple[Block, ...], str]:
    """Return the blocks, and the whole article as HTML with figures put together."""
    firsts: list[Draft] = []
    texts: list[str] = []
    written: list[str] = []
    for _, same in groupby(drafts, key=_group):
        members = list(same)
        draft = members[0]
        firsts.append(draft)
        if draft.kind is BlockKind.LIST:
            tag = "ol" if draft.is_ordered else "ul"
            items = "".join([f"<li>{inline(member.runs)}</li>" for member in members])
            texts.append("\n".join([member.text for member in members]))
            written.append(f"<{tag}>{items}</{tag}>")
        else:
            texts.append("" if draft.kind in _WITHOUT_TEXT else draft.text)
            written.append(_written(draft))
    separator = "<br>"
    parts = sanitise(separator.join(written)).split(separator) if written else []
    if len(parts) != len(written):
        parts = [sanitise(one) for one in written]
    blocks = tuple(
        Block(kind=draft.kind, text=text, html=part, url=draft.url, alt=draft.alt)
        for draft, text, part in zip(firsts, texts, parts, strict=True)
    )
    return blocks, _page(blocks)


def assemble(blocks: Iterable[Block]) -> str:
    """Return blocks that were rendered before as the HTML of a whole article."""
    return sanitise(_page(list(blocks)))


def inline(runs: list[Run]) -> str:
    """Return runs as inline HTML, marks closed and opened only where they change."""
    if len(runs) == 1 and not runs[0].marks:
        return html.escape(runs[0].text, quote=False)
    pieces: list[str] = []
    open_marks: list[str] = []
    for run in runs:
        shared = 0
        while (
            shared < min(len(open_marks), len(run.marks))
            and open_marks[shared] == run.marks[shared]
        ):
            shared += 1
        while len(open_marks) > shared:
            pieces.append(_closing(open_marks.pop()))
        for mark in run.marks[shared:]:
            open_marks.append(mark)
            pieces.append(_opening(mark))
        pieces.append(html.escape(run.text, quote=False))
    while open_marks:
        pieces.append(_closing(open_marks.pop()))
    return "".join(pieces)


def _opening(mark: str) -> str:
    if mark.startswith("a:"):
        return f'<a href="{html.escape(mark[2:])}">' if len(mark) > 2 else ""
    return f"<{mark}>"


def _closing(mark: str) -> str:
    if mark.startswith("a:"):
        return "</a>" if len(mark) > 2 else ""
    return f"</{mark}>"


def _group(draft: Draft) -> tuple[BlockKind, int]:
    return (draft.kind, draft.is_ordered if draft.kind is BlockKind.LIST else id(draft))


def _written(draft: Draft) -> str:
    """Return the HTML of a single draft, not sanitised yet."""
    kind = draft.kind
    if kind is BlockKind.IMAGE:
        return f'<img src="{html.escape(draft.url or "")}" alt="{html.escape(draft.alt)}">'
    if kind is BlockKind.VIDEO:
        address = html.escape(draft.url or "")
        return (
            f'<video src="{address}" controls></video>'
            if address.split("?")[0].endswith((".mp4", ".webm", ".m3u8"))
            else f'<p><a href="{address}">{address}</a></p>'
        )
    if kind is BlockKind.TABLE:
        return draft.html
    marks = inline(draft.runs)
    if kind is BlockKind.SUBHEADING:
        return f"<h3>{marks}</h3>"
    if kind is BlockKind.QUOTE:
        return f"<blockquote><p>{marks}</p></blockquote>"
    return f"<p>{marks}</p>"


def _page(blocks: Sequence[Block]) -> str:
    pieces: list[str] = []
    figure: list[str] = []
    for block in blocks:
        if block.kind is BlockKind.IMAGE:
            if figure:
                pieces.append(f"<figure>{''.join(figure)}</figure>")
            figure = [block.html]
        elif block.kind is BlockKind.CAPTION and figure:
            figure.append(f"<figcaption>{block.html[3:-4]}</figcaption>")
        else:
            if figure:
                pieces.append(f"<figure>{''.join(figure)}</figure>")
                figure = []
            pieces.append(block.html)
    if figure:
        pieces.append(f"<figure>{''.join(figure)}</figure>")
    return "\n".join(pieces)
