"""Entries made once: the same bytes as made anew, and never those of an entry that changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.publish.compose import compose
from bot.publish.document import write
from bot.publish.entry import EntryContext
from bot.publish.feed import Format, Picture
from bot.publish.pieces import Pieces
from bot.publish.topic import EVERYTHING
from tests.readside import CATALOGUE, SITE, article

CONTEXT = EntryContext(site=SITE, catalogue=CATALOGUE)
FEED = compose(EVERYTHING, [article(n) for n in range(3)], CONTEXT)
KEPT = Picture(url="https://news.example/media/x.jpg", media_type="image/jpeg", size_bytes=9,
               width=640, height=480)  # fmt: skip


@pytest.mark.parametrize("form", Format)
def test_a_document_of_kept_entries_is_the_one_made_anew(form):
    pieces = Pieces()
    write(FEED, form, pieces)
    assert write(FEED, form, pieces) == write(FEED, form)


@pytest.mark.parametrize("form", Format)
@pytest.mark.parametrize(
    "change",
    [
        {"title": "别的标题"},
        {"colophon": "<p>别的末行</p>"},
        {"pictures": (KEPT,)},
        {"updated": FEED.entries[1].updated + timedelta(seconds=1)},
        {"is_withdrawn": True, "title": "〔原文已撤〕"},
    ],
    ids=lambda change: next(iter(change)),
)
def test_whatever_changes_in_an_entry_makes_it_anew(form, change):
    pieces = Pieces()
    write(FEED, form, pieces)
    first, second, third = FEED.entries
    changed = replace(FEED, entries=(first, replace(second, **change), third))
    assert write(changed, form, pieces) == write(changed, form)
    assert write(FEED, form, pieces) == write(FEED, form)


def test_the_same_entry_of_another_site_is_another():
    pieces = Pieces()
    write(FEED, Format.JSON, pieces)
    moved = replace(FEED, generator_url="https://elsewhere.example/about")
    assert write(moved, Format.JSON, pieces) == write(moved, Format.JSON)


def test_no_more_is_kept_than_there_is_room_for():
    pieces = Pieces(max_bytes=400)
    made = []

    def make(entry):
        made.append(entry.id)
        return b"x" * 100

    for _ in range(2):
        for n in range(3):
            pieces.of(FEED.entries[n], "kind", make)
    assert len(made) <= 6
    assert len(pieces._young) + len(pieces._old) <= 4
    pieces.of(FEED.entries[2], "kind", make)
    count = len(made)
    pieces.of(FEED.entries[2], "kind", make)
    assert len(made) == count


def test_a_kept_picture_says_how_large_it_is():
    context = replace(CONTEXT, picture_at=lambda url: KEPT)
    feed = compose(EVERYTHING, (article(1),), context)
    assert 'src="https://news.example/media/x.jpg" width="640" height="480"' in feed.entries[0].body
    assert b'width="640" height="480"' in write(feed, Format.ATOM).body
