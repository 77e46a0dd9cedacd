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
from bot.app import open_archive
from bot.cli.options import ConfigOption, DataDirOption, config_dir
from bot.errors import ConfigError
from bot.facts import is_overdue, word_for
from bot.health import Memory
from bot.health.memory import NOTE as NOTE_OF_HEALTH
from bot.reload import NOTE, Standing
from bot.sources import load
from storage.model import SourceState

if TYPE_CHECKING:
    from pathlib import Path

    from bot.model import Source
    from bot.settings import Settings


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
    is_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show each source with its state, its last success, its next visit and what is wrong.

    Works while the configuration has faults, too: tells them, and what the daemon goes on with.
    """
    sources, settings, faults = _wanted(config, data_dir)
    archive = open_archive(settings)
    try:
        states = archive.states.all()
        waiting = archive.links.counts()
        healths = archive.notes.all(NOTE_OF_HEALTH)
        ids = [source.id for source in sources] if sources is not None else sorted(states)
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
    finally:
        archive.close()
    if is_json:
        for row in rows:
            typer.echo(json.dumps(_record(row), ensure_ascii=False))
        for fault in faults:
            typer.echo(fault, err=True)
        return
    _tell(standing, faults)
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
        "waiting": row.waiting,
    }


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _short(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")
