"""``xianwen archive``: what an operator does with what is kept."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path  # noqa: TC003 - Typer reads it
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from bot.app.archive import database_url
from bot.cli.endings import told
from bot.cli.opening import opened
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit
from bot.cli.progress import progress_bar
from storage.backup import back_up, restore
from storage.copying import build_search_index, copy_database
from storage.database import writing
from storage.export import export_csv, export_jsonl
from storage.opening import open_database
from storage.stats import stats
from storage.verify import verify

app = typer.Typer(
    help="Look after the archive: count, verify, back up, restore, export, move.",
    no_args_is_help=True,
)


class Format(StrEnum):
    """What an export is written as."""

    JSONL = "jsonl"
    CSV = "csv"


@app.command("stats")
def show_stats(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Show how much is kept: articles, revisions, stories, raw pages, pictures, bytes."""
    with opened(config, data_dir) as archive:
        found = stats(archive.engine, archive.raw_pages)
    per_article = found.database_bytes / max(found.article_count, 1)
    table = Table(show_header=False, box=None)
    for name, value in (
        ("articles", f"{found.article_count:,}"),
        ("  of these withdrawn", f"{found.withdrawn_count:,}"),
        ("revisions", f"{found.revision_count:,}"),
        ("stories", f"{found.story_count:,}"),
        ("taken down", f"{found.tombstone_count:,}"),
        ("first seen", _instant(found.first_seen_at)),
        ("last seen", _instant(found.last_seen_at)),
        ("database", f"{found.database_bytes:,} bytes, {per_article:,.0f} an article"),
        ("raw pages", f"{found.raw_record_count:,} in {found.raw_bytes:,} bytes, received as "
                      f"{found.raw_payload_bytes:,}"),
        ("pictures", f"{found.picture_count:,} in {found.picture_bytes:,} bytes"),
    ):  # fmt: skip
        table.add_row(name, value)
    for adcode, count in sorted(found.by_district.items()):
        table.add_row(f"district {adcode}", f"{count:,}")
    for source_id, count in sorted(found.by_source.items()):
        table.add_row(f"source {source_id}", f"{count:,}")
    Console().print(table)


@app.command("verify")
def run_verification(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Check every digest, reference and index.  Exits with 1 when something is wrong.

    May run beside the daemon.  Records and files that a killed process left behind are told, and
    are no fault.
    """
    with opened(config, data_dir) as archive, progress_bar() as bar:
        task = bar.add_task("raw pages and pictures", total=None)
        outcome = verify(
            archive.engine,
            archive.raw_pages,
            archive.media,
            progress=lambda done, total: bar.update(task, completed=done, total=total),
        )
    for finding in outcome.findings:
        word = "FAULT" if finding.is_fault else "note"
        typer.echo(f"{word}: {finding.subject}: {finding.problem}")
    counts = (
        f"{outcome.article_count} articles, {outcome.raw_record_count} raw pages, "
        f"{outcome.picture_count} pictures"
    )
    if not outcome.is_clean:
        typer.echo(f"{counts}: something is wrong; `xianwen archive restore` has what a backup had")
        raise typer.Exit(1)
    typer.echo(f"{counts}: all as it was kept")


@app.command("backup")
def run_backup(
    directory: Annotated[Path, typer.Argument(help="Where to; a former backup is brought up.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Write a backup that is consistent while the daemon runs: database, raw pages, pictures."""
    with opened(config, data_dir) as archive, progress_bar() as bar:
        task = bar.add_task("backup", total=None)
        backup = back_up(
            archive.engine,
            archive.raw_pages,
            archive.media,
            directory,
            progress=lambda step: bar.update(task, description=step),
        )
    counts = ", ".join(f"{count} {name}" for name, count in backup.counts.items())
    typer.echo(f"{directory}: {counts}; {backup.file_count} files, {backup.byte_count:,} bytes")


@app.command("restore")
def run_restore(
    directory: Annotated[Path, typer.Argument(help="The backup.", exists=True, file_okay=False)],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Restore a backup into an empty data directory and verify what came of it."""
    settings = load_or_exit(config, data_dir).settings
    with told(), progress_bar() as bar:
        task = bar.add_task("restore", total=None)
        backup = restore(
            directory,
            database_url(settings),
            settings.data_dir / "raw",
            settings.data_dir / "media",
            progress=lambda step: bar.update(task, description=step),
        )
    counts = ", ".join(f"{count} {name}" for name, count in backup.counts.items())
    typer.echo(f"restored and verified: {counts}, as of {_instant(backup.made_at)}")


@app.command("export")
def run_export(
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="A file; default: standard output.")
    ] = None,
    format_: Annotated[Format, typer.Option("--format", help="jsonl or csv.")] = Format.JSONL,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Write every article, oldest first sight first, as JSON Lines or CSV."""
    export = export_csv if format_ is Format.CSV else export_jsonl
    with opened(config, data_dir) as archive:
        if output is None:
            count = export(archive.engine, sys.stdout)
        else:
            with output.open("w", encoding="utf-8", newline="") as file:
                count = export(archive.engine, file)
    typer.echo(f"{count} articles", err=True)


@app.command("copy")
def run_copy(
    to: Annotated[str, typer.Option("--to", metavar="URL", help="An empty database.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Copy the database into an empty one, SQLite or PostgreSQL, and compare both by digests.

    Raw pages and pictures stay where they are.  Afterwards set `database` in the settings.
    """
    with opened(config, data_dir) as archive, progress_bar() as bar:
        task = bar.add_task("copy", total=None)
        target = open_database(to)
        try:
            copies = copy_database(
                archive.engine,
                target,
                progress=lambda name, rows: bar.update(task, description=f"{name} {rows:,}"),
            )
        finally:
            target.dispose()
    table = Table("table", "rows", "sha256 of both")
    for copy in copies:
        table.add_row(copy.name, f"{copy.row_count:,}", copy.digest[:16] + "…")
    Console().print(table)


@app.command("reindex")
def run_reindex(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Build the full-text index anew from the articles, when verify finds it damaged."""
    with opened(config, data_dir) as archive, progress_bar() as bar:
        task = bar.add_task("search index", total=None)
        with writing(archive.engine) as connection:
            count = build_search_index(
                connection, progress=lambda _name, done: bar.update(task, completed=done)
            )
    typer.echo(f"{count} articles indexed")


@app.command("gc")
def run_collection(config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Drop the pictures that nothing refers to, once they are older than the settings say.

    A picture that any revision of any article shows is never touched.  May run beside the daemon.
    """
    settings = load_or_exit(config, data_dir).settings
    age = timedelta(seconds=settings.archive.keep_unused_pictures_s)
    with opened(config, data_dir) as archive:
        dropped = archive.media.collect(stored_before=datetime.now(UTC) - age)
    typer.echo(f"{dropped.picture_count} pictures dropped, {dropped.byte_count:,} bytes freed")


def _instant(at: object) -> str:
    return f"{at:%Y-%m-%d %H:%M:%S %Z}" if at else "-"
