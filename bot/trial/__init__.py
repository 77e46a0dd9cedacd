"""A source tried before it is trusted: what its listing and its newest articles would yield."""

from bot.trial.attempt import Trial, TriedArticle, try_source
from bot.trial.doubts import Note

__all__ = ["Note", "Trial", "TriedArticle", "try_source"]
