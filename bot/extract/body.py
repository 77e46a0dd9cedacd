"""Which subtree of a page is the article, and what inside it is not.

Every line of text gets a mark: prose counts for its element, links and legal lines against it.
An element's sum is that of its lines and children; the article is the element whose sum, read in
the light of its name, is greatest, and of nested elements the innermost that still has nearly
all.  (The maximum-sum view of Pasternack and Roth, "Extracting article text from the web with
maximum subsequence segmentation", WWW 2009, taken over subtrees instead of token runs.)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.extract.boxes import mark_boxes
from bot.extract.furniture import FURNITURE_TAGS, Role
from bot.extract.wording import ends_sentence, share_in

if TYPE_CHECKING:
    from bot.extract.outline import Line, Outline
    from bot.extract.trace import Trace

#: How a name changes the weight of an element's sum.
_ROLE_FACTOR = {
    Role.FURNITURE: 0.1,
    Role.DOUBTFUL: 0.7,
    Role.PLAIN: 1.0,
    Role.LIKELY: 1.12,
    Role.BODY: 1.6,
}
_TAG_FACTOR = {
    "article": 1.15,
    "main": 1.05,
    "section": 1.0,
    "ul": 0.5,
    "ol": 0.5,
    "dl": 0.6,
    "form": 0.5,
}
#: Elements that are parts of a body and never the whole of it.
_PARTS = frozenset({"p", "blockquote", "pre", "h1", "h2", "h3", "h4", "h5", "h6", "li", "a", "tr",
                    "figure", "figcaption", "span", "font", "b", "strong", "em", "i", "center", "table", "tbody", "dd", "dt", "ul", "ol", "br"})  # fmt: skip
_CONTENT_PARTS = frozenset({"center", "table", "tbody", "tr"})
#: A child that keeps this share of its parent's sum is the better answer.
_KEEPS = 0.88
#: One that bears the name of a body needs no more than this.
_KEEPS_BODY = 0.6
#: what is named as an article is so although a short text leaves much beside it
_KEEPS_BY_ROLE = {Role.BODY: _KEEPS_BODY, Role.LIKELY: 0.8}
_INLINE_PARTS = frozenset({"ul", "ol", "li", "dl", "dd"})
_LONGEST_MARK = 1200.0
#: The mark of a body that nobody had to look for.
_BY_RULE = 1e9
#: Marks of a page that has much prose, and the least share of it that a body in sight holds.
_MUCH_PROSE = 400.0
_SHARE_IN_SIGHT = 0.2
#: characters of a line that is a sentence, whatever it is made of
_SENTENCE_CHARS = 80
#: What the prose of an item in a list of other stories counts, the letters of the title above it,
#: and how deep in the item it stands.
_TEASER = 0.2
_SHORTEST_TITLE = 11
_WITHIN_ITEM = 4
#: As many stories beside the one with the headline are a list of others.
_SOME_ARTICLES = 2
#: What is named as furniture and holds such a share of a page's prose is none, but for these.
_MAIN_SHARE = 0.3
_NEVER_MAIN = re.compile(
    r"comment|repl(?:y|ies)|disqus|talkback|pinglun|related|recommend|promo|cookie|consent|gdpr|cmp"
    r"|menu|nav|foot|modal|popup|newsletter|login|copyright|disclaimer|statement|mianze|shengming",
    re.IGNORECASE,
)
#: Bytes of a summary that is cut short, as beside the links of a list.
_LONGEST_TEASER = 330
#: Names of an abstract above the text, and where and how long it may be.
_ABSTRACT = re.compile(
    r"(?:\S* )?#?(?:art\w*[-_])?(?:summary|abstract|zhaiyao|daodu|daoyu|intro|digest)(?: \S*)?"
)
_ABSTRACT_WITHIN = 25
_LONGEST_ABSTRACT = 300
#: Characters of a lead that stands in a box of its own, and how much of one other lines repeat.
SHORTEST_LEAD, LEAD_SHARE = 50, 0.3
_CJK = re.compile("[\u4e00-\u9fff]")
_TITLED = frozenset({"p", "h2", "h3"})
_NEVER_LISTS = frozenset({"p", "h1", "h2", "h3", "h4", "td", "tr"})
_FURNITURE, _PLAIN, _BODY = Role.FURNITURE, Role.PLAIN, Role.BODY
#: A body whose prose sums up to less may be there for its pictures.
_LEAST_PROSE = 60.0

#: A pattern that begins with a set or a letter passes over all others at once.
_SENTENCE = re.compile(r"[，。；！？、…：.!?;:,؟،۔।॥](?:(?<=[，。；！？、…：])|['\"”’»)]?(?:\s|$))")
_SHORTEST_LEGAL = 5
#: Spelled in the cases that occur: a pattern that ignores case is searched for many times slower,
#: and so is one with an alternative that does not begin with a letter.
_LEGAL = re.compile(
    r"版权所有|I[Cc][Pp][备证]|i[Cc][Pp][备证]|公网安备|许可证|All [Rr]ights [Rr]eserved"
    r"|all [Rr]ights [Rr]eserved|ALL RIGHTS RESERVED|©"
    r"|\([cC]\) ?\d{4}|Copyright|copyright|COPYRIGHT|举报电话|营业执照|违法和不良信息|Terms of (?:[Uu]se|[Ss]ervice)"
    r"|Privacy [Pp]olicy|Cookies|cookies|Java[Ss]cript|java[Ss]cript|Datenschutz|Mentions légales|Todos los derechos"
    r"|Alle Rechte|Tous droits"
)


@dataclass(slots=True)
class Body:
    """The chosen subtree."""

    #: index of the element
    element: int
    #: indices of elements inside it that are cut out, each with its rule
    cut: list[tuple[int, str]]
    #: positions in ``Outline.lines`` of its lines that stay
    lines: list[int]
    #: why it was chosen
    reason: str
    #: sum of the marks, and the share of the page's prose that it holds
    mark: float
    share: float


def mark_of(line: Line, tag: str) -> float:
    """Return what a line speaks for (above 0) or against (below 0) its element being a body."""
    text = line.text
    length = len(text)
    mass = length if text.isascii() else len(text.encode())
    if line.linked * 2 > length:
        return -4.0 - min(mass, 60) * 0.4
    if length >= _SHORTEST_LEGAL and mass < 900 and _LEGAL.search(text):
        return -20.0
    if text.endswith(("...", "…")) and mass < _LONGEST_TEASER and not text.endswith("……"):
        return -6.0
    if mass >= 24 and _SENTENCE.search(text):
        mark = min(float(mass), _LONGEST_MARK) * (1.0 - 1.8 * line.linked / length)
        return mark if mass >= 60 or tag == "p" else mark * 0.4
    if mass >= 150:
        return mass * 0.7
    if tag in _TITLED:
        return min(mass, 60) * 0.15
    return -1.0


def find_body(page: Outline, trace: Trace | None = None) -> Body | None:
    """Return the subtree that is the article; None for a page without lines."""
    if not page.lines:
        return None
    mark_boxes(page)
    totals = _add_up(page)
    if max(totals.sums) < _SHARE_IN_SIGHT * totals.raw[0] and (
        totals.raw[0] > _MUCH_PROSE or _is_body_hidden(page, totals.raw)
    ):
        # Nearly all prose is out of sight: a page that a script turns visible.
        for line in page.lines:
            line.is_hidden = False
        totals = _add_up(page)
    sums, raw, rescued = totals.sums, totals.raw, totals.rescued
    if raw[0] > _MUCH_PROSE and max(sums) < _SHARE_IN_SIGHT * raw[0]:
        # Nearly all prose is in what is called furniture.
        sums = raw
    best = _choose(page, sums, rescued, trace)
    best = _of_many_articles(page, best, sums)
    if sums[best] < _LEAST_PROSE:
        best = _gallery(page, best)
        if trace is not None:
            trace.offer("body", page.label(best), "little prose: its pictures count")
    cut = _cuts(page, best, totals)
    role = page.roles[best].name.lower()
    kept = lines_kept(page, best, cut)
    reason = (
        f"<{page.label(best)}> has the greatest sum, {sums[best]:.0f}, "
        f"in {len(kept)} lines; its name reads as {role}"
    )
    return Body(best, cut, kept, reason, sums[best], raw[best] / (raw[0] or 1.0))


def _is_body_hidden(page: Outline, raw: list[float]) -> bool:
    """Tell whether what is named as the body holds the prose and is out of sight, as in WeChat."""
    return any(
        role is _BODY and page.hidden[at] and raw[at] * 2 > raw[0]
        for at, role in enumerate(page.roles)
    )


@dataclass(frozen=True, slots=True)
class _Totals:
    """What the lines of each element's subtree add up to."""

    sums: list[float]
    #: marks above 0 alone, hidden lines and furniture included
    raw: list[float]
    chars: list[int]
    linked: list[int]
    #: furniture by name that holds the main part all the same
    rescued: set[int]


