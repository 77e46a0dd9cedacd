"""Pages hostile in themselves: read or refused within what one page may cost."""

from __future__ import annotations

import gzip
import re

import pytest

from bot.fetch import sounding
from tests.fetch import faultserver as fs
from tests.fetch.conftest import fetcher_for, more
from tests.fetch.faultserver import fault_server
from tests.hostile.documents import DOCUMENTS, PROSE
from tests.hostile.visiting import fetch_and_read, source_of

SIZE_BYTES = 100_000
LIMITS = more(max_body_bytes=10_000_000, max_unpacked_bytes=30_000_000, total_timeout_s=30.0)


@pytest.mark.parametrize("name", DOCUMENTS)
async def test_each_is_read_or_refused(name: str) -> None:
    document = DOCUMENTS[name]
    body = document.make(SIZE_BYTES).encode("utf-8", "surrogatepass")
    async with fault_server() as server, fetcher_for(LIMITS) as (fetcher, _):
        server.behaviours["/page"] = fs.packed(gzip.compress(body, 1), "gzip")
        outcome = await fetch_and_read(fetcher, source_of(server.base, document.kind, 30.0))
    assert outcome.kind in document.outcomes, outcome
    assert len(outcome.sentence) < 600


def test_real_pages_are_not_even_suspected() -> None:
    page = f"<html><body>{PROSE}{'<div><b>汉滨</b><a href=/1.html>会议</a></div>' * 300}"
    assert not sounding.is_suspicious(page)
    assert sounding.why_refused(page) is None


def test_a_rich_page_is_sounded_and_passes() -> None:
    page = "<ul>" + "".join(f"<li><a href=/{n}.html>会议{n}</a></li>" for n in range(4000))
    assert sounding.is_suspicious(page)
    assert sounding.why_refused(page) is None


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<p><font size=1>" * 40_000, "elements and texts"),
        ("".join(f"<p><font size={n}>" for n in range(30_000)), "exhausts|elements and texts"),
        ("<i><s><u>" * 3000, "deep in one another|elements and texts"),
        ("<div>" * 7000, "deep in one another"),
        ("x" * (sounding.MAX_CHARS + 1), "characters"),
    ],
    ids=["many", "formatting bomb", "deep inline", "deep blocks", "long"],
)
def test_refusals_say_what_is_too_much(page: str, reason: str) -> None:
    found = sounding.why_refused(page)
    assert found is not None
    assert re.search(reason, found), found
