"""Whether a text is a CSS selector that the parser understands."""

from __future__ import annotations

from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, SelectolaxError


@lru_cache(maxsize=4096)
def is_selector(text: str) -> bool:
    """Return whether ``text`` is a CSS selector; the empty text is none."""
    try:
        LexborHTMLParser("<p>").css(text)
    except SelectolaxError:
        return False
    return bool(text.strip())
