"""The real pages with hand-made gold that stand beside the repository."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from tests.golden.scoring import Gold

if TYPE_CHECKING:
    from pathlib import Path


def read_real_pages(folder: Path) -> list[tuple[Gold, str, str]]:
    """Return (gold, decoded page, its address) of each page in ``folder``; a lone folder is empty.

    The gold writes a day without a time of day as midnight.
    """
    pages = []
    with (folder / "gold.jsonl").open(encoding="utf-8") as lines:
        for record in map(json.loads, lines):
            published = record["published"] and datetime.fromisoformat(record["published"])
            gold = Gold(
                id=record["id"],
                title=record["title"],
                published=published,
                has_time=bool(published) and (published.hour, published.minute) != (0, 0),
                source=record["source"],
                authors=tuple(record["authors"] or ()),
                editors=tuple(record["editors"] or ()),
                roles=None,
                paragraphs=tuple(record["paragraphs"]),
            )
            text = (folder / record["file"]).read_bytes().decode("utf-8", errors="replace")
            pages.append((gold, text, record["url"]))
    return pages
