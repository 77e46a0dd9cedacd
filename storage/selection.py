"""Selections as SQL: each is a bounded walk along one index, however large the archive is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, literal, select, tuple_, union

from storage.columns import Instant
from storage.schema import article_districts, articles

if TYPE_CHECKING:
    from sqlalchemy import Select

    from storage.model import Cursor, Selection


def newest(selection: Selection, *, limit: int, before: Cursor | None) -> Select[Any]:
    """Return a statement giving the numbers of articles, newest first, at most ``limit``."""
    if selection.adcodes is None and selection.town is None:
        key = (articles.c.sorted_at, articles.c.number)
        statement = select(key[1].label("number"), key[0]).where(*_of_articles(selection))
        if before is not None:
            statement = statement.where(_older(*key, before))
        return statement.order_by(key[0].desc(), key[1].desc()).limit(limit)

    # One bounded walk for each district, merged: `adcode IN (…)` would read and sort them whole.
    table = article_districts
    walks = []
    for adcode in selection.adcodes if selection.adcodes is not None else (None,):
        walk = select(table.c.article.label("number"), table.c.sorted_at).where(
            *_of_districts(selection, adcode)
        )
        if before is not None:
            walk = walk.where(_older(table.c.sorted_at, table.c.article, before))
        walk = walk.order_by(table.c.sorted_at.desc(), table.c.article.desc()).limit(limit)
        walks.append(select(walk.subquery()))
    if not walks:
        return select(articles.c.number, articles.c.sorted_at).where(literal(value=False))
    merged = union(*walks).subquery()
    return (
        select(merged.c.number, merged.c.sorted_at)
        .order_by(merged.c.sorted_at.desc(), merged.c.number.desc())
        .limit(limit)
    )


def every(selection: Selection) -> Select[Any]:
    """Return a statement giving the columns of ``storage.model.Placed`` of all that it holds."""
    if selection.adcodes is None and selection.town is None:
        table = articles
        return select(
            table.c.number, table.c.sorted_at, table.c.changed_at, table.c.is_backfilled
        ).where(*_of_articles(selection))
    rows = article_districts
    columns = (
        rows.c.article.label("number"),
        rows.c.sorted_at,
        rows.c.changed_at,
        rows.c.is_backfilled,
    )
    if selection.adcodes is None:
        return select(*columns).where(*_of_districts(selection, None)).distinct()
    if not selection.adcodes:
        return select(*columns).where(literal(value=False))
    parts = [
        select(*columns).where(*_of_districts(selection, adcode)) for adcode in selection.adcodes
    ]
    return parts[0] if len(parts) == 1 else select(union(*parts).subquery())


def _older(
    sorted_at: ColumnElement[Any], number: ColumnElement[Any], cursor: Cursor
) -> ColumnElement[bool]:
    # Ids and numbers grow together, so the cursor holds even when its article is gone.
    place = (
        select(func.coalesce(func.max(articles.c.number), 0))
        .where(articles.c.id < cursor.id)
        .scalar_subquery()
    )
    return tuple_(sorted_at, number) <= tuple_(literal(cursor.sorted_at, Instant()), place)


def _of_articles(selection: Selection) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if selection.source_id is not None:
        conditions.append(articles.c.source_id == selection.source_id)
    if selection.category is not None:
        conditions.append(articles.c.category == selection.category)
    if selection.story_heads_only:
        conditions.append(articles.c.is_head)
    if selection.is_live:
        conditions.append(~articles.c.is_backfilled)
    return conditions


def _of_districts(selection: Selection, adcode: str | None) -> list[ColumnElement[bool]]:
    table = article_districts
    conditions: list[ColumnElement[bool]] = []
    if adcode is not None:
        conditions.append(table.c.adcode == adcode)
    if selection.town is not None:
        conditions.append(table.c.town == selection.town)
    if selection.source_id is not None or selection.category is not None:
        conditions.append(
            select(articles.c.number)
            .where(
                articles.c.number == table.c.article,
                *_of_articles(
                    type(selection)(source_id=selection.source_id, category=selection.category)
                ),
            )
            .exists()
        )
    if selection.is_live:
        conditions.append(~table.c.is_backfilled)
    if selection.story_heads_only:
        conditions.append(table.c.is_head)
        others = tuple(code for code in selection.adcodes or () if code != adcode)
        if others:
            # Another district's version, seen earlier, stands for the story in this selection.
            earlier = article_districts.alias("earlier")
            conditions.append(
                ~select(earlier.c.article)
                .where(
                    earlier.c.story_id == table.c.story_id,
                    earlier.c.adcode.in_(others),
                    earlier.c.article < table.c.article,
                    earlier.c.is_head,
                    *([~earlier.c.is_backfilled] if selection.is_live else ()),
                )
                .exists()
            )
    return conditions
