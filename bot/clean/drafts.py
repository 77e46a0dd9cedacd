"""The body as a reader sees it, cut into drafts of blocks: one walk over the fragment.

A draft is a line of text with its inline marks, or a picture, a video or a table; what it is in
the article (a caption, a subheading) is decided later, beside its neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from selectolax.lexbor import LexborHTMLParser

from bot.clean.media import picture_url, video_url
from bot.clean.tables import read_table
from bot.html.css import has_background, is_hidden_style, is_white_ink
from bot.html.markup import (
    VOID,
    attribute,
    attributes_of,
    decoded,
    end_of,
    tags_and_texts,
    without_comments,
)
from bot.model import BlockKind, Removal
from bot.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.html.css import Stylesheet

#: Marks that inline tags become in the result; a tag that is not here leaves no mark.
_MARKS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em",
          "sub": "sub", "sup": "sup", "code": "code", "kbd": "code", "samp": "code", "ruby": "ruby",
          "rt": "rt", "rp": "rp", "u": "u", "s": "s", "del": "s", "strike": "s", "mark": "mark"}  # fmt: skip
_INLINE = frozenset(_MARKS) | frozenset(
    "a abbr acronym bdi bdo big data font ins label nobr o:p q rb rtc small span st1 time tt var wbr picture source bpm amp-img".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
#: Elements whose text is none of the article's.
_SKIPPED = ["script", "style", "noscript", "template", "svg", "select", "textarea", "object",
            "canvas", "math", "xmp", "noembed", "noframes", "plaintext"]  # fmt: skip
_NO_TEXT = frozenset({"button", "input", "option", "dialog"})
_SETTERS = _NO_TEXT | {"li", "ol", "ul", "blockquote", "figcaption", "center"}
_PICTURES_AND_VIDEOS = frozenset({"img", "video", "iframe", "embed", "audio"})
_WHITE = frozenset({"#ffffff", "white", "#fff"})
_CAPTION_NAME = re.compile(
    r"caption|^desc$|pic-?_?(?:desc|text|title|info|note|intro)|img-?_?(?:desc|note|text|title|info|tips)|photo-?_?(?:desc|text|credit|info)|image-?_?(?:desc|credit|info|meta|source)|media-?_?(?:desc|credit|source)|tuzhu|pictext|pic-?_?txt|photo-?_?txt|img-?_?txt|zhutu|copyright-?holder|figure__|pic_?des|\bcredit",
    re.IGNORECASE,
)
#: What holds a picture and, if any text, what it shows.
_PICTURE_NAME = re.compile(
    r"(?:^|[\s_-])(?:photo|pic|picture|image|img|figure)(?:[_-]?(?:box|con|content|wrap\w*|container|area))?(?:$|\s)",
    re.IGNORECASE,
)
_CENTRE = re.compile(r"text-align\s*:\s*(?:-webkit-|-moz-)?center", re.IGNORECASE)
_BOLD = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
#: Discuz wraps its anti-copy text in <font class="jammer">, which its external stylesheet hides.
_JAMMERS = frozenset({"jammer", "pstatus"})
_HIDDEN_CLASSES = frozenset(
    {
        "hidden",
        "hide",
        "visually-hidden",
        "visuallyhidden",
        "sr-only",
        "screen-reader-text",
        "screen-reader-only",
        "u-hidden",
        "is-hidden",
        "d-none",
        "display-none",
    }
)

_SPACES = re.compile(r"[ \t\r\n\f\x85\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_WRAP_IN_CJK = re.compile(
    r"(?<=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])\s*[\r\n]\s*(?=[\u3000-\u303f\u3400-\u9fff\uff00-\uffef])"
)
#: Zero-width characters, direction marks alone, soft hyphens, byte order marks.
_INVISIBLE = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\uffa0\ufff9-\ufffb]"
)
#: Joiners are text in some scripts and in emoji; elsewhere they only mark copies.
_LONE_JOINER = re.compile(
    "(?<![\u0600-\u06ff\u0900-\u0dff\u1000-\u109f\u1780-\u17ff\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])[\u200c\u200d]"
)
_PRIVATE = re.compile("[\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd]")
#: Unicode's Stream-Safe Text Format (UAX 15, section 13) with 8 marks upon a letter instead of 30:
#: sorting ten thousand marks takes normalisation minutes, and no script sets so many.
_COMBINING = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f\u06d6-\u06ed\u0730-\u074a\u0816-\u082d\u08d3-\u08ff"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\u302a-\u302f\u3099\u309a\ufe20-\ufe2f]"
)
_MARKS_IN_A_ROW = re.compile(f"({_COMBINING}{{8}}){_COMBINING}+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")
#: Any of the above, to ask first.
_UNWANTED = re.compile(
    f"[\u200c\u200d{_INVISIBLE.pattern[1:-1]}{_PRIVATE.pattern[1:-1]}{_CONTROL.pattern[1:-1]}]"
)
#: Anything but single spaces that makes a text need more than NFC.
_UNTIDY = re.compile(f"[{_UNWANTED.pattern[1:-1]}{_COMBINING[1:-1]}{_SPACES.pattern[2:-2]}]|  ")


class Run(NamedTuple):
    """A piece of text under the same inline marks, outermost first; a link is ``a:ADDRESS``."""

    text: str
    marks: tuple[str, ...] = ()


@dataclass(slots=True)
class Draft:
    """One block before it is decided what it is."""

    kind: BlockKind
    runs: list[Run] = field(default_factory=list)
    tag: str = ""
    is_caption: bool = False
    #: stands in a box that is named as a picture's
    is_of_picture: bool = False
    is_centred: bool = False
    is_bold: bool = False
    is_list_item: bool = False
    is_ordered: bool = False
    is_quote: bool = False
    #: characters inside links
    linked: int = 0
    #: index of the list that it is an item of
    group: int = -1
    url: str | None = None
    alt: str = ""
    html: str = ""
    table_text: str = ""

    @property
    def text(self) -> str:
        """The text as a reader sees it, one line; of a table, its rows."""
        if self.table_text:
            return self.table_text
        if len(self.runs) == 1 and not self.runs[0].marks:
            return self.runs[0].text
        return "".join(
            [run.text for run in self.runs if "rt" not in run.marks and "rp" not in run.marks]
        )


class _Context:
    """What stands above a piece of text, as far as it matters to it."""

    __slots__ = ("at", "block", "gone", "heading", "is_bold", "is_caption", "is_centred", "is_of_picture",
                 "is_ordered", "is_quote", "item", "marks", "on_colour", "tag")  # fmt: skip

    def __init__(self, above: _Context | None, tag: str, here: int, *, is_inline: bool) -> None:
        self.tag = tag
        self.at = here
        #: the rule by which it is out of sight; empty in sight, ``-`` for what is no text at all
        self.gone = ""
        self.marks: tuple[str, ...] = ()
        self.block = here
        self.item = -1
        self.heading = ""
        self.is_caption = self.is_centred = self.is_bold = False
        self.is_ordered = self.is_quote = self.on_colour = self.is_of_picture = False
        if above is None:
            return
        if is_inline:
            self.block, self.marks, self.tag = above.block, above.marks, above.tag
        self.gone, self.item, self.heading = above.gone, above.item, above.heading
        self.is_caption, self.is_centred = above.is_caption, above.is_centred
        self.is_of_picture = above.is_of_picture
        self.is_bold = above.is_bold and tag not in _HEADINGS
        self.is_ordered, self.is_quote = above.is_ordered, above.is_quote
        self.on_colour = above.on_colour


class _Reader:
    """One walk over the markup of a body: contexts on a stack, drafts as they are finished."""

    def __init__(self, markup: str, sheet: Stylesheet, base_url: str) -> None:
        self.markup = markup
        self.sheet = sheet
        self.base_url = base_url
        self.pairs = tags_and_texts(markup)
        self.drafts: list[Draft] = []
        self.hidden: dict[tuple[str, int], list[str]] = {}
        self.runs: list[Run] = []
        self.current: _Context | None = None
        self.is_broken = True

    def read(self) -> None:
        stack: list[_Context] = []
        context: _Context | None = None
        position = 0
        for here, (head, text) in enumerate(self.pairs):
            start = position
            position += len(head) + len(text) + 2
            if head[0] == "/":
                if stack:
                    stack.pop()
                    context = stack[-1] if stack else None
            else:
                tag = head.partition(" ")[0]
                inner = self._enter(tag, head, context, here)
                if inner.gone and (context is None or not context.gone):
                    self._keep_if_all(inner, tag, start, len(stack))
                if not inner.gone:
                    self._meet(tag, head, inner, start)
                if tag not in VOID:
                    stack.append(inner)
                    context = inner
            if text and context is not None:
                self._write(text, context)
        self._finish()

    def removals(self) -> list[Removal]:
        return [
            Removal(rule=rule, text=text)
            for (rule, _), texts in self.hidden.items()
            if (text := " ".join("".join(texts).split()))
        ]

    def _enter(self, tag: str, head: str, above: _Context | None, here: int) -> _Context:
        is_inline = tag in _INLINE
        if above is not None and (above.gone or (is_inline and head == tag and tag not in _MARKS)):
            return above
        context = _Context(above, tag, here, is_inline=is_inline)
        if tag == "a":
            target = resolve(self.base_url, attribute(head, "href") or "")
            context.marks = (*context.marks, f"a:{target}" if target else "a:")
        elif tag in _MARKS:
            if _MARKS[tag] not in context.marks:
                context.marks = (*context.marks, _MARKS[tag])
        elif tag in _HEADINGS:
            context.heading = tag
        elif tag in _SETTERS:
            _set_by_tag(context, tag, here)
        if '"' in head:
            _set_by_attributes(context, tag, attributes_of(head), self.sheet, is_inline=is_inline)
        return context

    def _keep_if_all(self, context: _Context, tag: str, start: int, depth: int) -> None:
        """Show what is hidden if it is the article: then a script would have turned it visible."""
        if depth > 2 or context.gone == "-":
            return
        inside = self.markup[start : end_of(self.markup, tag, start)]
        if _text_length(inside) * 2 > _text_length(self.markup):
            context.gone = ""

    def _meet(self, tag: str, head: str, context: _Context, start: int) -> None:
        if tag in _PICTURES_AND_VIDEOS:
            self._show(tag, head, context, start)
        elif tag == "table":
            inside = self.markup[start : end_of(self.markup, tag, start)]
            table = read_table(inside, self.sheet)
            if table is not None:
                self._finish()
                self.is_broken = True
                self.drafts.append(Draft(BlockKind.TABLE, table_text=table[0], html=table[1]))
                context.gone = "-"
            else:
                self.is_broken = True
        elif tag not in _INLINE:
            self.is_broken = True

    def _show(self, tag: str, head: str, context: _Context, start: int) -> None:
        given = attributes_of(head)
        if tag == "img":
            url, kind, alt = picture_url(given, self.base_url), BlockKind.IMAGE, given.get("alt")
        else:
            inside = self.markup[start : end_of(self.markup, tag, start)]
            url = video_url(tag, given, inside, self.base_url)
            kind, alt = BlockKind.VIDEO, given.get("title")
            context.gone = "-"
        if url:
            self._finish()
            self.is_broken = True
            self.drafts.append(Draft(kind, url=url, alt=plain(alt or "").strip()[:300]))

    def _write(self, text: str, context: _Context) -> None:
        if context.gone:
            if context.gone != "-" and not text.isspace():
                self.hidden.setdefault((context.gone, context.at), []).append(decoded(text))
            return
        if self.is_broken or self.current is None or context.block != self.current.block:
            self._finish()
            self.current = context
            self.is_broken = False
        if self.runs or not text.isspace():
            self.runs.append(Run(decoded(text) if "&" in text else text, context.marks))

    def _finish(self) -> None:
        if self.runs and self.current is not None:
            draft = _draft(self.runs, self.current)
            if draft is not None:
                self.drafts.append(draft)
            self.runs = []


def read_drafts(
    body_html: str, sheet: Stylesheet, base_url: str
) -> tuple[list[Draft], list[Removal]]:
    """Return the visible blocks of a fragment in order, and the hidden text that was left out."""
    tree = LexborHTMLParser(body_html)
    tree.strip_tags(_SKIPPED)
    root = tree.body
    if root is None:
        return [], []
    reader = _Reader(without_comments(root.html or ""), sheet, base_url)
    reader.read()
    return reader.drafts, reader.removals()


def _set_by_tag(context: _Context, tag: str, here: int) -> None:
    if tag == "li":
        context.item = here
    elif tag == "ol":
        context.is_ordered = True
    elif tag == "ul":
        context.is_ordered = False
    elif tag == "blockquote":
        context.is_quote = True
    elif tag == "figcaption":
        context.is_caption = True
    elif tag == "center":
        context.is_centred = True
    elif tag in _NO_TEXT:
        context.gone = "-"


def _set_by_attributes(
    context: _Context,
    tag: str,
    given: Mapping[str, str],
    sheet: Stylesheet,
    *,
    is_inline: bool,
) -> None:
    name = given.get("class", "")
    if "style" in given:
        _set_by_style(context, given["style"], is_inline=is_inline)
    if "align" in given:
        context.is_centred = given["align"].lower() == "center"
    if given.get("bgcolor"):
        context.on_colour = True
    if tag == "font" and given.get("color", "").lower() in _WHITE and not context.on_colour:
        context.gone = "hidden:white-ink"
    if "hidden" in given:
        context.gone = "hidden:attribute"
    if name:
        classes = set(name.split())
        if classes & _JAMMERS:
            context.gone = "hidden:discuz-jammer"
        elif classes & _HIDDEN_CLASSES:
            context.gone = "hidden:class"
        if tag != "img" and _names_caption(name):
            context.is_caption = True
        if tag == "div" and _names_picture(name):
            context.is_of_picture = True
    if sheet.hides(name, given.get("id")):
        context.gone = "hidden:stylesheet"
    if is_inline and given.get("aria-hidden", "").lower() == "true":
        context.gone = "hidden:aria"


def _set_by_style(context: _Context, style: str, *, is_inline: bool) -> None:
    if is_hidden_style(style):
        context.gone = "hidden:style"
    elif "color" in style or "background" in style:
        if has_background(style):
            context.on_colour = True
        elif is_white_ink(style) and not context.on_colour and is_inline:
            context.gone = "hidden:white-ink"
    if "text-align" in style:
        context.is_centred = bool(_CENTRE.search(style))
    if "weight" in style and _BOLD.search(style):
        if not is_inline:
            context.is_bold = True
        elif "strong" not in context.marks:
            context.marks = (*context.marks, "strong")


@lru_cache(maxsize=1024)
def _names_caption(name: str) -> bool:
    return bool(_CAPTION_NAME.search(name))


@lru_cache(maxsize=1024)
def _names_picture(name: str) -> bool:
    return bool(_PICTURE_NAME.search(name))


def _text_length(markup: str) -> int:
    return sum(len(text.strip()) for _, text in tags_and_texts(markup))


def _draft(runs: list[Run], context: _Context) -> Draft | None:
    clean_runs = tidy(runs)
    if not clean_runs:
        return None
    linked = bold = length = 0
    for text, marks in clean_runs:
        length += len(text)
        if "strong" in marks:
            bold += len(text)
        if marks and any(mark.startswith("a:") for mark in marks):
            linked += len(text)
    return Draft(
        BlockKind.PARAGRAPH,
        runs=clean_runs,
        tag=context.heading or context.tag,
        is_caption=context.is_caption,
        is_of_picture=context.is_of_picture,
        is_centred=context.is_centred,
        is_bold=context.is_bold or bold >= length - 1,
        is_list_item=context.item >= 0,
        is_ordered=context.is_ordered,
        is_quote=context.is_quote,
        linked=linked,
        group=context.item,
    )


def tidy(runs: list[Run]) -> list[Run]:
    """Return runs with white space collapsed over their borders and nothing invisible left."""
    if len(runs) == 1:
        text = plain(runs[0].text).strip(" ")
        return [Run(text, runs[0].marks)] if text else []
    result: list[Run] = []
    after_space = True
    for at, run in enumerate(runs):
        text = plain(run.text, following=runs[at + 1].text[:1] if at + 1 < len(runs) else "")
        if after_space:
            text = text.lstrip(" ")
        if not text:
            continue
        after_space = text.endswith(" ")
        if result and result[-1].marks == run.marks:
            result[-1] = Run(result[-1].text + text, run.marks)
        else:
            result.append(Run(text, run.marks))
    while result:
        last = result[-1]
        text = last.text.rstrip(" ")
        if text:
            result[-1] = Run(text, last.marks)
            break
        result.pop()
    return result


def plain(text: str, following: str = "") -> str:
    """Return text in NFC with single spaces and without invisible or private characters."""
    if text.isascii():
        return _SPACES.sub(" ", _CONTROL.sub("", text))
    if _UNTIDY.search(text) is None:
        return unicodedata.normalize("NFC", text)
    if "\n" in text or "\r" in text:
        text = _WRAP_IN_CJK.sub("", text + following)
        text = text[: len(text) - len(following)] if following else text
    if _UNWANTED.search(text):
        text = _PRIVATE.sub("", _LONE_JOINER.sub("", _INVISIBLE.sub("", _CONTROL.sub("", text))))
    return unicodedata.normalize("NFC", _MARKS_IN_A_ROW.sub(r"\1", _SPACES.sub(" ", text)))
