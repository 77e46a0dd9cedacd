"""Pictures and videos: their real addresses behind lazy loading, and which are only ornament."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Where lazy loaders keep the address, in order: WordPress and lozad, lazysizes, Discuz
#: (``zoomfile``, ``file``), WeChat (``data-src``), Sohu, Weibo, and older home-grown ones.
_LAZY = ("data-src", "data-original", "data-lazy-src", "data-lazyload", "data-lazy", "data-actualsrc",
         "data-original-src", "data-echo", "data-url", "data-img", "data-img-url", "data-image",
         "data-hi-res-src", "data-full-src", "data-src-large", "data-srcset", "zoomfile", "file",
         "_src", "original", "lazysrc", "lazy-src", "real_src", "srcset")  # fmt: skip
#: Both are for addresses in lower case, and begin with letters or a set: so they are found fast.
_PLACEHOLDER = re.compile(
    r"(?:blank|loading|grey|gray|spacer|placeholder|lazy|1x1|pixel|transparent|default_?img|none|dot|empty)[^/]*\.(?:gif|png|jpe?g|svg|webp)"
)
_ORNAMENT = re.compile(
    r"[/_-](?:icons?|emoji|smil(?:ey|ies)|face|qr_?-?code|erweima|ewm|weixin|wx_?ewm|logo|avatar|share|btn|button|spacer|arrow|bullet|dot|line|back|top)(?:[/_.-]|\d*\.)"
)
_ORNAMENT_TRACES = ("filetypeimages", "/ui/", "sysimage")
_SOURCE = re.compile(r'<source\b[^>]*?\ssrc="([^"]+)"')
_LEAST_SIDE = 48
_NUMBER = re.compile(r"\s*(\d+)")
_PLAYER = re.compile(
    r"youtube(?:-nocookie)?\.com/embed|player\.vimeo|dailymotion\.com/embed|v\.qq\.com|bilibili\.com|youku\.com|iqiyi\.com|ixigua|tudou\.com|cctv\.com|miaopai|rutube|facebook\.com/plugins/video|brightcove|jwplayer|jwplatform|\.mp4|\.m3u8",
    re.IGNORECASE,
)


def picture_url(attributes: Mapping[str, str], base_url: str) -> str | None:
    """Return the absolute address of a picture; None for an ornament or a placeholder."""
    for side in ("width", "height"):
        number = _NUMBER.match(attributes.get(side) or "")
        if number and "%" not in (attributes.get(side) or "") and int(number[1]) < _LEAST_SIDE:
            return None
    source = (attributes.get("src") or "").strip()
    if not source or _is_placeholder(source):
        for name in _LAZY:
            value = (attributes.get(name) or "").strip()
            if value and not _is_placeholder(value):
                source = _largest(value) if "srcset" in name else value
                break
        else:
            return None
    else:
        for name in _LAZY[:9]:
            value = (attributes.get(name) or "").strip()
            if value and "/" in value and " " not in value and not _is_placeholder(value):
                source = value
                break
    if _is_placeholder(source) or _is_ornament(source):
        return None
    return resolve(base_url, source)


def _is_placeholder(source: str) -> bool:
    lowered = source.lower()
    return lowered.startswith("data:") or _PLACEHOLDER.search(lowered) is not None


def _is_ornament(source: str) -> bool:
    lowered = source.lower()
    return (
        lowered.endswith(".ico")
        or any(trace in lowered for trace in _ORNAMENT_TRACES)
        or _ORNAMENT.search(f"/{lowered}") is not None
    )


def video_url(tag: str, given: Mapping[str, str], inside: str, base_url: str) -> str | None:
    """Return the absolute address of a video or of its player; None for any other frame.

    ``inside`` is the markup of the whole element, for the ``source`` elements in it.
    """
    candidates = [given.get(name, "") for name in ("src", "data-src", "data-url", "data-original")]
    if tag == "video":
        candidates += _SOURCE.findall(inside)
        found = next((value for value in candidates if value.strip()), "")
        return resolve(base_url, found) if found else None
    found = next((value for value in candidates if _PLAYER.search(value)), "")
    return resolve(base_url, found) if found else None


def _largest(srcset: str) -> str:
    """Return the address of the widest candidate (HTML, section 4.8.4.2.1, srcset attributes)."""
    best, best_size = "", -1.0
    for candidate in re.split(r",\s+", srcset):
        pieces = candidate.split()
        if not pieces:
            continue
        size = (
            float(pieces[1][:-1])
            if len(pieces) > 1 and re.fullmatch(r"[\d.]+[wx]", pieces[1])
            else 1.0
        )
        if size > best_size:
            best, best_size = pieces[0], size
    return best
