"""``xianwen article``: what is kept of a single article."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console
from rich.text import Text

from bot.cli.days import local
from bot.cli.opening import opened
from bot.cli.options import ConfigOption, DataDirOption  # noqa: TC001 -- Typer reads them
from storage.articles import Articles
from storage.diff import Change, diff_revisions
from storage.stories import Stories
from storage.takedown import Takedowns

if TYPE_CHECKING:
    from storage.diff import RevisionDiff
    from storage.model import Article

app = typer.Typer(help="Look at single articles.", no_args_is_help=True)
_STYLES = {Change.SAME: "", Change.ADDED: "green underline", Change.REMOVED: "red strike"}
_MARKS = {Change.SAME: ("", ""), Change.ADDED: ("{+", "+}"), Change.REMOVED: ("[-", "-]")}


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
                    f"\nrevision {revision.number}, {local(revision.seen_at)}: {revision.reason}",
                    markup=False,
                )
                if revision.number > 1:
                    _print_diff(console, diff_revisions(history[revision.number - 2], revision))


def _print_article(console: Console, found: Article, stories: Stories, articles: Articles) -> None:
    story = stories.get(found.story_id)
    lines = [
        ("id", found.id),
        ("title", found.title),
        ("address", found.url),
        ("source", f"{found.source_id} ({found.source_name or '-'})"),
        ("published", f"{found.published_at} ({found.published_precision or 'unknown'})"),
        ("first seen", local(found.first_seen_at)),
        ("revision", f"{found.revision_number}, {local(found.updated_at)}"),
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
