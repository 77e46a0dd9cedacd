"""Write the golden pages: ``python tests/data/make.py``; nothing changes unless a text did."""

from __future__ import annotations

import gzip
import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests.data.article import DATA, Article, all_articles
from tests.data.rendering import render


def page_bytes(article: Article) -> bytes:
    """Return the page as its server would send it."""
    charset = article.head.get("charset", "utf-8")
    return render(article, own_mark(article)).encode(charset, errors="xmlcharrefreplace")


def own_mark(article: Article):  # type: ignore[no-untyped-def]
    """Return the watermark that the site itself sets, as its article file writes it, or None."""
    mark = article.head.get("mark")
    return (lambda _: mark) if mark else None


def main() -> None:
    """Write page and expectation of every article."""
    for article in all_articles():
        place = DATA / article.site / article.name
        body = page_bytes(article)
        place.with_suffix(".html.gz").write_bytes(gzip.compress(body, mtime=0))
        expected = json.dumps(article.expected(), ensure_ascii=False, indent=1)
        place.with_suffix(".json").write_text(expected + "\n", encoding="utf-8")
        print(f"{article.id}: {len(body) / 1000:.0f} KB, {len(article.blocks)} blocks")  # noqa: T201


if __name__ == "__main__":
    main()
