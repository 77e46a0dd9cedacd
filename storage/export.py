"""Exporting articles as JSON Lines or CSV, streamed, oldest first."""

from __future__ import annotations

import csv
import json
from typing import TYPE_CHECKING, Any, TextIO

from sqlalchemy import select

from storage.database import reading
from storage.rows import by_numbers
from storage.schema import articles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Engine

    from storage.model import Article

_BATCH = 500
#: A cell that a spreadsheet would run as a formula begins with one of these
#: (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
_COLUMNS = (
    "id", "story_id", "source_id", "url", "title", "published_at", "published_precision",
    "first_seen_at", "revised_at", "revision_number", "status", "withdrawn_at", "source_name",
    "authors", "editors", "breadcrumb", "districts", "text",
)  # fmt: skip


def export_jsonl(engine: Engine, target: TextIO) -> int:
    """Write one JSON object a line; return how many.  Times are RFC 3339 with their offset."""
    count = 0
    for article in every_article(engine):
        target.write(json.dumps(_record(article), ensure_ascii=False) + "\n")
        count += 1
    return count


def export_csv(engine: Engine, target: TextIO) -> int:
    """Write one row an article under a heading; return how many.

    Lists are joined by a semicolon.  A cell that a spreadsheet might take for a formula begins
    with an apostrophe.  ``target`` is opened with ``newline=""``.
    """
    writer = csv.writer(target)
    writer.writerow(_COLUMNS)
    count = 0
    for article in every_article(engine):
        record = _record(article)
        writer.writerow([_cell(record[name]) for name in _COLUMNS])
        count += 1
    return count


def every_article(engine: Engine) -> Iterator[Article]:
    """Go through all articles in the order of first sight; memory stays level."""
    last = 0
    while True:
        with reading(engine) as connection:
            numbers = connection.scalars(
                select(articles.c.number)
                .where(articles.c.number > last)
                .order_by(articles.c.number)
                .limit(_BATCH)
            ).all()
            batch = by_numbers(connection, numbers)
        if not numbers:
            return
        yield from batch
        last = numbers[-1]


def _record(article: Article) -> dict[str, Any]:
    record: dict[str, Any] = {
        name: _plain(getattr(article, name))
        for name in _COLUMNS
        if name not in {"editors", "districts"}
    }
    record["editors"] = [{"role": role, "name": name} for role, name in article.editors]
    record["districts"] = [
        {"adcode": d.adcode, "evidence": d.evidence, "town": d.town} for d in article.districts
    ]
    record["blocks"] = [
        {"kind": b.kind, "text": b.text, "url": b.url, "alt": b.alt} for b in article.blocks
    ]
    record["html"] = article.html
    return record


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return list(value) if isinstance(value, tuple) else value


def _cell(value: Any) -> str:
    if isinstance(value, list):
        value = ";".join(_item(item) for item in value)
    cell = "" if value is None else str(value)
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell


def _item(item: Any) -> str:
    if isinstance(item, dict):
        return item["adcode"] if "adcode" in item else f"{item['role']}:{item['name']}"
    return str(item)
