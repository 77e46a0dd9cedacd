"""``xianwen reextract``: today's rules over the raw pages that are kept."""

from __future__ import annotations

import sys
from datetime import UTC
from functools import partial
from typing import TYPE_CHECKING, Annotated

import typer

from bot.app.archive import open_archive
from bot.app.book import open_book
from bot.app.clock import now
from bot.cli.days import start_of
from bot.cli.endings import told
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit, no_such_source
from bot.cli.progress import progress_bar
from bot.pipeline.reextract import Reextraction
from bot.pipeline.remake import Effect
from bot.pipeline.sites import profiles_of

if TYPE_CHECKING:
    from bot.pipeline.reextract import Summary


def reextract(
    source: Annotated[str | None, typer.Option(help="Only this source.")] = None,
    since: Annotated[
        str | None, typer.Option(metavar="YYYY-MM-DD", help="Only articles first seen since.")
    ] = None,
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="Tell what would change, and change nothing.")
    ] = False,
    is_sure: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    jobs: Annotated[
        int | None, typer.Option(min=1, help="Processes; default: as many as there are cores.")
    ] = None,
    batch: Annotated[
        int, typer.Option(min=1, help="Articles between two notes of how far it has come.")
    ] = 64,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Read every kept raw page again by today's rules, and mend the articles made from them.

    Tells first what would change. Ids stay; only what readers see changed becomes a revision.
    A run that was killed goes on where it was. May run beside the daemon.
    """
    configuration = load_or_exit(config, data_dir)
    ids = {one.id for one in configuration.sources}
    if source is not None and source not in ids:
        raise typer.BadParameter(no_such_source([source], ids), param_hint="--source")
    with told():
        archive = open_archive(configuration.settings, may_make=False)
        try:
            run = Reextraction(
                articles=archive.articles,
                raw_pages=archive.raw_pages,
                sources=configuration.sources,
                districts=configuration.districts,
                directory=configuration.settings.data_dir / "reextract",
                now=now,
                profiles=partial(profiles_of, archive.notes),
                source_id=source,
                since=None if since is None else start_of(since, "--since").astimezone(UTC),
                jobs=jobs,
                batch=batch,
            )
            if run.is_resumed:
                typer.echo(
                    f"going on with a run that was cut short: {run.summary.looked_at} looked at, "
                    f"{run.summary.applied} done"
                )
            with progress_bar() as bar:
                task = bar.add_task("looking", total=run.count(), completed=run.summary.looked_at)
                summary = run.look(lambda done: bar.update(task, completed=done))
            _tell(summary)
            if is_dry or not summary.changed:
                run.finish()
                return
            is_asked = not is_sure and sys.stdin.isatty()
            if is_asked and not typer.confirm(f"Change {len(summary.changed)} articles?"):
                run.finish()
                raise typer.Exit(1)
            with progress_bar() as bar:
                task = bar.add_task(
                    "changing", total=len(summary.changed), completed=summary.applied
                )
                run.apply(lambda done: bar.update(task, completed=done))
            open_book(configuration, archive).rebuild_all()
            run.finish()
            revised, mended = summary.effects[Effect.REVISED], summary.effects[Effect.MENDED]
            typer.echo(f"done: {revised} revised, {mended} mended; the feeds are up to date")
        finally:
            archive.close()


def _tell(summary: Summary) -> None:
    typer.echo(
        f"{summary.looked_at} articles read again: "
        + ", ".join(f"{summary.effects[effect]} {effect}" for effect in Effect)
    )
    for (effect, name), count in sorted(summary.fields.items()):
        typer.echo(f"  {effect}: {name}: {count}")
    for article_id, text in summary.examples:
        typer.echo(f"{article_id}\n  " + text.replace("\n", "\n  "))
    for article_id, why in summary.failures:
        typer.echo(f"{article_id} stays as it is: {why}")
