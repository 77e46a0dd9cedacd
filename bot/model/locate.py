"""Which district an article is about."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Assignment:
    """An article is about a district, and how we know."""

    adcode: str
    #: such as ``source``, ``breadcrumb: 汉滨``, ``title: 紫阳县``, ``text: 蒿坪镇 ×3``
    evidence: str
    #: full name of the town that the text names most; None when it names none
    town: str | None = None
