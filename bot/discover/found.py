"""What a reader of one kind of listing hands on, before the source's own rules are asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model import ArticleLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """Links in page order, doubles included, and where the list goes on."""

    links: tuple[ArticleLink, ...]
    next_url: str | None
    evidence: str
