"""The pages of a trial with what came of them, stored, and checked again without a network.

A folder per source: ``expected.json`` and the pages as they were received, gzipped.  The check
reads the stored pages by the rules of today; whatever differs is told value by value.
"""

from __future__ import annotations

import gzip
import hashlib
import json
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.errors import XianwenError
from bot.model import FetchedPage, Validators
from bot.trial.attempt import try_source
from bot.trial.pages import NotStoredError
from bot.trial.record import fields_of, listing_record

if TYPE_CHECKING:
    from pathlib import Path

    from bot.fetch.fetcher import Purpose
    from bot.model import Source
    from bot.trial.attempt import Trial

VERSION = 1
_EXPECTED = "expected.json"


class GoldenError(XianwenError):
    """There is nothing stored that could be checked."""


def save(trial: Trial, folder: Path) -> int:
    """Store a trial's pages and values in ``folder``; return how many pages.

    Raises GoldenError for a trial that failed, OSError when the folder cannot be written.
    """
    if trial.is_failure or trial.page is None:
        raise GoldenError("the trial failed; there is nothing worth keeping")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.gz"):
        old.unlink()
    pages = [trial.page, *(page for one in trial.articles for page in one.pages)]
    stored = []
    for page in {page.requested_url: page for page in pages}.values():
        digest = hashlib.sha256(page.requested_url.encode()).hexdigest()[:16]
        (folder / f"{digest}.gz").write_bytes(gzip.compress(page.body, mtime=0))
        stored.append(
            {
                "file": f"{digest}.gz",
                "requested_url": page.requested_url,
                "effective_url": page.effective_url,
                "charset": page.charset,
                "media_type": page.media_type,
                "fetched_at": page.fetched_at.isoformat(),
            }
        )
    content = {
        "version": VERSION,
        "source": trial.source.id,
        "url": trial.source.url,
        "pages": stored,
        "expected": _expected(trial),
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    (folder / _EXPECTED).write_text(text, "utf-8")
    return len(stored)


async def check(source: Source, folder: Path) -> tuple[str, ...]:
    """Return what the rules of today make otherwise of the stored pages; empty: nothing.

    Raises GoldenError when nothing is stored, or what is stored cannot be read.
    """
    try:
        content = json.loads((folder / _EXPECTED).read_text("utf-8"))
        expected, count = content["expected"], len(content["expected"]["articles"])
        pages = StoredPages(folder, content["pages"])
    except FileNotFoundError:
        raise GoldenError(f"{folder}: nothing is stored; use --save-golden first") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise GoldenError(f"{folder}: cannot be read ({error}); store it anew") from None
    # The listing's address may have moved since; the pages are those that were stored.
    trial = await try_source(replace(source, url=content["url"]), pages, article_count=count)
    if trial.failure is not None:
        return (f"listing: {trial.failure[1]}",)
    return tuple(_differences(expected, _expected(trial), ""))


class StoredPages:
    """Pages of a golden folder."""

    def __init__(self, folder: Path, stored: list[dict[str, str]]) -> None:
        self._folder = folder
        self._stored = {page["requested_url"]: page for page in stored}

    async def get(
        self,
        url: str,
        *,
        source: Source,
        purpose: Purpose,  # noqa: ARG002 -- one shape for every kind of pages
        referer: str | None = None,  # noqa: ARG002
    ) -> FetchedPage:
        """Return a stored page; raises NotStoredError."""
        known = self._stored.get(url)
        if known is None:
            raise NotStoredError(f"{url} is not among the stored pages")
        body = gzip.decompress((self._folder / known["file"]).read_bytes())
        charset = source.charset or known["charset"]
        return FetchedPage(
            requested_url=url,
            effective_url=known["effective_url"],
            status=200,
            body=body,
            text=body.decode(charset, "replace"),
            charset=charset,
            charset_evidence="rule" if source.charset else "stored",
            media_type=known["media_type"],
            validators=Validators(),
            fetched_at=datetime.fromisoformat(known["fetched_at"]),
            elapsed_s=0.0,
        )


def _expected(trial: Trial) -> dict[str, Any]:
    listing = listing_record(trial.listing) if trial.listing else {}
    return {
        "links": [list(link.values()) for link in listing.get("links", [])],
        "next_url": listing.get("next_url"),
        "articles": [
            {"url": one.link.url, **(fields_of(one.article) if one.article else {"failed": True})}
            for one in trial.articles
        ],
    }


def _differences(old: Any, new: Any, place: str) -> list[str]:
    if isinstance(old, dict) and isinstance(new, dict):
        found = []
        for key in dict.fromkeys([*old, *new]):
            found += _differences(old.get(key), new.get(key), f"{place}.{key}".lstrip("."))
        return found
    if isinstance(old, list) and isinstance(new, list) and place.endswith("articles"):
        found = []
        for number, (one, other) in enumerate(zip(old, new, strict=False)):
            found += _differences(one, other, f"{place}[{number}]")
        if len(old) != len(new):
            found.append(f"{place}: {len(new)} instead of {len(old)}")
        return found
    if old == new:
        return []
    if isinstance(old, list) and isinstance(new, list):
        gone = [item for item in old if item not in new]
        come = [item for item in new if item not in old]
        told = [f"{place}: gone: {_short(item)}" for item in gone[:5]]
        told += [f"{place}: come: {_short(item)}" for item in come[:5]]
        return told or [f"{place}: another order"]
    return [f"{place}: {_short(new)} instead of {_short(old)}"]


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 120 else text[:119] + "…"
