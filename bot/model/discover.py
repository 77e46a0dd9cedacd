"""What a listing says of an article."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from bot.urls import canonicalise

if TYPE_CHECKING:
    from datetime import datetime


class Precision(StrEnum):
    """How exactly a page tells when it was published."""

    DAY = "day"
    MINUTE = "minute"
    SECOND = "second"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """When a page says it was published."""

    #: aware; for ``Precision.DAY`` midnight in the source's time zone
    at: datetime
    precision: Precision


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleLink:
    """One link to an article on a listing."""

    #: absolute
    url: str
    #: anchor text or title attribute; may end in an ellipsis, may be empty
    title: str
    published: Published | None = None

    @property
    def canonical_url(self) -> str:
        """The address that identifies the article to us."""
        return canonicalise(self.url)
