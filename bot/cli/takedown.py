"""``xianwen takedown``: an article removed everywhere."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated

import structlog
import typer

from bot import log
from bot.app.archive import open_archive
from bot.app.book import open_book
from bot.cli.endings import told
from bot.cli.options import ConfigOption, DataDirOption, load_or_exit
from storage.takedown import Takedowns


def takedown(
    article_id: Annotated[
        str, typer.Argument(metavar="ID", help="The article's id, as `xianwen search` prints it.")
    ],
    reason: Annotated[str, typer.Option(help="Why; kept in the tombstone and the log.")],
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Remove an article everywhere: text, revisions, pictures, raw page, search, feeds.

    A tombstone keeps it from coming back, and the log says so.  Former backups still hold it.
    """
    configuration = load_or_exit(config, data_dir)
    log.configure(style=configuration.settings.log.style, level=configuration.settings.log.level)
    with told():
        archive = open_archive(configuration.settings, may_make=False)
        try:
            takedowns = Takedowns(archive.engine, archive.raw_pages, archive.media)
            tombstone = takedowns.take_down(article_id, reason, at=datetime.now(UTC))
            structlog.get_logger().warning(
                "taken down",
                article=tombstone.article_id,
                source=tombstone.source_id,
                reason=tombstone.reason,
            )
            open_book(configuration, archive).rebuild_all()
        finally:
            archive.close()
    typer.echo(
        f"taken down: {tombstone.article_id}, districts {', '.join(tombstone.adcodes) or '-'}; "
        "the feeds are written without it. A new `xianwen archive backup` drops it from the backup."
    )
