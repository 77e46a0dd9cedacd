"""``xianwen extract``: what the rules make of one page, or of many."""

from __future__ import annotations

import gc
import json
import sys
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.cli.endings import fail
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit, no_such_source
from bot.errors import XianwenError
from bot.extract import SiteProfile
from bot.fetch.saved import read_file
from bot.locate import Gazetteer, locate
from bot.model import NotModified, Precision, Source
from bot.pipeline.read import read_article
from bot.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.model import Assignment, Block, CleanArticle, FetchedPage
    from bot.sources import Configuration

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
    configuration = load_or_exit(config, data_dir)
    gazetteer = Gazetteer(configuration.districts)
    if source is None:
        chosen = NO_SOURCE
    else:
        known = {one.id: one for one in configuration.sources}
        if source not in known:
            fail(no_such_source([source], known))
        chosen = known[source]
    if batch is not None:
        _extract_batch(*batch, chosen, gazetteer, {} if is_learning else None)
        return
    if page is None:
        fail("name a page: a saved file or an address; or --batch IN OUT for many")
    try:
        fetched = _get(page, url, chosen, configuration)
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


def _get(page: str, url: str | None, source: Source, configuration: Configuration) -> FetchedPage:
    """Return the page: an address is fetched politely, anything else is a saved file."""
    if page.startswith(("http://", "https://")):
        return _fetch(page, source, configuration)
    try:
        return read_file(Path(page), url=url, charset=source.charset)
    except OSError as error:
        fail(f"{page}: {error.strerror}; name a saved page, or an address with http")


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
    page: FetchedPage, source_id: str | None, configuration: Configuration
) -> SiteProfile | None:
    """Return what the archive knows of the page's site; None when no source is named."""
    if source_id is None:
        return None
    from bot.cli.learned import learned_of

    host = host_of(page.effective_url)
    known_sites = learned_of(configuration, source_id)
    return next((one for one in known_sites if one.host == host), None)


def as_record(article: CleanArticle, assignments: tuple[Assignment, ...]) -> dict[str, Any]:
    """Return what the command prints as JSON: a stable form for scripts."""
    published = article.published
    return {
        "title": article.title,
        "published": _stamp(article),
        "published_precision": None if published is None else published.precision.value,
        "source": article.source_name,
        "authors": list(article.authors),
        "editors": _editors(article),
        "breadcrumb": list(article.breadcrumb),
        "districts": [assignment.adcode for assignment in assignments],
        "blocks": [_block(block) for block in article.blocks],
        "text": article.text,
        "html": article.html,
        "images": list(article.images),
        "removed": [{"rule": gone.rule, "text": gone.text} for gone in article.removed],
        "warnings": [{"kind": one.kind, "text": one.text} for one in article.caveats],
    }


def _stamp(article: CleanArticle) -> str | None:
    if article.published is None:
        return None
    if article.published.precision is Precision.DAY:
        return article.published.at.date().isoformat()
    return article.published.at.isoformat()


def _editors(article: CleanArticle) -> dict[str, str]:
    names: dict[str, list[str]] = {}
    for role, name in article.editors:
        names.setdefault(role, []).append(name)
    return {role: "、".join(several) for role, several in names.items()}


def _block(block: Block) -> dict[str, str]:
    record = {"kind": block.kind.value}
    if block.text:
        record["text"] = block.text
    if block.url:
        record["url"] = block.url
    if block.alt:
        record["alt"] = block.alt
    return record


def _extract_batch(
    asked: Path,
    answers: Path,
    source: Source,
    gazetteer: Gazetteer,
    profiles: dict[str, SiteProfile] | None,
) -> None:
    """Write a line to ``answers`` for each line of ``asked``; a page that fails has ``error``.

    ``profiles``, by host, are filled with what the pages teach; None learns nothing.
    """
    try:
        tasks = [json.loads(line) for line in asked.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, ValueError) as error:
        fail(f"{asked}: {error}; it needs one JSON object a line, with id and file")
    # What the start has made stays; to look through it for garbage costs as much as pages do.
    gc.freeze()
    began_s = time.process_time()
    with answers.open("w", encoding="utf-8") as out:
        for task in _shown(tasks):
            record = _extract_one(task, asked.parent, source, gazetteer, profiles)
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    spent_s = time.process_time() - began_s
    gc.unfreeze()
    typer.echo(f"{len(tasks)} pages in {spent_s:.2f} CPU s", err=True)


def _shown(tasks: list[dict[str, Any]]) -> Iterable[dict[str, Any]]:
    """Return the tasks, with a bar of progress where somebody looks on."""
    if not sys.stderr.isatty():
        return tasks
    from rich.console import Console
    from rich.progress import track

    return track(tasks, "Extracting", console=Console(stderr=True), transient=True)


def _extract_one(
    task: dict[str, Any],
    folder: Path,
    source: Source,
    gazetteer: Gazetteer,
    profiles: dict[str, SiteProfile] | None,
) -> dict[str, Any]:
    identity = task.get("id")
    try:
        page = read_file(folder / str(task["file"]), url=task.get("url") or None)
        if profiles is None:
            article = read_article((page,), source)
        else:
            host = host_of(page.effective_url)
            profile = profiles.get(host, SiteProfile(host=host))
            article = read_article((page,), source, profile=profile)
            if article.extracted.sighting:
                profiles[host] = profile.learn(article.extracted.sighting)
    except KeyError:
        return {"id": identity, "error": "the line has no file"}
    except (OSError, XianwenError) as error:
        return {"id": identity, "error": str(error)}
    return {"id": identity, **as_record(article, locate(article, source, gazetteer))}


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
