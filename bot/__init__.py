"""Xianwen (县闻): county news pages in, district feeds out."""

__version__ = "0.1.0"
