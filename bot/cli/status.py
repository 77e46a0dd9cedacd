"""``xianwen status``: how each source is, and when it is looked at next."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from bot import settings as settings_of
from bot.cli.opening import reopened
from bot.cli.options import ConfigOption, DataDirOption, config_dir, no_such_source
from bot.errors import ConfigError
from bot.health import Memory
from bot.health.memory import NOTE as NOTE_OF_HEALTH
from bot.health.word import is_overdue, word_for
from bot.schedule import rhythm
from bot.sources.load import load
from bot.sources.standing import NOTE, Standing
from storage.model import SourceState

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import Source
    from bot.settings import Settings
    from storage.model import Crawl


#: visits of a source that are told of
VISITS = 10
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One source of the table: what is wanted of it and what is known of it."""

    source_id: str
    #: None when the configuration does not hold and so does not tell
    source: Source | None
    state: SourceState
    waiting: int
    health: Memory

    @property
    def word(self) -> str:
        """The source's state in a word."""
        if self.source is not None and not self.source.is_enabled:
            return "disabled"
        return word_for(self.state, self.health, datetime.now(UTC))

    @property
    def why(self) -> str:
        """What is wrong, else why it is visited when it is."""
        state = self.state
        if is_overdue(state, datetime.now(UTC)) and state.next_run_at is not None:
            return f"due since {_short(state.next_run_at)} and not looked at: does a daemon run?"
        return self.health.reason or state.failure_text or state.plan_reason or ""


