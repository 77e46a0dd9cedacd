"""Subscription documents as fast as they can go: a bare ASGI callable before everything else.

A reader that polls is answered from memory: the document, its two packed variants and their
ready-made headers, with one look at the file's time stamp to see whether a newer one was put in
its place.  Everything that is not such a document falls through to the site.
"""

from __future__ import annotations

import os
from collections import OrderedDict
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote_to_bytes

from bot.publish.document import etag_of, http_date
from bot.publish.feed import Format
from bot.publish.files import pack_paths
from bot.web.age import HEADER
from bot.web.negotiate import coding_of, is_unmodified_since, matches_any

if TYPE_CHECKING:
    from pathlib import Path

    from starlette.types import ASGIApp, Receive, Scope, Send

    from bot.publish.site import Site
    from bot.publish.topic import Catalogue, Topic
    from bot.web.age import FeedAges

Headers = list[tuple[bytes, bytes]]

PREFIX = "/feeds/"
#: with these a request has a body, or wants something of the connection
_ODD = frozenset({b"content-length", b"transfer-encoding", b"expect", b"upgrade", b"connection"})
_NOT_PLAIN = _ODD | {b"sec-fetch-dest", b"upgrade-insecure-requests"}
#: addresses of documents that are remembered undecoded
_MAX_PATHS = 20_000
_FORMATS = {form.value: form for form in Format}
#: A document differs by coding, and by whether a browser navigates to it (see ``is_person``).
VARY = b"Accept-Encoding, Sec-Fetch-Dest, Upgrade-Insecure-Requests"


