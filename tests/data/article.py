"""A golden article: what a person wrote, in a form from which page and expectation both come.

The file is a head of ``key: value`` lines, an empty line, and one block a line that begins with
its kind::

    p paragraph   h subheading   q quote   l item||item   t cell|cell//cell|cell
    i address|alt   v address   c caption   r credit   x stands in the body, is not the article's

Blocks may carry inline markup; the expected text is without it.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.golden.scoring import Gold

DATA = Path(__file__).parent

KINDS = {
    "p": "paragraph", "h": "subheading", "q": "quote", "l": "list", "t": "table", "i": "image",
    "v": "video", "c": "caption", "r": "credit", "x": "furniture",
}  # fmt: skip
PROSE = {"paragraph", "subheading", "quote", "list", "table"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One line of a golden article."""

    kind: str
    #: inline markup as written; address and alt of a picture
    source: str

    @property
    def lines(self) -> tuple[str, ...]:
        """What a reader takes from it, a line for each item or row; empty for pictures."""
        if self.kind in {"image", "video", "furniture"}:
            return ()
        separator = {"list": r"\|\|", "table": "//"}.get(self.kind)
        parts = re.split(separator, self.source) if separator else [self.source]
        return tuple(plain(part.replace("|", " ")) for part in parts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A golden article of one site."""

    site: str
    #: date and slug, the name of its files
    name: str
    head: dict[str, str]
    blocks: tuple[Block, ...] = field(default=())

    def __getattr__(self, key: str) -> str:
        """Let a template read ``article.title``; an absent key is empty."""
        if key.startswith("__"):
            raise AttributeError(key)
        return self.head.get(key, "")

    @property
    def id(self) -> str:
        """``site/date-slug``."""
        return f"{self.site}/{self.name}"

    @property
    def timezone(self) -> str:
        """IANA name of the page's time zone."""
        return self.head.get("timezone", "Asia/Shanghai")

    @property
    def when(self) -> datetime:
        """The aware instant of publication."""
        return datetime.fromisoformat(self.head["published"]).replace(
            tzinfo=ZoneInfo(self.timezone)
        )

    @property
    def has_time(self) -> bool:
        """The page shows a time of day."""
        return len(self.head["published"]) > len("2026-03-02")

    @property
    def authors(self) -> tuple[str, ...]:
        """Names in page order."""
        return _split(self.head.get("authors", ""))

    @property
    def roles(self) -> tuple[tuple[str, str], ...]:
        """(role, name) pairs in page order."""
        pairs = (pair.partition("=") for pair in _split(self.head.get("editors", "")))
        return tuple((role, name) for role, _, name in pairs)

    @property
    def paragraphs(self) -> tuple[str, ...]:
        """The article's own prose, as a reader would take it."""
        return tuple(line for b in self.blocks if b.kind in PROSE for line in b.lines)

    @property
    def flat(self) -> str:
        """The prose as markup of one string, as page state in a script repeats it."""
        return "".join(f"<p>{line}</p>" for line in self.paragraphs)

    @property
    def pictures(self) -> tuple[str, ...]:
        """Addresses as the page writes them."""
        return tuple(b.source.partition("|")[0] for b in self.blocks if b.kind == "image")

    def expected(self) -> dict[str, object]:
        """What must come out, as it is stored beside the page."""
        return {
            "url": self.url,
            "charset": self.head.get("charset", "utf-8"),
            "language": self.head.get("language", "zh"),
            "timezone": self.timezone,
            "title": self.title,
            "published": self.when.isoformat(),
            "precision": "minute" if self.has_time else "day",
            "source": self.source or None,
            "authors": list(self.authors),
            "editors": [list(pair) for pair in self.roles],
            "next_page": self.next_page or None,
            "blocks": [
                {"kind": b.kind, "text": "\n".join(b.lines)}
                if b.kind not in {"image", "video"}
                else {"kind": b.kind, "url": b.source.partition("|")[0]}
                for b in self.blocks
                if b.kind != "furniture"
            ],
        }


def plain(markup: str) -> str:
    """Return the text that a browser shows for inline markup, white space collapsed."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", "", markup)).split())


def read_article(file: Path) -> Article:
    """Read the article in ``tests/data/<site>/<date>-<slug>.txt``."""
    head, _, body = file.read_text(encoding="utf-8").partition("\n\n")
    fields = dict(line.split(": ", 1) for line in head.splitlines())
    blocks = tuple(
        Block(kind=KINDS[line[0]], source=line[2:].strip())
        for line in body.splitlines()
        if line.strip()
    )
    return Article(site=file.parent.name, name=file.stem, head=fields, blocks=blocks)


def all_articles() -> list[Article]:
    """Return every golden article, by site and date."""
    return [read_article(f) for f in sorted(DATA.glob("*/[0-9]*.txt"))]


def gold_of(expected: dict[str, object], key: str) -> Gold:
    """Return what is stored beside a page in the scorer's words."""
    said: dict = expected  # type: ignore[type-arg]
    prose = [b for b in said["blocks"] if b["kind"] in PROSE]
    return Gold(
        id=key,
        title=said["title"],
        published=datetime.fromisoformat(said["published"]),
        has_time=said["precision"] == "minute",
        source=said["source"],
        authors=tuple(said["authors"]),
        editors=tuple(name for _, name in said["editors"]),
        roles=tuple((role, name) for role, name in said["editors"]),
        paragraphs=tuple(line for b in prose for line in b["text"].splitlines()),
        timezone=said["timezone"],
    )


def _split(names: str) -> tuple[str, ...]:
    return tuple(n.strip() for n in names.split(",") if n.strip())
