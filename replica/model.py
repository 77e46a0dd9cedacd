"""What a newsroom handles: manuscripts, publications, and the truth about them."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class BlockKind(StrEnum):
    """What a block of an article is; the words are those of ``bot.model.BlockKind``."""

    PARAGRAPH = "paragraph"
    SUBHEADING = "subheading"
    IMAGE = "image"
    CAPTION = "caption"
    CREDIT = "credit"
    LIST = "list"
    QUOTE = "quote"
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of an article, in reading order."""

    kind: BlockKind
    #: as a reader sees it; lists have an item a line, tables a row a line with tabs between cells
    text: str = ""
    #: name of the picture, unique in the world; None for all other kinds
    picture: str | None = None
    #: True for a numbered list
    is_ordered: bool = False


class Layout(StrEnum):
    """How the editor pasted the text into the CMS."""

    #: a paragraph an element
    PARAGRAPHS = "p"
    #: one element with line breaks and ideographic spaces, as from a mail
    BREAKS = "br"
    #: a paragraph an element, each full of nested spans, as from a word processor
    OFFICE = "office"


@dataclass(frozen=True, slots=True, kw_only=True)
class Manuscript:
    """An article as it was written, before any site has it."""

    #: the name of its file without suffix
    slug: str
    #: id of the section that it is meant for
    section: str
    #: the instant it is dated, aware
    dated: datetime
    title: str
    #: 来源 as the page is to name it
    source: str
    #: names without their class, such as 陈知远
    authors: tuple[str, ...]
    #: the line under the title, such as ``记者 陈知远``; empty when the byline is in the text
    byline: str
    #: (role, name) pairs in page order
    editors: tuple[tuple[str, str], ...]
    #: True when the editors stand in brackets at the end of the text
    are_editors_inside: bool
    #: slugs of the counties that it is about, may be empty
    counties: tuple[str, ...]
    #: slug of the manuscript that its story began with
    story: str
    layout: Layout
    #: one or more pages of blocks
    pages: tuple[tuple[Block, ...], ...]
    #: (find, replace) pairs that the newsroom will correct some day; may be empty
    correction: tuple[tuple[str, str], ...]
    #: True when the page is gone although listings still link to it
    is_gone: bool = False

    @property
    def blocks(self) -> tuple[Block, ...]:
        """All blocks over all pages."""
        return tuple(block for page in self.pages for block in page)


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A manuscript on a site: where and when."""

    manuscript: Manuscript
    site: str
    #: the CMS's own number, unique on its site
    number: int
    #: path of the article's first page
    path: str
    #: Asia/Shanghai
    published_at: datetime
    #: last edit, Asia/Shanghai; equal to ``published_at`` when there was none
    revised_at: datetime
    is_withdrawn: bool = False
    #: False when listings no longer link to it
    is_listed: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Truth:
    """What a perfect crawler would know of one publication."""

    slug: str
    site: str
    section: str
    path: str
    title: str
    #: ``2026-03-12``, in Asia/Shanghai
    date: str
    published_at: datetime
    #: ``day`` or ``minute``: how exactly the page says it
    precision: str
    source: str
    authors: tuple[str, ...]
    editors: tuple[tuple[str, str], ...]
    breadcrumb: tuple[str, ...]
    #: adcodes of the counties whose feeds it belongs in, sorted, may be empty
    counties: tuple[str, ...]
    #: publications of one story share this word
    story: str
    blocks: tuple[Block, ...]
    #: path of each picture in order
    pictures: tuple[str, ...]
    is_withdrawn: bool
    is_revised: bool

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The article's own prose: no captions, no credits, no pictures."""
        beside = {BlockKind.IMAGE, BlockKind.CAPTION, BlockKind.CREDIT}
        return tuple(block.text for block in self.blocks if block.kind not in beside)
