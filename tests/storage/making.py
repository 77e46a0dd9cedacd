"""Articles and exchanges to keep, in one line each."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from storage.model import (
    KeptBlock,
    KeptDistrict,
    KeptFingerprints,
    NewArticle,
    RawExchange,
    RemovedText,
)

CHINA = timezone(timedelta(hours=8))
NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
TEXT = "汉滨区谭坝镇举行春季茶叶采摘活动。\n全镇茶园面积达到1.2万亩，带动群众增收。"


def new_article(number: int = 1, **changes: Any) -> NewArticle:
    """Return an article that differs from the others by its number."""
    text = changes.pop("text", f"{TEXT}\n第{number}篇。")
    title = changes.pop("title", f"谭坝镇茶园迎来春茶采摘 {number}")
    digest = hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()[:32]
    url = changes.pop("canonical_url", f"https://www.example.cn/news/{number}.html")
    values: dict[str, Any] = {
        "article_id": None,
        "story_id": None,
        "source_id": "hanbin",
        "canonical_url": url,
        "url": url,
        "title": title,
        "published_at": datetime(2026, 11, 20, tzinfo=CHINA),
        "published_precision": "day",
        "source_name": "本站原创",
        "authors": ("周娟",),
        "editors": (("责编", "殷婷"), ("一审", "许安")),
        "breadcrumb": ("新闻", "县区", "汉滨"),
        "districts": (KeptDistrict(adcode="610902", evidence="source", town="谭坝镇"),),
        "blocks": tuple(
            KeptBlock(kind="paragraph", text=line, html=f"<p>{line}</p>")
            for line in text.split("\n")
        ),
        "text": text,
        "html": "".join(f"<p>{line}</p>" for line in text.split("\n")),
        "republish": "full",
        "removed": (RemovedText(rule="display-none", text="H2V安康新闻网"),),
        "fingerprints": KeptFingerprints(
            content=f"1:{digest}",
            text="1:" + hashlib.sha256(text.encode()).hexdigest()[:32],
            bands=tuple(range(number * 100, number * 100 + 16)),
        ),
        "reason": "first seen",
        "seen_at": NOON + timedelta(seconds=number),
    }
    return NewArticle(**(values | changes))


def exchange(
    number: int = 1, body: bytes = b"<p>page</p>", at: datetime = NOON, **changes: Any
) -> RawExchange:
    """Return a fetched page."""
    values: dict[str, Any] = {
        "method": "GET",
        "url": f"https://www.example.cn/news/{number}.html?a=1",
        "request_headers": (("Host", "www.example.cn"), ("User-Agent", "xianwen/0.1")),
        "http_version": "HTTP/1.1",
        "status": 200,
        "reason": "OK",
        "response_headers": (
            ("Content-Type", "text/html; charset=gb2312"),
            ("Transfer-Encoding", "chunked"),
            ("Set-Cookie", "a=1"),
            ("Set-Cookie", "b=2"),
        ),
        "payload": body,
        "fetched_at": at,
        "peer": "192.0.2.1:443",
    }
    return RawExchange(**(values | changes))
