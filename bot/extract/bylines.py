"""Who wrote a page that is not Chinese: JSON-LD, meta elements and the byline in sight.

What a page tells machines comes first where it names people.  Many pages name their own house
there although a byline names the writer: such a name gives way to every other one, and is taken
when there is none.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.extract.edges import is_signature
from bot.extract.furniture import words_of
from bot.extract.structured import names_of
from bot.extract.wording import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.extract.outline import Line
    from bot.extract.reading import Reading

_BY = re.compile(
    r"^(?:by|von|por|par|di|door|av|af|текст|автор|автори|autor|autora|autore|auteur|oleh|yazar|texte?|text|reporting by|written by|di|från|skrevet av|autor:in)\b[ :.]+"
    r"|^(?:por|par|von|by)\s*:\s*|^লেখক\s*:\s*|^लेखक\s*:\s*|^(?:author|autor(?:in|a|ka)?|auteur|yazar|penulis|автор)s?(?: of the article)?\s*:\s*",
    re.IGNORECASE,
)
_ENDS = re.compile(r"\s[-–—|:]\s|\||,\s")
_LINK = re.compile(r"https?://|www\.|@", re.IGNORECASE)
_DOMAIN = re.compile(r"\.(?:com|net|org|info|[a-z]{2})\b", re.IGNORECASE)
_AFTER_NAME = re.compile(
    r"\s*(?:[|｜•·–—]|\s-\s|\s@\w|\s+follow\b|,?\s+\b(?:in|for|at|from|aus|à|en|da)\b\s|\(|\s기자|기자$|\s특파원|記者$|編集委員$).*$"
)
#: Between the names of one byline, in the languages of bylines.
AND = re.compile(
    r"\s*(?:,|;|/|&|\band\b|\bund\b|\bet\b|\by\b|\be\b|\ben\b|\boch\b|\bog\b|\bи\b|\bi\b|\bja\b|\bve\b|\bdan\b|\bvà\b|\bși\b|\ba\b|\bта\b|、|・|،|\bو\b)\s+|[;、]\s*|·\s+|,(?=[^\s\d])"
)
#: Between the names in one name of JSON-LD, which should be one.
_LISTED = re.compile(r"\s*(?:,|;|\||/|\s&|\band\b|\bund\b|\bet\b)\s+|[;、]\s*|,(?=[^\s\d])")
_NOBODY = re.compile(
    r"^(?:admin\w*|editor|author|online|webmaster|root|unknown|none|null|n/a|test|default|guest|user|anonymous|no author"
    r"|print|e-?mail|share|tweet|follow|comments?|subscribe|save|listen|published|updated|by|print email)$",
    re.IGNORECASE,
)
#: A house, a desk or an agency of its own, and no person.
_HOUSE = re.compile(
    r"redaktion|redak[ct]j|redazione|redacción|redacció\b|redação|rédaction|redactie|toimitus|newsroom|news ?desk|\bdesk\b|\bstaff\b|editorial|nachrichten|\bonline\b|редакц|編集部|편집부|\bnews\b|\bweb team\b",
    re.IGNORECASE,
)
#: Behind a comma these tell what somebody is, or where.
_ROLE = re.compile(
    r"\b(?:editor|correspondent|reporter|journalist|columnist|writer|producer|chief|desk|bureau|staff|studio|redakteur\w*|redaktion|korrespondent\w*|chefredakteur\w*|volontär\w*|envoyée?|correspondante?|rédact\w+|redactora?|corresponsal|periodista|giornalista|inviat[oa]|corrispondente|verslaggever|redacteur|dziennikarz\w*|online|political|politics|affairs|professor|director|senior|minister)\b",
    re.IGNORECASE,
)
#: Words before a name in Arabic: wrote, by the pen of, report, prepared.
_ARABIC_BY = re.compile(r"^(?:كتبت?|بقلم|تقرير|إعداد|تحرير)\s*[:：-]?\s*(?P<names>[^\d|:]{3,40})")
_JAPANESE_BY = re.compile(r"【(?P<names>[\u3040-\u30ff\u4e00-\u9fff・、 ]{2,24})】\s*$")
_VISIBLE_BY = re.compile(
    r"^(?:by|von|por|par|di|av|af|oleh|door|autor:|автор:)\s+(?P<names>[^\d|•]{3,80})$",
    re.IGNORECASE,
)
_AUTHOR = re.compile(
    r"author|byline|writer|autor(?!i[sz])|auteur|signature|contributor-?name|person-name|creator|reporter|penulis|yazar",
    re.IGNORECASE,
)
_NOT_AUTHOR = re.compile(
    r"nobyline|date|time|bio|avatar|image|role|title|location|locality|email|follow|share|count"
)
_MOMENT = re.compile(r"\d{4}|\d:\d\d|\d\d/\d\d")
#: A full stop behind a word, and not behind an initial.
_WORD_END = re.compile(r"(?<=[^\W\d_]{3})\.$")
_KOREAN = re.compile(
    r"^(?P<name>[가-힣]{2,4})\s*(?:선임|인턴|전문|수습)?\s*(?:기자|특파원)(?![가-힣])"
)
_SHORTEST_HOUSE = 3


def foreign_authors(page: Reading) -> tuple[list[str], str]:
    """Return the authors, in the order of the page, and the rule that found them."""
    house = _House(page)
    declared = [
        part
        for _, name in names_of(page.structured.article.get("author"))
        for part in listed_names(_plain(name))
    ]
    metas = [part for text in page.structured.author_metas for part in listed_names(_plain(text))]
    chosen: tuple[list[str], str] = ([], "none")
    last: tuple[list[str], str] = ([], "none")
    for rule, names in (
        ("json-ld author", declared),
        ("meta", metas),
        (
            "byline",
            list(_bylines(page))
            if page.trace or not (declared or metas) or _all_of(house, declared + metas)
            else [],
        ),
        ("byline at the end", _signature(page)),
    ):
        able = [name for name in names if _may_sign(name)]
        kept = list(dict.fromkeys(name for name in able if not house.is_named(name)))
        if page.trace is not None and names:
            page.trace.offer("authors", "、".join(names), rule)
        if kept and not chosen[0]:
            chosen = (kept, rule)
        if able and not last[0] and rule != "meta":
            last = (list(dict.fromkeys(able)), f"{rule}, the house itself")
    names, rule = chosen if chosen[0] else last
    return [_WORD_END.sub("", name) for name in names], rule


def _all_of(house: _House, names: list[str]) -> bool:
    return all(house.is_named(name) or not _may_sign(name) for name in names)


class _House:
    """The names of the page's own house, to know them among its authors."""

    def __init__(self, page: Reading) -> None:
        self._names = {fold(name) for name in page.structured.site_names}
        # A document title ends with the name of the house, and perhaps with a day behind it.
        pieces = _ENDS.split(page.structured.document_title)
        self._names.update(fold(piece) for piece in pieces[1:] if " " not in piece.strip())
        host = (urlsplit(page.url).hostname or "").removeprefix("www.").split(".")
        self._stem = fold(host[-2] if len(host) > 1 else "")

    def is_named(self, name: str) -> bool:
        """Tell whether a name is that of the house, of its desk, or of its domain."""
        folded = fold(name)
        if folded in self._names or _HOUSE.search(name) or _DOMAIN.search(name):
            return True
        first = fold(name.split()[0]) if name.split() else ""
        return len(self._stem) >= _SHORTEST_HOUSE and self._stem in (folded, first)


