"""What a page hides by style: the one piece of CSS that both extracting and cleaning need.

Anti-copy marks hide text by an inline style, or by a class that a ``<style>`` block hides
(EmpireCMS and Discuz do the former, DedeCMS ``RndString`` the latter).  Only simple selectors
count (``.x``, ``#x``, ``p.x``): whatever depends on the state of the page is its own affair.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Declarations that take text out of a reader's sight.  Each must stand by itself.
_HIDING = re.compile(
    r"""display\s*:\s*none
      | visibility\s*:\s*(?:hidden|collapse)
      | font-size\s*:\s*(?:[01](?:\.\d+)?px|0(?:\.0+)?(?:pt|em|rem|%|vw|vh)?)\s*(?:!\s*important)?\s*(?:;|$)
      | font\s*:\s*0(?:px)?/
      | opacity\s*:\s*(?:0|0?\.0\d*)\s*(?:!\s*important)?\s*(?:;|$)
      | text-indent\s*:\s*-\d{3,}
      | (?<![-\w])(?:left|top|right|bottom|margin-left|margin-top)\s*:\s*-\d{3,}(?:\.\d+)?(?:px|em|rem|%|vw)
      | clip\s*:\s*rect\(\s*0(?:px)?[\s,]+0(?:px)?[\s,]+0(?:px)?[\s,]+0
      | clip\s*:\s*rect\(\s*1px[\s,]+1px[\s,]+1px[\s,]+1px
      | (?<![-\w])color\s*:\s*transparent
    """,
    re.IGNORECASE | re.VERBOSE,
)
_NOTHING = re.compile(r"(?<![-\w])(?:max-)?(?:width|height)\s*:\s*[01](?:px|em|rem|%)?\s*(?:;|$|!)")
_COLOUR = re.compile(r"(?<![-\w])color\s*:\s*([^;!]+)", re.IGNORECASE)
_BACKGROUND = re.compile(r"background(?:-color)?\s*:\s*([^;!]+)", re.IGNORECASE)
_WHITE = frozenset(
    {"#fff", "#ffffff", "white", "rgb(255,255,255)", "rgba(255,255,255,1)", "#fefefe"}
)

#: What a <style> block is searched for before a regular expression touches it.
_TRACES = ("none", "hidden", "font-size", "font:", "opacity", "-indent", "-99", "-1000", "clip",
           "transparent", "collapse")  # fmt: skip
_SIMPLE = re.compile(
    r"(?:[a-z][a-z0-9]*)?([.#])([A-Za-z_\u0080-\uffff-][\w\u0080-\uffff-]*)", re.IGNORECASE
)
_COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
_RULE = re.compile(r"([^{}]*)\{([^{}]*)\}")


def is_hidden_style(style: str) -> bool:
    """Tell whether an inline style takes its element's text out of sight."""
    if _HIDING.search(style):
        return True
    lowered = style.lower()
    if "overflow" in lowered and "hidden" in lowered and _NOTHING.search(lowered):
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
    """The classes and ids that a page's <style> blocks hide."""

    classes: frozenset[str] = frozenset()
    ids: frozenset[str] = frozenset()

    def hides(self, class_attribute: str | None, id_attribute: str | None) -> bool:
        """Tell whether an element with these attributes is out of sight."""
        if id_attribute and id_attribute in self.ids:
            return True
        return bool(
            class_attribute
            and self.classes
            and not self.classes.isdisjoint(class_attribute.split())
        )


def hiding_rules(style_texts: Iterable[str]) -> tuple[str, ...]:
    """Return the rules of <style> blocks that hide what a simple selector names, normalised.

    Rules inside ``@media`` are left out, because they hold for some screens only.  The answer
    is itself a sequence of style texts: feeding it to ``stylesheet`` gives the same result.
    """
    found: dict[str, None] = {}
    for text in style_texts:
        if any(trace in text for trace in _TRACES):
            for selector in _hidden_selectors(text):
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


def _hidden_selectors(text: str) -> Iterable[str]:
    text = _COMMENT.sub("", text)
    for rule in _RULE.finditer(_without_conditions(text) if "@" in text else text):
        declarations = rule[2]
        if not any(trace in declarations for trace in _TRACES):
            continue
        if not is_hidden_style(declarations.strip()):
            continue
        for selector in rule[1].split(","):
            simple = _SIMPLE.fullmatch(selector.strip())
            if simple:
                yield selector.strip()


def _without_conditions(text: str) -> str:
    """Drop at-rules together with their blocks."""
    kept: list[str] = []
    position = 0
    while (start := text.find("@", position)) >= 0:
        kept.append(text[position:start])
        depth = 0
        end = start
        for mark in re.finditer(r"[{};]", text[start:]):
            end = start + mark.end()
            if mark[0] == "{":
                depth += 1
            elif mark[0] == "}":
                depth -= 1
                if depth <= 0:
                    break
            elif depth == 0:
                break
        else:
            end = len(text)
        position = end
    kept.append(text[position:])
    return "".join(kept)
