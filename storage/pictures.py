"""What a picture is, told from its first bytes and never from its name or its header.

Only raster formats that cannot carry script are recognised.  Sources: PNG 3rd edition section
11.2.1; GIF89a section 18; ITU T.81 annex B; WebP container specification; ISO/IEC 23008-12.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

#: Start-of-frame markers of JPEG: T.81 table B.1 without DHT, JPG and DAC.
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureType:
    """What a picture is."""

    media_type: str
    #: with its dot
    suffix: str
    #: pixels; None when the first bytes do not tell
    width: int | None = None
    height: int | None = None
    #: more than 1 for a moving picture, as far as its bytes tell
    frame_count: int = 1


def sniff(data: bytes) -> PictureType | None:
    """Return what a picture is; None for SVG, HTML and whatever else is no known picture."""
    if data[:8] == b"\x89PNG\r\n\x1a\n" and data[12:16] == b"IHDR" and len(data) >= 24:
        width, height = struct.unpack(">II", data[16:24])
        return PictureType(
            media_type="image/png",
            suffix=".png",
            width=width,
            height=height,
            frame_count=_png_frames(data),
        )
    if data[:6] in {b"GIF87a", b"GIF89a"} and len(data) >= 10:
        width, height = struct.unpack("<HH", data[6:10])
        return PictureType(
            media_type="image/gif",
            suffix=".gif",
            width=width,
            height=height,
            frame_count=_gif_frames(data),
        )
    if data[:3] == b"\xff\xd8\xff":
        width_, height_ = _jpeg_size(data)
        return PictureType(media_type="image/jpeg", suffix=".jpg", width=width_, height=height_)
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        width_, height_ = _webp_size(data)
        return PictureType(
            media_type="image/webp",
            suffix=".webp",
            width=width_,
            height=height_,
            frame_count=_webp_frames(data),
        )
    if data[4:12] in {b"ftypavif", b"ftypavis"}:
        return PictureType(media_type="image/avif", suffix=".avif")
    if data[:2] == b"BM" and len(data) >= 26 and data[14:18] == b"\x28\0\0\0":
        width, height = struct.unpack("<ii", data[18:26])
        return PictureType(
            media_type="image/bmp", suffix=".bmp", width=abs(width), height=abs(height)
        )
    return None


def _jpeg_size(data: bytes) -> tuple[int | None, int | None]:
    at = 2
    while at + 9 <= len(data):
        if data[at] != 0xFF:
            break
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
        elif marker in _JPEG_FRAMES:
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        elif marker == 0x01 or 0xD0 <= marker <= 0xD8:
            at += 2
        else:
            at += 2 + max(2, int.from_bytes(data[at + 2 : at + 4], "big"))
    return None, None


def _webp_size(data: bytes) -> tuple[int | None, int | None]:
    kind, body = data[12:16], data[20:]
    if kind == b"VP8X" and len(body) >= 10:
        return (
            int.from_bytes(body[4:7], "little") + 1,
            int.from_bytes(body[7:10], "little") + 1,
        )
    if kind == b"VP8L" and len(body) >= 5 and body[0] == 0x2F:
        bits = int.from_bytes(body[1:5], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if kind == b"VP8 " and len(body) >= 10 and body[3:6] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", body[6:10])
        return width & 0x3FFF, height & 0x3FFF
    return None, None


def _gif_frames(data: bytes) -> int:
    """Count the image descriptors (GIF89a sections 20 to 24); a torn file gives what it has."""
    if len(data) < 13:
        return 1
    frames, at = 0, 13 + _gif_colours(data[10])
    while at + 1 < len(data):
        if data[at] == 0x2C and at + 10 < len(data):
            frames += 1
            at += 11 + _gif_colours(data[at + 9])
        elif data[at] == 0x21:
            at += 2
        else:
            break
        while at < len(data) and data[at]:
            at += 1 + data[at]
        at += 1
    return max(frames, 1)


def _gif_colours(packed: int) -> int:
    """Return the bytes of the colour table that a packed field announces."""
    return 3 << (packed & 7) + 1 if packed & 0x80 else 0


def _png_frames(data: bytes) -> int:
    """Return what the animation control chunk says (PNG 3rd edition section 11.3.6.1)."""
    at = 8
    while at + 16 <= len(data):
        length, kind = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        if kind == b"acTL":
            return max(1, int.from_bytes(data[at + 8 : at + 12], "big"))
        if kind == b"IDAT":
            break
        at += 12 + length
    return 1


def _webp_frames(data: bytes) -> int:
    """Count the frames of an extended WebP that says that it moves."""
    if data[12:16] != b"VP8X" or len(data) < 21 or not data[20] & 0x02:
        return 1
    frames, at = 0, 12
    while at + 8 <= len(data):
        frames += data[at : at + 4] == b"ANMF"
        length = int.from_bytes(data[at + 4 : at + 8], "little")
        at += 8 + length + (length & 1)
    return max(frames, 1)
