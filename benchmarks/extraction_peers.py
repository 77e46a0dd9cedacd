"""The extractors that ours is measured beside, each optional: what to call, and what it said.

Preparing, running and reading are apart, so that only an extractor's own work is on the clock.
"""

from __future__ import annotations

import json
import logging
import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from datetime import datetime
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tests.golden.scoring import Reading

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One page as every extractor gets it: decoded."""

    id: str
    text: str
    url: str
    #: ISO 639-1 code
    language: str = "zh"
    timezone: str = "Asia/Shanghai"


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """One extractor."""

    name: str
    version: str
    #: makes what ``run`` is given, off the clock
    prepare: Callable[[Page], Any] = lambda page: page
    #: the work that is measured
    run: Callable[[Any], Any]
    #: what it said, in the scorer's words; None for a mere parser
    read: Callable[[Any], Reading] | None = None


def installed_peers() -> tuple[list[Peer], list[str]]:
    """Return the extractors that are here, ours and the bare parse first, and what is missing.

    Only a peer may be missing: without ours there is nothing to measure, and ImportError says why.
    """
    found = [_ours(), _parse()]
    missing: list[str] = []
    for build in (_resiliparse, _trafilatura, _readability, _newspaper, _gne):
        try:
            found.append(build())
        except ImportError as error:
            missing.append(f"{build.__name__.strip('_')} left out: {error}; see `make bench`")
    logging.disable(logging.CRITICAL)
    return found, missing


def _ours() -> Peer:
    from tests.golden.ours import fetched, read, reading

    return Peer(
        name="xianwen",
        version=_own_version(),
        prepare=lambda page: (fetched(page.text, page.url), page.timezone),
        run=lambda given: read(given[0], timezone=given[1]),
        read=reading,
    )


def _own_version() -> str:
    try:
        return metadata.version("xianwen")
    except metadata.PackageNotFoundError:
        return "from the source tree"


def _parse() -> Peer:
    from selectolax.lexbor import LexborHTMLParser

    return Peer(
        name="bare parse",
        version=f"selectolax {metadata.version('selectolax')}",
        run=lambda page: LexborHTMLParser(page.text),
    )


def _trafilatura() -> Peer:
    from trafilatura import bare_extraction

    def read(document: Any) -> Reading:
        if document is None:
            return Reading(paragraphs=())
        return Reading(
            paragraphs=_lines(document.text),
            title=document.title,
            published=_when(document.date),
            authors=_split(document.author),
        )

    return Peer(
        name="trafilatura",
        version=metadata.version("trafilatura"),
        run=lambda page: bare_extraction(
            page.text, url=page.url or None, with_metadata=True, include_comments=False
        ),
        read=read,
    )


def _readability() -> Peer:
    from readability import Document

    def run(page: Page) -> tuple[str, str]:
        document = Document(page.text, url=page.url or None)
        return document.short_title(), document.summary(html_partial=True)

    return Peer(
        name="readability-lxml",
        version=metadata.version("readability-lxml"),
        run=run,
        read=lambda said: Reading(title=said[0], paragraphs=_text_of(said[1])),
    )


def _newspaper() -> Peer:
    from newspaper import Article
    from newspaper.languages import valid_languages

    known = {code for code, _ in valid_languages()}

    def run(page: Page) -> Any:
        language = page.language if page.language in known else "en"
        # Told the language, kept from fetching the page's pictures.
        article = Article(
            page.url or "http://news.example/a/1.html",
            language=language,
            fetch_images=False,
        )
        article.download(input_html=page.text)
        article.parse()
        return article

    def read(article: Any) -> Reading:
        return Reading(
            title=article.title,
            paragraphs=_lines(article.text),
            published=_when(article.publish_date),
            authors=tuple(article.authors),
        )

    return Peer(name="newspaper4k", version=metadata.version("newspaper4k"), run=run, read=read)


def _resiliparse() -> Peer:
    from resiliparse.extract.html2text import extract_plain_text
    from resiliparse.parse.html import HTMLTree

    def run(page: Page) -> tuple[str, str]:
        tree = HTMLTree.parse(page.text)
        return tree.title, extract_plain_text(tree, main_content=True, alt_texts=False)

    return Peer(
        name="resiliparse",
        version=metadata.version("resiliparse"),
        run=run,
        read=lambda said: Reading(title=said[0], paragraphs=_lines(said[1])),
    )


def _gne() -> Peer:
    from gne import GeneralNewsExtractor

    extractor = GeneralNewsExtractor()

    def read(said: dict[str, Any]) -> Reading:
        return Reading(
            title=said["title"],
            paragraphs=_lines(said["content"]),
            published=_when(said["publish_time"]),
            authors=_split(said["author"]),
        )

    return Peer(
        name="GNE",
        version=metadata.version("gne"),
        run=lambda page: extractor.extract(page.text),
        read=read,
    )


#: Mozilla Readability under Node: told where its packages are by this variable, else left out
_NODE_MODULES = "XIANWEN_READABILITY_NODE_MODULES"
_NODE_SCRIPT = """
const {readFileSync} = require('fs');
const {Readability} = require('@mozilla/readability');
const {JSDOM, VirtualConsole} = require('jsdom');
const pages = {}; let cpu_us = 0;
for (const page of JSON.parse(readFileSync(0))) {
  const before = process.cpuUsage();
  const dom = new JSDOM(page.text, {url: page.url || 'http://news.example/a/1.html',
                                    virtualConsole: new VirtualConsole()});
  const said = new Readability(dom.window.document).parse();
  const used = process.cpuUsage(before); cpu_us += used.user + used.system;
  pages[page.id] = said && {title: said.title, html: said.content, byline: said.byline,
                            date: said.publishedTime};
}
console.log(JSON.stringify({cpu_s: cpu_us / 1e6, pages}));
"""


def mozilla(pages: list[Page]) -> tuple[dict[str, Reading], float] | str:
    """Run Mozilla Readability once over ``pages``: readings by id and CPU seconds, or why not."""
    modules, node = os.environ.get(_NODE_MODULES), shutil.which("node")
    if not modules or not node:
        return (
            "Mozilla Readability left out: `npm install @mozilla/readability jsdom` somewhere"
            f" and put the address of that node_modules into {_NODE_MODULES}"
        )
    given = json.dumps([{"id": p.id, "text": p.text, "url": p.url} for p in pages])
    with tempfile.TemporaryDirectory() as folder:
        script = Path(folder, "readability.cjs")
        script.write_text(_NODE_SCRIPT, encoding="utf-8")
        ran = subprocess.run(
            [node, str(script)],
            input=given,
            capture_output=True,
            text=True,
            check=False,
            env={**os.environ, "NODE_PATH": modules},
        )
    if ran.returncode:
        return f"Mozilla Readability left out: {' '.join(ran.stderr.split())[-300:]}"
    said = json.loads(ran.stdout)
    readings = {
        key: Reading(
            title=value["title"],
            paragraphs=_text_of(value["html"] or ""),
            published=_when(value["date"]),
            authors=_split(value["byline"]),
        )
        if value
        else Reading(paragraphs=())
        for key, value in said["pages"].items()
    }
    return readings, said["cpu_s"]


def _lines(text: str | None) -> tuple[str, ...]:
    return tuple(line for line in map(str.strip, (text or "").splitlines()) if line)


def _text_of(markup: str) -> tuple[str, ...]:
    from lxml import html

    broken = re.sub(r"(?i)<br\b[^>]*>|</(?:p|div|li|tr|h\d|section|td)>", "\\g<0>\n", markup)
    return _lines(html.fromstring(f"<div>{broken}</div>").text_content())


def _split(names: str | None) -> tuple[str, ...]:
    return tuple(n for n in re.split(r"[;,、 ]+", names or "") if n)


def _when(said: Any) -> datetime | None:
    if isinstance(said, datetime) or not said:
        return said or None
    try:
        return datetime.fromisoformat(re.sub(r"[年月/]", "-", str(said)).replace("日", ""))
    except ValueError:
        return None