def _plain(text: str) -> str:
    text = " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text)).split())
    return _BY.sub("", text).strip(" ,;|")


def listed_names(text: str) -> list[str]:
    """Return the names in a value that should be one name: ``Jane Roe, Political Editor`` is one."""
    if len(text) > 200:
        return []
    pieces = [_AFTER_NAME.sub("", piece).strip(" ,;:") for piece in _LISTED.split(text)]
    pieces = [piece for piece in pieces if piece]
    if not pieces:
        return []
    first, *others = pieces
    is_long = " " in first
    return [first] + [
        piece for piece in others if not _ROLE.search(piece) and not (is_long and _is_place(piece))
    ]


def _is_place(piece: str) -> bool:
    """Tell whether a piece behind a full name is no full name: ``Berlin``, ``g1 Santos``."""
    if not piece[:1].isalpha() or (
        not piece.isascii() and " " not in piece and not piece[:1].isupper()
    ):
        return False
    return (" " not in piece and piece[:1].isupper()) or any(char.isdigit() for char in piece)


def split_names(text: str) -> list[str]:
    """Return the single names of a byline such as ``Jane Roe, John Doe and Ann Lee``."""
    if len(text) > 200:
        return []
    names = [
        name for piece in AND.split(text) if (name := _AFTER_NAME.sub("", piece).strip(" ,;:"))
    ]
    if not names:
        return []
    is_long = " " in names[0]
    return names[:1] + [
        name for name in names[1:] if not _ROLE.search(name) and not (is_long and _is_place(name))
    ]


