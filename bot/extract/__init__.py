"""What an article page says: title, time, people, body."""

from bot.extract.article import extract, join

__all__ = ["extract", "join"]
