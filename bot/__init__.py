"""Xianwen (县闻): county news pages in, district feeds out."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    __version__: str


def __getattr__(name: str) -> str:
    """Return ``__version__``; to look it up costs more than most commands that need none."""
    if name == "__version__":
        return _version()
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


@cache
def _version() -> str:
    """Return the version that is installed: the tag that it was built from."""
    from importlib import metadata

    try:
        return metadata.version("xianwen")
    except metadata.PackageNotFoundError:
        return "0+uninstalled"
