"""An article that is safe to show."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bot.model.discover import Published
    from bot.model.extract import ExtractedArticle, Removal


class BlockKind(StrEnum):
    """What a block of an article is."""

    PARAGRAPH = "paragraph"
    SUBHEADING = "subheading"
    IMAGE = "image"
    CAPTION = "caption"
    CREDIT = "credit"
    LIST = "list"
    QUOTE = "quote"
    TABLE = "table"
    VIDEO = "video"


#: kinds whose text is the article's own prose
PROSE = frozenset(
    {BlockKind.PARAGRAPH, BlockKind.SUBHEADING, BlockKind.LIST, BlockKind.QUOTE, BlockKind.TABLE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of an article, in reading order."""

    kind: BlockKind
    #: plain text, NFC, no line break but in lists and tables; empty for images and videos
    text: str = ""
    #: sanitised inline or block HTML of it
    html: str = ""
    #: absolute address of the picture or video
    url: str | None = None
    alt: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """What most long blocks of a page end in, behind their last sentence: perhaps a watermark."""

    stem: str
    #: the letters and digits before it, each once, ascending; a blank one where it stands alone
    tokens: tuple[str, ...]
    #: blocks that end in it
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Caveat:
    """Why an article's text may not be what a reader saw: a word for scripts, and a sentence."""

    #: such as ``private-use``
    kind: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CleanArticle:
    """Safe to show: sanitised HTML, text blocks, aware times, no watermark."""

    extracted: ExtractedArticle
    title: str
    published: Published | None
    source_name: str | None
    authors: tuple[str, ...]
    editors: tuple[tuple[str, str], ...]
    breadcrumb: tuple[str, ...]
    blocks: tuple[Block, ...]
    removed: tuple[Removal, ...]
    #: sanitised HTML of all blocks; figures, captions, links, tables, lists and nothing else
    html: str
    #: tricks against copying that were noticed and could not be undone
    caveats: tuple[Caveat, ...] = ()
    #: before any mark was cut; None for no common one
    ending: Ending | None = None

    @property
    def text(self) -> str:
        """The article's own prose, one block a line: no captions, no credits."""
        return "\n".join(b.text for b in self.blocks if b.kind in PROSE and b.text)

    @property
    def images(self) -> tuple[str, ...]:
        """Absolute addresses of the pictures, in order, each once."""
        return tuple(
            dict.fromkeys(b.url for b in self.blocks if b.kind is BlockKind.IMAGE and b.url)
        )
