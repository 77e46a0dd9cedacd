"""One page read beside the other pages of its site: what they correct, and what it teaches."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.extract.dates import find_date
from bot.extract.published import Dated
from bot.extract.reading import Found, Reading
from bot.extract.recurring import Correction, correct_body
from bot.extract.survey import Survey, checksum
from bot.extract.title import Title
from bot.extract.wording import fold
from bot.model import Place, Precision, Sighting
from bot.urls import canonicalise

if TYPE_CHECKING:
    from bot.extract.outline import Line
    from bot.extract.site import Layout, SiteProfile

#: what a field is told by where its place on the site decided
RULE = "site:place"
#: dates that a page tells elsewhere than its articles do
_WEAK_DATES = frozenset({"none", "address", "shown somewhere", "shown after the text"})
_DIGIT = re.compile(r"\d")
_SOURCE_LABEL = re.compile(r"^(?:文章|稿件|信息)?来\s*源\s*[:：]\s*")
_SOURCE_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z·]{2,20}")
_LONGEST_TITLE = 120


@dataclass(slots=True)
class Site:
    """What is known of the site, beside one page of it."""

    survey: Survey
    #: None for a page unlike those that are known
    layout: Layout | None
    #: the pages that tell something of this one; may be empty
    others: tuple[Sighting, ...]
    page_key: int
    title_key: int
    correction: Correction | None = None

    @classmethod
    def of(cls, profile: SiteProfile, page: Reading, title: Title) -> Site:
        """Return the site as ``profile`` knows it beside a page that was read without it."""
        survey = Survey(page.outline, page.body.element if page.body else -1)
        layout = profile.layout_of(survey.keys.values(), survey.by_path)
        page_key = checksum(canonicalise(page.url))
        title_key = checksum(folded) if (folded := fold(title.text)) else 0
        others = layout.evidence(page=page_key, title=title_key) if layout else ()
        return cls(survey, layout, others, page_key, title_key)

    def corrected(self, page: Reading, *, has_rule: bool) -> Reading:
        """Return the page with the body that the other pages make of it; mostly as it is.

        ``has_rule`` tells that the source's rules name the body: then it stays.
        """
        if self.layout is None or not self.others or has_rule:
            return page
        self.correction = correct_body(
            page.outline, page.body, self.survey, self.layout, self.others
        )
        if self.correction is None:
            return page
        body = self.correction.body
        if page.trace is not None:
            label = page.outline.label(body.element)
            page.trace.offer("body", label, f"{self.correction.rule}: {self.correction.reason}")
        body = replace(body, reason=f"{body.reason}; {self.correction.reason}")
        return replace(page, body=body)

    def titled(self, page: Reading, title: Title) -> Title:
        """Return the headline at its place, where the page's own recurs or was not seen."""
        line = self._line(page, "title")
        if line is None or line[0] == title.line or len(line[1].text) > _LONGEST_TITLE:
            return title
        shown = fold(line[1].text)
        claim = fold(title.text)
        recurs = title.line >= 0 and self._recurs(title.line)
        if not shown or self._recurs(line[0]) or not (recurs or not claim or claim in shown):
            return title
        if page.trace is not None:
            page.trace.offer("title", line[1].text, RULE)
        return Title(text=line[1].text, line=line[0], rule=RULE)

    def dated(self, page: Reading, dated: Dated) -> Dated:
        """Return the date at its place, where the page's own was found anywhere else."""
        if dated.rule not in _WEAK_DATES:
            return dated
        line = self._line(page, "published")
        value = find_date(line[1].text, page.zone) if line else None
        if value is None or value.at > page.now + timedelta(days=1):
            return dated
        if dated.published and dated.published.precision is not Precision.DAY:
            return dated
        if page.trace is not None:
            page.trace.offer("published", value.at.isoformat(), RULE)
        return Dated(published=value, rule=RULE)

    def sourced(self, page: Reading, source: Found | None) -> Found | None:
        """Return the source at its place, where none was found."""
        line = self._line(page, "source") if source is None else None
        if line is None:
            return source
        name = _SOURCE_LABEL.sub("", line[1].text)
        if not _SOURCE_NAME.fullmatch(name):
            return source
        if page.trace is not None:
            page.trace.offer("source", name, RULE)
        return Found(value=name, rule=RULE)

    def sighting(self, page: Reading, title: Title, dated: Dated, source: Found | None) -> Sighting:
        """Return what the page teaches of its site."""
        places: list[tuple[str, Place]] = []
        if page.body is not None and page.body.lines:
            places.append(("body", self.survey.place(page.body.element)))
        if title.line >= 0:
            places.append(("title", self._place(page, title.line)))
        head = [line for line in page.head_lines() if len(line.text) <= 120]
        if (value := dated.published) is not None:
            for line in head:
                if _DIGIT.search(line.text) and find_date(line.text, page.zone) == value:
                    places.append(("published", self.survey.place(line.element)))
                    break
        if source is not None:
            for line in head:
                if source.value in line.text:
                    places.append(("source", self.survey.place(line.element)))
                    break
        return Sighting(
            page=self.page_key,
            title=checksum(folded) if (folded := fold(title.text)) else 0,
            keys=tuple(sorted(set(self.survey.keys.values()))),
            layout=self.layout.number if self.layout else None,
            places=tuple(places),
        )

    def _line(self, page: Reading, field: str) -> tuple[int, Line] | None:
        """Return the one visible line where the newest pages agree that a field stands."""
        place = self.layout.agreed(field) if self.layout and self.others else None
        if place is None:
            return None
        found = [
            (at, page.outline.lines[at])
            for at in self.survey.keys
            if self.survey.path(page.outline.lines[at].element) == place.path
        ]
        return found[0] if len(found) == 1 else None

    def _recurs(self, position: int) -> bool:
        key = self.survey.keys.get(position)
        return any(key in one.keys for one in self.others)

    def _place(self, page: Reading, position: int) -> Place:
        return self.survey.place(page.outline.lines[position].element)
