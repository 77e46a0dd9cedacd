"""``xianwen status``: how each source is, and when it is looked at next."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app import open_archive
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit
from storage.model import SourceState

if TYPE_CHECKING:
    from datetime import datetime


def status(
    is_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show each source with its state, its last success, its next visit and what is wrong."""
    configuration = load_or_exit(config, data_dir)
    archive = open_archive(configuration.settings)
    try:
        states = archive.states.all()
        waiting = {source.id: archive.links.count(source.id) for source in configuration.sources}
    finally:
        archive.close()
    rows = [
        (source, states.get(source.id) or SourceState(source_id=source.id))
        for source in configuration.sources
    ]
    if is_json:
        for source, state in rows:
            record = {
                "source": source.id,
                "state": _word(state, is_enabled=source.is_enabled),
                "last_success_at": _iso(state.last_success_at),
                "last_news_at": _iso(state.last_news_at),
                "next_run_at": _iso(state.next_run_at),
                "failure_count": state.failure_count,
                "failure": state.failure_text,
                "plan": state.plan_reason,
                "waiting": waiting[source.id],
            }
            typer.echo(json.dumps(record, ensure_ascii=False))
        return
    table = Table("source", "state", "last success", "last news", "next visit", "waiting", "why")
    for source, state in rows:
        table.add_row(
            source.id,
            _word(state, is_enabled=source.is_enabled),
            _short(state.last_success_at),
            _short(state.last_news_at),
            _short(state.next_run_at),
            str(waiting[source.id]),
            state.failure_text or state.plan_reason or "",
        )
    Console().print(table)


def _word(state: SourceState, *, is_enabled: bool) -> str:
    if not is_enabled:
        return "disabled"
    if state.is_paused:
        return "paused"
    if state.last_attempt_at is None:
        return "never visited"
    return state.failure_kind or "ok"


def _iso(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()


def _short(at: datetime | None) -> str:
    return "-" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")
