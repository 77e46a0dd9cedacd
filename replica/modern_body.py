"""The text of an article as a site of today writes it: figures, lazy pictures, real lists."""

from __future__ import annotations

from html import escape

from replica.model import Block, BlockKind, Publication
from replica.paths import picture_path

#: one transparent pixel, which stands where a picture is loaded later
_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


def modern_body(publication: Publication, blocks: tuple[Block, ...]) -> str:
    """Return the inner HTML of the article's content element."""
    parts: list[str] = []
    rest = list(blocks)
    while rest:
        block = rest.pop(0)
        if block.kind is BlockKind.IMAGE:
            caption = rest.pop(0).text if rest and rest[0].kind is BlockKind.CAPTION else ""
            parts.append(_figure(publication, block, caption))
        else:
            parts.append(_element(block))
    return "\n".join(parts)


def _figure(publication: Publication, block: Block, caption: str) -> str:
    path = picture_path(publication, block.picture or "")
    written = f"<figcaption>{escape(caption, quote=False)}</figcaption>" if caption else ""
    return (
        f'<figure class="photo"><img class="lazy" src="{_PIXEL}" data-src="{path}" '
        f'alt="{escape(caption)}" width="480" height="300">{written}</figure>'
    )


def _element(block: Block) -> str:
    text = escape(block.text, quote=False)
    match block.kind:
        case BlockKind.SUBHEADING:
            return f"<h2>{text}</h2>"
        case BlockKind.LIST:
            tag = "ol" if block.is_ordered else "ul"
            items = "".join(f"<li>{item}</li>" for item in text.split("\n"))
            return f"<{tag}>{items}</{tag}>"
        case BlockKind.QUOTE:
            return f"<blockquote><p>{text}</p></blockquote>"
        case BlockKind.TABLE:
            head, *rows = text.split("\n")
            return (
                f"<table><thead>{_row(head, 'th')}</thead>"
                f"<tbody>{''.join(_row(row, 'td') for row in rows)}</tbody></table>"
            )
        case BlockKind.CREDIT:
            return f'<p class="credit">{text}</p>'
        case _:
            return f"<p>{text}</p>"


def _row(row: str, tag: str) -> str:
    return "<tr>" + "".join(f"<{tag}>{cell}</{tag}>" for cell in row.split("\t")) + "</tr>"
