"""The headline: what the page shows as one, confirmed by what it says of itself."""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.extract.structured import TITLE_METAS, Structured
from bot.extract.wording import fold

if TYPE_CHECKING:
    from bot.extract.outline import Line, Outline
    from bot.extract.trace import Trace

#: What stands between a headline and the name of the site in <title> and og:title.
_SEPARATOR = re.compile(
    r"\s+[-–—―|｜·•»:/]+\s+|\s*[|｜»]\s*|_{1,3}|\s*--+\s*|\s*——\s*(?=[^—]{2,12}$)|(?<=[\u4e00-\u9fff）！？”])-(?=[\u4e00-\u9fff])|(?<=[\u4e00-\u9fff])\s*[–-]\s+"
)
_HEADING = re.compile(
    r"title|headline|biaoti|\btit\b|_tit|tit_|titel|titulo|titre|heading|\bbt\b|subject",
    re.IGNORECASE,
)
_NOT_HEADING = re.compile(
    r"sub|second|small|site|nav|related|side|list|foot|logo|more|box-?title|widget|pic",
    re.IGNORECASE,
)


_POSITION = ("首页", "当前位置", "您的位置", "您现在的位置", "您当前")
#: Letters of a piece of a document title that may be all of a headline.
_SHORTEST_PIECE = 4
#: A score from which on a line is the headline.
_ENOUGH = 3.4
#: Digital newspapers set the name of the paper first.
_SHORTEST_LAST = 6
_HEADING_WEIGHTS = {"h2": 2.5, "h3": 1.5, "h4": 1.0, "h5": 1.0}
#: The line of date and source, which stands under a headline.
_INFO = re.compile(
    r"(?:19|20)\d\d\s*[-年./]\s*\d\d?\s*[-月./]\s*\d\d?|来源\s*[:：]|发布时间|作者\s*[:：]"
)
_TAG = re.compile(r"<[^>]{1,40}>")


@dataclass(frozen=True, slots=True, kw_only=True)
class Title:
    """The headline, where it stands, and why it was taken."""

    text: str
    #: position in ``Outline.lines``; -1 when it comes from metadata alone
    line: int
    rule: str


def find_title(
    page: Outline,
    structured: Structured,
    first_body_line: int,
    *,
    is_chinese: bool,
    expected: str = "",
    trace: Trace | None = None,
) -> Title:
    """Return the headline; its text is empty only for a page without any.

    ``expected`` is the anchor text of the listing's link; it may end in an ellipsis.
    """
    claims = _claims(structured, expected)
    if trace is not None:
        for name, claim, _ in claims:
            trace.offer("title", claim, name)
    visible = _visible(page, first_body_line)
    scored = _scored(page, visible, claims, first_body_line, trace)
    if (not scored or max(scored)[0] < _ENOUGH) and (last := _last_piece(structured)):
        scored = _scored(page, visible, [*claims, last], first_body_line, trace)
    if scored:
        score, at, folded = max(scored, key=lambda item: (item[0], item[1] * 0))
        if score >= _ENOUGH:
            return _agreed(page.lines[at], at, folded, claims, is_chinese=is_chinese)
    if claims:
        name, claim, _ = claims[0]
        return Title(text=claim, line=-1, rule=name)
    if scored:
        at = max(scored)[1]
        return Title(text=page.lines[at].text, line=at, rule="heading")
    return Title(text="", line=-1, rule="none")


def _scored(
    page: Outline,
    visible: list[tuple[int, float]],
    claims: list[tuple[str, str, float]],
    first_body_line: int,
    trace: Trace | None,
) -> list[tuple[float, int, str]]:
    """Return (score, position, folded text) of the lines that may be the headline."""
    scored: list[tuple[float, int, str]] = []
    wanted = [(fold(claim), trust) for _, claim, trust in claims]
    longest = max((len(claim) for claim, _ in wanted), default=0) * 2.5
    for at, weight in visible:
        line = page.lines[at]
        if (weight < 3 and len(line.text) > longest + 20) or line.text.startswith(_POSITION):
            continue
        folded = fold(line.text)
        if not folded:
            continue
        support = max([_support(folded, claim) * trust for claim, trust in wanted], default=0.0)
        if support == 0.0 and weight < 3:
            continue
        distance = abs(first_body_line - at)
        scored.append((support * 10 + weight - min(distance, 60) * 0.03, at, folded))
        if trace is not None:
            trace.offer("title", line.text, f"line in {page.label(line.element)}", scored[-1][0])
    return scored


def _last_piece(structured: Structured) -> tuple[str, str, float] | None:
    """Return the claim of a document title that has the name of its paper before the headline."""
    pieces = _SEPARATOR.split(" ".join(structured.document_title.split()))
    if len(pieces) < 2 or len(last := pieces[-1].strip()) < _SHORTEST_LAST:
        return None
    return "title, last piece", last, 0.6


def _agreed(
    line: Line, at: int, folded: str, claims: list[tuple[str, str, float]], *, is_chinese: bool
) -> Title:
    """Choose between the heading as shown and the claim that two others agree on."""
    text = line.text
    if is_chinese:
        for name, claim, _ in claims:
            if name == "articletitle" and folded.startswith(fold(claim)) and len(fold(claim)) >= 6:
                return Title(text=claim, line=at, rule=name)
        return Title(text=text, line=at, rule="heading")
    strong = [
        (name, claim)
        for name, claim, _ in claims
        if name not in ("title", "title, first piece", "link")
    ]
    for _, claim in strong:
        if fold(claim) == folded:
            # A kicker and a headline of two elements have their colon in the claim alone.
            told = claim if len(line.parts) > 1 or text.isupper() else text
            return Title(text=told, line=at, rule="heading, confirmed")
    counts: dict[str, list[tuple[str, str]]] = {}
    for name, claim in strong:
        counts.setdefault(fold(claim), []).append((name, claim))
    if counts:
        votes = max(counts.values(), key=len)
        if len(votes) >= 2:
            return Title(text=votes[0][1], line=at, rule=f"{votes[0][0]} and {votes[1][0]}")
    return Title(text=text, line=at, rule="heading")


