"""The districts of a story: what one publication is found to be about, the others are about too.

A county's own section says nothing but its county; the same text in a city's section is located
by its words.  Each article keeps its own districts and is given those of
the others, marked as such.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import bindparam, delete, insert, select

from storage import search_index
from storage.model import OF_STORY
from storage.schema import article_districts, articles, revisions

if TYPE_CHECKING:
    from sqlalchemy import Connection, Row

#: A form that a site publishes every day is no story whose parts tell of each other.
_MAX_PUBLICATIONS = 50

# Made once: to make a statement costs more than running it.
_MEMBERS = (
    select(articles)
    .where(articles.c.story_id == bindparam("story"))
    .order_by(articles.c.number)
    .limit(_MAX_PUBLICATIONS)
)
_DISTRICTS = (
    select(article_districts, articles.c.id.label("article_id"))
    .join(articles, articles.c.number == article_districts.c.article)
    .where(article_districts.c.article.in_(bindparam("members", expanding=True)))
    .order_by(article_districts.c.article, article_districts.c.place)
)
_ADD = insert(article_districts)


def share_districts(connection: Connection, story_id: str) -> None:
    """Give each article of a story the districts that another one is found to be about."""
    members = connection.execute(_MEMBERS, {"story": story_id}).all()
    own: dict[str, Row[Any]] = {}
    held: dict[int, dict[str, Row[Any]]] = {member.number: {} for member in members}
    for row in connection.execute(_DISTRICTS, {"members": list(held)}):
        held[row.article][row.adcode] = row
        if not row.evidence.startswith(OF_STORY):
            own.setdefault(row.adcode, row)
    for member in members:
        _settle(connection, member, held[member.number], own)


def _settle(
    connection: Connection,
    member: Row[Any],
    held: dict[str, Row[Any]],
    own: dict[str, Row[Any]],
) -> None:
    """Add the districts that an article lacks and drop those that nobody says any more."""
    missing = [row for adcode, row in own.items() if adcode not in held]
    stale = [
        adcode
        for adcode, row in held.items()
        if row.evidence.startswith(OF_STORY) and adcode not in own
    ]
    if not missing and not stale:
        return
    table = article_districts
    if stale:
        connection.execute(
            delete(table).where(table.c.article == member.number, table.c.adcode.in_(stale))
        )
    place = max((row.place for row in held.values()), default=-1) + 1
    for number, row in enumerate(missing, start=place):
        connection.execute(
            _ADD,
            {
                "article": member.number,
                "adcode": row.adcode,
                "place": number,
                "evidence": OF_STORY + row.article_id,
                "town": row.town,
                "story_id": member.story_id,
                "sorted_at": member.sorted_at,
                "changed_at": member.changed_at,
                "is_head": False,
                "is_backfilled": member.is_backfilled,
            },
        )
    content = connection.execute(
        select(revisions.c.content).where(
            revisions.c.article == member.number, revisions.c.number == member.revision_number
        )
    ).scalar_one()
    known = {"title": member.title, "body": content["text"], "source_id": member.source_id}
    search_index.remove(connection, member.position, adcodes=held, **known)
    after = (held.keys() - set(stale)) | {row.adcode for row in missing}
    search_index.add(connection, member.position, adcodes=after, **known)
