"""Xianwen (县闻): county news pages in, district feeds out."""

from importlib import metadata

try:
    #: the version that is installed: the tag that it was built from
    __version__ = metadata.version("xianwen")
except metadata.PackageNotFoundError:
    __version__ = "0+uninstalled"
