"""Everything that can go wrong, as one tree; an exception's docstring is its message.

::

    XianwenError
    ├── ConfigError              faults in config/, all of them at once
    ├── AlreadyRunningError      another process works on this data directory
    ├── FetchError               a page could not be had; ``kind`` names the treatment
    ├── DiscoverError            a listing gave no articles
    │   ├── ListingMissingError  the page has no list
    │   └── ListingEmptyError    the list is there, and empty
    ├── ExtractError             a page could not be read as an article
    │   └── NotAnArticleError
    └── PublishError             a feed could not be written

``storage`` has a small tree of its own in ``storage.errors``: it imports nothing of bot.
"""

from __future__ import annotations

from dataclasses import dataclass


class XianwenError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault in a configuration file: where it is, what is wrong, what to do."""

    file: str
    #: counted from 1; None when the fault is of the file as a whole
    line: int | None
    #: dotted key, empty for the file as a whole
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return ``file:line: key: problem, remedy`` as compilers and editors read it."""
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        what = f"{self.problem}, {self.remedy}" if self.remedy else self.problem
        return f"{place}: {self.key}: {what}" if self.key else f"{place}: {what}"


class ConfigError(XianwenError):
    """The configuration has faults."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class AlreadyRunningError(XianwenError):
    """Another process works on this data directory."""


class FetchError(XianwenError):
    """A page could not be had."""

    #: names the treatment; the same word stands in logs, states and ``xianwen status``
    kind = "fetch"

    def __init__(self, url: str, message: str | None = None) -> None:
        self.url = url
        super().__init__(message)


class DiscoverError(XianwenError):
    """A listing gave no articles."""


class ListingMissingError(DiscoverError):
    """The page has no list of articles where the rules look for one."""


class ListingEmptyError(DiscoverError):
    """The list of articles is there, and empty."""


class ExtractError(XianwenError):
    """A page could not be read as an article."""


class NotAnArticleError(ExtractError):
    """The page is no article."""


class PublishError(XianwenError):
    """A feed could not be written."""
