"""Which districts an article is about."""

from bot.locate.gazetteer import Gazetteer, Mention
from bot.locate.router import locate

__all__ = ["Gazetteer", "Mention", "locate"]
