"""What changed in the archive since: how readers elsewhere keep up with its writers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from storage.database import reading
from storage.schema import articles, tombstones

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import Engine

#: Writers commit in another order than they look at their clocks, and clocks differ: what was
#: told before is looked at again for so long.
OVERLAP = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changed:
    """One step of following."""

    #: ids of articles that readers see changed, the earliest first; may be empty
    article_ids: tuple[str, ...] = ()
    #: articles were taken down: feeds that carried them must be made again
    has_takedown: bool = False


class Changes:
    """Follows the changes of an archive from an instant on, each told once."""

    def __init__(self, engine: Engine, *, since: datetime) -> None:
        self._engine = engine
        self._since = since
        self._told: dict[tuple[str, str], datetime] = {}

    def next(self) -> Changed:
        """Return what changed since the last call, however late it was committed."""
        from_ = self._since - OVERLAP
        with reading(self._engine) as connection:
            rows = connection.execute(
                select(articles.c.id, articles.c.changed_at)
                .where(articles.c.changed_at >= from_)
                .order_by(articles.c.changed_at)
            ).all()
            gone = connection.execute(
                select(tombstones.c.article_id, tombstones.c.taken_down_at).where(
                    tombstones.c.taken_down_at >= from_
                )
            ).all()
        article_ids = tuple(i for i, at in rows if self._is_news("article", f"{i} {at}", at))
        takedowns = [i for i, at in gone if self._is_news("takedown", i, at)]
        self._told = {key: at for key, at in self._told.items() if at >= self._since - OVERLAP}
        return Changed(article_ids=article_ids, has_takedown=bool(takedowns))

    def _is_news(self, kind: str, key: str, at: datetime) -> bool:
        self._since = max(self._since, at)
        is_news = (kind, key) not in self._told
        self._told[(kind, key)] = at
        return is_news