def _add_up(page: Outline) -> _Totals:
    tags, roles, parents = page.tags, page.roles, page.parents
    count = len(tags)
    sums = [0.0] * count
    chars = [0] * count
    linked = [0] * count
    raw = [0.0] * count
    title: Line | None = None
    for line in page.lines:
        at = line.element
        mark = mark_of(line, tags[at])
        if mark > 0:
            if title is not None and _is_teaser(page, line, title):
                mark *= _TEASER
            raw[at] += mark
        title = line if line.linked * 2 > len(line.text) > _SHORTEST_TITLE else None
        if not line.is_hidden:
            sums[at] += mark
            chars[at] += len(line.text)
            linked[at] += line.linked
    for at in range(count - 1, 0, -1):
        if raw[at]:
            raw[parents[at]] += raw[at]
    rescued = _rescued(page, raw)
    for at in range(count - 1, 0, -1):
        if not chars[at] or (roles[at] is _FURNITURE and at not in rescued):
            continue
        up = parents[at]
        sums[up] += sums[at] if sums[at] > -40 else -40.0
        chars[up] += chars[at]
        linked[up] += linked[at]
    return _Totals(sums, raw, chars, linked, rescued)


def _is_teaser(page: Outline, line: Line, title: Line) -> bool:
    """Tell whether prose stands under a linked title in one item of a list."""
    for at in page.ancestors(line.element)[:_WITHIN_ITEM]:
        if page.tags[at] == "li":
            return at <= title.element
    return False


