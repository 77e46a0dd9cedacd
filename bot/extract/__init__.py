"""What a page says: title, time, source, people, and the subtree that is the article."""

from bot.extract.article import extract
from bot.extract.pages import join

__all__ = ["extract", "join"]
