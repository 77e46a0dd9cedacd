"""Small pages in the markup of newsrooms, read as the pipeline reads them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.golden.ours import fetched, read

if TYPE_CHECKING:
    from bot.model import CleanArticle

#: what every page here tells in prose; long enough to be taken for the body
PROSE = (
    "The council voted late on Tuesday to approve the plan after months of heated debate.",
    "Officials expect work to begin in the spring, although the budget has yet to be confirmed.",
    "Critics argue that the money would be better spent on schools and on the older roads.",
    "The report, published last week, found that traffic had grown by 14 percent since 2019.",
)
HEADLINE = "Bridge approved after nine years"
LEAD = "Nine years after the first vote a single voice in the council decides about the bridge."


def page(
    before: str,
    *,
    inside: str = "",
    after: str = "",
    head: str = "",
    language: str = "en",
    url: str = "https://www.herald.example/news/1.html",
) -> CleanArticle:
    """Read a page with a headline, what stands ``before`` the text, ``inside`` and ``after`` it."""
    prose = "".join(f"<p>{text}</p>" for text in PROSE[:2])
    rest = "".join(f"<p>{text}</p>" for text in PROSE[2:])
    return read(
        fetched(
            f'<!DOCTYPE html><html lang="{language}"><head><title>{HEADLINE}</title>{head}</head>'
            f"<body><main><h1>{HEADLINE}</h1>{before}"
            f'<div class="story-body">{prose}{inside}{rest}</div>{after}</main></body></html>',
            url,
        ),
        timezone="UTC",
    )
