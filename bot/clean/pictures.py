"""An article without its pictures, for sources that must not have them republished."""

from __future__ import annotations

from dataclasses import replace

from bot.clean.render import assemble
from bot.model import BlockKind, CleanArticle, Removal


def without_pictures(article: CleanArticle) -> CleanArticle:
    """Return the article without pictures and their captions; what went is told."""
    if not article.images:
        return article
    kept, removed = [], []
    is_caption_of_gone = False
    for block in article.blocks:
        is_gone = block.kind is BlockKind.IMAGE or (
            block.kind is BlockKind.CAPTION and is_caption_of_gone
        )
        if is_gone:
            removed.append(Removal(rule="pictures: drop", text=block.text or block.url or ""))
            is_caption_of_gone = True
        else:
            kept.append(block)
            is_caption_of_gone = False
    return replace(
        article,
        blocks=tuple(kept),
        html=assemble(kept),
        removed=(*article.removed, *removed),
    )
