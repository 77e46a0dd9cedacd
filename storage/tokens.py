"""The one tokenizer of the full-text search: Chinese as bigrams, everything else as words.

A run of Chinese characters gives its overlapping pairs and, at its end, its last character
alone; so two characters are one look-up, longer words are phrases of pairs, and a single
character is the prefix of the tokens that begin with it.  Where tokens come out otherwise, a
migration has to build the index anew, as ``xianwen archive reindex`` does.
"""

from __future__ import annotations

import re
from operator import add
from unicodedata import is_normalized, normalize

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f"
_RUNS = re.compile(rf"([{_HAN}]+)|([^\W_{_HAN}]+)")
#: marks that stand between words, here and in the normal form
_WIDE_MARKS = "，：；！？（）…"


def tokens(text: str) -> list[str]:
    """Return the tokens of a text, in order; may be empty."""
    found: list[str] = []
    for run, is_han in _runs(text):
        if is_han:
            found += map(add, run, run[1:])
            found.append(run[-1])
        else:
            found.append(run)
    return found


def phrases(query: str) -> list[tuple[list[str], bool]]:
    """Return what a reader's query asks for: phrases that must all occur.

    Each is a list of tokens that stand side by side, and whether the last of them is only the
    beginning of a token.  Words apart by spaces or punctuation are phrases of their own; text in
    quotation marks is one phrase.  Empty when the query holds neither letter nor digit.
    """
    parts = re.split(r'["“”]', query)
    wanted: list[tuple[list[str], bool]] = []
    for index, part in enumerate(parts):
        is_quoted = index % 2 == 1 and index < len(parts) - 1
        for words in [part] if is_quoted else part.split():
            phrase = _phrase(words)
            if phrase is not None and phrase not in wanted:
                wanted.append(phrase)
    return wanted


def normalise(text: str) -> str:
    """Return the text as the index sees it: NFKC, lower case; may differ in length."""
    return normalize("NFKC", text).lower()


def _phrase(words: str) -> tuple[list[str], bool] | None:
    runs = list(_runs(words))
    if not runs:
        return None
    found: list[str] = []
    for position, (run, is_han) in enumerate(runs):
        is_last = position == len(runs) - 1
        if not is_han:
            found.append(run)
        elif len(run) == 1 and is_last:
            return [*found, run], True
        else:
            found.extend(run[i : i + 2] for i in range(len(run) - 1))
            if not is_last:
                found.append(run[-1])
    return found, False


def _runs(text: str) -> list[tuple[str, bool]]:
    for mark in _WIDE_MARKS:
        text = text.replace(mark, " ")
    # What is left of a Chinese text is mostly in its normal form, and to be sure of it is cheap.
    if not is_normalized("NFKC", text):
        text = normalize("NFKC", text)
    return [(han or other, bool(han)) for han, other in _RUNS.findall(text.lower())]
