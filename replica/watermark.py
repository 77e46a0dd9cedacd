"""Anti-copy text, as the site makers' CMSs put it into pages; drawn anew at each regeneration."""

from __future__ import annotations

import random
import string
from dataclasses import dataclass

_LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class EmpireMark:
    """The mark of EmpireCMS: three random characters and the site's name, the same all over a page.

    It stands before each ``</p>`` and ``<br />`` in a span that an inline style hides.
    """

    html: str

    @classmethod
    def draw(cls, site_name: str, seed: str) -> EmpireMark:
        """Return the mark of one page; equal seeds give equal marks."""
        characters = "".join(random.Random(seed).choices(_LETTERS, k=3))
        return cls(f'<span style="display:none">{characters}{site_name}</span>')


class RandomStrings:
    """The marks of DedeCMS's ``RndString``: site maker's phrases in elements of a random class.

    A ``<style>`` rule in the page's head hides the classes.  Each paragraph draws its own.
    """

    TAGS = ("span", "font", "div", "p", "label")

    def __init__(self, site_name: str, seed: str) -> None:
        self._random = random.Random(seed)
        self._phrases = (
            f"内容来自{site_name}",
            f"本文来自{site_name}",
            f"copyright {site_name}",
            f"{site_name},好新闻",
            "平利茶乡网 www.plcx.example",
            "转载请注明出处",
        )
        draw = self._random.choices
        self._classes = ["".join(draw(string.ascii_lowercase, k=6)) for _ in range(3)]

    @property
    def css(self) -> str:
        """The rules that hide the marks."""
        return "".join(f".{name}{{display:none;}}" for name in self._classes)

    def draw(self, *, is_inline: bool = True) -> str:
        """Return the next mark, which is empty for two paragraphs of five."""
        if self._random.random() < 0.4:
            return ""
        tags = ("span", "font", "label") if is_inline else ("div", "p")
        tag, name = self._random.choice(tags), self._random.choice(self._classes)
        return f"<{tag} class='{name}'>{self._random.choice(self._phrases)}</{tag}>"
