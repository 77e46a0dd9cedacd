"""Templates and the small things that all three sites' pages need."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined

if TYPE_CHECKING:
    from collections.abc import Sequence

_Item = TypeVar("_Item")


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("replica", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shorten"] = shorten
    return environment


def render(template: str, **values: object) -> str:
    """Return a template of the package, filled."""
    return _environment().get_template(template).render(**values)


def folder_of(site: str, template: str, *, is_redesigned: bool) -> str:
    """Return the folder of a site's template: a redesign changes listings and articles."""
    has_other = is_redesigned and template in {"listing.html", "article.html"}
    return f"{site}_redesigned" if has_other else site


def shorten(title: str, length: int) -> str:
    """Return a title as a listing shows it: cut with an ellipsis when it is too long."""
    return title if len(title) <= length else title[: length - 1] + "…"


def page_of(items: Sequence[_Item], page: int, size: int) -> tuple[tuple[_Item, ...], int]:
    """Return the items of a listing page, counted from 1, and how many pages there are."""
    page_count = max(1, -(-len(items) // size))
    return tuple(items[(page - 1) * size : page * size]), page_count