def _claims(structured: Structured, expected: str) -> list[tuple[str, str, float]]:
    """Return (name, text, trust) of each headline that the page claims, most trusted first."""
    sites = {fold(name) for name in structured.site_names}
    claims: list[tuple[str, str, float]] = []

    def add(name: str, text: str, trust: float) -> None:
        text = html.unescape(text).strip()
        text = _TAG.sub("", text)
        text = " ".join(text.split())
        if text and fold(text) not in sites:
            claims.append((name, text, trust))

    for name in TITLE_METAS:
        if name in structured.metas:
            add(name, without_site(structured.metas[name], sites), 1.0)
    if headline := structured.text("headline"):
        add("json-ld headline", headline, 1.0)
    if structured.document_title:
        whole = without_site(structured.document_title, sites)
        add("title", whole, 0.95)
        first = _SEPARATOR.split(whole)[0].strip()
        if first != whole and len(first) >= _SHORTEST_PIECE:
            add("title, first piece", first, 0.85)
    if expected:
        add("link", expected.rstrip(".… "), 0.9)
    return claims


def without_site(text: str, sites: set[str]) -> str:
    """Return a document title without the names of site and section at its ends."""
    text = " ".join(text.split())
    pieces = _SEPARATOR.split(text)
    if len(pieces) < 2:
        return text
    lengths = [len(fold(piece)) for piece in pieces]
    longest = max(range(len(pieces)), key=lambda at: lengths[at])
    first = pieces[0]
    # Known names go; of unknown ones only short tails after the longest piece.
    marks = list(_SEPARATOR.finditer(text))
    start, end = 0, len(text)
    while len(pieces) > 1:
        tail = fold(pieces[-1])
        known = any(
            site
            and (
                tail == site
                or (site in tail and len(tail) < len(site) + 12)
                or (tail in site and len(tail) > 2)
            )
            for site in sites
        )
        mark = marks[-1][0].strip()
        if (
            known or mark in {"_", "|", "｜", "-", "–", "—", "--", "__", "»", "·", "•", "___", "――"}
        ) and (
            known
            or (
                len(pieces) - 1 > longest
                and len(tail) * 1.6 <= lengths[longest]
                and len(tail) <= 40
            )
        ):
            end = marks[-1].start()
            pieces.pop()
            marks.pop()
        else:
            break
    if len(pieces) > 1:
        head = fold(first)
        if any(site and head == site for site in sites):
            start = marks[0].end()
    return text[start:end].strip() or text


def _visible(page: Outline, first_body_line: int) -> list[tuple[int, float]]:
    """Return (position, weight) of the lines that look like a headline."""
    found = []
    weights: dict[int, float] = {}
    for at, line in enumerate(page.lines):
        if line.is_hidden or len(line.text) > 300 or len(line.text) < 2:
            continue
        if at > first_body_line + 60:
            break
        weight = weights.get(line.element)
        if weight is None:
            weight = weights[line.element] = _weight(page, line.element)
        if weight == 0.0 and at < first_body_line:
            weight = 0.5
        elif weight == 0.0 and at < first_body_line + 3:
            weight = 0.2
        if weight:
            if 0 <= first_body_line - at <= 8 and any(
                _INFO.search(other.text)
                for other in page.lines[at + 1 : at + 3]
                if len(other.text) < 90
            ):
                weight += 2.5
            if line.linked * 2 > len(line.text):
                weight -= 2.0
            if at > first_body_line + 3:
                weight -= 2.5
            found.append((at, weight))
    return found


def _weight(page: Outline, element: int) -> float:
    """Return what speaks for an element being a heading: its tag, and its and its parents' names."""
    tag = page.tags[element]
    weight = 5.0 if tag == "h1" else _HEADING_WEIGHTS.get(tag, 0.0)
    for up in page.ancestors(element, 3):
        name = page.name(up)
        if name and _names_heading(name):
            return weight + 1.5
        if page.tags[up] == "h1" and tag != "h1":
            weight = max(weight, 4.0)
    return weight


@lru_cache(maxsize=4096)
def _names_heading(name: str) -> bool:
    return bool(_HEADING.search(name)) and not _NOT_HEADING.search(name)


def _support(shown: str, claim: str) -> float:
    """Return how far a claim confirms a shown line: 1 for the same letters, 0 for another text."""
    if not claim:
        return 0.0
    if shown == claim:
        return 1.0
    short, long = sorted((shown, claim), key=len)
    if len(short) >= 4 and short in long:
        share = len(short) / len(long)
        return 0.95 * share if share > 0.5 else share * 0.6
    size = 2 if len(short) < 40 else 4
    mine, other = _pieces(shown, size), _pieces(claim, size)
    if not mine or not other:
        return 0.0
    shared = len(mine & other)
    overlap = shared / (len(mine) + len(other) - shared)
    return overlap if overlap > 0.4 else 0.0


@lru_cache(maxsize=256)
def _pieces(text: str, size: int) -> frozenset[str]:
    return frozenset([text[at : at + size] for at in range(len(text) - size + 1)])
