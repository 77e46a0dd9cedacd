"""``xianwen source test``: what a source would yield, beside its golden pages if it has any."""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from bot.app.archive import database_url, open_archive
from bot.app.fetching import fetch_settings
from bot.cli.endings import fail
from bot.cli.options import ConfigOption, DataDirOption, config_dir, load_or_exit
from bot.cli.source.options import JsonOption, chosen
from bot.cli.source.shown import print_trial
from bot.errors import ConfigError
from bot.fetch.fetcher import Fetcher
from bot.sources.load import load
from bot.trial import golden, try_source
from bot.trial.pages import LivePages
from bot.trial.record import as_record
from storage.errors import StorageError
from storage.model import Selection

if TYPE_CHECKING:
    from bot.model import Source
    from bot.sources.load import Configuration
    from bot.trial import Trial

#: articles of the archive whose length is the usual one
USUAL_ARTICLES = 50


def try_(
    which: Annotated[
        str,
        typer.Argument(metavar="ID|FILE", help="A source's id, or a file of sources; - is stdin."),
    ],
    articles: Annotated[int, typer.Option(min=0, max=50, help="Newest articles to read.")] = 3,
    is_json: JsonOption = False,
    is_strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 2 when there is a warning.")
    ] = False,
    save_golden: Annotated[
        bool, typer.Option("--save-golden", help="Store the pages and the values read from them.")
    ] = False,
    is_golden: Annotated[
        bool, typer.Option("--golden", help="Check the stored pages instead; needs no network.")
    ] = False,
    golden_dir: Annotated[
        Path | None, typer.Option(help="Where golden folders are. Default: golden in --config.")
    ] = None,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Try a source as its file stands now, saved or not; nothing is stored in the archive.

    Prints the listing's links kept and dropped with the reason, and for each of the newest articles
    every field with the rule that produced it, what was removed by which rule, and warnings.
    Exits with 0 when all is well, 1 when the source would bring nothing or differs from its golden
    pages, 2 for a warning under --strict.
    """
    configuration, sources = _candidates(which, config, data_dir)
    place = golden_dir or config_dir(config) / "golden"
    if is_golden:
        raise typer.Exit(_check_golden(sources, place, is_json=is_json))
    trials = asyncio.run(_try_all(configuration, sources, articles))
    for trial in trials:
        if is_json:
            typer.echo(json.dumps(as_record(trial), ensure_ascii=False))
        else:
            print_trial(trial)
        if save_golden and not trial.is_failure:
            count = golden.save(trial, place / trial.source.id)
            typer.echo(f"{count} pages stored in {place / trial.source.id}", err=True)
    if any(trial.is_failure for trial in trials):
        raise typer.Exit(1)
    if is_strict and any(trial.warnings for trial in trials):
        raise typer.Exit(2)


def _candidates(
    which: str, config: Path | None, data_dir: Path | None
) -> tuple[Configuration, tuple[Source, ...]]:
    """Return the configuration and the sources to try: one by its id, or those of a file."""
    is_file = which == "-" or which.endswith((".yaml", ".yml")) or "/" in which
    if not is_file:
        configuration = load_or_exit(config, data_dir)
        return configuration, (chosen(which, configuration),)
    try:
        content = sys.stdin.buffer.read() if which == "-" else Path(which).read_bytes()
    except OSError as error:
        fail(f"{which}: cannot be read: {error.strerror}")
    try:
        configuration = load(config_dir(config), sources={which: content})
    except ConfigError as error:
        fail(str(error))
    if data_dir is not None:
        configuration = configuration.with_data_dir(data_dir)
    return configuration, configuration.sources


async def _try_all(
    configuration: Configuration, sources: tuple[Source, ...], article_count: int
) -> list[Trial]:
    async with Fetcher(fetch_settings(configuration.settings)) as fetcher:
        return [
            await try_source(
                source,
                LivePages(fetcher),
                article_count=article_count,
                usual_chars=usual_chars(configuration, source.id),
            )
            for source in sources
        ]


def usual_chars(configuration: Configuration, source_id: str) -> int | None:
    """Return the median length of a source's newest texts in the archive; None for too few."""
    place = database_url(configuration.settings)
    if isinstance(place, Path) and not place.is_file():
        return None
    try:
        archive = open_archive(configuration.settings)
    except StorageError:
        return None
    try:
        articles = archive.articles.newest(Selection(source_id=source_id), limit=USUAL_ARTICLES)
    finally:
        archive.close()
    lengths = [len(article.text) for article in articles]
    return round(statistics.median(lengths)) if len(lengths) >= 5 else None


def _check_golden(sources: tuple[Source, ...], place: Path, *, is_json: bool) -> int:
    code = 0
    for source in sources:
        try:
            differences = asyncio.run(golden.check(source, place / source.id))
        except golden.GoldenError as error:
            fail(f"{source.id}: {error}")
        if is_json:
            typer.echo(
                json.dumps({"source": source.id, "differences": differences}, ensure_ascii=False)
            )
        elif not differences:
            typer.echo(f"{source.id}: as stored")
        for difference in () if is_json else differences:
            typer.echo(f"{source.id}: {difference}")
        code = 1 if differences else code
    return code
