"""``xianwen article``, ``search`` and ``takedown``: what is kept of single articles."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import structlog
import typer
from rich.console import Console
from rich.text import Text

from bot import log
from bot.app.archive import open_archive
from bot.app.reading import open_book
from bot.cli.archive import opened, told
from bot.cli.options import ConfigOption, DataDirOption, code_of, load_or_exit
from storage.articles import Articles
from storage.diff import Change, diff_revisions
from storage.search import Order, Search
from storage.stories import Stories
from storage.takedown import Takedowns

if TYPE_CHECKING:
    from pathlib import Path

    from storage.diff import RevisionDiff
    from storage.model import Article
    from storage.search import Snippet

app = typer.Typer(help="Look at single articles.", no_args_is_help=True)
_STYLES = {Change.SAME: "", Change.ADDED: "green underline", Change.REMOVED: "red strike"}
_MARKS = {Change.SAME: ("", ""), Change.ADDED: ("{+", "+}"), Change.REMOVED: ("[-", "-]")}
_CHINA = ZoneInfo("Asia/Shanghai")


@app.callback()
def article() -> None:
    """Look at single articles."""


@app.command()
def show(
    article_id: Annotated[str, typer.Argument(metavar="ID", help="An id, or the page's address.")],
    is_history: Annotated[
        bool, typer.Option("--history", help="Every revision, and what it changed.")
    ] = False,
    is_removed: Annotated[
        bool, typer.Option("--removed", help="What cleaning took out, and by which rule.")
    ] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show an article as it is kept: where it is from, its story, its text."""
    console = Console(highlight=False)
    with opened(config, data_dir) as archive:
        articles = Articles(archive.engine)
        found = articles.get(article_id) or articles.by_url(article_id)
        if found is None:
            tombstone = Takedowns(archive.engine, archive.raw_pages, archive.media).get(article_id)
            if tombstone is not None:
                typer.echo(
                    f"{article_id} was taken down on {tombstone.taken_down_at:%Y-%m-%d}: "
                    f"{tombstone.reason}"
                )
            else:
                typer.echo(f"no article {article_id}; `xianwen search` finds ids", err=True)
            raise typer.Exit(1)
        _print_article(console, found, Stories(archive.engine), articles)
        if is_removed:
            for removal in articles.removed(found.id):
                console.print(f"removed by {removal.rule}: {removal.text!r}", markup=False)
        if is_history:
            history = articles.revisions(found.id)
            for revision in history:
                console.print(
                    f"\nrevision {revision.number}, {_local(revision.seen_at)}: {revision.reason}",
                    markup=False,
                )
                if revision.number > 1:
                    _print_diff(console, diff_revisions(history[revision.number - 2], revision))


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
    first, last = _day(since, "--since"), _day(until, "--until")
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
        console.print(Text(hit.article.id, style="dim"), _local(hit.article.sorted_at), end=" ")
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


def takedown(
    article_id: Annotated[
        str, typer.Argument(metavar="ID", help="The article's id, as `xianwen search` prints it.")
    ],
    reason: Annotated[str, typer.Option(help="Why; kept in the tombstone and the log.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Remove an article everywhere: text, revisions, pictures, raw page, search, feeds.

    A tombstone keeps it from coming back, and the log says so.  Former backups still hold it.
    """
    configuration = load_or_exit(config, data_dir)
    log.configure(style=configuration.settings.log.style, level=configuration.settings.log.level)
    with told():
        archive = open_archive(configuration.settings)
        try:
            takedowns = Takedowns(archive.engine, archive.raw_pages, archive.media)
            tombstone = takedowns.take_down(article_id, reason, at=datetime.now(UTC))
            structlog.get_logger().warning(
                "taken down",
                article=tombstone.article_id,
                source=tombstone.source_id,
                reason=tombstone.reason,
            )
            open_book(configuration, archive).rebuild_all()
        finally:
            archive.close()
    typer.echo(
        f"taken down: {tombstone.article_id}, districts {', '.join(tombstone.adcodes) or '-'}; "
        "the feeds are written without it. A new `xianwen archive backup` drops it from the backup."
    )


def _print_article(console: Console, found: Article, stories: Stories, articles: Articles) -> None:
    story = stories.get(found.story_id)
    lines = [
        ("id", found.id),
        ("title", found.title),
        ("address", found.url),
        ("source", f"{found.source_id} ({found.source_name or '-'})"),
        ("published", f"{found.published_at} ({found.published_precision or 'unknown'})"),
        ("first seen", _local(found.first_seen_at)),
        ("revision", f"{found.revision_number}, {_local(found.updated_at)}"),
        ("status", found.status.value),
        ("authors", ", ".join(found.authors) or "-"),
        ("editors", ", ".join(f"{role}:{name}" for role, name in found.editors) or "-"),
        *(("district", f"{d.adcode} {d.town or ''} ({d.evidence})") for d in found.districts),
    ]
    if story is not None and len(story.article_ids) > 1:
        lines.append(("original", f"{story.original_id} ({story.original_reason})"))
        for other_id in story.article_ids:
            other = articles.get(other_id) if other_id != found.id else None
            if other is not None:
                lines.append(("also", f"{other.id} {other.url}"))
    for name, value in lines:
        console.print(f"{name:>11}  {value}", markup=False)
    console.print("\n" + found.text, markup=False)


def _print_diff(console: Console, diff: RevisionDiff) -> None:
    for name, old, new in diff.fields:
        console.print(f"{name}: [-{old}-] {{+{new}+}}", markup=False)
    for line in diff.lines:
        if line.is_same:
            continue
        text = Text()
        for part, change in line.parts:
            begin, end = ("", "") if console.is_terminal else _MARKS[change]
            text.append(begin + part + end, style=_STYLES[change])
        console.print(text)


def _marked(snippet: Snippet) -> Text:
    text = Text("…" if snippet.is_cut_before else "")
    for part, is_hit in snippet.parts:
        text.append(part, style="bold" if is_hit else "")
    return text.append("…" if snippet.is_cut_after else "")


def _day(text: str | None, option: str) -> datetime | None:
    if text is None:
        return None
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter("write a day as 2026-11-24", param_hint=option) from None
    return datetime(day.year, day.month, day.day, tzinfo=_CHINA)


def _local(at: datetime) -> str:
    return f"{at.astimezone(_CHINA):%Y-%m-%d %H:%M}"
