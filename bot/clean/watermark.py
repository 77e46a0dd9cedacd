"""Anti-copy text that is left visible: known forms by rule, unknown ones by their recurrence.

EmpireCMS (帝国CMS) writes three random characters and the name of the site behind every
paragraph; where its ``display:none`` is lost, as in a copy of the text, the mark is in sight.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.clean.drafts import Draft, Run
from bot.model import Removal
from bot.patterns import Pattern, pattern

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A sentence has ended before a mark begins.
ENDED = "。！？!?…”’」』）)】》；;.：:"
_TAIL = re.compile(
    rf"(?<=[{re.escape(ENDED)}])\s*(?P<tail>[^{re.escape(ENDED)}，,、\s][^{re.escape(ENDED)}，,、]{{1,29}})$"
)
_RANDOM = re.compile(r"^[A-Za-z0-9]{2,8}(?=[^A-Za-z0-9\s])")
_ONLY_RANDOM = re.compile(r"[A-Za-z0-9]{3,10}")
_LEAST = 3
#: Three random characters and one name at so many ends are proof, whatever share of all they are.
_PROOF = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A watermark: what to cut from the end of a block, and how it was recognised."""

    pattern: re.Pattern[str] | Pattern
    rule: str


def find_marks(
    texts: list[str],
    site_names: tuple[str, ...],
    patterns: tuple[str, ...] = (),
    learned: tuple[str, ...] = (),
) -> list[Mark]:
    """Return the marks that stand at the ends of the given blocks; most often none.

    A mark is believed when a source's rule names it, when it is a random token and the name of
    the site, or when it recurs behind the finished sentences of at least three blocks and of
    half of all long ones.  A paragraph that ends in the site's name by itself has neither.
    ``learned`` are patterns that other pages, or a former fetch of this one, have shown to be
    marks.
    """
    marks = [Mark(pattern=pattern(f"(?:{text})$"), rule="watermark:rule") for text in patterns]
    marks += [Mark(pattern=re.compile(f"(?:{text})$"), rule="watermark:site") for text in learned]
    tails, long_count = ended_tails(texts)
    bare = Counter(_RANDOM.sub("", tail) for tail in tails)
    for stem, count in bare.most_common(1):
        if (
            count >= _LEAST
            and (count * 2 >= long_count or (count >= _PROOF and _is_marked(stem, tails)))
            and not stem.isdigit()
            and len(stem) >= 2
        ):
            tokens = {
                match[0] if (match := _RANDOM.match(tail)) else ""
                for tail in tails
                if _RANDOM.sub("", tail) == stem
            }
            marks.append(
                Mark(
                    pattern=re.compile(rf"\s*{_token_pattern(tokens)}{re.escape(stem)}$"),
                    rule="watermark:recurring",
                )
            )
    lengths = Counter(
        len(tail) for tail in tails if _ONLY_RANDOM.fullmatch(tail) and _looks_random(tail)
    )
    for length, count in lengths.most_common(1):
        if count >= _LEAST and count * 2 >= long_count:
            marks.append(
                Mark(
                    pattern=re.compile(rf"(?<=[{re.escape(ENDED)}])\s*[A-Za-z0-9]{{{length}}}$"),
                    rule="watermark:random",
                )
            )
    if not marks:
        marks += _named(texts, site_names)
    return marks


def ended_tails(texts: Sequence[str]) -> tuple[list[str], int]:
    """Return what stands behind the last sentence of each long text, and how many are long."""
    long_texts = [text for text in texts if len(text) > 20]
    return [match["tail"] for text in long_texts if (match := _TAIL.search(text))], len(long_texts)


def split_token(tail: str) -> tuple[str, str]:
    """Return the random part at the beginning of a tail, which may be empty, and the rest."""
    match = _RANDOM.match(tail)
    return (match[0], tail[match.end() :]) if match else ("", tail)


def cut_marks(drafts: list[Draft], marks: list[Mark]) -> list[Removal]:
    """Cut the marks from the ends of the drafts, in place, and return what was cut."""
    removed = []
    for draft in drafts:
        for mark in marks:
            text = draft.text
            match = mark.pattern.search(text)
            if match and match.start() < len(text):
                cut_end(draft, len(text) - match.start())
                removed.append(Removal(rule=mark.rule, text=match[0].strip()))
                break
    return removed


def cut_end(draft: Draft, count: int) -> None:
    """Take the last ``count`` characters off a draft, and the white space before them."""
    runs = draft.runs
    while runs and count > 0:
        last = runs[-1]
        if len(last.text) <= count:
            count -= len(last.text)
            runs.pop()
        else:
            runs[-1] = Run(last.text[: len(last.text) - count], last.marks)
            count = 0
    while runs:
        text = runs[-1].text.rstrip()
        if text:
            runs[-1] = Run(text, runs[-1].marks)
            break
        runs.pop()


def _is_marked(stem: str, tails: list[str]) -> bool:
    """Tell whether a stem stands behind three letters or digits at enough ends."""
    marked = sum(tail.endswith(stem) and len(tail) == len(stem) + 3 for tail in tails)
    return marked >= _PROOF and len(stem) >= 3 and not stem.isascii()


def _token_pattern(tokens: set[str]) -> str:
    if len(tokens) == 1:
        return re.escape(tokens.pop())
    lengths = sorted({len(token) for token in tokens})
    pattern = (
        f"[A-Za-z0-9]{{{lengths[0] or 1},{lengths[-1]}}}"
        if lengths[0] != lengths[-1]
        else f"[A-Za-z0-9]{{{lengths[0]}}}"
    )
    return f"(?:{pattern})?" if "" in tokens else pattern


def _named(texts: list[str], site_names: tuple[str, ...]) -> list[Mark]:
    for name in site_names:
        if len(name) < 3:
            continue
        marked = re.compile(rf"[A-Za-z0-9]{{3}}{re.escape(name)}$")
        tokens = Counter(match[0][:3] for text in texts if (match := marked.search(text)))
        for token, count in tokens.most_common(1):
            if _looks_random(token) or count >= _LEAST:
                return [
                    Mark(
                        pattern=re.compile(rf"\s*{re.escape(token + name)}$"),
                        rule="watermark:empirecms",
                    )
                ]
    return []


def _looks_random(token: str) -> bool:
    """Tell whether letters and digits, or cases, are mixed as no word mixes them."""
    has_digit = any(char.isdigit() for char in token)
    has_letter = any(char.isalpha() for char in token)
    if has_digit and has_letter:
        return True
    return has_letter and not token.isupper() and not token.islower() and not token.istitle()