def _may_sign(name: str) -> bool:
    if not 2 <= len(name) <= 60 or _LINK.search(name) or _NOBODY.match(name):
        return False
    return not name.isdigit()


def _bylines(page: Reading) -> Iterator[str]:
    outline = page.outline
    for line in page.head_lines(after=2):
        arabic = _ARABIC_BY.match(line.text)
        if arabic:
            linked = [part.strip() for part, at in line.parts if outline.links[at] >= 0]
            yield from split_names(linked[0] if linked and linked[0] else arabic["names"])
            return
        japanese = _JAPANESE_BY.search(line.text)
        if japanese and re.search(r"\d", line.text[: japanese.start()]):
            yield from [name for name in re.split("[、・]", japanese["names"]) if name]
            return
    for line in page.head_lines(after=4):
        text = _plain(_signed_part(page, line))
        if 3 <= len(text) <= 80 and not _MOMENT.search(text):
            names = [name for name in split_names(text) if _may_sign(name)]
            if names:
                yield from names
                return
    for line in page.head_lines(after=2):
        match = _VISIBLE_BY.match(line.text)
        if match and outline.tags[line.element] not in ("h1", "h2"):
            yield from split_names(match["names"])
            return


def _signed_part(page: Reading, line: Line) -> str:
    """Return what of a line stands in an element for the author; blank where nothing does."""
    outline = page.outline
    for at in outline.ancestors(line.element, 2):
        if _names_author(page, at) and not _MOMENT.search(line.text):
            return line.text
    parts = [
        text
        for text, at in line.parts
        if any(_names_author(page, up) for up in outline.ancestors(at, 3) if up > line.element)
    ]
    return "".join(parts)


def _names_author(page: Reading, at: int) -> bool:
    outline = page.outline
    if outline.tags[at] == "a" and "author" in (outline.attribute(at, "rel") or ""):
        return True
    head = outline.heads[at]
    if ' itemprop="author"' in head:
        return True
    name = outline.name(at)
    return bool(name) and _AUTHOR.search(name) is not None and _NOT_AUTHOR.search(name) is None


def _signature(page: Reading) -> list[str]:
    """Return the names under the text, in an element for them or set to the right."""
    outline = page.outline
    for line in reversed(page.tail_lines(count=2, beyond=3)):
        if len(line.text) > 60 or line.linked * 2 > len(line.text):
            continue
        if korean := _KOREAN.match(line.text):
            return [korean["name"]]
        words = words_of(outline.name(line.element))
        if not words.isdisjoint({"author", "authors", "signature"}) or is_signature(outline, line):
            names = [name for name in split_names(_plain(line.text)) if _may_sign(name)]
            if names and not _MOMENT.search(line.text):
                return names
    return []
