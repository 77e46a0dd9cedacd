"""Regular expressions of operators, run with a bound on time.

A pattern such as ``(a+)+$`` takes longer than the age of the world on the right text, holds the
interpreter while it does, and needs no malice to be written.  ``regex`` reads the syntax of ``re``
and can be told when to stop.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from bot.errors import SlowPatternError

#: seconds for one pattern on one text; the slowest honest ones need a thousandth of it
MAX_S = 0.5


class Pattern:
    """A compiled pattern; raises SlowPatternError instead of taking too long."""

    def __init__(self, text: str) -> None:
        # Imported here: most configurations hold no pattern of their own.
        import regex

        self._text = text
        self._compiled = regex.compile(text)

    def search(self, text: str) -> Any:
        """Return the first match, as of ``re``, or None."""
        try:
            return self._compiled.search(text, timeout=MAX_S)
        except TimeoutError:
            raise self._too_slow() from None

    def sub(self, replacement: str, text: str) -> str:
        """Return the text with every match replaced."""
        try:
            changed: str = self._compiled.sub(replacement, text, timeout=MAX_S)
        except TimeoutError:
            raise self._too_slow() from None
        return changed

    def _too_slow(self) -> SlowPatternError:
        return SlowPatternError(
            f"The regular expression {self._text!r} takes longer than {MAX_S:g} s on a text of "
            "this source: write it without a repetition inside a repetition."
        )


@lru_cache(maxsize=4096)
def pattern(text: str) -> Pattern:
    """Return an operator's pattern; it was checked when the configuration was read."""
    return Pattern(text)


def why_invalid(text: str, replacement: str = "") -> str | None:
    """Return what is wrong with a pattern and its replacement, None when they can be used."""
    import regex

    try:
        regex.compile(text)
        # The replacement is only read when something is replaced.
        regex.compile(f"(?:{text})?").sub(replacement, "", count=1)
    except (regex.error, IndexError) as error:
        return str(error)
    return None