def status(
    sources_asked: Annotated[
        list[str] | None,
        typer.Argument(metavar="[ID]...", help="Ids of sources to tell all about; none: a table."),
    ] = None,
    is_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show each source with its state, its last success, its next visit and what is wrong.

    With ids, tells of each why it is visited when it is, what was learned of its rhythm, and what
    the last visits brought. Works while the configuration has faults, too: tells them, and what
    the daemon goes on with.
    """
    sources, settings, faults = _wanted(config, data_dir)
    with reopened(settings) as archive:
        states = archive.states.all()
        waiting = archive.links.counts()
        healths = archive.notes.all(NOTE_OF_HEALTH)
        ids = [source.id for source in sources] if sources is not None else sorted(states)
        if unknown := set(sources_asked or ()) - set(ids):
            typer.echo(no_such_source(unknown, ids), err=True)
            raise typer.Exit(1)
        ids = sources_asked or ids
        known = {source.id: source for source in sources or ()}
        rows = [
            Row(
                source_id=source_id,
                source=known.get(source_id),
                state=states.get(source_id) or SourceState(source_id=source_id),
                waiting=waiting.get(source_id, 0),
                health=Memory.load(healths.get(source_id)),
            )
            for source_id in ids
        ]
        standing = Standing.load(archive.notes.get(NOTE))
        visits = {one: archive.crawls.newest(one, limit=VISITS) for one in sources_asked or ()}
    if is_json:
        for row in rows:
            typer.echo(json.dumps(_record(row), ensure_ascii=False))
        for fault in faults:
            typer.echo(fault, err=True)
        return
    _tell(standing, faults)
    if sources_asked:
        for row in rows:
            _tell_all(row, visits[row.source_id])
        return
    table = Table("source", "state", "last success", "last news", "next visit", "waiting", "why")
    for row in rows:
        state = row.state
        table.add_row(
            row.source_id,
            row.word,
            _short(state.last_success_at),
            _short(state.last_news_at),
            _short(state.next_run_at),
            str(row.waiting),
            row.why,
        )
    Console().print(table)
    for row in rows:
        if row.health.proposal:
            typer.secho(f"{row.source_id} may be mended by", bold=True)
            typer.echo(row.health.proposal)


def _tell_all(row: Row, visits: tuple[Crawl, ...]) -> None:
    """Print everything that is known of one source."""
    state, source, health = row.state, row.source, row.health
    since = f" since {_short(health.since)}" if health.since else ""
    typer.secho(f"{row.source_id}: {row.word}{since}", bold=True)
    known = rhythm.load(state.rhythm)
    facts = {
        "name": source.name if source else "",
        "address": source.url if source else "",
        "trouble": health.reason or state.failure_text or "",
        "last success": _short(state.last_success_at),
        "last news": _short(state.last_news_at),
        "next visit": "when `xianwen run` begins" if state.next_run_at is None else (
            f"{_short(state.next_run_at)}{_distance(state.next_run_at)}"
        ),
        "because": state.plan_reason or "",
        "bounds": f"every {_span(source.min_interval_s)} to {_span(source.max_interval_s)}, "
        f"{_span(source.delay_s)} between two requests" if source else "",
        "rhythm": _rhythm_of(known),
        "waiting": f"{row.waiting} links to be followed" if row.waiting else "",
    }  # fmt: skip
    for name, told in facts.items():
        if told:
            typer.echo(f"  {name:<13} {told}")
    for number, visit in enumerate(visits):
        counts = {
            "links": visit.link_count, "new": visit.new_count, "revised": visit.revised_count,
            "reprints": visit.reprint_count, "failed": visit.failed_count,
            "requests": visit.request_count,
        }  # fmt: skip
        told = ", ".join(f"{count} {what}" for what, count in counts.items() if count)
        name = "" if number else "last visits"
        detail = f": {visit.detail}" if visit.detail else f"  {told}"
        typer.echo(f"  {name:<13} {_short(visit.finished_at)}  {visit.outcome}{detail}")
    if health.proposal:
        typer.echo("  may be mended by\n")
        typer.echo(health.proposal)


def _rhythm_of(known: rhythm.Rhythm) -> str:
    if known.seen_until is None:
        return ""
    busiest = sorted(range(rhythm.CELLS), key=lambda cell: -known.rates[cell])[:3]
    hours = ", ".join(f"{_DAYS[cell // 24]} {cell % 24} h" for cell in busiest)
    return (
        f"some {known.per_week:.1f} articles a week, watched for {known.watched_h / 24:.0f} days; "
        f"the last days brought {known.trend:.1f} times what was usual; most come {hours}"
    )


def _span(seconds: float) -> str:
    if seconds < 120:
        return f"{seconds:.0f} s"
    if seconds < 2 * 3600:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.0f} h" if seconds < 48 * 3600 else f"{seconds / 86400:.0f} days"


def _distance(at: datetime) -> str:
    seconds = (at - datetime.now(UTC)).total_seconds()
    return f", in {_span(seconds)}" if seconds > 0 else f", {_span(-seconds)} ago"


def _wanted(
    config: Path | None, data_dir: Path | None
) -> tuple[tuple[Source, ...] | None, Settings, tuple[str, ...]]:
    """Return the sources (None when they cannot be told), the settings, and the files' faults."""
    folder = config_dir(config)
    faults: tuple[str, ...] = ()
    try:
        configuration = load(folder)
        sources: tuple[Source, ...] | None = configuration.sources
        settings = configuration.settings
    except ConfigError as error:
        sources, faults = None, tuple(str(fault) for fault in error.faults)
        settings, _ = settings_of.read(folder, environment=os.environ)
    if data_dir is not None:
        settings = settings.model_copy(update={"data_dir": data_dir})
    return sources, settings, faults


def _tell(standing: Standing | None, faults: tuple[str, ...]) -> None:
    """Say what is in force when it is not what is in the files."""
    if faults:
        since = f"that of {standing.loaded_at[:19]}" if standing else "the former one"
        typer.secho(f"The configuration is refused; a running daemon keeps {since}:", fg="red")
        for fault in faults:
            typer.echo(f"  {fault}")
    elif standing is not None and standing.faults:
        typer.secho("The daemon refused the configuration that it read last:", fg="red")
        for fault in standing.faults:
            typer.echo(f"  {fault}")
    if standing is not None and standing.waiting:
        typer.secho(f"Waiting for a restart: {', '.join(standing.waiting)}", fg="yellow")


def _record(row: Row) -> dict[str, Any]:
    state = row.state
    return {
        "source": row.source_id,
        "state": row.word,
        "last_success_at": _iso(state.last_success_at),
        "last_news_at": _iso(state.last_news_at),
        "next_run_at": _iso(state.next_run_at),
        "failure_count": state.failure_count,
        "failure": state.failure_text,
        "reason": row.why,
        "since": _iso(row.health.since),
        "proposal": row.health.proposal,
        "plan": state.plan_reason,
        "articles_per_week": round(rhythm.load(state.rhythm).per_week, 1) if state.rhythm else None,
        "waiting": row.waiting,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _short(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")
