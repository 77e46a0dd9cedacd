"""Tables that are content, as against those that a page of 2005 is laid out with."""

from __future__ import annotations

import html
from typing import TYPE_CHECKING

from bot.html.css import is_hidden_style
from bot.html.markup import VOID, attributes_of, decoded, tags_and_texts

if TYPE_CHECKING:
    from bot.html.css import Stylesheet

_MEAN_CELL = 60
_CELLS = ("td", "th")


def read_table(markup: str, sheet: Stylesheet) -> tuple[str, str] | None:
    """Return (text, HTML) of a table of data: a row a line, a tab between cells.

    None for a table that only lays out what it holds: one inside which stand further tables,
    pictures or long texts, or that has a single column.
    """
    if markup.count("<table") > 1 or markup.count("<img") > 2:
        return None
    rows = [row for row in _rows(markup, sheet) if any(text for _, text in row)]
    filled = [text for row in rows for _, text in row if text]
    if len(rows) < 2 or max(len(row) for row in rows) < 2 or not filled:
        return None
    if sum(map(len, filled)) > _MEAN_CELL * len(filled) and "<th" not in markup:
        return None
    text = "\n".join("\t".join(text for _, text in row).strip() for row in rows)
    body = "".join(
        f"<tr>{''.join(f'{tag}{html.escape(text)}</{tag[1:3]}>' for tag, text in row)}</tr>"
        for row in rows
    )
    return text, f"<table><tbody>{body}</tbody></table>"


def _rows(markup: str, sheet: Stylesheet) -> list[list[tuple[str, str]]]:
    """Return the rows of (start tag, text in sight) of their cells."""
    rows: list[list[tuple[str, str]]] = []
    pieces: list[str] = []
    hidden_at = depth = 0
    for head, text in tags_and_texts(markup):
        if head[0] == "/":
            depth -= 1
            if depth < hidden_at:
                hidden_at = 0
            if head[1:] in _CELLS and rows and rows[-1]:
                rows[-1][-1] = (rows[-1][-1][0], " ".join("".join(pieces).split()))
                pieces = []
            elif not hidden_at:
                pieces.append(" " if head in ("/p", "/div", "/li") else "")
        else:
            tag = head.partition(" ")[0]
            given = attributes_of(head) if '"' in head else {}
            if tag == "tr":
                rows.append([])
            elif tag in _CELLS and rows:
                rows[-1].append((f"<{tag}{_spans(given)}>", ""))
                pieces = []
            elif tag == "br":
                pieces.append(" ")
            if tag not in VOID:
                depth += 1
                if not hidden_at and _is_hidden(given, sheet):
                    hidden_at = depth
        if not hidden_at:
            pieces.append(decoded(text))
    return rows


def _spans(given: dict[str, str]) -> str:
    return "".join(
        f' {name}="{value}"'
        for name in ("colspan", "rowspan")
        if (value := given.get(name, "")).isdigit() and value != "1"
    )


def _is_hidden(given: dict[str, str], sheet: Stylesheet) -> bool:
    return bool(given) and (
        "hidden" in given
        or is_hidden_style(given.get("style", ""))
        or sheet.hides(given.get("class"), given.get("id"))
    )