@dataclass(frozen=True, slots=True)
class Variant:
    """One coding of a document as ready-made ASGI messages."""

    etag: bytes
    #: the header lines of each answer as they go over the wire, with the empty line behind them
    ok_head: bytes
    not_modified_head: bytes
    ok: dict[str, Any]
    not_modified: dict[str, Any]
    body: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A document in memory with all that a response needs."""

    #: size, time stamp and inode of the file that it was read from
    stamp: tuple[int, int, int]
    file: str
    last_modified: datetime
    last_modified_header: bytes
    etags: tuple[bytes, ...]
    variants: dict[str, Variant]
    size_bytes: int
    #: what it is about; None for one that is made for a single request
    topic: Topic | None = None


class FeedFront:
    """Serves ``/feeds/…/{rss.xml,atom.xml,feed.json}`` from memory, all else by the site."""

    def __init__(
        self,
        site_app: ASGIApp,
        *,
        directory: Path,
        catalogue: Catalogue,
        site: Site,
        ages: FeedAges | None = None,
        max_bytes: int = 256 * 1024 * 1024,
    ) -> None:
        self._app = site_app
        self._directory = directory / "feeds"
        self._catalogue = catalogue
        self._site = site
        self._ages = ages
        self._max_bytes = max_bytes
        self._held_bytes = 0
        self._prepared: OrderedDict[str, Prepared] = OrderedDict()
        #: paths by the addresses that were asked for and exist
        self._paths: dict[bytes, str] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD of a plain document; hand on everything else."""
        if scope["type"] != "http" or scope["query_string"] or scope["path"][:7] != PREFIX:
            await self._app(scope, receive, send)
            return
        method = scope["method"]
        prepared = self._find(scope["path"]) if method in {"GET", "HEAD"} else None
        if prepared is None:
            await self._app(scope, receive, send)
            return
        if_none_match = if_modified_since = None
        accept_encoding = b""
        for name, value in scope["headers"]:
            if name == b"if-none-match":
                if_none_match = value
            elif name == b"if-modified-since":
                if_modified_since = value
            elif name == b"accept-encoding":
                accept_encoding = value
            elif is_person(name, value):
                await self._app(scope, receive, send)
                return
        start, body = choose(prepared, method, accept_encoding, if_none_match, if_modified_since)
        age = self._age(prepared)
        if age:
            start = {**start, "headers": [*start["headers"], (HEADER, age)]}
        await send(start)
        await send(body)

    def poll(self, url: bytes, headers: Headers) -> tuple[Variant, bool, bytes] | None:
        """Return what answers a GET or HEAD, whether the client has it already, and its age.

        None when it is for the application: no plain document's address, a person's request, or
        one that has a body or asks more of the connection.
        Header names are in lower case.
        """
        path = self._paths.get(url)
        if path is None:
            path = self._plain_path(url)
            if path is None:
                return None
        prepared = self._find(path)
        if prepared is None:
            return None
        if_none_match = if_modified_since = None
        accept_encoding = b""
        for name, value in headers:
            if name == b"if-none-match":
                if_none_match = value
            elif name == b"accept-encoding":
                accept_encoding = value
            elif name == b"if-modified-since":
                if_modified_since = value
            elif name in _NOT_PLAIN and (name in _ODD or is_person(name, value)):
                return None
        variant = prepared.variants[coding_of(accept_encoding) if accept_encoding else ""]
        is_held = is_current(prepared, if_none_match, if_modified_since)
        return variant, is_held, self._age(prepared)

    def _age(self, prepared: Prepared) -> bytes:
        """Return when the sources of a document were last read, as a header says it; or nothing."""
        if self._ages is None or prepared.topic is None:
            return b""
        return self._ages.value(prepared.topic)

    def _plain_path(self, url: bytes) -> str | None:
        """Return the path of an address that has one alone; remember it while there is room."""
        if b"?" in url or b"#" in url or not url.isascii():
            return None
        try:
            path = unquote_to_bytes(url).decode()
        except UnicodeDecodeError:
            return None
        if len(self._paths) < _MAX_PATHS and self._find(path) is not None:
            self._paths[url] = path
        return path

    def _find(self, path: str) -> Prepared | None:
        prepared = self._prepared.get(path)
        if prepared is not None:
            try:
                stat = os.stat(prepared.file)  # noqa: PTH116 - three times as fast as Path.stat
            except OSError:
                self._forget(path)
                return None
            if (stat.st_size, stat.st_mtime_ns, stat.st_ino) == prepared.stamp:
                self._prepared.move_to_end(path)
                return prepared
            self._forget(path)
        return self._load(path)

    def _load(self, path: str) -> Prepared | None:
        place, _, name = path[len(PREFIX) :].rpartition("/")
        form = _FORMATS.get(name)
        topic = self._catalogue.find(place) if form is not None else None
        if form is None or topic is None:
            return None
        file = self._directory / topic.path / name
        try:
            prepared = prepare(file, document_headers(topic, form, self._site))
        except OSError:
            return None
        prepared = replace(prepared, topic=topic)
        self._prepared[path] = prepared
        self._held_bytes += prepared.size_bytes
        while self._held_bytes > self._max_bytes and len(self._prepared) > 1:
            self._forget(next(iter(self._prepared)))
        return prepared

    def _forget(self, path: str) -> None:
        self._held_bytes -= self._prepared.pop(path).size_bytes


_EMPTY: dict[str, Any] = {"type": "http.response.body", "body": b""}


