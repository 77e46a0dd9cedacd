"""The blocks of an article: one walk over its fragment, a block at each break."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from bot.clean.hidden import visible_text
from bot.model import BlockKind
from bot.urls import resolve

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

_INLINE = frozenset(
    [
        "a",
        "abbr",
        "acronym",
        "b",
        "bdi",
        "bdo",
        "big",
        "cite",
        "code",
        "data",
        "del",
        "dfn",
        "em",
        "font",
        "i",
        "ins",
        "kbd",
        "label",
        "mark",
        "nobr",
        "q",
        "rb",
        "rp",
        "rt",
        "ruby",
        "s",
        "samp",
        "small",
        "span",
        "strike",
        "strong",
        "sub",
        "sup",
        "time",
        "tt",
        "u",
        "var",
        "wbr",
        "o:p",
        "st1",
        "center-inline",
    ]
)
_KEPT_INLINE = {"strong": "strong", "b": "strong", "em": "em", "i": "em", "sub": "sub", "sup": "sup",
                "ruby": "ruby", "rb": "rb", "rt": "rt", "rp": "rp"}  # fmt: skip
_SILENT = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "iframe",
        "form",
        "button",
        "input",
        "select",
        "textarea",
        "svg",
        "object",
        "canvas",
    ]
)
_LAZY = ("data-original", "data-src", "data-lazy-src", "data-actualsrc", "data-lazyload", "data-url",
         "data-echo", "data-srcset", "file", "zoomfile", "_src", "original", "src")  # fmt: skip
_SPACES = re.compile(r"[ \t\r\n\f\v\u00a0\u3000]+")
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})


@dataclass(slots=True)
class Draft:
    """A block before anything was decided about it."""

    kind: BlockKind
    text: str = ""
    html: str = ""
    url: str | None = None
    alt: str = ""
    is_centred: bool = False
    #: all of its text is bold
    is_bold: bool = False
    is_figcaption: bool = False


@dataclass(slots=True)
class _Line:
    """The inline pieces since the last break."""

    html: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)
    bold: int = 0


def squeeze(text: str) -> str:
    """Return ``text`` with runs of white space made one space."""
    return _SPACES.sub(" ", text).strip()


class Walk:
    """One walk over a fragment; gathers drafts in reading order."""

    def __init__(self, base_url: str) -> None:
        self._base_url = base_url
        self.drafts: list[Draft] = []
        self._line = _Line()
        self._centred = 0
        self._bold = 0
        self._quote = 0
        self._heading = 0
        self._figcaption = 0

    def read(self, root: LexborNode) -> list[Draft]:
        """Return the drafts of everything below ``root``."""
        self._children(root)
        self._break()
        return self.drafts

    def _children(self, node: LexborNode) -> None:
        for child in node.iter(include_text=True):
            self._node(child)

    def _node(self, node: LexborNode) -> None:
        tag = node.tag or ""
        if node.is_text_node:
            self._text(visible_text(node.text_content or ""))
        elif tag in _SILENT or tag.startswith(("-", "!")):
            return
        elif tag == "br":
            self._break()
        elif tag in {"img", "amp-img"}:
            self._picture(node)
        elif tag in {"video", "audio"}:
            self._video(node)
        elif tag in {"ul", "ol"}:
            self._list(node, tag)
        elif tag == "table":
            self._table(node)
        elif tag in _INLINE:
            self._inline(node, tag)
        else:
            self._block(node, tag)

    def _text(self, text: str) -> None:
        if not text:
            return
        self._line.text.append(text)
        self._line.html.append(escape(_SPACES.sub(" ", text), quote=False))
        if self._bold:
            self._line.bold += len(squeeze(text))

    def _inline(self, node: LexborNode, tag: str) -> None:
        is_bold = tag in {"strong", "b"} or "font-weight:bold" in _style(node)
        self._bold += is_bold
        href = resolve(self._base_url, node.attributes.get("href") or "") if tag == "a" else None
        kept = "a" if href else _KEPT_INLINE.get(tag)
        mark = len(self._line.html)
        self._children(node)
        self._bold -= is_bold
        inner = "".join(self._line.html[mark:]) if mark <= len(self._line.html) else ""
        if kept and inner.strip():
            opening = f'<a href="{escape(href)}">' if href else f"<{kept}>"
            self._line.html[mark:] = [opening, inner, f"</{kept}>"]

    def _block(self, node: LexborNode, tag: str) -> None:
        self._break()
        style = _style(node)
        is_centred = (
            tag == "center"
            or "text-align:center" in style
            or ((node.attributes.get("align") or "").lower() == "center")
        )
        is_caption = tag == "figcaption"
        self._centred += is_centred
        self._quote += tag == "blockquote"
        self._heading += tag in _HEADINGS
        self._figcaption += is_caption
        self._children(node)
        self._break()
        self._centred -= is_centred
        self._quote -= tag == "blockquote"
        self._heading -= tag in _HEADINGS
        self._figcaption -= is_caption

    def _break(self) -> None:
        line, self._line = self._line, _Line()
        text = squeeze("".join(line.text))
        if not text:
            return
        kind = BlockKind.PARAGRAPH
        if self._heading:
            kind = BlockKind.SUBHEADING
        elif self._quote:
            kind = BlockKind.QUOTE
        self.drafts.append(
            Draft(
                kind=kind,
                text=text,
                html="".join(line.html).strip(),
                is_centred=bool(self._centred),
                is_bold=line.bold >= len(text.replace(" ", "")) > 0,
                is_figcaption=bool(self._figcaption),
            )
        )

    def _picture(self, node: LexborNode) -> None:
        attributes = node.attributes
        for name in _LAZY:
            value = (attributes.get(name) or "").strip().split(" ")[0]
            if value and not value.startswith("data:") and (url := resolve(self._base_url, value)):
                break
        else:
            return
        if _is_ornament(attributes, url):
            return
        self._break()
        alt = squeeze(visible_text(attributes.get("alt") or ""))
        self.drafts.append(Draft(kind=BlockKind.IMAGE, url=url, alt=alt))

    def _video(self, node: LexborNode) -> None:
        source = node.attributes.get("src") or next(
            (n.attributes.get("src") for n in node.css("source")), None
        )
        if source and (url := resolve(self._base_url, source)):
            self._break()
            self.drafts.append(Draft(kind=BlockKind.VIDEO, url=url))

    def _list(self, node: LexborNode, tag: str) -> None:
        items = [child for child in node.iter() if child.tag == "li"]
        if (
            not items
            or node.css_first("img, table, p p, video") is not None
            or any(len(item.css("p, div")) > 2 for item in items)
        ):
            self._block(node, tag)
            return
        self._break()
        texts, htmls = [], []
        for item in items:
            part = Walk(self._base_url)
            drafts = part.read(item)
            if drafts:
                texts.append(" ".join(d.text for d in drafts))
                htmls.append("<li>" + "<br>".join(d.html for d in drafts) + "</li>")
        if texts:
            self.drafts.append(
                Draft(
                    kind=BlockKind.LIST,
                    text="\n".join(texts),
                    html=f"<{tag}>{''.join(htmls)}</{tag}>",
                )
            )

    def _table(self, node: LexborNode) -> None:
        rows = node.css("tr")
        cells = [[c for c in row.iter() if c.tag in {"td", "th"}] for row in rows]
        width = max((len(row) for row in cells), default=0)
        is_layout = (
            width < 2
            or node.css_first("img, p p, table, ul") is not None
            or any(len(squeeze(c.text())) > 200 for row in cells for c in row)
        )
        if is_layout:
            self._block(node, "table")
            return
        self._break()
        texts, htmls = [], []
        for row in cells:
            values = [squeeze(visible_text(cell.text(separator=" "))) for cell in row]
            if any(values):
                texts.append("\t".join(values))
                htmls.append(
                    "<tr>"
                    + "".join(_cell(c, v) for c, v in zip(row, values, strict=True))
                    + "</tr>"
                )
        if texts:
            self.drafts.append(
                Draft(
                    kind=BlockKind.TABLE,
                    text="\n".join(texts),
                    html=f"<table><tbody>{''.join(htmls)}</tbody></table>",
                )
            )


def _cell(node: LexborNode, text: str) -> str:
    spans = "".join(
        f' {name}="{value}"'
        for name in ("colspan", "rowspan")
        if (value := node.attributes.get(name) or "").isdigit() and value != "1"
    )
    return f"<{node.tag}{spans}>{escape(text, quote=False)}</{node.tag}>"


def _style(node: LexborNode) -> str:
    return (node.attributes.get("style") or "").replace(" ", "").lower()


def _is_ornament(attributes: dict[str, str | None], url: str) -> bool:
    for name in ("width", "height"):
        value = (attributes.get(name) or "").removesuffix("px")
        if value.isdigit() and int(value) < 40:
            return True
    return bool(
        re.search(
            r"/(?:icon|logo|qrcode|ewm|blank|spacer|loading|pixel|arrow|share)[\w-]*\.(?:gif|png|jpe?g|svg)",
            url,
            re.IGNORECASE,
        )
    )
