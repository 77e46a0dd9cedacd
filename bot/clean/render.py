"""Blocks and their HTML out of drafts; sanitising is the last thing that happens to them."""

from __future__ import annotations

import html
from itertools import groupby
from typing import TYPE_CHECKING

import nh3

from bot.model import Block, BlockKind

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.clean.drafts import Draft, Run

#: All that may leave this stage: figures, captions, links, tables, lists and inline marks.
TAGS = set(
    """
    p h3 ul ol li blockquote figure figcaption img video table tbody tr td th
    a strong em sub sup code ruby rt rp u s mark br div
    """.split()
)
ATTRIBUTES = {
    "a": {"href"},
    "img": {"src", "alt"},
    "video": {"src", "controls"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_SCHEMES = {"http", "https"}


def sanitise(fragment: str) -> str:
    """Return HTML that holds nothing but the allowed tags, attributes and http(s) addresses."""
    return nh3.clean(
        fragment,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer",
    )


def render(drafts: list[Draft]) -> tuple[tuple[Block, ...], str]:
    """Return the blocks, and the whole article as HTML with figures put together."""
    blocks: list[Block] = []
    for _, same in groupby(drafts, key=_group):
        members = list(same)
        if members[0].kind is BlockKind.LIST:
            tag = "ol" if members[0].is_ordered else "ul"
            items = "".join(f"<li>{inline(draft.runs)}</li>" for draft in members)
            blocks.append(
                Block(
                    kind=BlockKind.LIST,
                    text="\n".join(draft.text for draft in members),
                    html=f"<{tag}>{items}</{tag}>",
                )
            )
        else:
            blocks.extend(_block(draft) for draft in members)
    separator = "<br>"
    parts = (
        sanitise(separator.join(block.html for block in blocks)).split(separator) if blocks else []
    )
    if len(parts) != len(blocks):
        parts = [sanitise(block.html) for block in blocks]
    blocks = [
        Block(kind=block.kind, text=block.text, html=part, url=block.url, alt=block.alt)
        for block, part in zip(blocks, parts, strict=True)
    ]
    return tuple(blocks), _page(blocks)


def assemble(blocks: Iterable[Block]) -> str:
    """Return blocks that were rendered before as the HTML of a whole article."""
    return sanitise(_page(list(blocks)))


def inline(runs: list[Run]) -> str:
    """Return runs as inline HTML, marks closed and opened only where they change."""
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


def _block(draft: Draft) -> Block:
    kind, text = draft.kind, draft.text
    if kind is BlockKind.IMAGE:
        mark = f'<img src="{html.escape(draft.url or "")}" alt="{html.escape(draft.alt)}">'
        return Block(kind=kind, html=mark, url=draft.url, alt=draft.alt)
    if kind is BlockKind.VIDEO:
        address = html.escape(draft.url or "")
        mark = (
            f'<video src="{address}" controls></video>'
            if address.split("?")[0].endswith((".mp4", ".webm", ".m3u8"))
            else f'<p><a href="{address}">{address}</a></p>'
        )
        return Block(kind=kind, html=mark, url=draft.url, alt=draft.alt)
    if kind is BlockKind.TABLE:
        return Block(kind=kind, text=text, html=draft.html)
    marks = inline(draft.runs)
    if kind is BlockKind.SUBHEADING:
        return Block(kind=kind, text=text, html=f"<h3>{marks}</h3>")
    if kind is BlockKind.QUOTE:
        return Block(kind=kind, text=text, html=f"<blockquote><p>{marks}</p></blockquote>")
    return Block(kind=kind, text=text, html=f"<p>{marks}</p>")


def _page(blocks: list[Block]) -> str:
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
