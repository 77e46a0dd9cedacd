"""A feed narrowed by what its address asks: words to keep, words to drop, how many, how much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.publish.feed import Entry, Feed

#: the most entries that a narrowed feed may hold, and among which its words are looked for
MAX_ENTRIES = 500
#: the longest value of a parameter, and the most alternatives in it
MAX_VALUE_LENGTH = 200
MAX_ALTERNATIVES = 20
#: RSSHub's names for narrowing; what they hold are plain words with ``|`` between alternatives
#: and no regular expressions, which a stranger could make run for ever
PARAMETERS = ("filter", "filter_title", "filterout", "limit", "full")


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """What is left of a feed."""

    #: an entry must hold one of these in title or text; empty for no such condition
    keep: tuple[str, ...] = ()
    #: … and one of these in its title
    keep_title: tuple[str, ...] = ()
    #: … and none of these in title or text
    drop: tuple[str, ...] = ()
    #: None for the feed's own number
    limit: int | None = None
    is_full: bool = True

    @property
    def has_words(self) -> bool:
        """True when entries are chosen by words."""
        return bool(self.keep or self.keep_title or self.drop)

    @property
    def query(self) -> str:
        """The query that asks for this, in one order of its parameters; empty for nothing."""
        pairs = [
            ("filter", "|".join(self.keep)),
            ("filter_title", "|".join(self.keep_title)),
            ("filterout", "|".join(self.drop)),
            ("limit", str(self.limit) if self.limit is not None else ""),
            ("full", "" if self.is_full else "0"),
        ]
        return urlencode([(name, value) for name, value in pairs if value])


def narrowing_of(parameters: Mapping[str, str]) -> Narrowing:
    """Return what the parameters of an address ask for; unknown ones ask for nothing.

    Raises ValueError with a sentence for the reader when one of them is out of bounds.
    """
    limit = parameters.get("limit")
    number: int | None = None
    if limit:
        if not (limit.isascii() and limit.isdigit() and 1 <= int(limit[:9]) <= MAX_ENTRIES):
            raise ValueError(f"limit: a number from 1 to {MAX_ENTRIES} is wanted")
        number = int(limit)
    return Narrowing(
        keep=_words("filter", parameters),
        keep_title=_words("filter_title", parameters),
        drop=_words("filterout", parameters),
        limit=number,
        is_full=parameters.get("full", "1") not in {"0", "false", "no"},
    )


def narrow(feed: Feed, narrowing: Narrowing, *, own_limit: int) -> Feed:
    """Return ``feed`` with the entries and as much of them as was asked for.

    Its addresses carry the query, and so does its id: it is a feed of its own.
    """
    entries = [entry for entry in feed.entries if _is_kept(entry, narrowing)]
    entries = entries[: narrowing.limit or own_limit]
    if not narrowing.is_full:
        entries = [replace(entry, body=_short(entry)) for entry in entries]
    query = narrowing.query
    return replace(
        feed,
        id=f"{feed.id}?{query}",
        self_urls={form: f"{url}?{query}" for form, url in feed.self_urls.items()},
        entries=tuple(entries),
        updated=max((entry.updated for entry in entries), default=feed.updated),
        history=None,
        hubs=(),
    )


def _words(name: str, parameters: Mapping[str, str]) -> tuple[str, ...]:
    value = parameters.get(name, "")
    if len(value) > MAX_VALUE_LENGTH:
        raise ValueError(f"{name}: at most {MAX_VALUE_LENGTH} characters are looked for")
    words = tuple(dict.fromkeys(word for part in value.split("|") if (word := part.strip())))
    if len(words) > MAX_ALTERNATIVES:
        raise ValueError(f"{name}: at most {MAX_ALTERNATIVES} words are looked for")
    return words


def _is_kept(entry: Entry, narrowing: Narrowing) -> bool:
    if not narrowing.has_words:
        return True
    title = entry.title.casefold()
    text = f"{title}\n{entry.body}".casefold()
    return (
        _holds_any(text, narrowing.keep, otherwise=True)
        and _holds_any(title, narrowing.keep_title, otherwise=True)
        and not _holds_any(text, narrowing.drop, otherwise=False)
    )


def _holds_any(text: str, words: tuple[str, ...], *, otherwise: bool) -> bool:
    return any(word.casefold() in text for word in words) if words else otherwise


def _short(entry: Entry) -> str:
    return f"<p>{escape(entry.summary)}</p>" if entry.summary else ""