def body_in(page: Outline, index: int, reason: str) -> Body:
    """Return a subtree that something else than its sum speaks for, cut as if it were chosen."""
    totals = _add_up(page)
    cut = _cuts(page, index, totals)
    share = totals.raw[index] / (totals.raw[0] or 1.0)
    return Body(index, cut, lines_kept(page, index, cut), reason, totals.sums[index], share)


def body_at(page: Outline, index: int) -> Body:
    """Return the subtree that a rule names, with its furniture cut out."""
    cut = []
    position = index + 1
    while position < page.ends[index]:
        if page.roles[position] is _FURNITURE:
            cut.append((position, _rule_of(page, position)))
            position = page.ends[position]
        else:
            position += 1
    return Body(
        index, cut, lines_kept(page, index, cut), "the source's rule names it", _BY_RULE, 1.0
    )


def lines_kept(page: Outline, best: int, cut: list[tuple[int, str]]) -> list[int]:
    """Return the positions of the lines in sight inside ``best`` and outside of what is cut."""
    gone = [(at, page.ends[at]) for at, _ in cut]
    last = page.ends[best]
    is_shown = not page.hidden[best]
    return [
        position
        for position, line in enumerate(page.lines)
        if best <= line.element < last
        and not (line.is_hidden and is_shown)
        and not any(a <= line.element < b for a, b in gone)
    ]


