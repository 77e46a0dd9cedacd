"""What stands at both ends of a body and is not of it: headline, byline, date, tags, biography.

A body is one subtree, and where a site puts all of a page's head into it (``<article>`` with the
headline, the byline and the buttons), the lines that are no prose go by the names of their
elements; what no name tells, the rules for lines do (``bot.clean.boilerplate``).
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.extract.body import Body, lines_kept, mark_of
from bot.extract.dates import find_date
from bot.extract.furniture import words_of
from bot.extract.structured import names_of

if TYPE_CHECKING:
    from bot.extract.outline import Line, Outline
    from bot.extract.reading import Reading

#: Words in names of elements that tell of an article, and hold nothing of its text.
_INFO_WORDS = frozenset(
    """
    author authors byline bylines contributor contributors signature writer writers autor autores
    auteur auteurs firma date dates dateline datetime time timestamp pubdate published updated
    publication publishdate posted meta metadata metas kicker topline overline eyebrow rubric
    rubrik category categories locality location share sharing reading duration bio biography tags
    tag topics topic taglist source sources copyright credit credits toolbar actions info infos
    etiketler etiquetas schlagworte mots entities
    """.split()
)
#: Of these an element at the end is none of the text although it holds sentences.
_FOOT_WORDS = frozenset(
    """
    author authors contributor contributors bio biography tags tag topics taglist copyright share
    sharing etiketler etiquetas schlagworte signature writer writers autor auteur newsletter
    """.split()
)
#: At the beginning these are told of too.
_HEAD_WORDS = _INFO_WORDS | {"label", "labels", "section", "header", "comments", "postings", "flag"}
#: What is short enough to be such a line, and how far from the ends they are looked for.
_LONGEST = 160
_HEAD_LINES, _TAIL_LINES = 16, 12
#: Lines of prose before the beginning is over: a standfirst may stand above the byline.
_HEAD_PROSE = 2
#: The mark of a line that is prose.
_PROSE = 60.0
#: The greatest share of a body's characters that an element with such a name holds.
_SHARE = 0.25
_BOX_SHARE = 0.4
_STRANGERS = 3
_SHORTEST_NAME = 5
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_BY = re.compile(
    r"^(?:by|von|por|par|di|av|af|door|oleh|text|texte?|autore?|auteur|autor(?:in)?|редактор|автор)\b[ :.]",
    re.IGNORECASE,
)


_LONGEST_HEADING = 40
#: Headings of boxes with links to other stories, in the text or under it.
_RELATED = re.compile(
    r"^\W*(?:(?:also |must )?read(?: more| also| next)?|see also|related(?: \w+)?|more (?:from|on|stories|coverage)\b.*|recommended(?: \w+)?|you (?:may|might) (?:also )?like|most (?:read|popular)|trending|top stories|editor.s picks?"
    r"|lesen sie (?:auch|mehr)|mehr (?:zum thema|dazu|lesen)|auch interessant|das könnte sie auch interessieren|weitere artikel|meistgelesen"
    r"|(?:à )?lire aussi|voir aussi|sur le même (?:sujet|thème)|à découvrir|lee también|te puede interesar|te recomendamos|más información|noticias relacionadas|mirá también"
    r"|leia (?:também|mais)|veja (?:também|mais)|saiba mais|leggi anche|potrebbe interessarti|approfondisci|lees (?:ook|meer)|läs (?:också|mer|även)|les også|læs også|lue myös"
    r"|czytaj (?:także|też|również|więcej)|zobacz (?:także|też)|polecamy|přečtěte si.*|čtěte (?:také|dále)|citește și|olvasson tovább|kapcsolódó.*|читайте (?:также|ещё|еще)|материалы по теме|читайте також|читайте ще"
    r"|ilgili haberler|baca juga|berita terkait|artikel terkait|関連記事|あわせて読みたい|관련 ?기사|많이 본 뉴스|اقرأ (?:أيضا|أيضاً|المزيد)|ذات صلة|مواضيع ذات صلة|קראו (?:עוד|גם)|xem thêm|tin liên quan|อ่านเพิ่มเติม|ข่าวที่เกี่ยวข้อง|আরও পড়ুন|य(?:ह|े) भी पढ़ें"
    r"|相关(?:阅读|新闻|链接|文章|推荐|报道)|推荐阅读|延伸阅读|热门推荐|猜你喜欢|为您推荐|延伸閱讀|相關新聞|更多新聞)\W*$",
    re.IGNORECASE,
)
_RIGHT = re.compile(r"text-align\s*:\s*(?:right|end)|^right$", re.IGNORECASE)
_LONGEST_SIGNATURE = 60
#: Two to six words of letters, the first of them upper case where there is such a thing.
_NAME = re.compile(r"(?![a-zà-ÿ])[^\W\d_]+[.’'-]?(?:[ ,/&-]{1,3}[^\W\d_][^\s\d,/&]*){1,5}")


def trim_edges(page: Reading, body: Body) -> Body:
    """Return the body without the lines of information at its ends."""
    cut = {at for at, _ in body.cut}
    found: dict[int, str] = {}
    total = sum(len(page.outline.lines[at].text) for at in body.lines) or 1
    prose = 0
    declared = [
        name.casefold()
        for _, name in names_of(page.structured.article.get("author"))
        if len(name) >= _SHORTEST_NAME
    ]
    for at in body.lines[:_HEAD_LINES]:
        line = page.outline.lines[at]
        if at <= page.title_line and (at == page.title_line or not _is_prose(page.outline, line)):
            _take(page, body, line, "above-the-headline", found)
        elif _is_prose(page.outline, line):
            prose += 1
            if prose == _HEAD_PROSE:
                break
        elif len(line.text) <= _LONGEST:
            named = _named(page.outline, body, line, _HEAD_WORDS, total)
            if named >= 0:
                found[named] = "head"
            elif _is_information(page, line, declared):
                _take(page, body, line, "head", found)
    for at in body.lines:
        line = page.outline.lines[at]
        if len(line.text) <= _LONGEST_HEADING and _RELATED.match(line.text):
            box = _box_of(page.outline, body, line, total)
            if box >= 0:
                found[box] = "related"
    strangers = 0
    for at in reversed(body.lines[-_TAIL_LINES:]):
        line = page.outline.lines[at]
        words = _FOOT_WORDS if _is_prose(page.outline, line) else _INFO_WORDS
        named = _named(page.outline, body, line, words, total)
        if named >= 0:
            found[named] = "foot"
        elif is_signature(page.outline, line):
            _take(page, body, line, "signature", found)
        elif _is_prose(page.outline, line) or strangers == _STRANGERS:
            break
        else:
            strangers += 1
    found = {at: rule for at, rule in found.items() if at not in cut}
    if not found:
        return body
    cuts = _outermost(page.outline, [*body.cut, *found.items()])
    kept = lines_kept(page.outline, body.element, cuts)
    if sum(len(page.outline.lines[at].text) for at in kept) * 2 < total:
        return body
    return replace(body, cut=cuts, lines=kept)


def _box_of(page: Outline, body: Body, line: Line, total: int) -> int:
    """Return the element that a heading begins and that holds links to other pages; -1 for none."""
    box = -1
    for at in page.ancestors(line.element):
        if at <= body.element:
            break
        end = page.ends[at]
        held = [page.lines[other] for other in body.lines if at <= page.lines[other].element < end]
        if (
            not held
            or held[0] is not line
            or sum(len(one.text) for one in held) > _BOX_SHARE * total
        ):
            break
        if any(one.linked for one in held):
            box = at
    return box


def is_signature(page: Outline, line: Line) -> bool:
    """Tell whether a line under a text is a name set to the right, as after a letter."""
    if len(line.text) > _LONGEST_SIGNATURE or not _NAME.fullmatch(line.text):
        return False
    return any(
        _RIGHT.search(page.attribute(at, "style") or page.attribute(at, "align") or "")
        for at in page.ancestors(line.element, 2)
    )


def _is_prose(page: Outline, line: Line) -> bool:
    tag = page.tags[line.element]
    return tag not in _HEADINGS and mark_of(line, tag) >= _PROSE


def _is_information(page: Reading, line: Line, declared: list[str]) -> bool:
    text = line.text.casefold()
    if _BY.match(line.text) or any(name in text for name in declared):
        return True
    return any(char.isdigit() for char in line.text) and (
        any(page.outline.tags[at] == "time" for _, at in line.parts)
        # A statute has its dates there, and they are of it.
        or (not page.is_chinese and find_date(line.text, page.zone) is not None)
    )


def _take(page: Reading, body: Body, line: Line, rule: str, found: dict[int, str]) -> None:
    """Cut the element of a line where it holds nothing else, else what it stands in inside it."""
    outline = page.outline
    at, end = line.element, outline.ends[line.element]
    inside = [other for other in body.lines if at <= outline.lines[other].element < end]
    if len(inside) == 1 and at != body.element:
        found[at] = rule
        return
    for _, inner in line.parts:
        above = [up for up in outline.ancestors(inner) if up > at]
        if above:
            found[above[-1]] = rule


def _named(page: Outline, body: Body, line: Line, words: frozenset[str], total: int) -> int:
    """Return the outermost element around a line that has such a name and is small; -1 for none."""
    named = -1
    for at in page.ancestors(line.element):
        if at <= body.element:
            break
        name = page.name(at)
        if name and _is_named(name, words):
            end = page.ends[at]
            held = sum(
                len(page.lines[other].text)
                for other in body.lines
                if at <= page.lines[other].element < end
            )
            if held > _SHARE * total:
                break
            named = at
    return named


@lru_cache(maxsize=4096)
def _is_named(name: str, words: frozenset[str]) -> bool:
    return not words.isdisjoint(words_of(name))


def _outermost(page: Outline, cuts: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """Return cuts in page order, without those that stand inside another."""
    kept: list[tuple[int, str]] = []
    end = -1
    for at, rule in sorted(cuts):
        if at >= end:
            kept.append((at, rule))
            end = page.ends[at]
    return kept
