"""Tricks against copying that cannot be undone: characters and fonts that show other than they say.

A site may map digits or whole words to private characters, or to other digits, and draw them right
by a font of its own; or it may write Latin words with letters of another script.  What such a text
says only a reader's eye can tell, so it is kept as it is and the operator is told.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.html.markup import attribute
from bot.model import Caveat

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.model import ExtractedArticle

_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
#: fewer are icons
_LEAST_PRIVATE = 3
#: a private character between characters of a text stands for one of them; an icon stands alone
_IN_TEXT = re.compile(
    "(?<=[\\w.%\u3000-\u303f\uff00-\uffef])[\ue000-\uf8ff]+(?=[\\w%.\u3000-\u303f\uff00-\uffef])"
)
_LATIN = "A-Za-z"
#: Letters that look as Latin ones do (Unicode Technical Standard 39, confusables).
_ALIKE = (
    "\u0391\u0392\u0395\u0396\u0397\u0399\u039a\u039c\u039d\u039f\u03a1\u03a4\u03a5\u03a7\u03bf"
    "\u0410\u0412\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0423\u0425"
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458"
)
_HOMOGLYPH = re.compile(f"[{_LATIN}]+[{_ALIKE}][{_LATIN}{_ALIKE}]*|[{_ALIKE}]+[{_LATIN}]+")
#: Kangxi and CJK radicals, which look as the characters do, and letters of mathematics.
_RADICALS = re.compile("[\u2e80-\u2fd5]|[\U0001d400-\U0001d7ff]{3,}")
#: any of these, to ask first
_ODD = re.compile(f"[{_ALIKE}\u2e80-\u2fd5\U0001d400-\U0001d7ff]")
_FONT_FACE = "@font-face"
_FAMILY = re.compile(r"font-family\s*:\s*['\"]?([^;'\"}]+)", re.IGNORECASE)
#: what stands behind a class in a style sheet
_RULE = re.compile(r"\s*(?:,[^{}]{0,200})?\{([^{}]*)")
_UNQUOTED = re.compile(r"[\s'\"]|&quot;")
_SPAN = re.compile(r"<(?:span|i|b|em|font|s|u)\b([^>]*)>([^<]{1,12})</")
_SHOWN = re.compile("[0-9\u4e00-\u9fff]")
#: short elements in a font of the page's own that make a trick of it
_LEAST_SPANS = 2
_LONGEST_STYLE = 200_000


def caveats_of(extracted: ExtractedArticle, texts: Sequence[str]) -> tuple[Caveat, ...]:
    """Return what was noticed; ``texts`` are the article's blocks as they are kept."""
    found = []
    body = extracted.body_html
    private = _PRIVATE.findall(body)
    if len(private) >= _LEAST_PRIVATE and len("".join(_IN_TEXT.findall(body))) >= _LEAST_PRIVATE:
        found.append(
            Caveat(
                kind="private-use",
                text=f"{len(private)} private characters stand in the text and are lost: a font of "
                "the page's own draws them",
            )
        )
    for text in texts:
        if text.isascii() or not _ODD.search(text):
            continue
        if match := _HOMOGLYPH.search(text) or _RADICALS.search(text):
            told = f"{match[0]!r} is written with letters that only look like the usual ones"
            found.append(Caveat(kind="homoglyph", text=told))
            break
    if trick := _font_trick(extracted):
        found.append(Caveat(kind="font", text=trick))
    return tuple(found)


def _font_trick(extracted: ExtractedArticle) -> str | None:
    # The article is short and seldom has such elements: so it is asked before the whole page is.
    spans = [
        (attributes, text)
        for attributes, text in _SPAN.findall(extracted.body_html)
        if attributes and _SHOWN.search(text)
    ]
    if len(spans) < _LEAST_SPANS or extracted.page.text.find(_FONT_FACE, 0, _LONGEST_STYLE) < 0:
        return None
    style = extracted.page.text[:_LONGEST_STYLE]
    for family in _families(style):
        shown = [
            text
            for attributes, text in spans
            if f"font-family:{family}" in _UNQUOTED.sub("", attributes.lower())
            or any(
                _sets_font(style, name, family)
                for name in (attribute(attributes, "class") or "").split()
            )
        ]
        if len(shown) >= _LEAST_SPANS:
            return (
                f"{len(shown)} pieces such as {shown[0]!r} are drawn by the page's own font "
                f"{family!r}, which may show other characters than these"
            )
    return None


def _families(style: str) -> list[str]:
    """Return the names, in lower case, of the fonts that a page brings with it."""
    families: dict[str, None] = {}
    # Found by plain searches: a pattern that ignores case is tried at every letter of the page.
    at = style.find(_FONT_FACE)
    while at >= 0:
        end = style.find("}", at)
        end = len(style) if end < 0 else end
        if named := _FAMILY.search(style, at, end):
            families[named[1].strip().lower()] = None
        at = style.find(_FONT_FACE, end)
    return list(families)


def _sets_font(style: str, name: str, family: str) -> bool:
    """Tell whether a rule for the class ``name`` sets the font ``family``."""
    selector = f".{name}"
    at = style.find(selector)
    while at >= 0:
        begin = at + len(selector)
        if rule := _RULE.match(style, begin):
            named = _FAMILY.search(rule[1])
            if named and named[1].strip().lower().startswith(family):
                return True
        at = style.find(selector, begin)
    return False
