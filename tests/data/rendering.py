"""Golden articles in the markup of their site: a template a site, and the furniture of real pages.

``render`` puts an optional mark after, or inside, every paragraph: so a test can hide any
watermark in any article without a page of its own.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from functools import cache

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from tests.data.article import DATA, Article, Block

#: private-use character that stands where a mark may go until the page is whole
SLOT = "\ue000"

#: (number of the slot on the page) -> markup or text to put there
Mark = Callable[[int], str]

#: lists of at least this many links are drawn longer, to the weight of real pages
LONG_LIST = 8
LIST_SCALE = 2

_ENVIRONMENT = Environment(  # noqa: S701  the pages are ours, and must hold raw markup
    loader=FileSystemLoader(DATA), undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)


def render(
    article: Article,
    mark: Mark | None = None,
    *,
    is_inside: bool = False,
    style: str = "",
    charset: str | None = None,
) -> str:
    """Return the whole page.

    ``mark`` fills the end of every text block, or with ``is_inside`` a place within it; ``style``
    joins the page's style sheet; ``charset`` replaces the declared one.
    """
    rng = random.Random(article.id)  # noqa: S311  the same page on every run
    furniture = Furniture(rng, article.head.get("pool", "zh"))
    template = _ENVIRONMENT.get_template(f"{article.site}/page.html")

    def body(**markup: str) -> str:
        return "\n".join(_block(b, markup, is_inside, rng) for b in article.blocks)

    page = template.render(
        article=article,
        body=body,
        f=furniture,
        charset=charset or article.head.get("declared", article.head.get("charset", "utf-8")),
    )
    if style:
        # A page without a head, as some are, has it before all else.
        block = f"<style>{style}</style>\n"
        page = page.replace("</head>", f"{block}</head>", 1) if "</head>" in page else block + page
    number = -1

    def fill(_: re.Match[str]) -> str:
        nonlocal number
        number += 1
        return mark(number) if mark else ""

    return re.sub(SLOT, fill, page)


_MARKUP = {
    "paragraph": "<p>%s</p>",
    "subheading": "<p><strong>%s</strong></p>",
    "quote": "<blockquote><p>%s</p></blockquote>",
    "image": '<p style="text-align: center;"><img src="%src" alt="%alt" /></p>',
    "video": '<p><video src="%s" controls="controls" width="640" height="360"></video></p>',
    "caption": '<p style="text-align: center;">%s</p>',
    "credit": '<p style="text-align: right;">%s</p>',
    "furniture": "<p>%s</p>",
}


def _block(block: Block, markup: dict[str, str], is_inside: bool, rng: random.Random) -> str:
    form = markup.get(block.kind) or _MARKUP.get(block.kind, "")
    if block.kind == "image":
        address, _, alt = block.source.partition("|")
        return form.replace("%src", address).replace("%alt", alt)
    if block.kind == "video":
        return form.replace("%s", block.source, 1)
    if block.kind == "list":
        items = "".join(f"<li>{item}</li>" for item in block.source.split("||"))
        return f"<ul>{items}</ul>"
    if block.kind == "table":
        rows = (
            "".join(f"<td>{c}</td>" for c in row.split("|")) for row in block.source.split("//")
        )
        return (
            f'<table border="1"><tbody>{"".join(f"<tr>{row}</tr>" for row in rows)}</tbody></table>'
        )
    return form.replace("%s", _slotted(block.source, is_inside, rng), 1)


def _slotted(source: str, is_inside: bool, rng: random.Random) -> str:
    if not is_inside:
        return source + SLOT
    pieces = re.findall(r"<[^>]+>|&\w+;|.", source)
    places = [n for n, piece in enumerate(pieces) if len(piece) == 1 and n]
    if places:
        pieces.insert(rng.choice(places), SLOT)
    return "".join(pieces)


@cache
def _pool(name: str) -> tuple[str, ...]:
    lines = (DATA / "furniture" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line)


class Furniture:
    """Everything on a page that is not the article, drawn the same way on every run."""

    def __init__(self, rng: random.Random, language: str) -> None:
        self._rng = rng
        self._headlines = list(_pool(f"headlines-{language}"))
        self._places = list(_pool(f"places-{language}"))
        rng.shuffle(self._headlines)
        rng.shuffle(self._places)

    def headline(self) -> str:
        """Return the next headline; after the last one the first comes again."""
        self._headlines.append(line := self._headlines.pop(0))
        return line

    def items(
        self, count: int, form: str = '<li><a href="%u" title="%t" target="_blank">%t</a></li>'
    ) -> str:
        """Return ``count`` headlines; %t title, %s shortened, %d date, %u address, %n number."""
        longer = count * LIST_SCALE if count >= LONG_LIST else count
        return "\n".join(self._item(form) for _ in range(longer))

    def places(self, count: int, form: str = '<a href="%u" target="_blank">%t</a>') -> str:
        """Return links to departments and neighbours."""
        lines = []
        for _ in range(count):
            self._places.append(name := self._places.pop(0))
            address = f"http://www.{self._word(6)}.gov.example/"
            lines.append(form.replace("%u", address).replace("%t", name))
        return "\n".join(lines)

    def text(self, name: str) -> str:
        """Return a script or style sheet of ``furniture/`` as it stands."""
        return (DATA / "furniture" / name).read_text(encoding="utf-8")

    def _item(self, form: str) -> str:
        title = self.headline()
        day, month = self._rng.randint(1, 28), self._rng.randint(1, 12)
        number = str(self._rng.randint(10000, 99999))
        values = {
            "%t": title,
            "%s": title[:14] + "…",
            "%d": f"{month:02}-{day:02}",
            "%u": f"/news/2026/{month:02}{day:02}/{number}.html",
            "%n": number,
        }
        for key, value in values.items():
            form = form.replace(key, value)
        return form

    def _word(self, length: int) -> str:
        return "".join(self._rng.choices("abcdefghijklmnopqrstuvwxyz", k=length))
