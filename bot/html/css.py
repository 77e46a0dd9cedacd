"""What a page hides by style: the one piece of CSS that both extracting and cleaning need.

Anti-copy marks hide text by an inline style, or by a class that a ``<style>`` block hides
(EmpireCMS and Discuz do the former, DedeCMS ``RndString`` the latter).  Only simple selectors
count (``.x``, ``#x``, ``p.x``): whatever depends on the state of the page is its own affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Declarations that take text out of a reader's sight, each behind the letters without which it
#: need not be looked for.  All are lower case.
_HIDING = tuple(
    (trace, re.compile(pattern))
    for trace, pattern in (
        ("none", r"display\s*:\s*none"),
        ("hidden", r"visibility\s*:\s*hidden"),
        ("collapse", r"visibility\s*:\s*collapse"),
        (
            "font-size",
            r"font-size\s*:\s*(?:[01](?:\.\d+)?px|0(?:\.0+)?(?:pt|em|rem|%|vw|vh)?)\s*(?:!\s*important)?\s*(?:;|$)",
        ),
        ("font:", r"font\s*:\s*0(?:px)?/"),
        ("opacity", r"opacity\s*:\s*(?:0|0?\.0\d*)\s*(?:!\s*important)?\s*(?:;|$)"),
        ("indent", r"text-indent\s*:\s*-\d{3,}"),
        (
            "-",
            r"(?<![-\w])(?:left|top|right|bottom|margin-left|margin-top)\s*:\s*-\d{3,}(?:\.\d+)?(?:px|em|rem|%|vw)",
        ),
        ("clip", r"clip\s*:\s*rect\(\s*([01])(?:px)?[\s,]+\1(?:px)?[\s,]+\1(?:px)?[\s,]+\1"),
        ("transparent", r"(?<![-\w])color\s*:\s*transparent"),
    )
)
_NOTHING = re.compile(r"(?<![-\w])(?:max-)?(?:width|height)\s*:\s*[01](?:px|em|rem|%)?\s*(?:;|$|!)")
_COLOUR = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)")
_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)")
_WHITE = frozenset(
    {"#fff", "#ffffff", "white", "rgb(255,255,255)", "rgba(255,255,255,1)", "#fefefe"}
)

#: What a hiding rule of a style sheet holds, written without white space.
_DECLARATIONS = (
    b"display:none", b"visibility:hidden", b"visibility:collapse", b"font-size:0",
    b"font-size:1px", b"font-size:1.", b"font:0", b"opacity:0", b"opacity:.0", b"text-indent:-",
    b"clip:rect(", b"color:transparent", b"color:#fff", b"color:white",
)  # fmt: skip
#: A place far off, found all at once: it would be five searches.
_FAR_OFF = re.compile(rb":-(?:[2359]|10)")
#: A name: letters, digits, ``-``, ``_`` and whatever is beyond ASCII (CSS Syntax 3, section 4.2).
#: Told by what it may not hold: a range up to U+FFFF takes milliseconds to compile.
_NAME = r"[^\x00-,./0-9:-@\[-^`{-\x7f][^\x00-,./:-@\[-^`{-\x7f]*"
#: How ``hiding_rules`` writes a rule.
_NORMAL = re.compile(rf"(?:[a-z][a-z0-9]*)?[.#]{_NAME}\{{display:none\}}")
#: Classes that end floats: they have no height where they are empty, and stand on wrappers too.
_FLOATS = frozenset({".clear", ".clearfix", ".cl", ".cf", ".fix", ".clr", ".cb", ".cle", ".blank"})
#: A longer style sheet is a framework's; marks against copying come in short ones.
_LONGEST_SHEET = 60_000
#: characters of a style whose answer is worth remembering
_BRIEF = 500
_SIMPLE = re.compile(rf"(?:[A-Za-z][A-Za-z0-9]*)?([.#])({_NAME})")
#: A comment that is not closed reaches to the end (CSS Syntax 3, section 4.3.2); otherwise each of
#: a thousand openings would be looked for its end anew.
_COMMENT = re.compile(r"/\*.*?(?:\*/|\Z)", re.DOTALL)


def is_hidden_style(style: str) -> bool:
    """Tell whether an inline style takes its element's text out of sight."""
    # A page must not fill the memory with four thousand styles of a megabyte.
    return _hides_briefly(style) if len(style) <= _BRIEF else _hides(style)


@lru_cache(maxsize=4096)
def _hides_briefly(style: str) -> bool:
    return _hides(style)


