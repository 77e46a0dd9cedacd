"""How long an answer says that it stays current, so that nobody asks again before."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.fetch.fields import Fields


def max_age_s(headers: Fields) -> float | None:
    """Return for how many more seconds an answer is fresh, 0 or more; None when it does not say.

    What must not be kept (``no-store``, ``no-cache``) says nothing of when to come again.
    Source: RFC 9111 sections 4.2 and 5.2.2; the time spent in caches (Age, 5.1) is taken off.
    """
    directives = dict[str, str]()
    for part in (headers.get("cache-control") or "").split(","):
        name, _, value = part.strip().lower().partition("=")
        directives.setdefault(name, value.strip(' "'))
    value = directives.get("max-age", "")
    if "no-store" in directives or "no-cache" in directives or not _is_number(value):
        return None
    age = (headers.get("age") or "0").strip()
    return max(0.0, float(value) - (float(age) if _is_number(age) else 0.0))


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) < 10
