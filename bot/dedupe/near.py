"""Whether two texts are the same news: how much they share, and whether their facts agree.

A county's weather report differs from yesterday's in a few numbers, two counties' notices in a
name; by shared text alone they are one article.  So what differs is looked at: where edits only
exchange numbers, dates and names and leave the sentence around them, it is a form filled in
twice; where words are added, cut and rewritten, it is one text that was edited.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from bot.dedupe.reading import tokens, words

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from bot.dedupe.reading import Reading

#: Jaccard similarity of shingles from which on two texts may be one.
SAME_FROM = 0.65
#: A shortened reprint: nearly all of it stands in the other, and it is at least half of it.
CONTAINED_FROM = 0.85
SHORTENED_FROM = 0.5

_CLOSE = 0.7
_SAMPLE = 80
_SAMPLE_SHARE = 0.3

_NUMERAL = re.compile(r"[\d〇零一二三四五六七八九十百千万亿两]")
_PLACE_END = frozenset("县区市镇乡村街州省旗")
#: behind the class of a place they make another word: 村民, 市场, 乡亲
_NO_PLACE = frozenset("民场亲")
_DATE_UNITS = frozenset("年月日号期时届")
#: An exchanged name is at most this long, and recurs at least so often.
_NAME_LENGTH = 6
_NAME_RECURS = 3
#: Of the shorter title's pairs of characters, so many in the longer.
_TITLE_SHARE = 0.3


def overlap(first: AbstractSet[str], second: AbstractSet[str]) -> tuple[float, float]:
    """Return the Jaccard similarity of two sets and how much of the smaller the larger contains.

    Both are 0 when one of the sets is empty.
    """
    if not first or not second:
        return 0.0, 0.0
    shared = len(first & second)
    return (
        shared / (len(first) + len(second) - shared),
        shared / min(len(first), len(second)),
    )


def may_be_alike(first: Reading, second: Reading) -> bool:
    """Tell from a sample of the shingles whether two texts may be alike; rules out cheaply.

    Of what is alike at least half of the first stands in the second; of eighty shingles spread
    over it, less than three in ten are then found once in some thousands of times.
    """
    sample = first.sequence[:: len(first.sequence) // _SAMPLE + 1]
    return sum(one in second.letters for one in sample) >= _SAMPLE_SHARE * len(sample)


def is_alike(jaccard: float, contained: float) -> bool:
    """Tell whether two texts share so much that they may be one."""
    return jaccard >= SAME_FROM or (jaccard >= SHORTENED_FROM and contained >= CONTAINED_FROM)


def are_other_facts(first: Reading, second: Reading, jaccard: float) -> bool:
    """Tell whether two texts that share much are one form with different facts, not one edited.

    ``jaccard`` is the similarity of their shingles.
    """
    exchanges, share = exchanged_facts(first, second)
    count = len({(one.left, one.right) for one in exchanges})
    if count <= 1:
        # One figure is put right now and then; another place or day is another fact.
        is_one_figure = (
            len(exchanges) == 1
            and _is_number(exchanges[0].left)
            and exchanges[0].behind not in _DATE_UNITS
        )
        return share >= 0.5 and not is_one_figure
    # The less two texts share, the less of a rewriting it takes to hide what a form exchanges.
    least = 0.05 if jaccard < _CLOSE else 0.1 if count > 2 else 0.2
    return share >= least


def titles_are_alike(first: str, second: str) -> bool:
    """Tell whether two titles share so many pairs of characters that they may name one thing."""
    here, there = (
        {letters[i : i + 2] for i in range(len(letters) - 1)}
        for letters in (words(first), words(second))
    )
    return overlap(here, there)[1] >= _TITLE_SHARE


def exchanged_facts(first: Reading, second: Reading) -> tuple[tuple[Exchange, ...], float]:
    """Return the facts that stand in each other's place, and their share of what differs."""
    here, there = first.clauses, second.clauses
    changed = 0
    exchanges: list[Exchange] = []
    for kind, a, b, c, d in _differences(here, there):
        left = [token for clause in here[a:b] for token in tokens(clause)]
        right = [token for clause in there[c:d] for token in tokens(clause)]
        if kind == "replace":
            count, found = _exchanges(left, right)
            changed += count
            exchanges += found
        else:
            changed += len(left) + len(right)
    recurring = Counter((exchange.left, exchange.right) for exchange in exchanges)
    facts = [
        exchange
        for exchange in exchanges
        if _is_fact(exchange, recurring[exchange.left, exchange.right])
    ]
    if not facts:
        return (), 0.0
    share = sum(exchange.token_count for exchange in facts) / changed
    return tuple(facts), share


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A stretch of one text in the place of a stretch of the other."""

    left: str
    right: str
    #: the token behind both, and the one behind that; empty at the end
    behind: str
    after: str
    #: tokens of both stretches
    token_count: int


def _exchanges(left: list[str], right: list[str]) -> tuple[int, list[Exchange]]:
    """Return how many tokens differ, and the stretches that replace each other."""
    changed = 0
    found = []
    for kind, a, b, c, d in _differences(left, right):
        token_count = (b - a) + (d - c)
        changed += token_count
        if kind == "replace":
            found.append(
                Exchange(
                    left="".join(left[a:b]),
                    right="".join(right[c:d]),
                    behind=left[b] if b < len(left) else "",
                    after=left[b + 1] if b + 1 < len(left) else "",
                    token_count=token_count,
                )
            )
    return changed, found


def _differences(
    here: Sequence[Hashable], there: Sequence[Hashable]
) -> Iterator[tuple[str, int, int, int, int]]:
    """Yield how two sequences differ, as ``SequenceMatcher`` tells it.

    What they have in common at both ends, most of a reprint, is passed over before.
    """
    least = min(len(here), len(there))
    head = 0
    while head < least and here[head] == there[head]:
        head += 1
    tail = 0
    while tail < least - head and here[-1 - tail] == there[-1 - tail]:
        tail += 1
    inner = here[head : len(here) - tail], there[head : len(there) - tail]
    if not any(inner):
        return
    if set(inner[0]).isdisjoint(inner[1]):
        kind = "replace" if all(inner) else "delete" if inner[0] else "insert"
        yield kind, head, len(here) - tail, head, len(there) - tail
        return
    for kind, a, b, c, d in SequenceMatcher(None, *inner, autojunk=False).get_opcodes():
        if kind != "equal":
            yield kind, a + head, b + head, c + head, d + head


def _is_number(text: str) -> bool:
    return _NUMERAL.search(text) is not None


def _is_fact(exchange: Exchange, recurs: int) -> bool:
    left, right = exchange.left, exchange.right
    numbers = _is_number(left), _is_number(right)
    longest = max(len(left), len(right))
    if all(numbers):
        return longest <= 2 * _NAME_LENGTH
    if any(numbers) or longest > _NAME_LENGTH:
        return False
    # The class of a place stands behind the name, as in 紫阳|县, or ends it.
    is_class = exchange.behind in _PLACE_END and exchange.after not in _NO_PLACE
    is_place = is_class or {left[-1], right[-1]} <= _PLACE_END
    # A name that is exchanged again and again; a word that an editor likes better recurs less.
    return is_place or recurs >= _NAME_RECURS
