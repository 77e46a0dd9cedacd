"""``xianwen extract``: what the rules make of a page."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.batch import extract_batch
from bot.cli.endings import fail
from bot.cli.options import (
    ConfigOption,
    DataDirOption,
    districts_or_exit,
    load_or_exit,
    no_such_source,
)
from bot.cli.record import as_record
from bot.errors import XianwenError
from bot.fetch.saved import read_file
from bot.locate import Gazetteer, locate
from bot.model import NotModified, Source
from bot.pipeline.read import read_article
from bot.urls import host_of

if TYPE_CHECKING:
    from bot.extract import SiteProfile
    from bot.model import FetchedPage
    from bot.sources.load import Configuration

#: stands in for a source when the operator names none
NO_SOURCE = Source(id="-", url="", adcode="")


def extract(
    page: Annotated[
        str | None, typer.Argument(metavar="FILE|URL", help="A saved page, or an address to fetch.")
    ] = None,
    url: Annotated[
        str | None, typer.Option(help="Address that a saved page came from; links depend on it.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(metavar="ID", help="Use the rules of this source.")
    ] = None,
    is_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
    is_explained: Annotated[
        bool,
        typer.Option(
            "--explain",
            help="Show how it was decided: what was weighed for body and fields, what was removed.",
        ),
    ] = False,
    batch: Annotated[
        tuple[Path, Path] | None,
        typer.Option(
            metavar="IN OUT",
            help='Read {"id", "file", "url"?} lines from IN, write a line each with the id and '
            "the keys of --json to OUT. Files are seen from the directory of IN.",
        ),
    ] = None,
    is_learning: Annotated[
        bool,
        typer.Option(
            "--learn",
            help="With --batch: read each page beside the earlier ones of its host, as crawls do.",
        ),
    ] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show what the rules make of a page: title, time, people, body, and what was removed.

    Nothing is stored. With --source the page is read beside what the archive knows of its site. A
    page that is no article exits with 1 and says why.
    """
    if page is None and batch is None:
        fail("name a page: a saved file or an address; or --batch IN OUT for many")
    is_address = page is not None and page.startswith(("http://", "https://"))
    chosen, configuration = NO_SOURCE, None
    if source is not None or is_address:
        configuration = load_or_exit(config, data_dir)
    if configuration is not None and source is not None:
        known = {one.id: one for one in configuration.sources}
        if source not in known:
            fail(no_such_source([source], known))
        chosen = known[source]
    # A saved page is read by districts alone, and whatever else is wrong with the configuration.
    districts = districts_or_exit(config) if configuration is None else configuration.districts
    gazetteer = Gazetteer(districts)
    if batch is not None:
        extract_batch(*batch, chosen, gazetteer, {} if is_learning else None)
        return
    assert page is not None  # noqa: S101 -- tells mypy
    try:
        if is_address and configuration is not None:
            fetched = _fetch(page, chosen, configuration)
        else:
            fetched = _saved(Path(page), url, chosen)
        profile = None
        if source is not None and configuration is not None:
            profile = _profile_of(fetched, source, configuration)
        article = read_article((fetched,), chosen, profile=profile, is_explained=is_explained)
    except XianwenError as error:
        fail(str(error))
    record = as_record(article, locate(article, chosen, gazetteer))
    if is_explained:
        from bot.cli.explain import explanation, print_explanation

        record["explanation"] = explanation(article)
    if is_json:
        typer.echo(json.dumps(record, ensure_ascii=False, indent=2))
    elif is_explained:
        print_explanation(record["explanation"])
    else:
        _print_article(record)


def _saved(file: Path, url: str | None, source: Source) -> FetchedPage:
    try:
        return read_file(file, url=url, charset=source.charset)
    except OSError as error:
        fail(f"{file}: {error.strerror}; name a saved page, or an address with http")


def _fetch(address: str, source: Source, configuration: Configuration) -> FetchedPage:
    # Imported here, as in _profile_of: a saved page needs neither network nor database.
    import asyncio

    from bot.app.fetching import fetch_settings
    from bot.fetch.fetcher import Fetcher

    async def fetched() -> FetchedPage | NotModified:
        async with Fetcher(fetch_settings(configuration.settings)) as fetcher:
            own = source if source.url else replace(source, url=address)
            return await fetcher.fetch(address, source=own, purpose="article")

    answer = asyncio.run(fetched())
    if isinstance(answer, NotModified):
        fail(f"{address}: the server says that it did not change, though nobody asked")
    return answer


def _profile_of(
    page: FetchedPage, source_id: str, configuration: Configuration
) -> SiteProfile | None:
    """Return what the archive knows of the page's site."""
    from bot.cli.learned import learned_of

    host = host_of(page.effective_url)
    known_sites = learned_of(configuration, source_id)
    return next((one for one in known_sites if one.host == host), None)


def _print_article(record: dict[str, Any]) -> None:
    for key in ("title", "published", "source"):
        typer.echo(f"{key + ':':<12}{record[key] or '-'}")
    typer.echo(f"{'authors:':<12}{' '.join(record['authors']) or '-'}")
    editors = " ".join(f"{role}:{name}" for role, name in record["editors"].items())
    typer.echo(f"{'editors:':<12}{editors or '-'}")
    typer.echo(f"{'breadcrumb:':<12}{' > '.join(record['breadcrumb']) or '-'}")
    typer.echo(f"{'districts:':<12}{' '.join(record['districts']) or '-'}\n")
    for block in record["blocks"]:
        typer.echo(f"[{block['kind']}] {block.get('text') or block.get('url', '')}")
    for caveat in record["warnings"]:
        typer.secho(f"\nwarning: {caveat['kind']}: {caveat['text']}", fg="yellow")
    if record["removed"]:
        typer.echo("\nremoved:")
        for gone in record["removed"]:
            typer.echo(f"  {gone['rule']}: {gone['text'][:60]}")