def choose(
    prepared: Prepared,
    method: str,
    accept_encoding: bytes,
    if_none_match: bytes | None,
    if_modified_since: bytes | None,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the two ASGI messages that answer a GET or HEAD of a document."""
    variant = prepared.variants[coding_of(accept_encoding) if accept_encoding else ""]
    if is_current(prepared, if_none_match, if_modified_since):
        return variant.not_modified, _EMPTY
    return variant.ok, variant.body if method == "GET" else _EMPTY


def is_person(name: bytes, value: bytes) -> bool:
    """Return True when a header says that a browser opens the address in a window.

    Browsers send ``Sec-Fetch-Dest: document`` where they trust the connection and
    ``Upgrade-Insecure-Requests: 1`` everywhere when somebody follows a link or types an address;
    no feed reader sends either.  ``Accept`` can't tell them apart: readers ask for text/html.
    """
    if name == b"sec-fetch-dest":
        return value == b"document"
    return name == b"upgrade-insecure-requests" and value == b"1"


def is_current(
    prepared: Prepared, if_none_match: bytes | None, if_modified_since: bytes | None
) -> bool:
    """Return True when what the client holds is what it would get (RFC 9110 section 13.2.2)."""
    if if_none_match is not None:
        return if_none_match in prepared.etags or matches_any(if_none_match, prepared.etags)
    if if_modified_since is None:
        return False
    return if_modified_since == prepared.last_modified_header or is_unmodified_since(
        if_modified_since, prepared.last_modified
    )


def document_headers(topic: Topic, form: Format, site: Site, *, query: str = "") -> Headers:
    """Return the headers that every response of a subscription document carries."""
    self_url = site.url(f"/feeds/{topic.path}/{form.value}")
    if query:
        # No hub is told of narrowed feeds, so none is promised.
        links = [f'<{self_url}?{query}>; rel="self"']
    else:
        links = [f'<{hub}>; rel="hub"' for hub in site.hubs] + [f'<{self_url}>; rel="self"']
    max_age_s = site.ttl_minutes * 60
    return [
        (b"content-type", f"{form.media_type}; charset=utf-8".encode()),
        (b"link", ", ".join(links).encode()),
        (b"cache-control", f"public, max-age={max_age_s}, stale-if-error=86400".encode()),
        *COMMON_HEADERS,
    ]


def archive_headers(url: str, form: Format, *, is_immutable: bool) -> Headers:
    """Return the headers of an archive document; ``is_immutable`` when its address names it."""
    fresh = "max-age=31536000, immutable" if is_immutable else "max-age=300"
    return [
        (b"content-type", f"{form.media_type}; charset=utf-8".encode()),
        (b"link", f'<{url}>; rel="self"'.encode()),
        (b"cache-control", f"public, {fresh}".encode()),
        *COMMON_HEADERS,
    ]


#: on every feed: any page's script may read it, no browser may guess its type
COMMON_HEADERS: Headers = [
    (b"vary", VARY),
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"ETag, Last-Modified, Link, X-Last-Checked"),
    (b"x-content-type-options", b"nosniff"),
]


def prepare(file: Path, headers: Headers) -> Prepared:
    """Read a document and its variants from disk; OSError when it isn't there or is empty."""
    stat = file.stat()
    bodies = {"": file.read_bytes()}
    if not bodies[""]:
        raise FileNotFoundError(file)
    paths = pack_paths(file)
    for coding, ending in (("gzip", ".gz"), ("br", ".br")):
        bodies[coding] = bodies[""]
        try:
            # Of another time stamp, it is the packed form of another document.
            if paths[ending].stat().st_mtime_ns == stat.st_mtime_ns:
                bodies[coding] = paths[ending].read_bytes() or bodies[""]
        except FileNotFoundError:
            continue
    modified = datetime.fromtimestamp(int(stat.st_mtime), UTC)
    return prepare_bodies(
        bodies,
        headers,
        modified,
        file=str(file),
        stamp=(stat.st_size, stat.st_mtime_ns, stat.st_ino),
    )


def wire(headers: Headers) -> bytes:
    """Return header lines as HTTP/1.1 sends them, with the empty line that ends them."""
    return b"".join(b"%s: %s\r\n" % pair for pair in headers) + b"\r\n"


def prepare_bodies(
    bodies: dict[str, bytes],
    headers: Headers,
    modified: datetime,
    *,
    file: str = "",
    stamp: tuple[int, int, int] = (0, 0, 0),
) -> Prepared:
    """Return ready-made responses; a packed body that equals the plain one was never packed."""
    plain = bodies[""]
    tag = etag_of(plain).encode()
    variants = {}
    for coding, body in bodies.items():
        is_packed = coding != "" and body is not plain
        # A strong tag names these very bytes, so that each coding has its own.
        etag = tag[:-1] + f'-{coding}"'.encode() if is_packed else tag
        kept = [*headers[1:], (b"etag", etag), (b"last-modified", http_date(modified).encode())]
        whole = [headers[0], *kept, (b"content-length", str(len(body)).encode())]
        if is_packed:
            whole.append((b"content-encoding", coding.encode()))
        variants[coding] = Variant(
            etag=etag,
            ok_head=wire(whole),
            not_modified_head=wire(kept),
            ok={"type": "http.response.start", "status": 200, "headers": whole},
            not_modified={"type": "http.response.start", "status": 304, "headers": kept},
            body={"type": "http.response.body", "body": body},
        )
    return Prepared(
        stamp=stamp,
        file=file,
        last_modified=modified,
        last_modified_header=http_date(modified).encode(),
        etags=tuple(variant.etag for variant in variants.values()),
        variants=variants,
        size_bytes=sum(map(len, bodies.values())),
    )
