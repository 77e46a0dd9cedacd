"""A feed from a topic and its articles: names, addresses, times."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.publish.entry import entry_of
from bot.publish.feed import BEFORE_ALL, Entry, Feed, Format, History, Removed
from bot.publish.site import CHINA
from bot.publish.topic import Scope, Topic

if TYPE_CHECKING:
    from collections.abc import Iterable

    from bot.publish.entry import EntryContext
    from bot.publish.site import Site
    from storage.model import Article


def title_of(topic: Topic, site: Site) -> str:
    """Return the title of a topic's feed and page."""
    match topic.scope:
        case Scope.ALL:
            return site.title
        case Scope.TOWN:
            return f"{topic.within[-1]}{topic.name} · {site.title}"
        case _:
            return f"{topic.name} · {site.title}"


def subtitle_of(topic: Topic, site: Site) -> str:
    """Return one sentence that says what a topic's feed holds."""
    place = "".join(topic.within)
    match topic.scope:
        case Scope.ALL:
            return site.description
        case Scope.CITY:
            return f"{place}{topic.name}各县区的新闻"
        case Scope.DISTRICT | Scope.TOWN:
            return f"{place}{topic.name}的新闻"
        case Scope.SOURCE:
            return f"来自“{topic.name}”的新闻"
        case Scope.CATEGORY:
            return f"各县区“{topic.name}”栏目的新闻"


def compose(
    topic: Topic,
    articles: Iterable[Article],
    context: EntryContext,
    *,
    history: History | None = None,
    removed: tuple[Removed, ...] = (),
    document: dict[Format, str] | None = None,
) -> Feed:
    """Return the feed of ``articles``, in the order given; else as ``feed_of``."""
    entries = tuple(entry_of(article, context) for article in articles)
    return feed_of(
        topic, entries, context.site, history=history, removed=removed, document=document
    )


def feed_of(
    topic: Topic,
    entries: tuple[Entry, ...],
    site: Site,
    *,
    history: History | None = None,
    removed: tuple[Removed, ...] = (),
    document: dict[Format, str] | None = None,
) -> Feed:
    """Return the feed of ``entries``, in the order given.

    ``document`` gives the addresses of this document where it isn't the subscription document.
    ``updated`` is the newest entry's, never the time of the run.
    """
    instants = [entry.updated for entry in entries] + [r.removed_at for r in removed]
    return Feed(
        id=site.tag("2026", f"feeds/{topic.key}"),
        title=title_of(topic, site),
        subtitle=subtitle_of(topic, site),
        home_url=site.url(f"/d/{topic.path}"),
        self_urls=document or addresses(topic, site),
        updated=max(instants, default=BEFORE_ALL.astimezone(CHINA)),
        entries=entries,
        author=site.title,
        generator=site.generator,
        generator_url=site.url("/about"),
        icon_url=site.url("/static/icon.png"),
        # Without a host: also where the files are looked at from another one.
        stylesheet_url=urlsplit(site.url("/static/feed.css")).path,
        language=site.language,
        ttl_minutes=site.ttl_minutes,
        hubs=site.hubs,
        history=history,
        removed=removed,
    )


def addresses(topic: Topic, site: Site) -> dict[Format, str]:
    """Return the addresses of a topic's subscription documents."""
    return {form: site.url(f"/feeds/{topic.path}/{form.value}") for form in Format}
