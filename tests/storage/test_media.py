from __future__ import annotations

import struct
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from storage.articles import Articles
from storage.media import Collected, Media, Picture
from storage.model import KeptBlock
from storage.pictures import PictureType, sniff
from tests.storage.making import NOON, new_article

if TYPE_CHECKING:
    from pathlib import Path

    from sqlalchemy import Engine

DAY = timedelta(days=1)


def png(width: int = 4, height: int = 3, tail: bytes = b"") -> bytes:
    return b"\x89PNG\r\n\x1a\n" + b"\0\0\0\rIHDR" + struct.pack(">II", width, height) + tail


def jpeg(width: int, height: int) -> bytes:
    exif = b"\xff\xe1\x00\x08Exif\0\0"
    frame = b"\xff\xff\xc2\x00\x0b\x08" + struct.pack(">HH", height, width) + b"\x01\x11\x00"
    return b"\xff\xd8" + exif + frame + b"\xff\xd9"


WEBP = {
    "lossy": b"VP8 " + b"\0" * 4 + b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 40, 30),
    "lossless": b"VP8L" + b"\0" * 4 + b"\x2f" + struct.pack("<I", 39 | 29 << 14) + b"\0" * 4,
    "extended": b"VP8X" + b"\0" * 8 + b"\x27\0\0\x1d\0\0",
}

SNIFFED = [
    ("png", png(400, 300), ("image/png", ".png", 400, 300)),
    ("gif", b"GIF89a" + struct.pack("<HH", 40, 30), ("image/gif", ".gif", 40, 30)),
    ("jpeg", jpeg(640, 480), ("image/jpeg", ".jpg", 640, 480)),
    ("jpeg cut short", b"\xff\xd8\xff\xe0\x00", ("image/jpeg", ".jpg", None, None)),
    ("avif", b"\0\0\0\x1cftypavif", ("image/avif", ".avif", None, None)),
    ("bmp", b"BM" + b"\0" * 12 + b"\x28\0\0\0" + struct.pack("<ii", 40, -30),
     ("image/bmp", ".bmp", 40, 30)),
    *((f"webp {name}", b"RIFF\0\0\0\0WEBP" + body, ("image/webp", ".webp", 40, 30))
      for name, body in WEBP.items()),
    ("svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', None),
    ("svg with a declaration", b'<?xml version="1.0"?><svg/>', None),
    ("html", b"<html><script>alert(1)</script>", None),
    ("pdf", b"%PDF-1.4", None),
    ("nothing", b"", None),
]  # fmt: skip


@pytest.mark.parametrize(
    ("data", "expected"), [c[1:] for c in SNIFFED], ids=[c[0] for c in SNIFFED]
)
def test_sniff(data: bytes, expected: tuple[str, str, int, int] | None) -> None:
    found = sniff(data)
    if expected is None:
        assert found is None
    else:
        media_type, suffix, width, height = expected
        assert found == PictureType(
            media_type=media_type, suffix=suffix, width=width, height=height
        )


@pytest.fixture
def media(engine: Engine, tmp_path: Path) -> Media:
    return Media(engine, tmp_path / "media", max_bytes=1000, max_pixels=10_000)


def test_a_picture_is_kept_once(media: Media) -> None:
    one = media.keep("http://a.cn/1.jpg", png(), at=NOON)
    two = media.keep("https://b.cn/2.jpg", png(), at=NOON)
    assert isinstance(one, Picture)
    assert one == two == media.get(one.digest)
    assert media.of_urls(["https://a.cn/1.jpg"]) == {"https://a.cn/1.jpg": one}
    assert media.path(one).read_bytes() == png()
    assert [p.name for p in media.directory.rglob("*.*")] == [one.file_name]
    assert list(media.all()) == [one]
    for digest in ("", "../../etc/passwd", one.digest.upper(), "0" * 64):
        assert media.get(digest) is None


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<svg/>", "not a picture"),
        (png(tail=b"x" * 1000), "larger than 1000 bytes"),
        (png(200, 200), "200×200"),
    ],
)
def test_what_is_refused_is_remembered(media: Media, data: bytes, reason: str) -> None:
    url = "https://a.cn/1.jpg"
    assert media.wanted([url, url]) == (url,)
    answer = media.keep(url, data, at=NOON)
    assert isinstance(answer, str)
    assert reason in answer
    assert media.of_urls([url]) == {}
    assert media.wanted([url]) == ()
    assert not list(media.directory.rglob("*.*"))


def test_collection_never_touches_what_any_revision_shows(media: Media, engine: Engine) -> None:
    articles = Articles(engine)
    shown, former, unused = (f"https://a.cn/{n}.png" for n in range(3))
    pictures = [
        media.keep(url, png(width), at=NOON) for width, url in enumerate((shown, former, unused), 1)
    ]

    def block(url: str) -> tuple[KeptBlock, ...]:
        return (KeptBlock(kind="image", text="", html="", url=url),)

    kept = articles.keep(new_article(blocks=block(former)))
    articles.keep(new_article(article_id=kept.id, text="改。", blocks=block(shown)))
    assert media.collect(stored_before=NOON) == Collected()
    assert media.collect(stored_before=NOON + DAY) == Collected(
        picture_count=1, byte_count=len(png())
    )
    assert set(media.all()) == set(pictures[:2])
    # The same content again, from another host: only what is shown now, and was before, counts.
    moved = "https://img.a.cn/0.png"
    articles.keep(new_article(article_id=kept.id, text="改。", blocks=block(moved)))
    assert media.collect(stored_before=NOON + DAY).picture_count == 1
    assert list(media.all()) == [pictures[1]]
    assert len(list(media.directory.rglob("*.*"))) == 1


def gif(frames: int, size: int = 50) -> bytes:
    head = b"GIF89a" + struct.pack("<HH", size, size) + b"\x80\0\0" + b"\0" * 6
    frame = (
        b"\x21\xf9\x04\0\0\0\0\0"
        + b"\x2c\0\0\0\0" + struct.pack("<HH", size, size) + b"\0"
        + b"\x02\x02\x4c\x01\0"
    )  # fmt: skip
    return head + frame * frames + b"\x3b"


APNG = png(40, 30)[:24] + b"\x08\x06\0\0\0" + b"crc0" + b"\0\0\0\x08acTL\0\0\0\x07" + b"\0" * 8
MOVING_WEBP = (
    b"RIFF\0\0\0\0WEBP" + b"VP8X\x0a\0\0\0" + b"\x02\0\0\0\x27\0\0\x1d\0\0"
    + (b"ANMF\x03\0\0\0abc\0") * 3
)  # fmt: skip


@pytest.mark.parametrize(
    ("data", "count"),
    [(gif(1), 1), (gif(12), 12), (gif(12)[:-30], 10), (APNG, 7), (MOVING_WEBP, 3), (png(), 1)],
)
def test_frames_are_counted(data: bytes, count: int) -> None:
    found = sniff(data)
    assert found is not None
    assert found.frame_count == count


def test_a_moving_picture_is_kept_unless_it_unpacks_to_too_much(media: Media) -> None:
    assert isinstance(media.keep("https://a.cn/1.gif", gif(8), at=NOON), Picture)
    # 100 × 100 of 10,000 allowed, eleven times over.
    answer = media.keep("https://a.cn/2.gif", gif(11, 100), at=NOON)
    assert answer == "100×100 in 11 frames is too much"
