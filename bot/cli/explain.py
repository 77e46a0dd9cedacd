"""Why a page was read as it was: the record of its deciding, as plain values and for people."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

if TYPE_CHECKING:
    from bot.model import CleanArticle, Finding, Offer

#: elements and lines that are shown beside the chosen one
SHOWN_OFFERS = 8
SHOWN_CHARS = 60
_STYLES = {"chosen": "bold green", "agrees": "green", "passed through": "", "turned down": "dim"}


def explanation(article: CleanArticle) -> dict[str, Any]:
    """Return how ``article`` was decided on; it must have been extracted with its reasons.

    ``fields`` has for each field its value, the rule that decided, and what was weighed, heaviest
    first: ``chosen``, one that ``agrees`` with the value, ``turned down``, or, on the way to the
    innermost element, ``passed through``.  ``removed`` has what was taken out by which rule, in
    order.
    """
    offers: dict[str, list[Offer]] = {}
    for offer in article.extracted.offers:
        offers.setdefault(offer.field, []).append(offer)
    return {
        "page": article.extracted.page.effective_url,
        "fields": {
            finding.field: _field(finding, offers.get(finding.field, []))
            for finding in article.extracted.findings
        },
        "removed": [{"rule": gone.rule, "text": gone.text} for gone in article.removed],
    }


def _field(finding: Finding, offers: list[Offer]) -> dict[str, Any]:
    ranked = sorted(offers, key=lambda offer: 1e9 if offer.weight is None else -offer.weight)
    outcomes = [_outcome(offer, finding) for offer in ranked]
    if "chosen" not in outcomes and "agrees" in outcomes:
        outcomes[outcomes.index("agrees")] = "chosen"
    return {
        "value": finding.value,
        "rule": finding.rule,
        "weighed": [
            {
                "value": offer.value,
                "rule": offer.rule,
                "weight": offer.weight,
                "outcome": outcome,
            }
            for offer, outcome in zip(ranked, outcomes, strict=True)
        ],
    }


def _outcome(offer: Offer, finding: Finding) -> str:
    """Tell what became of an offer: authors and editors are gathered, the rest is one of many."""
    if finding.field == "body":
        if finding.value.startswith(f"<{offer.value}>"):
            return "chosen"
        return "turned down" if offer.weight is not None else "passed through"
    if finding.field in {"authors", "editors"}:
        named = finding.value.split("、")
        return "chosen" if set(offer.value.split("、")) <= set(named) else "turned down"
    if offer.value != finding.value:
        return "turned down"
    return "chosen" if offer.rule == finding.rule else "agrees"


def print_explanation(told: dict[str, Any], console: Console | None = None) -> None:
    """Print what ``explanation`` returned, field by field."""
    console = console or Console(highlight=False)
    console.print(Text(told["page"], style="bold"))
    for name, field in told["fields"].items():
        console.print()
        console.print(Text(f"{name}: ", style="bold cyan"), end="")
        console.print(
            Text(field["value"] or "nothing"), Text(f"[{field['rule']}]", style="magenta")
        )
        if field["weighed"]:
            console.print(_table(field["weighed"]))
    removed = told["removed"]
    counts = Counter(gone["rule"] for gone in removed)
    console.print()
    heading = ", ".join(f"{rule} ×{count}" for rule, count in counts.items())
    console.print(Text("removed: ", style="bold cyan"), Text(heading or "nothing"), sep="")
    for (rule, text), count in Counter((gone["rule"], gone["text"]) for gone in removed).items():
        told_text = _cut(text) + (f" ×{count}" if count > 1 else "")
        console.print(Text(f"  {rule:<28} "), Text(told_text, style="dim"), sep="")


def _table(weighed: list[dict[str, Any]]) -> Table:
    table = Table(box=None, padding=(0, 1), pad_edge=False)
    for title in ("", "weight", "value", "by"):
        table.add_column(title, justify="right" if title == "weight" else "left", overflow="fold")
    heaviest = [one for at, one in enumerate(weighed) if at < SHOWN_OFFERS]
    heaviest += [one for one in weighed[SHOWN_OFFERS:] if one["outcome"] == "chosen"]
    for one in heaviest:
        weight = "" if one["weight"] is None else f"{one['weight']:g}"
        style = _STYLES[one["outcome"]]
        told = (one["outcome"], weight, _cut(one["value"]), one["rule"])
        table.add_row(*(Text(text, style=style) for text in told))
    if len(weighed) > len(heaviest):
        table.add_row("", "", f"and {len(weighed) - len(heaviest)} more", "")
    return table


def _cut(text: str) -> str:
    flat = " ".join(text.split())
    return flat if len(flat) <= SHOWN_CHARS else flat[: SHOWN_CHARS - 1] + "…"
