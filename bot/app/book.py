"""The feeds of an installation, made from an archive."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.publish.book import FeedBook
from bot.publish.feed import Picture
from bot.publish.site import Site
from bot.publish.topic import Catalogue, SourceName
from storage.takedown import Takedowns

if TYPE_CHECKING:
    from collections.abc import Callable

    from bot.app.archive import Archive
    from bot.settings import WebSettings
    from bot.sources.load import Configuration
    from storage.media import Media

#: pictures that the archive is asked for at once
_PICTURES = 500


def open_book(configuration: Configuration, archive: Archive) -> FeedBook:
    """Return the feeds of this installation, below ``data_dir/public``.

    Feeds stand for the districts of every city that has a source: an article of one county may
    be about its neighbour, and a subscriber of either is served.
    """
    settings = configuration.settings
    cities = {source.adcode[:4] for source in configuration.sources}
    districts = [d for d in configuration.districts if d.adcode[:4] in cities]
    names = [
        SourceName(id=s.id, name=s.name, url=s.url, adcode=s.adcode) for s in configuration.sources
    ]
    return FeedBook(
        articles=archive.articles,
        stories=archive.stories,
        catalogue=Catalogue(districts, names),
        directory=settings.data_dir / "public",
        site=Site(
            public_url=settings.web.public_url,
            id_authority=settings.publish.id_authority,
            title=settings.publish.title,
            contact=settings.fetch.contact,
            hubs=settings.publish.hubs,
            entry_limit=settings.publish.entries,
            excerpt_chars=settings.publish.excerpt_chars,
            ttl_minutes=max(1, round(settings.publish.ttl_s / 60)),
        ),
        takedowns=Takedowns(archive.engine, archive.raw_pages, archive.media),
        pictures_at=_pictures_at(settings.web, archive.media),
    )


def _pictures_at(web: WebSettings, media: Media) -> Callable[[list[str]], dict[str, Picture]]:
    """Return our copies of pictures, which readers are shown in the place of the originals."""

    def pictures_at(urls: list[str]) -> dict[str, Picture]:
        return {
            url: Picture(
                url=f"{web.public_url}/media/{kept.file_name}",
                media_type=kept.media_type,
                size_bytes=kept.byte_count,
                width=kept.width,
                height=kept.height,
            )
            for start in range(0, len(urls), _PICTURES)
            for url, kept in media.of_urls(urls[start : start + _PICTURES]).items()
        }

    return pictures_at
