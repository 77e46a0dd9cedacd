"""From what a page says to what is safe and worth reading."""

from bot.clean.article import clean

__all__ = ["clean"]
