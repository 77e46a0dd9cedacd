"""What holds for any input, one function a stage: asked by the properties and by the fuzzer.

Each takes whatever comes, lets the stage's own errors pass as answers, and raises AssertionError
where a promise is broken.
"""

from __future__ import annotations

import json
import re
import unicodedata
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree

from bot.clean import clean
from bot.clean.render import ATTRIBUTES, TAGS, sanitise
from bot.discover.face import face_from, face_of
from bot.discover.listing import discover
from bot.errors import ConfigError, DiscoverError, ExtractError
from bot.extract import extract, join
from bot.fetch.charset import decode
from bot.html.hacked import signs_of
from bot.model import ArticleRules, FetchedPage, ListingRules, SourceKind, Validators
from bot.publish.compose import compose
from bot.publish.document import write
from bot.publish.entry import EntryContext
from bot.publish.feed import Format
from bot.publish.topic import EVERYTHING
from bot.settings import yamlfile
from storage.model import KeptBlock
from tests.publish.rules import faults_of
from tests.readside import CATALOGUE, NOW, SITE, article

LATER = NOW + timedelta(days=30)
ADDRESS = "http://www.hanbin.gov.cn/n/1.html"
ZONE = "Asia/Shanghai"


def page_of(text: str, media_type: str = "text/html") -> FetchedPage:
    return FetchedPage(
        requested_url=ADDRESS,
        effective_url=ADDRESS,
        status=200,
        body=text.encode("utf-8", "replace"),
        text=text,
        charset="utf-8",
        charset_evidence="meta",
        media_type=media_type,
        validators=Validators(),
        fetched_at=datetime(2026, 11, 24, tzinfo=UTC),
        elapsed_s=0.1,
    )


def charset(body: bytes, content_type: str) -> None:
    found = decode(body, content_type=content_type)
    assert "".encode(found.charset) == b""
    assert len(found.text) <= len(body)
    if body.isascii() and found.charset == "utf-8":
        assert found.text == body.decode("ascii")


def listing(text: str, kind: SourceKind) -> None:
    try:
        found = discover(page_of(text), ListingRules(), timezone=ZONE, kind=kind)
    except DiscoverError:
        return
    assert found.links
    for link in found.links:
        assert link.url.startswith(("http://", "https://"))
        assert link.published is None or link.published.at.tzinfo is not None


def reading(text: str) -> None:
    """Extract and clean: what is cleaned is clean, and stays so."""
    try:
        extracted = join(extract(page_of(text), ArticleRules(), timezone=ZONE))
    except ExtractError:
        return
    found = clean(extracted, ArticleRules())
    # Sanitising is done: once more changes nothing.
    assert sanitise(found.html) == found.html
    for block in found.blocks:
        assert sanitise(block.html) == block.html
        assert unicodedata.normalize("NFC", block.text) == block.text
        assert block.url is None or block.url.startswith(("http://", "https://"))
    told = found.title + found.text + "".join(found.authors)
    assert not any(
        unicodedata.category(char) in {"Cc", "Cs"} for char in told if char not in "\n\t"
    )
    assert found.published is None or found.published.at.tzinfo is not None
    # Cleaning what is clean: the prose stays.
    again = clean(replace(extracted, body_html=found.html, styles=()), ArticleRules())
    assert sanitise(again.html) == again.html


def sanitising(text: str) -> None:
    once = sanitise(text)
    assert sanitise(once) == once
    assert {tag.lower() for tag in re.findall(r"<([a-zA-Z][^\s/>]*)", once)} <= TAGS
    names = {"rel"} | set().union(*ATTRIBUTES.values())
    tags = re.sub(r"(^|>)[^<]*", r"\1", once)
    assert set(re.findall(r' ([a-z-]+)="', tags)) <= names


def feeds(title: str, authors: list[str], text: str, body: str, url: str) -> None:
    kept = article(
        1,
        title=title,
        authors=tuple(authors),
        text=text,
        html=sanitise(body),
        source_name=title,
        breadcrumb=(text[:10],),
        url=f"http://www.hanbin.gov.cn/{url}",
        blocks=(KeptBlock(kind="image", text="", html="", url="http://x.cn/1.jpg", alt=title),),
    )
    feed = compose(EVERYTHING, (kept,), EntryContext(site=SITE, catalogue=CATALOGUE))
    for form in Format:
        document = write(feed, form).body
        if form is Format.JSON:
            assert json.loads(document)["items"]
        else:
            assert len(ElementTree.fromstring(document)) > 0  # noqa: S314 -- our own
        faults = faults_of(form, document, feed.self_urls[form], LATER)
        # What stands in the body is taken as it was sanitised, relative addresses included.
        assert [fault for fault in faults if not fault.startswith("ContainsRelRef")] == []


def yaml(content: bytes) -> None:
    try:
        value = yamlfile.parse(content, "any.yaml").value
    except ConfigError as error:
        faults = [str(fault) for fault in error.faults]
    else:
        assert value is None or isinstance(value, dict | list | str | int | float | bool)
        return
    assert faults
    assert not any("\n" in fault for fault in faults)


def face(text: str) -> None:
    found = face_of(text)
    assert face_from(found.as_text()) == found
    assert all(sign.told for sign in signs_of(text, "http://www.hanbin.gov.cn/"))
