"""The text of an article in DedeCMS's markup, with random strings hidden by a ``<style>`` rule."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from replica.model import Block, BlockKind, Publication
from replica.paths import picture_path

if TYPE_CHECKING:
    from replica.watermark import RandomStrings


def dede_body(publication: Publication, blocks: tuple[Block, ...], marks: RandomStrings) -> str:
    """Return the inner HTML of the article's content element."""
    parts = []
    for block in blocks:
        parts.append(_element(publication, block, marks))
        if block.kind is BlockKind.SUBHEADING:
            parts.append(marks.draw(is_inline=False))
    if publication.manuscript.are_editors_inside:
        line = " ".join(f"{role}:{name}" for role, name in publication.manuscript.editors)
        parts.append(f"<div>（{escape(line)}）</div>")
    return "\n".join(part for part in parts if part)


def _element(publication: Publication, block: Block, marks: RandomStrings) -> str:
    text = escape(block.text, quote=False)
    match block.kind:
        case BlockKind.IMAGE:
            path = picture_path(publication, block.picture or "")
            return (
                f'<div style="text-align:center"><img alt="{escape(publication.manuscript.title)}" '
                f'src="{path}" width="480" height="300" border="0" /></div>'
            )
        case BlockKind.CAPTION:
            return f'<div style="text-align:center"><span style="color:#666">{text}</span></div>'
        case BlockKind.SUBHEADING:
            return f"<p>　　<strong>{text}</strong></p>"
        case BlockKind.LIST:
            tag = "ol" if block.is_ordered else "ul"
            items = "".join(
                f"<li>{escape(item, quote=False)}</li>" for item in block.text.split("\n")
            )
            return f"<{tag}>{items}</{tag}>"
        case BlockKind.QUOTE:
            return f"<blockquote>　　{text}</blockquote>"
        case BlockKind.TABLE:
            return _table(block.text)
        case _:
            return f"<p>　　{text}{marks.draw()}</p>"


def _table(text: str) -> str:
    rows = "".join(
        "<tr>" + "".join(f"<td>{escape(cell)}</td>" for cell in row.split("\t")) + "</tr>"
        for row in text.split("\n")
    )
    return (
        '<table border="1" cellpadding="4" cellspacing="0" align="center" width="90%">'
        f"{rows}</table>"
    )
