"""What looks wrong with a listing or an article although it could be read. Pure."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bot.model import PROSE, BlockKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.discover.listing import Listing
    from bot.model import ArticleLink, CleanArticle, FetchedPage

#: a text below this share of the source's usual length is told
SHORT_SHARE = 0.25
#: a text shorter than this, without any picture, is told whatever is usual
SHORT_CHARS = 60
#: a listing with fewer links is told
FEW_LINKS = 3
_ENDING_CHARS = 4
_MARK = re.compile(r"[0-9A-Za-z]{3}[\u4e00-\u9fff]{2,12}(?:网|在线|报|新闻|客户端|门户|资讯)\s*$")
_WORD = re.compile(r"[\w\u4e00-\u9fff]+")
_SENTENCE_ENDS = "。！？!?…”』」）)：:；;"


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """One doubt: a word for scripts and a sentence for people."""

    #: such as ``no-date``
    kind: str
    text: str


def doubts_of_listing(
    listing: Listing, page: FetchedPage, articles: Sequence[CleanArticle | None]
) -> tuple[Note, ...]:
    """Return what looks wrong with a listing and with its articles taken together."""
    notes: list[Note] = []
    links = listing.links
    if len(links) < FEW_LINKS:
        notes.append(Note(kind="few-links", text=f"the listing has only {len(links)} links"))
    untitled = sum(not link.title for link in links)
    if untitled:
        notes.append(Note(kind="no-link-title", text=f"{untitled} links have no title"))
    ahead = [
        link
        for link in links
        if link.published and link.published.at > page.fetched_at + timedelta(days=1)
    ]
    if ahead:
        notes.append(
            Note(kind="future-date", text=f"{len(ahead)} links are dated to come: {ahead[0].title}")
        )
    texts = Counter(one.text for one in articles if one is not None and one.text)
    if any(count > 1 for count in texts.values()):
        notes.append(
            Note(
                kind="same-text",
                text="several articles have the same text: is the rule body too wide?",
            )
        )
    return tuple(notes)


def doubts_of_article(
    article: CleanArticle, link: ArticleLink, *, usual_chars: int | None = None
) -> tuple[Note, ...]:
    """Return what looks wrong with an article; ``usual_chars`` is its source's usual length."""
    notes: list[Note] = []
    if not article.title:
        notes.append(Note(kind="no-title", text="no title was found"))
    elif not _is_alike(article.title, link.title):
        notes.append(
            Note(
                kind="other-title",
                text=f"the page's title {article.title!r} is not the listing's {link.title!r}",
            )
        )
    if article.published is None:
        notes.append(Note(kind="no-date", text="no date was found on the page or in the listing"))
    elif article.published.at > article.extracted.page.fetched_at + timedelta(days=1):
        notes.append(Note(kind="future-date", text=f"it is dated {article.published.at:%Y-%m-%d}"))
    chars = len(article.text)
    has_pictures = any(b.kind in {BlockKind.IMAGE, BlockKind.VIDEO} for b in article.blocks)
    if chars < SHORT_CHARS and not has_pictures:
        notes.append(Note(kind="short-body", text=f"the text has only {chars} characters"))
    elif usual_chars and chars < SHORT_SHARE * usual_chars:
        notes.append(
            Note(
                kind="short-body",
                text=f"the text has {chars} characters, others of the source some {usual_chars}",
            )
        )
    notes += [Note(kind=one.kind, text=one.text) for one in article.caveats]
    if mark := watermark_left(article):
        notes.append(
            Note(
                kind="watermark-left",
                text=f"paragraphs end in {mark!r}; add a pattern to article.watermark",
            )
        )
    return tuple(notes)


def watermark_left(article: CleanArticle) -> str | None:
    """Return an ending that paragraphs share although they are about different things."""
    texts = [b.text for b in article.blocks if b.kind in PROSE and b.text]
    for text in texts:
        if match := _MARK.search(text):
            return match.group().strip()
    endings = Counter(text[-_ENDING_CHARS:] for text in texts if text[-1] not in _SENTENCE_ENDS)
    for ending, count in endings.most_common(1):
        if count >= 3 and count >= 0.5 * len(texts):
            return ending
    return None


def _is_alike(one: str, other: str) -> bool:
    """Tell whether two titles may be the same article's: listings cut and decorate them."""
    a, b = "".join(_WORD.findall(one)), "".join(_WORD.findall(other))
    if not a or not b or a in b or b in a:
        return True
    stem = b[: max(6, len(b) // 2)]
    return stem in a or SequenceMatcher(None, a, b, autojunk=False).ratio() >= 0.5
