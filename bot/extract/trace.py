"""The record of a decision while it is made: what each finder had to choose from.

A finder tells its trace of every answer that it weighs, and goes on to the answers that it would
not need any more only where there is a trace; so the reasons cost nothing when nobody asks, and
are those of the decision itself.
"""

from __future__ import annotations

from bot.model import Offer


class Trace:
    """What was offered so far, in the order of the deciding."""

    __slots__ = ("offers",)

    def __init__(self) -> None:
        self.offers: list[Offer] = []

    def offer(self, field: str, value: str, rule: str, weight: float | None = None) -> None:
        """Put down one answer that is weighed; of equal ones the first stays."""
        told = Offer(
            field=field,
            value=value,
            rule=rule,
            weight=None if weight is None else round(weight, 2),
        )
        if told not in self.offers:
            self.offers.append(told)
