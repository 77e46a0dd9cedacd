"""``xianwen source add``: from the address of a listing to a checked entry in a file."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import date
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from bot.app.fetching import fetch_settings
from bot.cli.endings import fail
from bot.cli.options import ConfigOption, config_dir, load_or_exit
from bot.cli.source.options import JsonOption, YesOption  # noqa: TC001 -- Typer reads them
from bot.cli.source.shown import print_proposal
from bot.cli.source.writing import edited, write
from bot.errors import ConfigError
from bot.fetch.fetcher import Fetcher
from bot.locate import Gazetteer
from bot.sources import edit
from bot.sources.load import load, source_texts
from bot.trial.pages import LivePages
from bot.trial.propose import Known, propose
from bot.trial.record import as_record
from bot.urls import host_of

if TYPE_CHECKING:
    from bot.model import Source
    from bot.sources.load import Configuration
    from bot.trial.propose import Proposal


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
        print_proposal(proposal)
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
    write(path, before, after, config)
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
        after = edited(edit.with_entry, before or "", block, name=str(path))
        texts = source_texts(folder) | {str(path): after.encode()}
        try:
            loaded = load(folder, sources=texts)
        except ConfigError as error:
            fail(f"nothing was written, for the configuration would not hold:\n{error}")
        if {s.id: s for s in loaded.sources}[wanted.id] == wanted:
            return path, before, after
    return fail(f"the defaults of {tries[0]} would change the entry; name another with --file")