def _hides(style: str) -> bool:
    lowered = style.lower()
    for trace, pattern in _HIDING:
        if trace in lowered and pattern.search(lowered):
            return True
    if "hidden" in lowered and "overflow" in lowered and _NOTHING.search(lowered):
        return True
    if "background" not in lowered:
        return False
    ink, ground = _COLOUR.search(lowered), _BACKGROUND.search(lowered)
    return bool(ink and ground and ink[1].replace(" ", "") == ground[1].replace(" ", ""))


def is_white_ink(style: str) -> bool:
    """Tell whether a style writes in white, which hides text that stands on no colour."""
    ink = _COLOUR.search(style.lower())
    return bool(ink and ink[1].replace(" ", "") in _WHITE)


def has_background(style: str) -> bool:
    """Tell whether a style puts a colour or picture behind its element."""
    ground = _BACKGROUND.search(style.lower())
    return bool(ground and ground[1].strip() not in _WHITE | {"none", "transparent", "inherit"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Stylesheet:
    """The classes and ids that a page's <style> blocks hide, in lower case."""

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def hides(self, class_attribute: str | None, id_attribute: str | None) -> bool:
        """Tell whether an element with these attributes is out of sight."""
        if id_attribute and id_attribute.lower() in self.ids:
            return True
        return bool(
            class_attribute
            and self.classes
            and not self.classes.isdisjoint(class_attribute.lower().split())
        )


def hiding_rules(style_texts: Iterable[str]) -> tuple[str, ...]:
    """Return the rules of <style> blocks that hide what a simple selector names, normalised.

    Rules inside ``@media``, and sheets as long as a framework's, are left out, because they hold
    for some screens only and hide no marks.  The answer
    is itself a sequence of style texts: feeding it to ``stylesheet`` gives the same result.
    """
    found: dict[str, None] = {}
    for text in style_texts:
        if len(text) > _LONGEST_SHEET:
            continue
        if _NORMAL.fullmatch(text) and text.islower() and text.split("{")[0] not in _FLOATS:
            found[text] = None
            continue
        for selector in _remembered_selectors(text):
            found[f"{selector}{{display:none}}"] = None
    return tuple(found)


def stylesheet(style_texts: Iterable[str]) -> Stylesheet:
    """Return what the given style texts hide."""
    classes: set[str] = set()
    ids: set[str] = set()
    for rule in hiding_rules(style_texts):
        match = _SIMPLE.match(rule)
        if match:
            (classes if match[1] == "." else ids).add(match[2])
    return Stylesheet(classes=frozenset(classes), ids=frozenset(ids))


@lru_cache(maxsize=32)
def _remembered_selectors(text: str) -> tuple[str, ...]:
    """Remember the style sheets of a site, which all of its pages repeat."""
    return tuple(_hidden_selectors(text))


def _hidden_selectors(text: str) -> Iterable[str]:
    """Yield the simple selectors of the hiding rules that stand in no at-rule.

    A style sheet is searched for hiding declarations first, because it has hundreds of rules and
    few of them hide; as bytes, which are searched and rid of white space several times faster.
    """
    if "/*" in text:
        text = _COMMENT.sub("", text)
    # White space goes, but for what parts a selector's steps.
    sheet = text.encode("utf-8", "surrogatepass").replace(b" .", b"\0.").replace(b" #", b"\0#")
    sheet = sheet.translate(None, b" \t\r\n\f\v").lower()
    places = [match.start() for match in _FAR_OFF.finditer(sheet)]
    for declaration in _DECLARATIONS:
        at = sheet.find(declaration)
        while at >= 0:
            places.append(at)
            at = sheet.find(declaration, at + 5)
    openings: dict[int, list[str]] = {}
    for at in places:
        opening = sheet.rfind(b"{", 0, at)
        if opening >= 0 and opening not in openings:
            openings[opening] = _simple_selectors(sheet, opening)
    depth = counted = 0
    for opening in sorted(at for at, selectors in openings.items() if selectors):
        depth += sheet.count(b"{", counted, opening) - sheet.count(b"}", counted, opening)
        counted = opening
        if depth == 0:
            end = sheet.find(b"}", opening)
            declarations = sheet[opening + 1 : end if end >= 0 else len(sheet)]
            if is_hidden_style(declarations.decode("utf-8", "surrogatepass")):
                yield from openings[opening]


def _simple_selectors(sheet: bytes, opening: int) -> list[str]:
    start = max(sheet.rfind(b"{", 0, opening), sheet.rfind(b"}", 0, opening)) + 1
    start = max(start, sheet.rfind(b";", start, opening) + 1)
    selectors = sheet[start:opening].decode("utf-8", "surrogatepass").lower()
    return [
        selector
        for piece in selectors.split(",")
        if _SIMPLE.fullmatch(selector := piece.strip("\0")) and selector not in _FLOATS
    ]
