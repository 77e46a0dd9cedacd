"""The body as other pages of the site correct it: what recurs is the site's, what varies is not.

The generic answer stands unless the other pages prove it wrong, and any doubt leaves it alone:

* An element whose every line stands word for word at the same place on the other pages is cut out
  of the body, unless an editor may have written it: inside the element that varies only a container
  with a name of its own is the site's.  However often they recur, salutations, closing words and
  signatures stay (各镇人民政府：, 特此公告。).
* Where nearly all of the body recurs so, it is the site's, and what varies is taken instead.
* Where the newest pages agree on the place of the body, and this page has the place, it is there.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from bot.extract.body import Body, body_in, find_body, lines_kept, mark_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.extract.outline import Outline
    from bot.extract.site import Layout
    from bot.extract.survey import Survey
    from bot.model import Sighting

#: the rule that cuts are told by
RULE = "site:recurs"
#: of so much prose of a body that recurs, the body is not the article's
_NEARLY_ALL = 0.9
#: a line stands on so large a share of the other pages, or it does not recur
_RECURS = 0.6
#: pages that must agree before something in the midst of the text, or a mere label, is cut
_SEVERAL = 2
#: elements that a template sets; paragraphs with a class come from word processors as well
_CONTAINERS = frozenset({"div", "section", "aside", "ul", "ol", "dl", "table", "center", "header"})
#: an office signs its notices, at times in an element of its own
_SIGNED = re.compile(r"(?:政府|办公室|委员会|指挥部|领导小组|中心|公司|大队|[局委厅部院会社队])$")
#: marks that a line without a sentence gets at most
_LABEL = 10.0
#: marks of prose that something must have to be an article's
_LEAST_PROSE = 60.0
_LONGEST_SIGNATURE = 30
_MEDIA = ("<img", "<video", "<iframe", "<embed", "<audio")


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """What the other pages of the site make of a page's body."""

    body: Body
    #: a word for the rule, ``site:…``, and a sentence for people
    rule: str
    reason: str


def correct_body(
    page: Outline, body: Body | None, survey: Survey, layout: Layout, others: Sequence[Sighting]
) -> Correction | None:
    """Return a better body; None where the generic one stands.  ``others`` are not empty."""
    recurs = _recurring(survey, others)
    moved = _moved(page, body, survey, layout, recurs)
    if moved is None and body is not None:
        moved = _instead(page, body, recurs)
    chosen = moved.body if moved else body
    if chosen is None:
        return None
    cut = _cuts(page, chosen, survey, recurs, len(others))
    if cut:
        gone = sorted([*chosen.cut, *((at, RULE) for at in cut)])
        chosen = replace(chosen, cut=gone, lines=lines_kept(page, chosen.element, gone))
        reason = f"{len(cut)} blocks stand word for word on {len(others)} other pages"
        return Correction(
            body=chosen,
            rule=moved.rule if moved else RULE,
            reason=f"{moved.reason}; {reason}" if moved else reason,
        )
    return moved


def _recurring(survey: Survey, others: Sequence[Sighting]) -> set[int]:
    """Return the positions of the lines that the other pages have at the same place."""
    counts = Counter(key for one in others for key in one.keys)
    least = max(1, math.ceil(_RECURS * len(others)))
    return {position for position, key in survey.keys.items() if counts[key] >= least}


def _prose(page: Outline, positions: Sequence[int]) -> float:
    lines = page.lines
    marks = [mark_of(lines[at], page.tags[lines[at].element]) for at in positions
             if not lines[at].is_hidden]  # fmt: skip
    return sum(mark for mark in marks if mark > 0)


def _instead(page: Outline, body: Body, recurs: set[int]) -> Correction | None:
    """Return what varies, where nearly all of the body recurs."""
    total = _prose(page, body.lines)
    same = _prose(page, [at for at in body.lines if at in recurs])
    if not total or same < _NEARLY_ALL * total:
        return None
    varied = _varied_body(page, recurs)
    if varied is None:
        return None
    first, end = body.element, page.ends[body.element]
    if first <= varied.element < end:
        return None  # it is in the body, and what recurs beside it is cut
    reason = f"nearly all of <{page.label(first)}> recurs on other pages, this varies"
    return Correction(
        body=body_in(
            page, varied.element, f"<{page.label(varied.element)}> varies from page to page"
        ),
        rule="site:varies",
        reason=reason,
    )


