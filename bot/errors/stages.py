"""What a stage could not make of what it was given."""

from __future__ import annotations

from bot.errors.root import XianwenError


class DiscoverError(XianwenError):
    """A listing gave no articles."""


class ListingMissingError(DiscoverError):
    """The page has no list of articles where the rules look for one."""


class ListingEmptyError(DiscoverError):
    """The list of articles is there, and empty."""


class TakenOverError(DiscoverError):
    """The site has become another's: nothing of it is published until the operator accepts it."""


class ExtractError(XianwenError):
    """A page could not be read as an article."""


class NotAnArticleError(ExtractError):
    """The page is no article."""


class SlowPatternError(ExtractError, DiscoverError):
    """An operator's regular expression takes too long."""


class ReadingStoppedError(ExtractError, DiscoverError):
    """The process that read a page was stopped, or died of it."""


class PublishError(XianwenError):
    """A feed could not be written."""
