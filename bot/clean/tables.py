"""Tables that are content, as against those that a page of 2005 is laid out with."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from bot.css import is_hidden_style

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from bot.css import Stylesheet

_MEAN_CELL = 60


def read_table(node: LexborNode, sheet: Stylesheet) -> tuple[str, str] | None:
    """Return (text, HTML) of a table of data: a row a line, a tab between cells.

    None for a table that only lays out what it holds: one inside which stand further tables,
    pictures or long texts, or that has a single column.
    """
    if node.css_first("table table") is not None or len(node.css("img")) > 2:
        return None
    for hidden in node.css("[style],[class],[id],[hidden]"):
        given = hidden.attributes
        if (
            "hidden" in given
            or is_hidden_style(given.get("style") or "")
            or sheet.hides(given.get("class"), given.get("id"))
        ):
            hidden.decompose()
    rows: list[list[tuple[str, str]]] = []
    for row in node.css("tr"):
        cells = []
        for cell in row.css("td,th"):
            text = " ".join(cell.text(separator=" ").replace("\u3000", " ").split())
            attributes = cell.attributes
            spans = "".join(
                f' {name}="{value}"'
                for name in ("colspan", "rowspan")
                if (value := attributes.get(name) or "").isdigit() and value != "1"
            )
            cells.append((text, f"<{cell.tag}{spans}>{html.escape(text)}</{cell.tag}>"))
        if any(text for text, _ in cells):
            rows.append(cells)
    filled = [text for cells in rows for text, _ in cells if text]
    if len(rows) < 2 or max(len(cells) for cells in rows) < 2 or not filled:
        return None
    if sum(map(len, filled)) > _MEAN_CELL * len(filled) and node.css_first("th") is None:
        return None
    text = "\n".join("\t".join(text for text, _ in cells).strip() for cells in rows)
    body = "".join(f"<tr>{''.join(cell for _, cell in cells)}</tr>" for cells in rows)
    return text, f"<table><tbody>{body}</tbody></table>"
