"""The standfirst: the summary that many newspapers set between headline and text.

It is the first paragraph of the article to its readers and its makers, and stands outside of the
element that holds the rest.  It is known by what the page tells of itself (the same words are its
description), by the name of its element, or by its place right under the headline.  Chinese
sites repeat the article's beginning there, or sum it up; what stands there is their first
paragraph only where nothing in the text repeats it.
"""

from __future__ import annotations

import html
import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.extract.body import LEAD_SHARE, SHORTEST_LEAD, mark_of
from bot.extract.dates import find_date
from bot.extract.furniture import Role, words_of
from bot.extract.wording import fold, share_in

if TYPE_CHECKING:
    from bot.extract.outline import Line, Outline
    from bot.extract.reading import Reading

#: Words of the names that newsrooms give it, in the languages of their templates.
_WORDS = frozenset(
    """
    standfirst dek deck subdeck subtitle subtitles subtitulo subhead subheadline subheader
    subheading summary summaries teaser intro introduction lead lede leadin leadtext lid preamble
    ingress excerpt abstract chapo chapeau accroche entradilla bajada bajante copete epigraph
    epigrafe sommario sottotitolo catenaccio occhiello vorspann unterzeile anlauf manchete resumo
    linhafina perex zajawka description desc strapline tagline synopsis alinea spoiler sapo preface
    shoulder bulletpoints
    """.split()
)
_NEVER = frozenset(
    """
    caption legend credit byline author authors date time meta tags tag share comment comments
    breadcrumb newsletter cookie consent audio player video gallery image photo related nav menu
    login paywall subscribe disclosure affiliate disclaimer
    """.split()
)
_NEVER_ABOVE = _NEVER - {
    "author",
    "authors",
    "byline",
    "date",
    "time",
    "meta",
    "share",
    "image",
    "photo",
    "video",
}
#: A line on the author stands there too.
_AUTHORS = frozenset({"author", "authors", "bio", "byline", "bylines", "contributor", "profile"})
#: Lines between headline and text that are looked at.
_WITHIN = 14
_SHORTEST, _LONGEST = 25, 700
_MOST_LINES, _MOST_CHARS = 6, 1200
#: As a line right under the headline it must read as prose.
_PROSE = 60.0
_NEAR = 2
#: A lead stands in this many lines before the text, and in a box around both.
_NEAR_TEXT, _BOXES_AROUND, _MOST_LEADS = 6, 4, 2
#: A label has fewer; what a lead ends in may be a watermark.
_CLAUSE, _LEAST_CLAUSES = re.compile("[，。；！？]"), 2
#: What sums up an article, or is said of it, in place of beginning it.
_NO_LEAD = re.compile(
    r"^[【\[\s]*(?:摘要|摘\s要|导读|导语|核心提示|内容提要|提要|简介|编者按|点评)|声明|版权|转载|登录|下载|关注|订阅|二维码|投诉|侵权|版權|轉載|下載|訂閱"
)
_NEVER_IN = frozenset({"figure", "figcaption", "table"})
#: Characters of a second heading right under the headline that is no label.
_SHORTEST_SECOND = 40
_TAGS = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "div", "li", "span", "strong", "section"})
_DESCRIPTIONS = ("og:description", "description", "twitter:description", "dc.description")


def find_standfirst(page: Reading) -> list[str]:
    """Return the lines of the standfirst in page order; none where the body holds it already."""
    outline, first = page.outline, page.first_body_line
    if page.body is None or not 0 <= page.title_line < first < len(outline.lines):
        return []
    lines = outline.lines[page.title_line + 1 : first][-_WITHIN * 2 :][:_WITHIN]
    if not lines:
        return []
    beginning = fold("".join(outline.lines[at].text for at in page.body.lines[:4]))
    told = [fold(text) for text in _told(page) if text]
    found: list[str] = []
    seen: set[str] = set()
    for place, line in enumerate(lines):
        text = line.text
        if line.is_hidden or line.linked * 2 > len(text) or not _SHORTEST <= len(text) <= _LONGEST:
            continue
        folded = fold(text)
        if folded in seen or folded in beginning or not _may_be(page, line):
            continue
        if (
            any(_tells(claim, folded) for claim in told)
            or (
                (
                    _is_named(outline, line)
                    or (place < _NEAR and _reads_as_prose(outline, line))
                    or (place == 0 and _is_second_heading(outline, line))
                )
                and not _is_of_author(outline, line)
            )
        ) and find_date(text[:60], page.zone) is None:
            seen.add(folded)
            found.append(text)
    if len(found) > _MOST_LINES or sum(map(len, found)) > _MOST_CHARS:
        return []
    return found


