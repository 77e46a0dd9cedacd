"""``xianwen extract --batch``: many pages, a line each."""

from __future__ import annotations

import gc
import json
import sys
import time
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.endings import fail
from bot.cli.record import as_record
from bot.errors import XianwenError
from bot.extract import SiteProfile
from bot.fetch.saved import read_file
from bot.locate import locate
from bot.pipeline.read import read_article
from bot.urls import host_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from bot.locate import Gazetteer
    from bot.model import Source


def extract_batch(
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
