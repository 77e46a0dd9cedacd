"""``xianwen source accept`` and ``learn``: what is known of a source's site."""

from __future__ import annotations

import typer

from bot.app.crawling import sites_of
from bot.cli.endings import fail
from bot.cli.opening import reopened
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit
from bot.cli.source.options import SourceId, chosen
from bot.cli.source.shown import print_learned
from bot.pipeline.crawl import FACE_NOTE


def accept(
    source_id: SourceId, config: ConfigOption = None, data_dir: DataDirOption = None
) -> None:
    """Take a site as it is now for the source's own, after it was held to be another's."""
    configuration = load_or_exit(config)
    chosen(source_id, configuration)
    if data_dir is not None:
        configuration = configuration.with_data_dir(data_dir)
    with reopened(configuration.settings) as archive:
        archive.notes.drop(f"{FACE_NOTE}{source_id}")
    typer.echo(f"{source_id} is taken as it stands at its next visit")


def learn(source_id: SourceId, config: ConfigOption = None, data_dir: DataDirOption = None) -> None:
    """Learn a source's site anew from the archive's newest pages, and forget what was known."""
    configuration = load_or_exit(config, data_dir)
    source = chosen(source_id, configuration)
    with reopened(configuration.settings) as archive:
        made = sites_of(archive).rebuild(source)
    if not made:
        fail(f"the archive has no page of {source_id} yet; its next visit learns by itself")
    print_learned([profile.told() for profile in made])
