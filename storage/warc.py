"""WARC 1.1 records: written as bytes, one gzip member each, and read back through warcio.

Source: https://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/
"""

from __future__ import annotations

import base64
import gzip
import hashlib
import io
import uuid
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from storage.errors import RawRecordError
from storage.model import RawExchange

if TYPE_CHECKING:
    from collections.abc import Iterable

#: WARC 1.1 section 6.7.2.
REVISIT_PROFILE = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
#: The payload is kept with its transfer encoding undone; a header that still named it would
#: make readers look for chunks.
_RENAMED = {"transfer-encoding": "X-Archive-Orig-Transfer-Encoding"}


def payload_digest(payload: bytes) -> str:
    """Return ``sha256:`` and the digest in base 32, as WARC readers expect it."""
    return _digest(payload)


def info_record(file_name: str, at: datetime, software: str) -> bytes:
    """Return the record that a file begins with."""
    fields = (
        f"software: {software}\r\n"
        "format: WARC file version 1.1\r\n"
        "conformsTo: https://iipc.github.io/warc-specifications/specifications/warc-format/"
        "warc-1.1/\r\n"
    ).encode()
    return _record(
        "warcinfo",
        at,
        fields,
        [("WARC-Filename", file_name), ("Content-Type", "application/warc-fields")],
    )


def exchange_records(exchange: RawExchange, refers_to: tuple[str, datetime] | None = None) -> bytes:
    """Return the response, or a revisit of ``refers_to`` (its URL and time), then the request."""
    at = exchange.fetched_at
    head = _response_head(exchange)
    digest = payload_digest(exchange.payload)
    response_id = _new_id()
    headers = [
        ("WARC-Target-URI", exchange.url),
        ("WARC-Payload-Digest", digest),
        ("Content-Type", "application/http; msgtype=response"),
    ]
    if exchange.peer:
        headers.append(("WARC-IP-Address", exchange.peer.rsplit(":", 1)[0].strip("[]")))
    if refers_to is None:
        kind, block = "response", head + exchange.payload
    else:
        kind, block = "revisit", head
        headers += [
            ("WARC-Profile", REVISIT_PROFILE),
            ("WARC-Refers-To-Target-URI", refers_to[0]),
            ("WARC-Refers-To-Date", warc_date(refers_to[1])),
        ]
    response = _record(kind, at, block, headers, record_id=response_id)
    request = _record(
        "request",
        at,
        _request_head(exchange),
        [
            ("WARC-Target-URI", exchange.url),
            ("WARC-Concurrent-To", response_id),
            ("Content-Type", "application/http; msgtype=request"),
        ],
    )
    return response + request


def read_exchange(members: bytes) -> tuple[RawExchange, str, bool]:
    """Return an exchange, its payload digest, and whether it is a revisit without payload.

    ``members`` holds what ``exchange_records`` returned.  Every digest in it is checked.
    Raises RawRecordError.
    """
    try:
        iterator = ArchiveIterator(
            io.BytesIO(members), no_record_parse=False, check_digests="raise"
        )
        response = next(iterator)
        if response.rec_type not in {"response", "revisit"}:
            raise RawRecordError(f"a {response.rec_type} record stands where a response should")
        warc, http = response.rec_headers, response.http_headers
        digest: str = warc.get_header("WARC-Payload-Digest")
        payload: bytes = response.raw_stream.read()
        request = next(iterator)
        request_http = request.http_headers
        request.raw_stream.read()
    except StopIteration as error:
        raise RawRecordError("the record is cut short") from error
    except (ArchiveLoadFailed, EOFError, OSError, ValueError) as error:
        raise RawRecordError(f"the record does not read: {error}") from error
    status, _, reason = http.statusline.partition(" ")
    at = datetime.fromisoformat(warc.get_header("WARC-Date"))
    exchange = RawExchange(
        method=request_http.protocol,
        url=warc.get_header("WARC-Target-URI"),
        request_headers=tuple((n, _text(v)) for n, v in request_http.headers),
        http_version=http.protocol,
        status=int(status),
        reason=reason,
        response_headers=tuple((_original_name(n), _text(v)) for n, v in http.headers),
        payload=payload,
        fetched_at=at,
        peer=warc.get_header("WARC-IP-Address"),
    )
    return exchange, digest, response.rec_type == "revisit"


def whole_members(data: bytes) -> int:
    """Return how many of the bytes are whole gzip members; what follows is torn."""
    whole = 0
    while whole < len(data):
        member = zlib.decompressobj(wbits=31)
        try:
            member.decompress(data[whole:])
        except zlib.error:
            break
        if not member.eof:
            break
        whole = len(data) - len(member.unused_data)
    return whole


def filler(length: int, at: datetime) -> bytes:
    """Return one whole gzip member of exactly ``length`` bytes that stands where a record stood.

    It holds a record that says so; the length is made up by a comment in the gzip header
    (RFC 1952 section 2.3.1), so that what follows in the file stays where the index has it.
    Raises ValueError below the length of the shortest exchange.
    """
    told = b"removed: taken down\r\n"
    member = _record("metadata", at, told, [("Content-Type", "application/warc-fields")])
    comment = length - len(member) - 1
    if comment < 0:
        raise ValueError(f"{length} bytes are too few for a record")
    header, deflated = bytearray(member[:10]), member[10:]
    header[3] |= 0x10
    return bytes(header) + b" " * comment + b"\0" + deflated


def warc_date(at: datetime) -> str:
    """Return an instant as WARC 1.1 writes it, to the microsecond."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _record(
    kind: str,
    at: datetime,
    block: bytes,
    headers: Iterable[tuple[str, str]],
    record_id: str | None = None,
) -> bytes:
    fields = [
        ("WARC-Type", kind),
        ("WARC-Record-ID", record_id or _new_id()),
        ("WARC-Date", warc_date(at)),
        *headers,
        ("WARC-Block-Digest", _digest(block)),
        ("Content-Length", str(len(block))),
    ]
    head = "WARC/1.1\r\n" + "".join(f"{name}: {value}\r\n" for name, value in fields) + "\r\n"
    return gzip.compress(head.encode() + block + b"\r\n\r\n", compresslevel=6, mtime=0)


def _response_head(exchange: RawExchange) -> bytes:
    # HTTP/2 has neither a textual version nor a reason; readers expect a status line of HTTP/1.
    version = exchange.http_version if exchange.http_version.startswith("HTTP/1") else "HTTP/1.1"
    lines = [f"{version} {exchange.status} {exchange.reason}".rstrip()]
    for name, value in exchange.response_headers:
        lines.append(f"{_RENAMED.get(name.lower(), name)}: {_flat(value)}")
    return _head(lines)


def _request_head(exchange: RawExchange) -> bytes:
    parts = urlsplit(exchange.url)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    lines = [f"{exchange.method} {target} HTTP/1.1"]
    lines.extend(f"{name}: {_flat(value)}" for name, value in exchange.request_headers)
    return _head(lines)


def _head(lines: list[str]) -> bytes:
    return ("\r\n".join(lines) + "\r\n\r\n").encode("utf-8", "surrogateescape")


def _flat(value: str) -> str:
    return value.replace("\r", " ").replace("\n", " ")


def _text(value: object) -> str:
    return value if isinstance(value, str) else str(value)


def _original_name(name: str) -> str:
    return "Transfer-Encoding" if name == _RENAMED["transfer-encoding"] else name


def _digest(data: bytes) -> str:
    return "sha256:" + base64.b32encode(hashlib.sha256(data).digest()).decode("ascii")


def _new_id() -> str:
    return f"<{uuid.uuid4().urn}>"
