"""The body as a reader sees it, cut into drafts of blocks: one walk over the fragment.

A draft is a line of text with its inline marks, or a picture, a video or a table; what it is in
the article (a caption, a subheading) is decided later, beside its neighbours.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from bot.clean.media import picture_url, video_url
from bot.clean.tables import read_table
from bot.css import Stylesheet, has_background, is_hidden_style, is_white_ink
from bot.model import BlockKind, Removal
from bot.urls import resolve

if TYPE_CHECKING:
    from collections.abc import Mapping

    from selectolax.lexbor import LexborNode

#: Marks that inline tags become in the result; a tag that is not here leaves no mark.
_MARKS = {"b": "strong", "strong": "strong", "i": "em", "em": "em", "cite": "em", "dfn": "em",
          "sub": "sub", "sup": "sup", "code": "code", "kbd": "code", "samp": "code", "ruby": "ruby",
          "rt": "rt", "rp": "rp", "u": "u", "s": "s", "del": "s", "strike": "s", "mark": "mark"}  # fmt: skip
_INLINE = frozenset(_MARKS) | frozenset(
    "a abbr acronym bdi bdo big data font ins label nobr o:p q rb rtc small span st1 time tt var wbr picture source bpm amp-img".split()
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_SKIPPED = frozenset(
    {
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "button",
        "select",
        "textarea",
        "input",
        "object",
        "canvas",
        "math",
        "option",
        "dialog",
    }
)
_CAPTION_NAME = re.compile(
    r"caption|pic-?_?(?:desc|text|title|info|note|intro)|img-?_?(?:desc|note|text|title|info|tips)|photo-?_?(?:desc|text|credit|info)|image-?_?(?:desc|credit|info|meta|source)|media-?_?(?:desc|credit|source)|tuzhu|pictext|zhutu|copyright-?holder|figure__|pic_?des|\bcredit",
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

_SPACES = re.compile(r"[ \t\r\n\f\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
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
_CONTROL = re.compile("[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class Run:
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
        return "".join(
            [run.text for run in self.runs if "rt" not in run.marks and "rp" not in run.marks]
        )


@dataclass(slots=True)
class _Context:
    parent: int
    tag: str
    marks: tuple[str, ...]
    block: int
    gone: str
    is_caption: bool
    is_centred: bool
    is_bold: bool
    item: int
    is_ordered: bool
    is_quote: bool
    heading: str
    on_colour: bool
    in_pre: bool


def read_drafts(
    body_html: str, sheet: Stylesheet, base_url: str
) -> tuple[list[Draft], list[Removal]]:
    """Return the visible blocks of a fragment in order, and the hidden text that was left out."""
    tree = LexborHTMLParser(body_html)
    root = tree.body
    drafts: list[Draft] = []
    hidden: dict[tuple[str, int], list[str]] = {}
    if root is None:
        return drafts, []
    contexts: list[_Context] = []
    index_of: dict[int, int] = {}
    runs: list[Run] = []
    current = -1
    is_broken = True

    def finish() -> None:
        if runs and current >= 0:
            draft = _draft(runs, contexts[current])
            if draft is not None:
                drafts.append(draft)
        runs.clear()

    for node in root.traverse(include_text=True):
        if node.is_text_node:
            up = node.parent
            at = index_of.get(up.mem_id, -1) if up is not None else -1
            if at < 0:
                continue
            context = contexts[at]
            text = node.text_content or ""
            if context.gone:
                if not text.isspace() and context.gone != "-":
                    hidden.setdefault((context.gone, at), []).append(text)
                continue
            if is_broken or context.block != current:
                finish()
                current = context.block
                is_broken = False
            if runs or not text.isspace():
                runs.append(Run(text, context.marks))
            continue
        tag = node.tag or ""
        if tag[0] in "-!":
            continue
        up = node.parent
        above_at = index_of.get(up.mem_id, -1) if up is not None else -1
        above = contexts[above_at] if above_at >= 0 else None
        here = len(contexts)
        index_of[node.mem_id] = here
        if above is not None and above.gone:
            contexts.append(
                _Context(
                    above_at,
                    tag,
                    (),
                    above.block,
                    above.gone,
                    False,
                    False,
                    False,
                    -1,
                    False,
                    False,
                    "",
                    False,
                    False,
                )
            )
            continue
        attributes = node.attributes
        context = _context(tag, attributes, above, above_at, here, sheet, base_url)
        contexts.append(context)
        if above_at <= 1 and context.gone and context.gone != "-" and _holds_most(node, root):
            context.gone = ""
        if context.gone:
            continue
        if (
            tag == "br"
            or tag == "hr"
            or tag not in _INLINE | {"img", "iframe", "video", "embed", "audio"}
        ):
            is_broken = True
        if tag == "img":
            picture = picture_url(attributes, base_url)
            if picture:
                finish()
                is_broken = True
                drafts.append(Draft(BlockKind.IMAGE, url=picture, alt=_alt(attributes.get("alt"))))
        elif tag in ("video", "iframe", "embed"):
            video = video_url(node, base_url)
            if video:
                finish()
                is_broken = True
                drafts.append(Draft(BlockKind.VIDEO, url=video, alt=_alt(attributes.get("title"))))
            context.gone = "-"
        elif tag == "table":
            table = read_table(node, sheet)
            if table is not None:
                finish()
                is_broken = True
                drafts.append(Draft(BlockKind.TABLE, table_text=table[0], html=table[1]))
                context.gone = "-"
    finish()
    removals = [
        Removal(rule=rule, text=text)
        for (rule, _), texts in hidden.items()
        if (text := " ".join("".join(texts).split()))
    ]
    return drafts, removals


def _context(
    tag: str,
    attributes: Mapping[str, str | None],
    above: _Context | None,
    above_at: int,
    here: int,
    sheet: Stylesheet,
    base_url: str,
) -> _Context:
    is_inline = tag in _INLINE
    context = _Context(
        parent=above_at,
        tag=tag,
        marks=above.marks if above is not None and is_inline else (),
        block=above.block if is_inline and above is not None else here,
        gone="-" if tag in _SKIPPED else "",
        is_caption=(above is not None and above.is_caption) or tag == "figcaption",
        is_centred=(above is not None and above.is_centred) or tag == "center",
        is_bold=above is not None and above.is_bold and tag not in _HEADINGS,
        item=here if tag == "li" else above.item if above is not None else -1,
        is_ordered=tag == "ol" or (above is not None and above.is_ordered and tag != "ul"),
        is_quote=(above is not None and above.is_quote) or tag == "blockquote",
        heading=tag if tag in _HEADINGS else above.heading if above is not None else "",
        on_colour=above is not None and above.on_colour,
        in_pre=False,
    )
    if tag == "a":
        target = resolve(base_url, attributes.get("href") or "")
        context.marks = (*context.marks, f"a:{target}" if target else "a:")
    elif tag in _MARKS and _MARKS[tag] not in context.marks:
        context.marks = (*context.marks, _MARKS[tag])
    if tag in ("b", "strong") and not is_inline:
        context.is_bold = True
    if not attributes:
        return context
    style = attributes.get("style")
    name = attributes.get("class") or ""
    if style:
        if is_hidden_style(style):
            context.gone = "hidden:style"
        elif "color" in style or "background" in style:
            if has_background(style):
                context.on_colour = True
            elif is_white_ink(style) and not context.on_colour and is_inline:
                context.gone = "hidden:white-ink"
        if _CENTRE.search(style):
            context.is_centred = True
        elif "text-align" in style:
            context.is_centred = False
        if _BOLD.search(style):
            if is_inline and "strong" not in context.marks:
                context.marks = (*context.marks, "strong")
            elif not is_inline:
                context.is_bold = True
    if (attributes.get("align") or "").lower() == "center":
        context.is_centred = True
    elif attributes.get("align"):
        context.is_centred = False
    if attributes.get("bgcolor"):
        context.on_colour = True
    if (
        tag == "font"
        and (attributes.get("color") or "").lower() in ("#ffffff", "white", "#fff")
        and not context.on_colour
    ):
        context.gone = "hidden:white-ink"
    if "hidden" in attributes:
        context.gone = "hidden:attribute"
    if name:
        classes = set(name.split())
        if classes & _JAMMERS:
            context.gone = "hidden:discuz-jammer"
        elif classes & _HIDDEN_CLASSES:
            context.gone = "hidden:class"
        if _CAPTION_NAME.search(name) and tag != "img":
            context.is_caption = True
    if sheet.hides(name, attributes.get("id")):
        context.gone = "hidden:stylesheet"
    if (attributes.get("aria-hidden") or "").lower() == "true" and is_inline:
        context.gone = "hidden:aria"
    return context


def _holds_most(node: LexborNode, root: LexborNode) -> bool:
    return len(node.text()) * 2 > len(root.text())


def _draft(runs: list[Run], context: _Context) -> Draft | None:
    clean_runs = tidy(runs)
    if not clean_runs:
        return None
    linked = sum(
        len(run.text) for run in clean_runs if any(mark.startswith("a:") for mark in run.marks)
    )
    bold = sum(len(run.text) for run in clean_runs if "strong" in run.marks)
    length = sum(len(run.text) for run in clean_runs)
    return Draft(
        BlockKind.PARAGRAPH,
        runs=clean_runs,
        tag=context.heading or context.tag,
        is_caption=context.is_caption,
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
    if "\n" in text or "\r" in text:
        text = _WRAP_IN_CJK.sub("", text + following)
        text = text[: len(text) - len(following)] if following else text
    text = _PRIVATE.sub("", _LONE_JOINER.sub("", _INVISIBLE.sub("", _CONTROL.sub("", text))))
    return unicodedata.normalize("NFC", _SPACES.sub(" ", text))


def _alt(text: str | None) -> str:
    return plain(text or "").strip()[:300]
