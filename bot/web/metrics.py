"""``/metrics`` in Prometheus' text format 0.0.4, read from the archive at each scrape.

Format: https://prometheus.io/docs/instrumenting/exposition_formats/
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from starlette.responses import PlainTextResponse

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from starlette.requests import Request
    from starlette.responses import Response

    from storage.model import SourceState

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What is known beside the archive's tables."""

    version: str
    #: state of each source in a word, by its id; resting sources are absent
    health: Mapping[str, str]
    #: links that wait to be followed, by the source's id
    waiting: Mapping[str, int]
    #: whether the files in ``config/`` are refused
    is_refused: bool


class Facts(Protocol):
    """Where the figures come from."""

    def standing(self) -> Standing:
        """Return what is known beside the archive's tables."""
        ...

    def states(self) -> Mapping[str, SourceState]:
        """Return the state of every source ever visited."""
        ...

    def totals(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        """Return the sums of all visits that ended since ``since``, by outcome.

        ``crawls`` counts them; the others are named as the fields of a crawl.
        """
        ...


@dataclass(frozen=True, slots=True)
class Sample:
    """One figure with its labels."""

    value: float
    labels: tuple[tuple[str, str], ...] = ()


class Metrics:
    """The endpoint."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts

    def endpoint(self, _request: Request) -> Response:
        """Send every figure."""
        now = datetime.now(UTC)
        text = "".join(_lines(self._facts, now))
        return PlainTextResponse(text, media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _lines(facts: Facts, now: datetime) -> Iterable[str]:
    known, states = facts.standing(), facts.states()
    totals = facts.totals(now - DAY)
    live = sorted(known.health)
    yield from _metric(
        "xianwen_info", "The version that runs.", [Sample(1, (("version", known.version),))]
    )
    yield from _metric(
        "xianwen_configuration_refused",
        "1 while the files in config/ have faults and a former configuration is in force.",
        [Sample(float(known.is_refused))],
    )
    yield from _metric(
        "xianwen_source_state",
        "1 for the state that an enabled source is in.",
        [Sample(1, (("source", one), ("state", known.health[one]))) for one in live],
    )
    yield from _metric(
        "xianwen_source_failures",
        "Failed visits in a row.",
        [Sample(states[one].failure_count, (("source", one),)) for one in live if one in states],
    )
    for name, told, field in (
        ("success", "Unix time of the last visit that succeeded.", "last_success_at"),
        ("news", "Unix time of the last visit that found something new.", "last_news_at"),
        ("attempt", "Unix time of the last visit.", "last_attempt_at"),
    ):
        yield from _metric(
            f"xianwen_source_last_{name}_timestamp_seconds",
            told,
            [
                Sample(at.timestamp(), (("source", one),))
                for one in live
                if one in states and (at := getattr(states[one], field)) is not None
            ],
        )
    yield from _metric(
        "xianwen_source_waiting_links",
        "Article links that were found and not yet followed.",
        [Sample(known.waiting.get(one, 0), (("source", one),)) for one in live],
    )
    yield from _metric(
        "xianwen_visits_last_day",
        "Visits to sources in the last 24 hours, by outcome.",
        [Sample(sums["crawls"], (("outcome", word),)) for word, sums in sorted(totals.items())],
    )
    for name, told, field in (
        ("articles_new", "Articles that were new", "new_count"),
        ("articles_reprints", "Articles that reprint a known one", "reprint_count"),
        ("articles_revised", "Articles that were revised", "revised_count"),
        ("articles_failed", "Articles that could not be had or read", "failed_count"),
        ("requests", "Requests that were made", "request_count"),
        ("received_bytes", "Bytes of pages received", "body_bytes"),
    ):
        yield from _metric(
            f"xianwen_{name}_last_day",
            f"{told}, in the last 24 hours.",
            [Sample(sum(sums[field] for sums in totals.values()))],
        )


def _metric(name: str, told: str, samples: Sequence[Sample]) -> Iterable[str]:
    yield f"# HELP {name} {told}\n# TYPE {name} gauge\n"
    for sample in samples:
        labels = ",".join(f'{key}="{_escaped(value)}"' for key, value in sample.labels)
        yield (
            f"{name}{{{labels}}} {sample.value:.15g}\n"
            if labels
            else f"{name} {sample.value:.15g}\n"
        )


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
