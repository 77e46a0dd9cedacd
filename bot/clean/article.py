"""One article made safe to show: hidden text out, marks off, blocks named, sanitised last."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import replace
from html import escape
from typing import TYPE_CHECKING

from selectolax.lexbor import LexborHTMLParser

from bot.clean import boilerplate
from bot.clean.blocks import Draft, Walk, squeeze
from bot.clean.hidden import drop_hidden, visible_text
from bot.clean.sanitize import sanitize
from bot.clean.watermark import find_marks, without_mark
from bot.model import Block, BlockKind, CleanArticle, Removal

if TYPE_CHECKING:
    from bot.model import ArticleRules, ExtractedArticle

_ENDING = re.compile(r"[。！？；，、：:,.!?;…”’」』》）)]$")
_LONGEST_SUBHEADING = 45
_LONGEST_CAPTION = 90


def clean(extracted: ExtractedArticle, rules: ArticleRules) -> CleanArticle:
    """Return ``extracted`` safe to show, with everything that was removed and its rule.

    Never fails on the content of a page.
    """
    tree = LexborHTMLParser(f"<body>{extracted.body_html}</body>")
    removed = list(extracted.removed) + drop_hidden(tree, extracted.styles)
    root = tree.body
    drafts = Walk(extracted.page.effective_url).read(root) if root is not None else []
    drafts = _without_marks(drafts, rules, removed)
    drafts = _replaced(drafts, rules)
    drafts = _trimmed(drafts, extracted.title, removed)
    blocks = tuple(_finished(draft) for draft in _named(drafts))
    return CleanArticle(
        extracted=extracted,
        title=_tidy(extracted.title),
        published=extracted.published,
        source_name=_tidy(extracted.source_name) if extracted.source_name else None,
        authors=tuple(_tidy(name) for name in extracted.authors),
        editors=tuple((_tidy(role), _tidy(name)) for role, name in extracted.editors),
        breadcrumb=tuple(_tidy(name) for name in extracted.breadcrumb),
        blocks=blocks,
        removed=tuple(removed),
        html=sanitize(_html(blocks)),
    )


def _tidy(text: str) -> str:
    return unicodedata.normalize("NFC", squeeze(visible_text(text)))


def _without_marks(drafts: list[Draft], rules: ArticleRules, removed: list[Removal]) -> list[Draft]:
    patterns = [re.compile(f"(?:{pattern})$") for pattern in rules.watermark]
    marks = find_marks([draft.text for draft in drafts])
    if not marks and not patterns:
        return drafts
    kept = []
    for draft in drafts:
        text, gone = without_mark(draft.text, marks, patterns)
        if gone is None:
            kept.append(draft)
            continue
        removed.append(gone)
        html = escape(text, quote=False)
        if draft.html.rstrip().endswith(escape(gone.text, quote=False)):
            html = draft.html.rstrip()[: -len(escape(gone.text, quote=False))].rstrip()
        if text:
            kept.append(replace(draft, text=text, html=html))
    return kept


def _replaced(drafts: list[Draft], rules: ArticleRules) -> list[Draft]:
    if not rules.replace:
        return drafts
    changes = [(re.compile(pattern), by) for pattern, by in rules.replace]
    for draft in drafts:
        text = draft.text
        for pattern, by in changes:
            text = pattern.sub(by, text)
        if text != draft.text:
            draft.text, draft.html = text.strip(), escape(text.strip(), quote=False)
    return [draft for draft in drafts if draft.text or draft.url]


def _folded(text: str) -> str:
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))


def _trimmed(drafts: list[Draft], title: str, removed: list[Removal]) -> list[Draft]:
    """Take off what stands above and below the text inside its container.

    Lines in the midst of the text are judged as well, but only by the rules, never by place.
    """
    key = _folded(title)
    spoken = [n for n, d in enumerate(drafts) if d.text]
    head = set(spoken[:8])
    stop = len(drafts)
    for place, number in enumerate(spoken):
        if place >= len(spoken) * 0.6 and boilerplate.ends_article(drafts[number].text):
            stop = number
            break
    kept: list[Draft] = []
    for number, draft in enumerate(drafts):
        if number >= stop:
            removed.append(Removal(rule="below the article", text=draft.text or draft.url or ""))
            continue
        if not draft.text or draft.kind in {BlockKind.TABLE, BlockKind.LIST}:
            kept.append(draft)
            continue
        rule = boilerplate.rule_for(draft.text)
        if rule is None and number in head and key and _folded(draft.text) == key:
            rule = "title repeated"
        if rule is None:
            kept.append(draft)
        else:
            removed.append(Removal(rule=rule, text=draft.text))
    return kept


def _named(drafts: list[Draft]) -> list[Draft]:
    """Tell captions, subheadings and credits from paragraphs."""
    last_text = max((n for n, d in enumerate(drafts) if d.text), default=-1)
    for number, draft in enumerate(drafts):
        if draft.kind is not BlockKind.PARAGRAPH:
            continue
        before = drafts[number - 1].kind if number else None
        is_after_picture = before is BlockKind.IMAGE or (before is BlockKind.VIDEO)
        is_whole = bool(_ENDING.search(draft.text))
        if draft.is_figcaption:
            draft.kind = BlockKind.CAPTION
        elif number == last_text and boilerplate.is_credit(draft.text):
            draft.kind = BlockKind.CREDIT
        elif (
            is_after_picture
            and len(draft.text) <= _LONGEST_CAPTION
            and (
                draft.is_centred
                or (not is_whole and len(draft.text) <= _LONGEST_SUBHEADING and not draft.is_bold)
            )
        ):
            draft.kind = BlockKind.CAPTION
        elif draft.is_bold and not is_whole and len(draft.text) <= _LONGEST_SUBHEADING:
            draft.kind = BlockKind.SUBHEADING
    return drafts


def _finished(draft: Draft) -> Block:
    text = unicodedata.normalize("NFC", draft.text)
    return Block(
        kind=draft.kind,
        text=text,
        html=sanitize(unicodedata.normalize("NFC", draft.html)) if draft.html else "",
        url=draft.url,
        alt=draft.alt,
    )


def _html(blocks: tuple[Block, ...]) -> str:
    parts: list[str] = []
    for number, block in enumerate(blocks):
        match block.kind:
            case BlockKind.IMAGE:
                follower = blocks[number + 1] if number + 1 < len(blocks) else None
                caption = ""
                if follower is not None and follower.kind is BlockKind.CAPTION:
                    caption = f"<figcaption>{follower.html}</figcaption>"
                parts.append(
                    f'<figure><img src="{escape(block.url or "")}" alt="{escape(block.alt)}">'
                    f"{caption}</figure>"
                )
            case BlockKind.VIDEO:
                parts.append(
                    f'<figure><video src="{escape(block.url or "")}" controls></video></figure>'
                )
            case BlockKind.CAPTION:
                if not number or blocks[number - 1].kind is not BlockKind.IMAGE:
                    parts.append(f"<p>{block.html}</p>")
            case BlockKind.SUBHEADING:
                parts.append(f"<h3>{block.html}</h3>")
            case BlockKind.LIST | BlockKind.TABLE:
                parts.append(block.html)
            case BlockKind.QUOTE:
                parts.append(f"<blockquote><p>{block.html}</p></blockquote>")
            case _:
                parts.append(f"<p>{block.html}</p>")
    return "\n".join(parts)
