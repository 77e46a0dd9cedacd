"""``xianwen search``: articles by their words."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.days import local, start_of
from bot.cli.opening import opened
from bot.cli.options import ConfigOption, DataDirOption, code_of, load_or_exit
from storage.search import Order, Search

if TYPE_CHECKING:
    from pathlib import Path

    from storage.search import Snippet


def search(
    query: Annotated[str, typer.Argument(help='Words; "in quotes" they stand side by side.')],
    district: Annotated[
        list[str] | None,
        typer.Option(
            help="Slug, code or name of a county, or of a city for all of its; may recur."
        ),
    ] = None,
    source: Annotated[str | None, typer.Option(help="Id of a source.")] = None,
    since: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="From this day.")] = None,
    until: Annotated[str | None, typer.Option(metavar="YYYY-MM-DD", help="To this day.")] = None,
    order: Annotated[Order, typer.Option(help="newest or rank.")] = Order.NEWEST,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Print so many at most.")] = 20,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Find articles by their words, Chinese words of two characters included."""
    console = Console(highlight=False)
    first = None if since is None else start_of(since, "--since")
    last = None if until is None else start_of(until, "--until")
    with opened(config, data_dir) as archive:
        hits = Search(archive.engine).find(
            query,
            adcodes=_codes_of(district, config),
            source_id=source,
            since=first,
            until=None if last is None else last + timedelta(days=1),
            order=order,
            limit=limit,
        )
    for hit in hits:
        console.print(Text(hit.article.id, style="dim"), local(hit.article.sorted_at), end=" ")
        console.print(_marked(hit.title))
        console.print(Text("  ") + _marked(hit.snippet))
    if not hits:
        typer.echo("nothing found", err=True)
        raise typer.Exit(1)


def _codes_of(names: list[str] | None, config: Path | None) -> tuple[str, ...] | None:
    """Return the codes of the counties that are named, those of a named city included."""
    if not names:
        return None
    configuration = load_or_exit(config)
    wanted = tuple(code_of(name, configuration).removesuffix("00") for name in names)
    return tuple(d.adcode for d in configuration.districts if d.adcode.startswith(wanted))


def _marked(snippet: Snippet) -> Text:
    text = Text("…" if snippet.is_cut_before else "")
    for part, is_hit in snippet.parts:
        text.append(part, style="bold" if is_hit else "")
    return text.append("…" if snippet.is_cut_after else "")
