"""An article as JSON: a stable form for scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.model import Precision

if TYPE_CHECKING:
    from bot.model import Assignment, Block, CleanArticle


def as_record(article: CleanArticle, assignments: tuple[Assignment, ...]) -> dict[str, Any]:
    """Return what `xianwen extract --json` prints."""
    published = article.published
    return {
        "title": article.title,
        "published": _stamp(article),
        "published_precision": None if published is None else published.precision.value,
        "source": article.source_name,
        "authors": list(article.authors),
        "editors": _editors(article),
        "breadcrumb": list(article.breadcrumb),
        "districts": [assignment.adcode for assignment in assignments],
        "blocks": [_block(block) for block in article.blocks],
        "text": article.text,
        "html": article.html,
        "images": list(article.images),
        "removed": [{"rule": gone.rule, "text": gone.text} for gone in article.removed],
        "warnings": [{"kind": one.kind, "text": one.text} for one in article.caveats],
    }


def _stamp(article: CleanArticle) -> str | None:
    if article.published is None:
        return None
    if article.published.precision is Precision.DAY:
        return article.published.at.date().isoformat()
    return article.published.at.isoformat()


def _editors(article: CleanArticle) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    for role, name in article.editors:
        names.setdefault(role, []).append(name)
    return {role: "、".join(several) for role, several in names.items()}


def _block(block: Block) -> dict[str, str]:
    record = {"kind": block.kind.value}
    if block.text:
        record["text"] = block.text
    if block.url:
        record["url"] = block.url
    if block.alt:
        record["alt"] = block.alt
    return record
