"""``xianwen source``: look at sources, try them, rest them, add and remove them."""

from __future__ import annotations

import asyncio
import json
import re
import statistics
import sys
from dataclasses import fields, is_dataclass
from datetime import date
from enum import Enum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.table import Table

from bot.app.archive import database_url, open_archive
from bot.app.crawling import sites_of
from bot.app.fetching import fetch_settings
from bot.cli import show
from bot.cli.learned import learned_of
from bot.cli.options import (
    ConfigOption,
    DataDirOption,
    code_of,
    config_dir,
    load_or_exit,
    no_such_source,
)
from bot.errors import ConfigError
from bot.fetch.fetcher import Fetcher
from bot.locate import Gazetteer
from bot.pipeline.crawl import FACE_NOTE
from bot.sources import edit, load
from bot.sources.load import source_texts
from bot.trial import golden, try_source
from bot.trial.pages import LivePages
from bot.trial.propose import Known, propose
from bot.trial.record import as_record
from bot.urls import host_of
from storage.errors import StorageError
from storage.model import Selection

if TYPE_CHECKING:
    from bot.model import Source
    from bot.sources import Configuration
    from bot.trial import Trial
    from bot.trial.propose import Proposal

app = typer.Typer(
    help="Look at sources, try them, rest them, add and remove them.", no_args_is_help=True
)

SourceId = Annotated[str, typer.Argument(metavar="ID", help="Id of a source.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for scripts.")]
YesOption = Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")]
#: articles of the archive whose length is the usual one
USUAL_ARTICLES = 50
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@")


