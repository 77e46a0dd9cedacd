"""What following a link to an article leaves behind: one link less, one look more.

Written in the transaction that keeps the article, so that an article costs one commit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, delete, insert

from storage.model import KeptValidators
from storage.schema import article_checks, pending_links

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from sqlalchemy import Connection

_CROSS_OFF = delete(pending_links).where(pending_links.c.url_key == bindparam("followed"))
_FORGET = delete(article_checks).where(article_checks.c.article == bindparam("checked"))
_CHECK = insert(article_checks)
_UNSTAMPED = KeptValidators()


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A link that led to an article."""

    #: as on the waiting list; None for one that did not wait, such as that of a kept article
    url_key: str | None
    #: from when the article last changed and now, both aware, to its next look; None means never
    next_check: Callable[[datetime, datetime], datetime | None]
    #: of the page that the article was read from; the next look asks with them
    validators: KeptValidators = _UNSTAMPED


def settle(
    connection: Connection, number: int, updated_at: datetime, followed: Followed, *, at: datetime
) -> None:
    """Cross a link off, and put down that its article's page stood at ``at`` and is seen again."""
    if followed.url_key is not None:
        connection.execute(_CROSS_OFF, {"followed": followed.url_key})
    write_check(
        connection,
        number,
        at,
        followed.next_check(updated_at, at),
        validators=followed.validators,
    )


def write_check(
    connection: Connection,
    number: int,
    at: datetime,
    next_check_at: datetime | None,
    missing_count: int = 0,
    missing_since: datetime | None = None,
    validators: KeptValidators = _UNSTAMPED,
) -> None:
    """Put down how a page was found at ``at``, in place of what was known of it."""
    connection.execute(_FORGET, {"checked": number})
    connection.execute(
        _CHECK,
        {
            "article": number,
            "checked_at": at,
            "next_check_at": next_check_at,
            "missing_count": missing_count,
            "missing_since": missing_since,
            "etag": validators.etag,
            "last_modified": validators.last_modified,
        },
    )
