"""``xianwen politeness``: what we cost each host, by day."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer
from rich.console import Console
from rich.table import Table

from bot.cli.opening import reopened
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit

if TYPE_CHECKING:
    from storage.model import HostTraffic

#: days begin when the sites' do
TIMEZONE = ZoneInfo("Asia/Shanghai")


def politeness(
    days: Annotated[int, typer.Option(min=1, max=3660, help="How far to look back.")] = 7,
    host: Annotated[str | None, typer.Option(help="This host alone, as host or host:port.")] = None,
    is_json: Annotated[bool, typer.Option("--json", help="Print one JSON object a line.")] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show the requests, bytes, unchanged answers (304) and failures per host and day.

    A table that can be shown to a webmaster: one line is everything that this installation asked
    of a host on a day in Asia/Shanghai, robots.txt and pictures included.
    """
    configuration = load_or_exit(config, data_dir)
    with reopened(configuration.settings) as archive:
        since = (datetime.now(TIMEZONE) - timedelta(days=days - 1)).date()
        counts = archive.hosts.traffic(since)
    chosen = [one for one in counts if host is None or one.host == host]
    if is_json:
        for one in chosen:
            typer.echo(json.dumps(_record(one), ensure_ascii=False))
        return
    if not chosen:
        typer.echo("nothing was asked of any host in these days")
        return
    table = Table("day", "host", "requests", "KiB", "304", "failed")
    for one in chosen:
        table.add_row(
            one.day.isoformat(),
            one.host,
            str(one.request_count),
            f"{one.body_bytes / 1024:,.0f}",
            f"{one.not_modified_count} ({one.not_modified_count / one.request_count:.0%})",
            str(one.failure_count),
        )
    Console().print(table)


def _record(one: HostTraffic) -> dict[str, object]:
    return {
        "day": one.day.isoformat(),
        "host": one.host,
        "requests": one.request_count,
        "bytes": one.body_bytes,
        "not_modified": one.not_modified_count,
        "failed": one.failure_count,
    }
