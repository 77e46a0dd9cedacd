"""All that the finders of single fields look at, gathered once for a page."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime, tzinfo

    from bot.extract.body import Body
    from bot.extract.outline import Line, Outline
    from bot.extract.structured import Structured
    from bot.extract.trace import Trace
    from bot.model import ArticleLink


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One page, outlined, its body chosen, its fields still to be found."""

    url: str
    outline: Outline
    body: Body | None
    structured: Structured
    link: ArticleLink | None
    #: zone of dates that name none
    zone: tzinfo
    #: when the page was fetched, UTC
    now: datetime
    #: the page is written in Chinese
    is_chinese: bool
    #: position in ``outline.lines`` of the visible headline; -1 where none is found yet
    title_line: int = -1
    #: takes down what is weighed; None when nobody asks
    trace: Trace | None = None

    @property
    def first_body_line(self) -> int:
        """Position of the body's first line; the number of lines where there is no body."""
        if self.body is None or not self.body.lines:
            return len(self.outline.lines)
        return self.body.lines[0]

    def head_lines(self, before: int = 12, after: int = 3) -> list[Line]:
        """Return the visible lines around the headline and down into the body's beginning.

        They are what a reader sees as the head of the article: from a few lines above the
        headline to the first few of the body.
        """
        lines = self.outline.lines
        first = self.first_body_line
        start = first - before
        if 0 <= self.title_line < first:
            start = max(self.title_line - 4, first - 60)
        elif self.title_line >= first:
            start = first
        stop = max(first, self.title_line) + after
        if self.title_line >= first:
            stop = self.title_line + 8
        chosen = [line for line in lines[max(start, 0) : stop] if not line.is_hidden]
        return [line for line in chosen if len(line.text) <= 240]

    def lines_under_title(self) -> list[Line]:
        """Return the visible lines between the headline and the body; none without a headline."""
        if self.title_line < 0:
            return []
        lines = self.outline.lines[self.title_line + 1 : self.first_body_line]
        return [line for line in lines if not line.is_hidden][:12]

    def tail_lines(self, count: int = 8, beyond: int = 8) -> list[Line]:
        """Return the last visible lines of the body and the first ones that follow it."""
        if self.body is None or not self.body.lines:
            return []
        lines = self.outline.lines
        last = self.body.lines[-1] + 1
        # What was cut out of the body's end tells of the article too.
        first = self.body.lines[-count:][0] if count else last
        return [line for line in lines[first : last + beyond] if not line.is_hidden]


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A value of a field and the rule that found it."""

    value: str
    rule: str