def _rescued(page: Outline, raw: list[float]) -> set[int]:
    """Return elements with the name of furniture that hold the main part all the same."""
    total = raw[0]
    anchor = -1
    rescued: set[int] = set()
    for at, role in enumerate(page.roles):
        if role is _BODY:
            if anchor < 0 or raw[at] > raw[anchor]:
                anchor = at
        elif (
            role is _FURNITURE
            and raw[at] > _MAIN_SHARE * total
            and page.tags[at] not in FURNITURE_TAGS
            and _NEVER_MAIN.search(page.name(at)) is None
        ):
            rescued.add(at)
    if anchor >= 0 and raw[anchor] > 0.3 * total:
        rescued.update(at for at in page.ancestors(anchor) if page.tags[at] != "aside")
    if total and "h1" in page.tags:
        for at, tag in enumerate(page.tags):
            if tag == "h1":
                rescued.update(up for up in page.ancestors(at) if raw[up] > 0.5 * total)
    return rescued


def _choose(page: Outline, sums: list[float], rescued: set[int], trace: Trace | None = None) -> int:
    tags, roles, parents = page.tags, page.roles, page.parents
    within = [False] * len(tags)
    best, best_value = 0, float("-inf")
    for at, tag in enumerate(tags):
        up = parents[at]
        if up >= 0 and (within[up] or (roles[up] is _FURNITURE and up not in rescued)):
            within[at] = True
            continue
        value = sums[at]
        if value <= 0 and best_value >= value:
            continue
        if tag in _PARTS and tag not in _CONTENT_PARTS:
            continue
        if value > 0:
            role = _PLAIN if at in rescued and roles[at] is _FURNITURE else roles[at]
            value *= _ROLE_FACTOR[role] * _TAG_FACTOR.get(tag, 1.0)
            if trace is not None:
                reason = f"sum {sums[at]:.0f}, its name reads as {role.name.lower()}"
                trace.offer("body", page.label(at), reason, value)
        if value > best_value:
            best, best_value = at, value
    return _innermost(page, best, sums, within, trace)


def _of_many_articles(page: Outline, best: int, sums: list[float]) -> int:
    """Return the ``<article>`` of the headline, where ``best`` holds that of other stories too."""
    tags = page.tags
    end = page.ends[best]
    if tags[best] == "article" or tags.count("article") <= _SOME_ARTICLES:
        return best
    headline = next((at for at in range(best, end) if tags[at] == "h1"), -1)
    if headline < 0:
        return best
    own = [at for at in page.ancestors(headline) if at > best and tags[at] == "article"]
    if not own or sums[own[-1]] < _LEAST_PROSE:
        return best
    first, last = own[-1], page.ends[own[-1]]
    others = [at for at in range(best, end) if tags[at] == "article" and not first <= at < last]
    teasers = [at for at in others if any(page.links[up] >= 0 for up in range(at, page.ends[at]))]
    return first if len(teasers) >= _SOME_ARTICLES and len(teasers) * 2 > len(others) else best


def _innermost(
    page: Outline, best: int, sums: list[float], within: list[bool], trace: Trace | None
) -> int:
    """Follow the line of descendants that still hold nearly all, by sums without their names."""
    tags, ends = page.tags, page.ends
    whole = sums[best]
    while True:
        heir = -1
        at = best + 1
        while at < ends[best]:
            tag = tags[at]
            if not within[at] and (tag not in _PARTS or tag in _CONTENT_PARTS):
                share = _KEEPS_BY_ROLE.get(page.roles[at], _KEEPS)
                if sums[at] >= share * sums[best] and sums[at] >= _KEEPS_BODY * whole:
                    heir = at
                    break
                if sums[at] * 2 > sums[best]:
                    at += 1
                    continue
            at = ends[at] if tag not in _INLINE_PARTS else at + 1
        if heir < 0:
            return best
        if trace is not None:
            part = f"{sums[heir] / sums[best]:.0%}" if sums[best] else "all"
            trace.offer("body", page.label(heir), f"holds {part} of {page.label(best)}")
        best = heir


