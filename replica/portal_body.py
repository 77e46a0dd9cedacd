"""The text of an article in EmpireCMS's markup: a mark before each ``</p>`` and ``<br />``."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from replica.model import Block, BlockKind, Layout, Publication
from replica.paths import picture_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from replica.watermark import EmpireMark

_INDENT = "text-indent: 2em;"
_CENTRE = "text-align: center;"


def empire_body(
    publication: Publication, blocks: tuple[Block, ...], mark: EmpireMark, *, is_last_page: bool
) -> str:
    """Return the inner HTML of the article's content element."""
    layout = publication.manuscript.layout
    if layout is Layout.BREAKS:
        body = _with_breaks(publication, blocks, mark.html)
    else:
        render = _office_text if layout is Layout.OFFICE else _plain_text
        body = "\n".join(_element(publication, block, mark.html, render) for block in blocks)
    if is_last_page and publication.manuscript.are_editors_inside:
        line = "　".join(f"{role}：{name}" for role, name in publication.manuscript.editors)
        body += f'\n<p style="text-align: right;">（{escape(line)}）{mark.html}</p>'
    return body


def _with_breaks(publication: Publication, blocks: tuple[Block, ...], mark: str) -> str:
    lines = []
    for block in blocks:
        if block.kind is BlockKind.IMAGE:
            line = _image(publication, block)
        elif block.kind is BlockKind.SUBHEADING:
            line = f"　　<b>{escape(block.text)}</b>"
        elif block.kind is BlockKind.CAPTION:
            line = f"<center>{escape(block.text)}</center>"
        else:
            line = "<br />\n".join(f"　　{escape(part)}" for part in block.text.split("\n"))
        lines.append(line + mark + "<br />\n")
    return "<div>" + "<br />\n".join(lines) + "</div>"


def _element(
    publication: Publication, block: Block, mark: str, render: Callable[[str], str]
) -> str:
    match block.kind:
        case BlockKind.IMAGE:
            return f'<p style="{_CENTRE}">{_image(publication, block)}{mark}</p>'
        case BlockKind.CAPTION:
            return f'<p style="{_CENTRE}">{render(block.text)}{mark}</p>'
        case BlockKind.SUBHEADING:
            return f'<p style="{_INDENT}"><strong>{render(block.text)}</strong>{mark}</p>'
        case BlockKind.LIST:
            tag = "ol" if block.is_ordered else "ul"
            items = "".join(f"<li>{render(item)}</li>" for item in block.text.split("\n"))
            return f"<{tag}>{items}</{tag}>"
        case BlockKind.QUOTE:
            return f"<blockquote><p>{render(block.text)}{mark}</p></blockquote>"
        case BlockKind.TABLE:
            return _table(block.text, mark)
        case _:
            return f'<p style="{_INDENT}">{render(block.text)}{mark}</p>'


def _table(text: str, mark: str) -> str:
    rows = "\n".join(
        "<tr>"
        + "".join(
            f'<td valign="top"><p style="{_CENTRE}">{escape(cell)}{mark}</p></td>'
            for cell in row.split("\t")
        )
        + "</tr>"
        for row in text.split("\n")
    )
    return (
        '<table border="1" cellspacing="0" cellpadding="0" width="560" align="center">'
        f"<tbody>\n{rows}\n</tbody></table>"
    )


def _image(publication: Publication, block: Block) -> str:
    return f'<img alt="" src="{picture_path(publication, block.picture or "")}" />'


def _plain_text(text: str) -> str:
    return escape(text, quote=False)


def _office_text(text: str) -> str:
    """Return text as a word processor pastes it: a span for each run of one script."""
    runs = re.findall(r"[0-9A-Za-z.%℃-]+|[^0-9A-Za-z.%℃-]+", text)
    font = '<span style="font-family: 仿宋; font-size: 12.0000pt;"><font face="{}">{}</font></span>'
    return "".join(
        font.format("Times New Roman" if run[0].isascii() else "仿宋", escape(run, quote=False))
        for run in runs
    )
