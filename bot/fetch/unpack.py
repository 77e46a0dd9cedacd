"""Undo the content encoding of an entity, within a cap: gzip, deflate, br, zstd."""

from __future__ import annotations

import zlib

import brotli
import zstandard

ACCEPT_ENCODING = "gzip, deflate, br, zstd"

_STEP_BYTES = 256 * 1024
_ZSTD_SLICE_BYTES = 256
_MAX_LAYERS = 3
_GZIP_MAGIC = b"\x1f\x8b"
_ZSTD_MAGIC = b"\x28\xb5\x2f\xfd"


class UnpackedTooBigError(Exception):
    """The entity would unpack to more than the cap."""


class UnpackError(Exception):
    """The entity is not what its Content-Encoding says, or is cut off."""


def unpack(payload: bytes, content_encoding: str, *, max_bytes: int) -> bytes:
    """Return the entity with every content encoding undone, in reverse order of their listing.

    An unknown encoding, and one whose magic number is missing, is taken for a slip of the server
    and leaves the bytes as they are.  Raises UnpackedTooBigError once more than ``max_bytes`` come
    out, UnpackError when the bytes are damaged or end too early.  Source: RFC 9110 section 8.4.
    """
    names = [name.strip().lower() for name in content_encoding.split(",") if name.strip()]
    if len(names) > _MAX_LAYERS:
        raise UnpackError(f"{len(names)} layers of Content-Encoding")
    for name in reversed(names):
        payload = _undo(name, payload, max_bytes)
    return payload


def _undo(name: str, payload: bytes, max_bytes: int) -> bytes:
    if not payload:
        return payload
    if name in ("gzip", "x-gzip") and payload.startswith(_GZIP_MAGIC):
        return _inflate(payload, max_bytes, zlib.MAX_WBITS | 16)
    if name == "deflate":
        is_wrapped = payload[0] & 0x0F == 8 and int.from_bytes(payload[:2], "big") % 31 == 0
        return _inflate(payload, max_bytes, zlib.MAX_WBITS if is_wrapped else -zlib.MAX_WBITS)
    if name == "br":
        return _unbrotli(payload, max_bytes)
    if name == "zstd" and payload.startswith(_ZSTD_MAGIC):
        return _unzstd(payload, max_bytes)
    return payload


def _inflate(payload: bytes, max_bytes: int, window_bits: int) -> bytes:
    parts: list[bytes] = []
    room = max_bytes
    rest = payload
    is_member = False
    while rest and (not is_member or rest.startswith(_GZIP_MAGIC)):
        inflater = zlib.decompressobj(window_bits)
        while True:
            try:
                part = inflater.decompress(rest, room + 1)
            except zlib.error as exc:
                raise UnpackError(str(exc)) from exc
            room -= len(part)
            if room < 0:
                raise UnpackedTooBigError
            parts.append(part)
            rest = inflater.unconsumed_tail
            if inflater.eof or not rest:
                break
        if not inflater.eof:
            raise UnpackError("the compressed data ends too early")
        rest, is_member = inflater.unused_data, True
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _unbrotli(payload: bytes, max_bytes: int) -> bytes:
    opener = brotli.Decompressor()
    parts = []
    size = 0
    try:
        part = opener.process(payload, output_buffer_limit=_STEP_BYTES)
        while True:
            size += len(part)
            if size > max_bytes:
                raise UnpackedTooBigError
            parts.append(part)
            if opener.is_finished() or opener.can_accept_more_data():
                break
            part = opener.process(b"", output_buffer_limit=_STEP_BYTES)
    except brotli.error as exc:
        raise UnpackError(str(exc)) from exc
    if not opener.is_finished():
        raise UnpackError("the compressed data ends too early")
    return b"".join(parts)


def _unzstd(payload: bytes, max_bytes: int) -> bytes:
    # RFC 8878 section 3.1.1.1.2 lets a decoder refuse windows over 8 MiB.
    maker = zstandard.ZstdDecompressor(max_window_size=8 * 1024 * 1024)
    opener = maker.decompressobj()
    parts = []
    size = 0
    rest = memoryview(payload)
    try:
        while rest:
            if opener.eof:
                opener = maker.decompressobj()
            # A slice of a bomb unpacks to at most 128 KiB for each 4 bytes (an RLE block).
            part = opener.decompress(rest[:_ZSTD_SLICE_BYTES])
            rest = (
                rest[_ZSTD_SLICE_BYTES:]
                if not opener.unused_data
                else memoryview(bytes(opener.unused_data) + bytes(rest[_ZSTD_SLICE_BYTES:]))
            )
            size += len(part)
            if size > max_bytes:
                raise UnpackedTooBigError
            parts.append(part)
    except zstandard.ZstdError as exc:
        raise UnpackError(str(exc)) from exc
    if not opener.eof:
        raise UnpackError("the compressed data ends too early")
    return b"".join(parts)
