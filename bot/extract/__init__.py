"""What a page says: title, time, source, people, and the subtree that is the article."""

from bot.extract.article import extract
from bot.extract.pages import join
from bot.extract.site import SiteProfile

__all__ = ["SiteProfile", "extract", "join"]