@app.command("list")
def list_(
    district: Annotated[
        str | None, typer.Option(help="Only sources of this district or city: slug, code or name.")
    ] = None,
    is_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """List all sources with their district, kind, rule set and place in the configuration."""
    configuration = load_or_exit(config)
    code = None if district is None else code_of(district, configuration)
    names = {d.adcode: d.name for d in configuration.districts}
    names |= {d.city_adcode: d.city for d in configuration.districts}
    table = Table(box=None)
    for title in ("source", "state", "district", "kind", "cms", "url", "file"):
        table.add_column(title, overflow="fold")
    for source in configuration.sources:
        if code is not None and not source.adcode.startswith(code.removesuffix("00")):
            continue
        file, line = configuration.places[source.id]
        if is_json:
            record = {
                "id": source.id,
                "name": source.name,
                "enabled": source.is_enabled,
                "adcode": source.adcode,
                "district": names.get(source.adcode, ""),
                "kind": source.kind.value,
                "cms": source.cms,
                "url": source.url,
                "file": file,
                "line": line,
            }
            typer.echo(json.dumps(record, ensure_ascii=False))
            continue
        table.add_row(
            source.id,
            "" if source.is_enabled else "disabled",
            names.get(source.adcode, source.adcode),
            source.kind.value,
            source.cms or "",
            source.url,
            f"{Path(file).name}:{line}",
        )
    if not is_json:
        Console().print(table)


@app.command("show")
def show_(
    source_id: SourceId,
    is_json: JsonOption = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Show a source's entry as it stands in its file, what it comes to with all defaults, and
    what was learned of its site from the pages that were read.
    """  # noqa: D205
    configuration = load_or_exit(config, data_dir)
    source = _source(source_id, configuration)
    file, line = configuration.places[source_id]
    learned = [profile.told() for profile in learned_of(configuration, source_id)]
    if is_json:
        record = _plain(source) | {"file": file, "line": line, "learned": learned}
        typer.echo(json.dumps(record, ensure_ascii=False))
        return
    typer.echo(f"# {file}:{line}")
    try:
        typer.echo(edit.find(edit.read_text(Path(file)), source_id, name=file).text.rstrip())
    except edit.EditError as error:
        typer.echo(f"# {error}")
    typer.echo("\n# with defaults, rule set and settings:")
    for key, value in _plain(source).items():
        parts = value.items() if isinstance(value, dict) else [("", value)]
        for part, inner in parts:
            if inner not in (None, [], "", {}):
                name = f"{key}.{part}".rstrip(".")
                typer.echo(f"{name:<24} {json.dumps(inner, ensure_ascii=False)}")
    show.print_learned(learned)


@app.command("test")
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
            show.print_trial(trial)
        if save_golden and not trial.is_failure:
            count = golden.save(trial, place / trial.source.id)
            typer.echo(f"{count} pages stored in {place / trial.source.id}", err=True)
    if any(trial.is_failure for trial in trials):
        raise typer.Exit(1)
    if is_strict and any(trial.warnings for trial in trials):
        raise typer.Exit(2)


@app.command()
def enable(source_id: SourceId, config: ConfigOption = None) -> None:
    """Let a resting source be looked at again; a running daemon follows at once."""
    _set_enabled(source_id, config, is_enabled=True)


@app.command()
def disable(source_id: SourceId, config: ConfigOption = None) -> None:
    """Let a source rest; its articles and its feed stay. A running daemon follows at once."""
    _set_enabled(source_id, config, is_enabled=False)


@app.command()
def accept(
    source_id: SourceId, config: ConfigOption = None, data_dir: DataDirOption = None
) -> None:
    """Take a site as it is now for the source's own, after it was held to be another's."""
    configuration = load_or_exit(config)
    _source(source_id, configuration)
    if data_dir is not None:
        configuration = configuration.with_data_dir(data_dir)
    archive = open_archive(configuration.settings)
    try:
        archive.notes.drop(f"{FACE_NOTE}{source_id}")
    finally:
        archive.close()
    typer.echo(f"{source_id} is taken as it stands at its next visit")


@app.command()
def learn(source_id: SourceId, config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Learn a source's site anew from the archive's newest pages, and forget what was known."""
    configuration = load_or_exit(config, data_dir)
    source = _source(source_id, configuration)
    archive = open_archive(configuration.settings)
    try:
        made = sites_of(archive).rebuild(source)
    finally:
        archive.close()
    if not made:
        fail(f"the archive has no page of {source_id} yet; its next visit learns by itself")
    show.print_learned([profile.told() for profile in made])


@app.command()
def remove(source_id: SourceId, is_yes: YesOption = False, config: ConfigOption = None) -> None:
    """Take a source out of its file; its articles stay in the archive."""
    configuration = load_or_exit(config)
    _source(source_id, configuration)
    path = Path(configuration.places[source_id][0])
    before = edit.read_text(path)
    typer.echo(edit.find(before, source_id, name=str(path)).text.rstrip())
    if not is_yes and not typer.confirm(f"Remove these lines from {path}?"):
        raise typer.Exit(1)
    _write(path, before, _edited(edit.without_entry, before, source_id, name=str(path)), config)
    typer.echo(f"{source_id} is removed from {path}; its articles stay in the archive")


@app.command()
def add(
    url: Annotated[str, typer.Argument(help="Address of a listing: the page of a section.")],
    district: Annotated[
        str | None,
        typer.Option(help="District or city: slug, code or name. Default: told by the page."),
    ] = None,
    source_id: Annotated[str | None, typer.Option("--id", help="Id of the new source.")] = None,
    file: Annotated[
        Path | None, typer.Option(help="File to add it to. Default: the one with the same site.")
    ] = None,
    is_yes: YesOption = False,
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="Show, ask nothing, write nothing.")
    ] = False,
    is_json: JsonOption = False,
    config: ConfigOption = None,
) -> None:
    """Look at a page, propose a complete entry for it, show what it would yield, and write it.

    Rules are proposed only where the automatic way is not enough. Under --yes nothing is asked, and
    an entry that has a problem is not written: exits with 1 then.
    """
    configuration = load_or_exit(config)
    proposal = asyncio.run(_propose(url, configuration, config_dir(config), district, source_id))
    if is_json:
        typer.echo(json.dumps(proposal_record(proposal), ensure_ascii=False))
    else:
        show.print_proposal(proposal)
    for other in proposal.instead:
        typer.echo(f"Perhaps you mean its section: xianwen source add {other}", err=True)
    if is_dry:
        raise typer.Exit(1 if proposal.problems else 0)
    if proposal.trial.failure is not None or "district" not in proposal.entry:
        fail("nothing was written; the problems above come first")
    if proposal.problems and is_yes:
        fail("nothing was written: --yes takes only an entry without problems")
    path, before, after = _target(proposal, configuration, config, file)
    if not is_yes and not typer.confirm(f"Write it to {path}?"):
        raise typer.Exit(1)
    _write(path, before, after, config)
    typer.echo(f"{proposal.entry['id']} stands in {path}; a running daemon takes it up by itself")


def proposal_record(proposal: Proposal) -> dict[str, Any]:
    """Return a proposal as plain values."""
    return {
        "entry": proposal.entry,
        "reasons": proposal.reasons,
        "problems": proposal.problems,
        "instead": proposal.instead,
        "trial": as_record(proposal.trial),
    }


