"""Selections as SQL: each is a bounded walk along one index, however large the archive is.

What feeds ask for again and again is composed once for each shape of a selection, with its values
left open: to compose it costs several times what it costs to run.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, bindparam, func, literal, select, tuple_, union

from storage.columns import Instant
from storage.model import Selection
from storage.schema import article_districts, articles

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sqlalchemy import Select

    from storage.model import Cursor

#: statements that are kept; a shape tells how many districts there are
_MAX_STATEMENTS = 256


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shape:
    """A selection without its values."""

    #: number of districts; None where they do not matter
    adcodes: int | None
    has_source: bool
    has_category: bool
    has_town: bool
    story_heads_only: bool
    is_live: bool

    def open(self) -> Selection:
        """Return the selection with a parameter in the place of each value."""
        open_: dict[str, Any] = {}
        if self.adcodes is not None:
            open_["adcodes"] = tuple(bindparam(f"adcode_{n}") for n in range(self.adcodes))
        if self.has_source:
            open_["source_id"] = bindparam("source_id")
        if self.has_category:
            open_["category"] = bindparam("category")
        if self.has_town:
            open_["town"] = bindparam("town")
        return Selection(story_heads_only=self.story_heads_only, is_live=self.is_live, **open_)


def _shaped(selection: Selection) -> tuple[_Shape, dict[str, Any]]:
    """Return the shape of a selection, and the values of its parameters."""
    values: dict[str, Any] = {
        f"adcode_{n}": adcode for n, adcode in enumerate(selection.adcodes or ())
    }
    for name in ("source_id", "category", "town"):
        if getattr(selection, name) is not None:
            values[name] = getattr(selection, name)
    shape = _Shape(
        adcodes=None if selection.adcodes is None else len(selection.adcodes),
        has_source="source_id" in values,
        has_category="category" in values,
        has_town="town" in values,
        story_heads_only=selection.story_heads_only,
        is_live=selection.is_live,
    )
    return shape, values


def newest(
    selection: Selection, *, limit: int, before: Cursor | None
) -> tuple[Select[Any], Mapping[str, Any]]:
    """Return a statement giving the numbers of articles, newest first, at most ``limit``.

    With it come the values of its parameters.
    """
    if before is not None:
        return _newest(selection, limit, before), {}
    shape, values = _shaped(selection)
    return _newest_of_shape(shape, limit), values


def timeline(selection: Selection, *, has_since: bool) -> tuple[Select[Any], dict[str, Any]]:
    """Return a statement giving the places of articles, oldest first, and its values.

    ``has_since``: those with ``sorted_at`` from its parameter ``since`` on.
    """
    shape, values = _shaped(selection)
    return _timeline_of_shape(shape, has_since), values


@lru_cache(maxsize=_MAX_STATEMENTS)
def _newest_of_shape(shape: _Shape, limit: int) -> Select[Any]:
    return _newest(shape.open(), limit, None)


@lru_cache(maxsize=_MAX_STATEMENTS)
def _timeline_of_shape(shape: _Shape, has_since: bool) -> Select[Any]:
    columns = every(shape.open()).subquery().c
    statement = select(
        columns.number, columns.sorted_at, columns.changed_at, columns.is_backfilled
    ).order_by(columns.sorted_at, columns.number)
    if has_since:
        statement = statement.where(columns.sorted_at >= bindparam("since", type_=Instant()))
    return statement


def _newest(selection: Selection, limit: int, before: Cursor | None) -> Select[Any]:
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
        others = tuple(code for code in selection.adcodes or () if code is not adcode)
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