def _cuts(page: Outline, best: int, totals: _Totals) -> list[tuple[int, str]]:
    sums, chars, linked = totals.sums, totals.chars, totals.linked
    cut = []
    tags, roles, ends = page.tags, page.roles, page.ends
    at = best + 1
    end = ends[best]
    abstract = best + _ABSTRACT_WITHIN
    while at < end:
        rule = ""
        if roles[at] is _FURNITURE:
            if (
                at not in totals.rescued
                and not _is_tiny_inline(page, at, chars[at])
                and not (page.blocks[at] != at and _is_in_sentence(page, at))
            ):
                rule = _rule_of(page, at)
        elif at <= abstract and _is_abstract(page, best, at, chars[at]):
            rule = "abstract"
        elif (
            sums[at] < -8
            and page.blocks[at] == at
            and linked[at] > 0.55 * chars[at]
            and tags[at] not in _NEVER_LISTS
        ):
            rule = "link-list"
        if rule:
            cut.append((at, rule))
            at = ends[at]
        else:
            at += 1
    return cut


def _is_abstract(page: Outline, best: int, at: int, chars: int) -> bool:
    """Tell whether an element sums up the article above it, as Chinese CMSs have it.

    What is named as an abstract and long, and repeated by nothing, is the first paragraph.
    """
    name = page.name(at).lower()
    if not name or not 0 < chars < _LONGEST_ABSTRACT:
        return False
    if _ABSTRACT.fullmatch(name) is None:
        return False
    text = page.text_of(at)
    if _CJK.search(text) is None:
        return False
    if len(text) < SHORTEST_LEAD or not ends_sentence(text):
        return True
    end = page.ends[best]
    rest = [line.text for line in page.lines if page.ends[at] <= line.element < end]
    return share_in(text, "".join(rest)) >= LEAD_SHARE


def _is_in_sentence(page: Outline, at: int) -> bool:
    """Tell whether an inline element stands between other words of a paragraph, and is of it.

    Sites mark companies, tags and explained words in their sentences with such names.
    """
    block, end = page.blocks[at], page.ends[at]
    for line in page.lines:
        if line.element != block or len(line.text) < _SENTENCE_CHARS:
            continue
        inside = [place for place, (_, part) in enumerate(line.parts) if at <= part < end]
        if not inside:
            continue
        before, after = line.parts[: inside[0]], line.parts[inside[-1] + 1 :]
        return any(text.strip() for text, _ in before) and any(
            text.strip(" .") for text, _ in after
        )
    return False


def _is_tiny_inline(page: Outline, at: int, chars: int) -> bool:
    return page.tags[at] in ("label", "ins", "button") and chars < 200 and not page.name(at)


def _rule_of(page: Outline, at: int) -> str:
    return f"furniture:{(page.name(at) or page.tags[at]).strip()[:60]}"


def _gallery(page: Outline, best: int) -> int:
    """Return the body of a page that shows pictures instead of prose; else ``best``."""
    pictures = [0] * len(page.tags)
    for at in range(len(page.tags) - 1, 0, -1):
        pictures[at] += page.tags[at] == "img"
        if page.roles[at] is not _FURNITURE:
            pictures[page.parents[at]] += pictures[at]
    named = [at for at, role in enumerate(page.roles) if role >= Role.LIKELY]
    shown = max(named, key=lambda at: (pictures[at], at), default=-1)
    return shown if shown >= 0 and pictures[shown] else best
