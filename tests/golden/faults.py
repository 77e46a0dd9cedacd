"""What is wrong with one reading, in words: for the gate's message and for whoever mends it."""

from __future__ import annotations

from collections import Counter

from tests.golden.scoring import Gold, Reading, fold, score, squeeze


def faults(gold: Gold, reading: Reading) -> list[str]:
    """Return one line for each thing that is wrong; empty when nothing is."""
    result = score(gold, reading)
    told = [
        f"{name}: {claim!r} should be {truth!r}"
        for name, is_right, claim, truth in (
            ("title", result.has_title, reading.title, gold.title),
            ("day", result.has_day, str(reading.published), str(gold.published)),
            ("minute", result.has_minute, str(reading.published), str(gold.published)),
            ("source", result.has_source, reading.source, gold.source),
            ("source", result.has_no_false_source, reading.source, None),
            ("authors", result.has_authors, reading.authors, gold.authors),
            ("authors", result.has_no_false_author, reading.authors, ()),
            ("editors", result.has_editors, reading.editors, gold.editors),
            ("roles", result.has_roles, reading.roles, gold.roles),
            ("images", result.has_images, reading.images, gold.images),
        )
        if is_right is False
    ]
    true = Counter(p for p in map(squeeze, gold.paragraphs) if p)
    read = Counter(p for p in map(squeeze, reading.paragraphs) if p)
    told += [f"lost: {_short(text)}" for text in (true - read).elements()]
    told += [f"not of the article: {_short(text)}" for text in (read - true).elements()]
    return told


def _short(text: str) -> str:
    text = fold(text)
    return text if len(text) <= 90 else f"{text[:50]} … {text[-35:]}"
