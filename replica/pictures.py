"""Pictures: small landscapes, one for each name, drawn without a graphics library."""

from __future__ import annotations

import hashlib
import math
import random
import struct
import zlib
from functools import lru_cache

WIDTH, HEIGHT = 480, 300

#: colours of the sky from top to horizon, and of the ridges from far to near
_PALETTES = (
    (((96, 152, 206), (224, 236, 240)), ((150, 178, 190), (104, 146, 140), (58, 104, 84))),
    (((238, 178, 120), (252, 232, 200)), ((190, 146, 128), (138, 104, 96), (84, 66, 62))),
    (((120, 170, 190), (232, 240, 226)), ((162, 190, 160), (112, 156, 96), (62, 112, 52))),
    (((150, 160, 186), (236, 226, 226)), ((172, 168, 180), (122, 124, 140), (70, 78, 92))),
    (((70, 120, 170), (196, 222, 236)), ((136, 170, 176), (86, 136, 120), (36, 88, 74))),
)
_SKY_STEPS, _RIDGE_STEPS = 60, 48


def stem_of(name: str) -> str:
    """Return the file name, without suffix, under which a CMS keeps the picture ``name``."""
    return hashlib.sha256(name.encode()).hexdigest()[:24]


@lru_cache(maxsize=256)
def picture(name: str) -> bytes:
    """Return the picture ``name`` as a PNG of 480 by 300; equal names give equal bytes."""
    draw = random.Random(name)
    sky, ridges = draw.choice(_PALETTES)
    palette = _gradient(sky[0], sky[1], _SKY_STEPS)
    for colour in ridges:
        light: tuple[int, int, int] = (
            min(255, colour[0] + 56), min(255, colour[1] + 56), min(255, colour[2] + 56)
        )  # fmt: skip
        palette += _gradient(light, colour, _RIDGE_STEPS)
    palette.append((255, 246, 214))
    columns = _columns(draw, len(ridges), sun=len(palette) - 1)
    rows = b"".join(b"\0" + bytes(row) for row in zip(*columns, strict=True))
    colours = b"".join(bytes(colour) for colour in palette)
    header = struct.pack(">2I5B", WIDTH, HEIGHT, 8, 3, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + _chunk(b"IHDR", header)
        + _chunk(b"PLTE", colours)
        + _chunk(b"IDAT", zlib.compress(rows, 6))
        + _chunk(b"IEND", b"")
    )


def _columns(draw: random.Random, ridge_count: int, sun: int) -> list[bytes]:
    """Return the picture's columns as palette indices, from left to right."""
    waves = []
    for ridge in range(ridge_count):
        level = HEIGHT * (0.42 + 0.19 * ridge)
        waves.append(
            (level, [(draw.uniform(6, 30) / n, draw.uniform(0.5, 1.6) * n, draw.uniform(0, 6.3))
                     for n in (1, 2, 3, 5, 9)])
        )  # fmt: skip
    sky = bytes(min(_SKY_STEPS - 1, y * _SKY_STEPS // (HEIGHT * 2 // 3)) for y in range(HEIGHT))
    slopes = [
        bytes(
            _SKY_STEPS + ridge * _RIDGE_STEPS + min(_RIDGE_STEPS - 1, depth // 3)
            for depth in range(HEIGHT)
        )
        for ridge in range(ridge_count)
    ]
    sun_x, sun_y, radius = draw.randint(60, WIDTH - 60), draw.randint(34, 84), draw.randint(14, 24)
    columns = []
    for x in range(WIDTH):
        column = bytearray(sky)
        half = radius * radius - (x - sun_x) ** 2
        if half > 0:
            reach = math.isqrt(half)
            column[sun_y - reach : sun_y + reach] = bytes([sun]) * (2 * reach)
        for ridge, (level, parts) in enumerate(waves):
            top = int(level - sum(a * math.sin(f * x / WIDTH * 6.3 + p) for a, f, p in parts))
            top = max(0, min(HEIGHT, top))
            column[top:] = slopes[ridge][: HEIGHT - top]
        columns.append(bytes(column))
    return columns


def _gradient(
    start: tuple[int, int, int], end: tuple[int, int, int], steps: int
) -> list[tuple[int, int, int]]:
    share = [n / (steps - 1) for n in range(steps)]
    return [
        (
            round(start[0] + (end[0] - start[0]) * s),
            round(start[1] + (end[1] - start[1]) * s),
            round(start[2] + (end[2] - start[2]) * s),
        )
        for s in share
    ]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