def _varied_body(page: Outline, recurs: set[int]) -> Body | None:
    """Return the body of the page without what recurs; None where that is too little."""
    lines = [line for at, line in enumerate(page.lines) if at not in recurs]
    found = find_body(replace(page, lines=lines))
    return found if found is not None and found.mark >= _LEAST_PROSE else None


def _moved(
    page: Outline, body: Body | None, survey: Survey, layout: Layout, recurs: set[int]
) -> Correction | None:
    """Return the body where the newest pages have theirs, where the generic one is elsewhere."""
    place = layout.agreed("body")
    at = survey.only_at(place.path) if place else None
    if place is None or at is None or (body is not None and body.element == at):
        return None
    end = page.ends[at]
    own = [one for one in survey.keys if at <= page.lines[one].element < end and one not in recurs]
    if _prose(page, own) <= 0:
        return None
    if body is not None and page.parents[at] >= 0 and body.element in page.ancestors(at):
        beside = (
            page.markup[page.starts[body.element] : page.starts[at]]
            + page.markup[page.stops[at] : page.stops[body.element]]
        )
        if any(tag in beside for tag in _MEDIA) or _is_signed(page, body, at):
            return None
    return Correction(
        body=body_in(page, at, f"<{place.label}> is where the site has its articles"),
        rule="site:place",
        reason="the newest pages agree on the place",
    )


def _is_signed(page: Outline, body: Body, at: int) -> bool:
    """Tell whether an office signs behind the element ``at`` and still inside the body."""
    behind = [line for one in body.lines if (line := page.lines[one]).element >= page.ends[at]]
    return any(len(one.text) <= _LONGEST_SIGNATURE and _SIGNED.search(one.text) for one in behind)


def _cuts(
    page: Outline, body: Body, survey: Survey, recurs: set[int], page_count: int
) -> list[int]:
    """Return the elements inside the body that are the site's, in page order."""
    kept = [at for at in body.lines if not page.lines[at].is_hidden]
    if not any(at in recurs for at in kept):
        return []
    varied = [at for at in kept if at not in recurs]
    core = _core(page, body, recurs, varied)
    if core < 0:
        return []
    varied_paths = {survey.path(page.lines[at].element) for at in varied}
    whole = _whole(page, body, recurs)
    first, last = (varied[0], varied[-1])
    found = []
    for at in sorted(whole):
        if page.parents[at] in whole:
            continue
        inside = [
            position for position in kept if at <= page.lines[position].element < page.ends[at]
        ]
        if not inside or survey.path(page.lines[inside[0]].element) in varied_paths:
            continue
        markup = page.markup[page.starts[at] : page.stops[at]]
        if any(tag in markup for tag in _MEDIA):
            continue
        has_prose = _prose(page, inside) > _LABEL
        if core <= at < page.ends[core]:
            is_own = page.name(at) and page.tags[at] in _CONTAINERS
            if not (is_own and has_prose and survey.only_at(survey.path(at)) == at):
                continue
            if first < inside[0] < last and page_count < _SEVERAL:
                continue
        elif not has_prose and (
            page_count < _SEVERAL or any(_SIGNED.search(page.lines[one].text) for one in inside)
        ):
            continue
        found.append(at)
    return found


def _core(page: Outline, body: Body, recurs: set[int], varied: list[int]) -> int:
    """Return the element inside the body that varies: what an editor writes in; -1 for none."""
    found = _varied_body(page, recurs)
    if found is not None and body.element <= found.element < page.ends[body.element]:
        return found.element
    return _common(page, [at for at in varied if _prose(page, [at]) > 0])


def _whole(page: Outline, body: Body, recurs: set[int]) -> set[int]:
    """Return the elements below the body in sight of which nothing stands but what recurs."""
    own: set[int] = set()
    mixed: set[int] = set()
    for position in body.lines:
        line = page.lines[position]
        if line.is_hidden:
            continue
        into = own if position in recurs else mixed
        at = line.element
        while at > body.element and at not in into:
            into.add(at)
            at = page.parents[at]
    return own - mixed


def _common(page: Outline, positions: list[int]) -> int:
    """Return the innermost element that holds all of these lines; -1 for no lines."""
    if not positions:
        return -1
    elements = [page.lines[at].element for at in positions]
    first, last = min(elements), max(elements)
    at = first
    while at >= 0 and not last < page.ends[at]:
        at = page.parents[at]
    return at