def find_lead(page: Reading) -> list[str]:
    """Return the markup of a Chinese article's first paragraph in a box of its own above it.

    It is markup, and no text, so that what is hidden in it is looked for as in the rest.
    """
    outline, first = page.outline, page.first_body_line
    if page.body is None or not 0 <= page.title_line < first < len(outline.lines):
        return []
    found: list[str] = []
    for line in outline.lines[max(page.title_line + 1, first - _NEAR_TEXT) : first]:
        text = line.text
        if (
            line.is_hidden
            or line.linked
            or not SHORTEST_LEAD <= len(text) <= _LONGEST
            or len(_CLAUSE.findall(text)) < _LEAST_CLAUSES
            or _NO_LEAD.search(text)
            or not _may_be(page, line)
        ):
            continue
        around = list(outline.ancestors(page.body.element, _BOXES_AROUND))[-1]
        rest = "".join(outline.lines[at].text for at in page.body.lines)
        if around <= line.element < outline.ends[around] and share_in(text, rest) < LEAD_SHARE:
            at, end = line.element, outline.ends[line.element]
            is_alone = sum(at <= other.element < end for other in outline.lines) == 1
            inside = outline.markup[outline.starts[at] : outline.stops[at]]
            found.append(inside if is_alone else f"<p>{html.escape(text)}</p>")
    return found if len(found) <= _MOST_LEADS else []


def _told(page: Reading) -> list[str]:
    metas = page.structured.metas
    return [
        *(metas.get(name, "") for name in _DESCRIPTIONS),
        page.structured.text("description"),
    ]


def _tells(claim: str, folded: str) -> bool:
    """Tell whether a description and a line are the same words, one of them cut short perhaps."""
    short, long = sorted((claim, folded), key=len)
    return len(short) >= _SHORTEST and long.startswith(short)


def _may_be(page: Reading, line: Line) -> bool:
    outline = page.outline
    if page.body is None or outline.tags[line.element] not in _TAGS:
        return False
    for at in outline.ancestors(line.element):
        if at <= page.body.element < outline.ends[at]:
            # What holds the text is no furniture, whatever its name.
            break
        if outline.roles[at] is Role.FURNITURE or outline.tags[at] in _NEVER_IN:
            return False
    own, *above = outline.ancestors(line.element)
    return _NEVER.isdisjoint(words_of(outline.name(own))) and all(
        _NEVER_ABOVE.isdisjoint(words_of(outline.name(at))) for at in above[:2]
    )


def _is_of_author(page: Outline, line: Line) -> bool:
    return any(
        not _AUTHORS.isdisjoint(words_of(page.name(at))) for at in page.ancestors(line.element, 4)
    )


def _is_second_heading(page: Outline, line: Line) -> bool:
    return (
        page.tags[line.element] == "h2" and len(line.text) >= _SHORTEST_SECOND and not line.linked
    )


def _is_named(page: Outline, line: Line) -> bool:
    return any(_names_it(page.name(at)) for at in page.ancestors(line.element, 3))


@lru_cache(maxsize=4096)
def _names_it(name: str) -> bool:
    return not _WORDS.isdisjoint(words_of(name))


_SENTENCE_END = re.compile(r"[.!?…。！？।॥؟۔][\"'”’»)]?$")


def _reads_as_prose(page: Outline, line: Line) -> bool:
    tag = page.tags[line.element]
    return mark_of(line, tag) >= _PROSE and (
        tag in ("p", "h2", "h3") or _SENTENCE_END.search(line.text) is not None
    )
