"""Best first: how many of the newest matches are weighed, and by what.

Full-text engines weigh a word by how many articles hold it, and count them all for that, so that
a ranked search costs the more the larger the archive is.  Every match holds every word asked for,
so that this count says little.  Here matches are ordered by the words in their titles, then some
dozens by their texts as well; the cost is level.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import log
from statistics import fmean
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: So many of the newest matches are ranked; of those the foremost by title are weighed by text.
RANKED_AMONG, WEIGHED = 500, 30

#: How much more a word counts in a title than in the text.
_TITLE_WEIGHT = 8
#: Okapi BM25: how soon further occurrences add little, and how much long texts are held back.
_SATURATION, _LENGTH_SHARE = 1.2, 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """The order of some matches; titles and texts are as the index sees them."""

    words: tuple[str, ...]
    #: by place
    titles: Mapping[int, str]

    def by_title(self) -> list[int]:
        """Return all places, those with the most and the most seldom words in the title first."""
        weights = self._weights()

        def rank(place: int) -> tuple[float, int]:
            title = self.titles[place]
            return -sum(weights[word] for word in self.words if word in title), -place

        return sorted(self.titles, key=rank)

    def best_first(self, texts: Mapping[int, str]) -> list[int]:
        """Return the places of ``texts`` in order, best first, of equals the newest first."""
        if not texts:
            return []
        weights = self._weights()
        average = fmean(map(len, texts.values())) or 1.0

        def score(place: int) -> float:
            title, text = self.titles[place], texts[place]
            held_back = _SATURATION * (1 - _LENGTH_SHARE + _LENGTH_SHARE * len(text) / average)
            counts = (_TITLE_WEIGHT * title.count(word) + text.count(word) for word in self.words)
            return sum(
                weights[word] * count * (_SATURATION + 1) / (count + held_back)
                for word, count in zip(self.words, counts, strict=True)
            )

        return sorted(texts, key=lambda place: (-score(place), -place))

    def _weights(self) -> dict[str, float]:
        """Return what each word weighs: the more, the fewer of the titles have it."""
        count = len(self.titles)
        return {
            word: 1 + log((1 + count) / (1 + sum(word in title for title in self.titles.values())))
            for word in self.words
        }
