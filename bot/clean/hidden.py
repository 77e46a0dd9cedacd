"""Text that readers never see: anti-copy marks hidden by style, class, attribute or character."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.css import has_background, is_hidden_style, is_white_ink, stylesheet
from bot.model import Removal

if TYPE_CHECKING:
    from selectolax.lexbor import LexborHTMLParser

#: zero-width, directional, soft hyphen, byte order mark; private use is drawn by a site's own font
_INVISIBLE = re.compile("[\u200b\u200c\u200e\u200f\u2060-\u2064\ufeff\u00ad\ue000-\uf8ff]")
#: a joiner is invisible unless it joins two pictures into one emoji
_LONE_JOINER = re.compile("(?<![\U0001f000-\U0001faff\u2600-\u27bf\ufe0f])\u200d|\u200d(?![\U0001f000-\U0001faff\u2600-\u27bf])")  # fmt: skip
#: classes that Discuz gives to its random text, and frameworks to hidden text
_HIDDEN_CLASSES = frozenset({"jammer", "hidden", "hide", "sr-only", "visually-hidden", "d-none"})


def visible_text(text: str) -> str:
    """Return ``text`` without characters that no reader sees; emoji stay whole."""
    if text.isascii():
        return text
    return _LONE_JOINER.sub("", _INVISIBLE.sub("", text))


def drop_hidden(tree: LexborHTMLParser, styles: tuple[str, ...]) -> list[Removal]:
    """Take hidden elements out of ``tree`` and return what went, by rule.

    Pictures inside stay unless their element is hidden for good: lazy loading hides them too.
    """
    sheet = stylesheet(styles)
    gone: list[Removal] = []
    suspects = tree.css("[style], [class], [id], [hidden], [aria-hidden], font[color]")
    for node in suspects:
        rule = _rule(node.attributes, sheet.hides)
        if rule is None or node.css_first("img, video, table") is not None:
            continue
        text = " ".join((node.text() or "").split())
        if text:
            gone.append(Removal(rule=rule, text=text))
        node.decompose()
    return gone


def _rule(attributes: dict[str, str | None], hides: object) -> str | None:
    style = attributes.get("style") or ""
    if style and is_hidden_style(style):
        return "hidden by inline style (EmpireCMS, Discuz)"
    if callable(hides) and hides(attributes.get("class"), attributes.get("id")):
        return "hidden by a class of a <style> block (DedeCMS RndString)"
    if _HIDDEN_CLASSES & set((attributes.get("class") or "").lower().split()):
        return "hidden by class (Discuz jammer)"
    if "hidden" in attributes:
        return "hidden attribute"
    if (attributes.get("aria-hidden") or "").lower() == "true":
        return "aria-hidden"
    if style and is_white_ink(style) and not has_background(style):
        return "ink in the colour of the paper"
    if (attributes.get("color") or "").lower() in {"#fff", "#ffffff", "white"}:
        return "ink in the colour of the paper"
    return None
