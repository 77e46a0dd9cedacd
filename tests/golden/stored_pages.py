"""The golden pages of ``tests/data``: what the server would send, and what must come out."""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from tests.data.article import DATA, gold_of

if TYPE_CHECKING:
    from tests.golden.scoring import Gold


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredPage:
    """One golden page."""

    gold: Gold
    url: str
    body: bytes
    #: what the bytes really are, whatever the page declares
    charset: str
    language: str
    #: absolute addresses of the article's pictures, in order
    images: tuple[str, ...]
    next_page_url: str | None

    @property
    def text(self) -> str:
        """The page decoded rightly."""
        return self.body.decode(self.charset)


def stored_pages() -> list[StoredPage]:
    """Return every golden page, by site and date."""
    pages = []
    for file in sorted(DATA.glob("*/*.json")):
        expected = json.loads(file.read_text(encoding="utf-8"))
        url = expected["url"]
        pages.append(
            StoredPage(
                gold=gold_of(expected, f"{file.parent.name}/{file.stem}"),
                url=url,
                body=gzip.decompress(file.with_suffix(".html.gz").read_bytes()),
                charset=expected["charset"],
                language=expected["language"],
                images=tuple(
                    urljoin(url, b["url"]) for b in expected["blocks"] if b["kind"] == "image"
                ),
                next_page_url=expected["next_page"] and urljoin(url, expected["next_page"]),
            )
        )
    return pages
