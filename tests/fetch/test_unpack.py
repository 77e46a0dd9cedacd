"""Content encodings are undone within the cap; slips of servers are forgiven."""

from __future__ import annotations

import gzip
import zlib

import brotli
import pytest
import zstandard

from bot.fetch.unpack import UnpackedTooBigError, UnpackError, unpack

TEXT = "汉滨区扎实做好各项工作。".encode() * 3000
RAW_DEFLATE = zlib.compressobj(wbits=-15)
PACKED = {
    "gzip": gzip.compress(TEXT),
    "x-gzip": gzip.compress(TEXT[:999]) + gzip.compress(TEXT[999:]),
    "deflate": zlib.compress(TEXT),
    "Deflate": RAW_DEFLATE.compress(TEXT) + RAW_DEFLATE.flush(),
    "br": brotli.compress(TEXT),
    "zstd": zstandard.ZstdCompressor().compress(TEXT),
    "gzip, br": brotli.compress(gzip.compress(TEXT)),
    "identity": TEXT,
    "utf-8": TEXT,
}


@pytest.mark.parametrize("encoding", PACKED)
def test_unpacks(encoding: str) -> None:
    assert unpack(PACKED[encoding], encoding, max_bytes=len(TEXT)) == TEXT


@pytest.mark.parametrize("encoding", ["gzip", "x-gzip", "deflate", "br", "zstd"])
def test_cap_and_cut(encoding: str) -> None:
    with pytest.raises(UnpackedTooBigError):
        unpack(PACKED[encoding], encoding, max_bytes=len(TEXT) - 1)
    with pytest.raises(UnpackError):
        unpack(PACKED[encoding][:-7], encoding, max_bytes=10**7)


def test_slips_are_forgiven() -> None:
    assert unpack(TEXT, "gzip", max_bytes=10**7) == TEXT
    assert unpack(b"", "gzip", max_bytes=1) == b""
    with pytest.raises(UnpackError, match="layers"):
        unpack(TEXT, "gzip," * 9, max_bytes=1)
