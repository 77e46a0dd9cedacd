"""Article links of a JSON listing, by dotted keys or a plain JSONPath, or by its structure."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bot.discover.dates import listing_date, url_date
from bot.discover.found import Found
from bot.errors import ListingEmptyError, ListingMissingError
from bot.model import ArticleLink, Precision, Published
from bot.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from zoneinfo import ZoneInfo

    from bot.model import FetchedPage, ListingRules

_LINK_KEYS = ("url", "link", "href", "linkurl", "docpuburl", "detailurl", "shareurl", "puburl")
_TITLE_KEYS = ("title", "name", "doctitle", "headline", "subject", "listtitle")
_DATE_KEYS = (
    "publishtime", "publish_time", "pubtime", "pubdate", "publishdate", "published", "date",
    "docreltime", "createtime", "create_time", "ctime", "time", "updatetime",
)  # fmt: skip
#: the beginning of JSONP
_CALLBACK = re.compile(r"[\w.$]{1,200}\s{0,20}\(")
#: Unix times from here on are in milliseconds
_MILLISECONDS = 100_000_000_000


def read(page: FetchedPage, rules: ListingRules, zone: ZoneInfo) -> Found:
    """Return the links of a JSON listing; raises as ``discover`` does.

    ``rules.item`` is the path of the list (``data.list`` or ``$.data.list[*]``), ``link``,
    ``title`` and ``date`` are paths inside an entry.
    """
    try:
        content = json.loads(without_callback(page.text.lstrip("\ufeff")))
    except (ValueError, RecursionError) as error:
        raise ListingMissingError(f"the page is no JSON: {error}") from None
    if rules.item is not None:
        entries = at(content, rules.item)
        if not isinstance(entries, list):
            raise ListingMissingError(f"there is no list at {rules.item}")
        evidence = f"rule: {rules.item}"
    else:
        entries, path = max(_lists(content, "$"), key=lambda pair: len(pair[0]), default=([], ""))
        evidence = f"structure: {path}"
        if not entries:
            raise ListingMissingError("no list in it has entries with an address and a title")
    links = [link for entry in entries for link in [_link(entry, rules, zone, page)] if link]
    if not links:
        raise ListingEmptyError(f"{len(entries)} entries ({evidence}), none with a link")
    following = at(content, rules.next_page) if rules.next_page else None
    next_url = resolve(page.effective_url, following) if isinstance(following, str) else None
    return Found(links=tuple(links), next_url=next_url, evidence=evidence)


def without_callback(text: str) -> str:
    """Return what a JSONP answer hands to its callback; plain JSON as it is."""
    bare = text.strip()
    opening = _CALLBACK.match(bare)
    ending = bare.removesuffix(";").rstrip()
    return ending[opening.end() : -1] if opening and ending.endswith(")") else text


def at(content: Any, path: str) -> Any:
    """Return what stands at a dotted path; None when nothing does.

    A leading ``$`` and a trailing ``[*]`` of JSONPath (RFC 9535) are understood, and indices as
    ``a[0].b`` or ``a.0.b``; filters and slices are not.
    """
    for step in re.findall(r"[^.\[\]'\"]+", path.removeprefix("$").removesuffix("[*]")):
        if isinstance(content, dict):
            content = content.get(step)
        elif isinstance(content, list) and step.isdigit() and int(step) < len(content):
            content = content[int(step)]
        else:
            return None
    return content


def _lists(content: Any, path: str, depth: int = 0) -> Iterator[tuple[list[Any], str]]:
    """Yield every list whose first entry has an address and a title."""
    if depth > 8:
        return
    if isinstance(content, list):
        head = content[0] if content else None
        if isinstance(head, dict) and _of(head, _LINK_KEYS) and _of(head, _TITLE_KEYS):
            yield content, path
        content = dict(enumerate(content[:20]))
    if isinstance(content, dict):
        for key, value in content.items():
            yield from _lists(value, f"{path}.{key}", depth + 1)


def _of(entry: dict[str, Any], keys: tuple[str, ...]) -> Any:
    folded = {key.lower(): value for key, value in entry.items()}
    return next((folded[key] for key in keys if folded.get(key)), None)


def _link(entry: Any, rules: ListingRules, zone: ZoneInfo, page: FetchedPage) -> ArticleLink | None:
    if not isinstance(entry, dict):
        return None
    href = at(entry, rules.link) if rules.link else _of(entry, _LINK_KEYS)
    url = resolve(page.effective_url, href) if isinstance(href, str) and href else None
    if url is None:
        return None
    title = at(entry, rules.title) if rules.title else _of(entry, _TITLE_KEYS)
    told = at(entry, rules.date) if rules.date else _of(entry, _DATE_KEYS)
    title = re.sub(r"<[^>]+>|\s+", " ", str(title or "")).strip()
    published = _published(told, rules.date_format, zone, page.fetched_at)
    return ArticleLink(
        url=url, title=title, published=published or url_date(url, zone=zone, now=page.fetched_at)
    )


def _published(
    told: Any, date_format: str | None, zone: ZoneInfo, now: datetime
) -> Published | None:
    text = str(told or "").strip()
    if re.fullmatch(r"\d{10}|\d{13}", text):
        stamp = int(text)
        seconds = stamp / 1000 if stamp >= _MILLISECONDS else stamp
        at_ = datetime.fromtimestamp(seconds, UTC).astimezone(zone)
        return Published(at=at_, precision=Precision.SECOND)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        moment = None
    if moment is not None and moment.tzinfo is not None and not date_format:
        return Published(at=moment.astimezone(zone), precision=Precision.SECOND)
    return listing_date(text, zone=zone, now=now, date_format=date_format) if text else None