async def _propose(
    url: str,
    configuration: Configuration,
    folder: Path,
    district: str | None,
    source_id: str | None,
) -> Proposal:
    known = Known(
        templates=configuration.templates,
        gazetteer=Gazetteer(configuration.districts),
        ids={source.id for source in configuration.sources},
        delay_s=configuration.settings.fetch.delay_s,
        timeout_s=configuration.settings.fetch.timeout_s,
        proxy=configuration.settings.fetch.proxy,
    )
    async with Fetcher(fetch_settings(configuration.settings)) as fetcher:
        return await propose(
            url,
            LivePages(fetcher),
            known,
            district=district,
            source_id=source_id,
            make=partial(_as_source, folder),
        )


def _as_source(folder: Path, entry: dict[str, Any]) -> Source:
    text = "sources:\n" + edit.block_of(entry)
    try:
        return load(folder, sources={"the new entry": text.encode()}).sources[0]
    except ConfigError as error:
        fail(str(error))


def _target(
    proposal: Proposal, configuration: Configuration, config: Path | None, chosen: Path | None
) -> tuple[Path, str | None, str]:
    """Return the file for a new entry, its text now and its text then.

    The file of the same site, else one named by the site; never one whose ``defaults`` would make
    something else of the entry.
    """
    folder = config_dir(config)
    host = host_of(str(proposal.entry["url"]))
    same = [configuration.places[s.id][0] for s in configuration.sources if host_of(s.url) == host]
    own = folder / "sources" / f"{re.sub(r'[^a-z0-9]+', '-', host.removeprefix('www.'))}.yaml"
    tries = [chosen] if chosen else [*(Path(name) for name in dict.fromkeys(same)), own]
    comment = f"xianwen source add, {date.today():%Y-%m-%d}"  # noqa: DTZ011 -- the operator's day
    wanted = proposal.trial.source
    for path in tries:
        before = edit.read_text(path) if path.exists() else None
        block = edit.block_of(proposal.entry, comments=(comment,))
        after = _edited(edit.with_entry, before or "", block, name=str(path))
        texts = source_texts(folder) | {str(path): after.encode()}
        try:
            loaded = load(folder, sources=texts)
        except ConfigError as error:
            fail(f"nothing was written, for the configuration would not hold:\n{error}")
        if {s.id: s for s in loaded.sources}[wanted.id] == wanted:
            return path, before, after
    return fail(f"the defaults of {tries[0]} would change the entry; name another with --file")


def _set_enabled(source_id: str, config: Path | None, *, is_enabled: bool) -> None:
    configuration = load_or_exit(config)
    source = _source(source_id, configuration)
    word = "enabled" if is_enabled else "disabled"
    if source.is_enabled is is_enabled:
        typer.echo(f"{source_id} is {word} already")
        return
    path = Path(configuration.places[source_id][0])
    before = edit.read_text(path)
    after = _edited(edit.with_enabled, before, source_id, is_enabled=is_enabled, name=str(path))
    _write(path, before, after, config)
    typer.echo(f"{source_id} is {word} in {path}")


def _edited(change: Any, *arguments: Any, **options: Any) -> str:
    try:
        text: str = change(*arguments, **options)
    except edit.EditError as error:
        fail(str(error))
    return text


def _write(path: Path, before: str | None, after: str, config: Path | None) -> None:
    """Save an edited file once the whole configuration was found to hold with it."""
    texts = source_texts(config_dir(config)) | {str(path): after.encode()}
    try:
        load(config_dir(config), sources=texts)
        edit.save(path, after, expected=before)
    except ConfigError as error:
        fail(f"nothing was saved, for the configuration would not hold:\n{error}")
    except edit.ConflictError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}; check its rights")


def _candidates(
    which: str, config: Path | None, data_dir: Path | None
) -> tuple[Configuration, tuple[Source, ...]]:
    """Return the configuration and the sources to try: one by its id, or those of a file."""
    is_file = which == "-" or which.endswith((".yaml", ".yml")) or "/" in which
    if not is_file:
        configuration = load_or_exit(config, data_dir)
        return configuration, (_source(which, configuration),)
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


def _source(source_id: str, configuration: Configuration) -> Source:
    known = {source.id: source for source in configuration.sources}
    if source_id not in known:
        fail(no_such_source([source_id], known))
    return known[source_id]


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, (tuple, list)):
        return [_plain(item) for item in value]
    if isinstance(value, str):
        # An address of a proxy may hold a name and a password.
        return _USERINFO.sub("…@", value)
    return value if isinstance(value, (int, float, bool, type(None))) else str(value)


def fail(message: str) -> NoReturn:
    """Print why nothing was done and exit with 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)
