"""From a fetched page to what it says: the one way through the finders of this package."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from bot.errors import NotAnArticleError
from bot.extract.body import Body, body_at, find_body
from bot.extract.dates import find_date
from bot.extract.edges import trim_edges
from bot.extract.editors import find_editors
from bot.extract.furniture import SILENT_TAGS
from bot.extract.origin import find_source
from bot.extract.outline import Outline, outline
from bot.extract.pages import find_next_page
from bot.extract.people import find_authors
from bot.extract.published import Dated, find_published
from bot.extract.reading import Found, Reading
from bot.extract.sited import Site
from bot.extract.standfirst import find_lead, find_standfirst
from bot.extract.structured import Structured, read_structured
from bot.extract.title import Title, find_title
from bot.extract.trace import Trace
from bot.extract.trail import find_trail
from bot.extract.wording import squeeze
from bot.html.css import hiding_rules, stylesheet
from bot.html.markup import attribute, without_comments
from bot.model import (
    ArticleLink,
    ArticleRules,
    ExtractedArticle,
    FetchedPage,
    Finding,
    Removal,
)
from bot.urls import canonicalise, resolve

if TYPE_CHECKING:
    from selectolax.lexbor import LexborNode

    from bot.extract.site import SiteProfile

#: The attribute that marks in the tree what a source's rules point at.
_POINTER = "data-xianwen-body"
#: A body whose lines sum up to less is looked for once more, in all of the page.
_WEAK = 300.0
_CJK = re.compile(r"[\u4e00-\u9fff]+")
_KANA_HANGUL = re.compile(r"[\u3040-\u30ff\uac00-\ud7af]+")
#: Rows stand in a table, or a parser drops their tags and runs their cells together.
_AROUND_ROWS = {
    "tbody": ("<table>", "</table>"),
    "tr": ("<table><tbody>", "</tbody></table>"),
}
_SOFT_404 = re.compile(
    r"^\W*(?:404\b.{0,30}|.{0,12}(?:页面|网页|文章|内容|信息)(?:不存在|找不到|未找到|已删除|已被删除|无法访问).{0,20}"
    r"|.{0,20}(?:page|file) not found.{0,20}|not found|error 404.{0,20}|.{0,10}您(?:访问|浏览|查看|请求)的.{0,12}(?:不存在|删除|找不到).{0,20})\W*$",
    re.IGNORECASE,
)
_SOURCE_LABEL = re.compile(r"^\s*(?:文章|稿件|信息)?来源\s*[:：]\s*")
_NAME_ENDS = re.compile(r"[-_|–—\s]+")


def extract(
    page: FetchedPage,
    rules: ArticleRules,
    *,
    timezone: str,
    link: ArticleLink | None = None,
    profile: SiteProfile | None = None,
    is_explained: bool = False,
) -> ExtractedArticle:
    """Read a page as an article, by the source's rules where it has some, else by its shape.

    ``timezone`` is the IANA name for dates that name none; ``link`` is the listing's link that
    led here.  ``profile`` is what was learned of the site; with one, even of no page, the answer
    tells what this page teaches.  ``is_explained`` puts down what was weighed for each field.
    Raises ``NotAnArticleError`` for an empty page and for one that says, with status
    200 too, that it is not there.
    """
    tree = LexborHTMLParser(page.text)
    structured = read_structured(tree)
    styles = hiding_rules(node.text() for node in tree.css("style"))
    tree.strip_tags(SILENT_TAGS)
    for selector in _strip_selectors(rules):
        for node in _select(tree, selector):
            node.decompose()
    _point_at_body(tree, rules)
    root = tree.body or tree.root
    if root is None:
        raise NotAnArticleError("The page is empty.")
    markup = without_comments(root.html or "")
    sheet = stylesheet(styles)
    shape = outline(markup, sheet)
    if not shape.lines and not _select(tree, "img"):
        raise NotAnArticleError("The page shows no text.")
    trace = Trace() if is_explained else None
    body = _ruled_body(shape, rules) or find_body(shape, trace)
    if body is None or body.mark < _WEAK:
        # So little that the article may stand in what was passed over.
        if trace is not None:
            trace.offer("body", "the whole page", "too little was found: read again, menus and all")
        shape = outline(markup, sheet, is_whole=True)
        body = _ruled_body(shape, rules) or find_body(shape, trace)
    zone = ZoneInfo(timezone)
    reading = Reading(
        url=page.effective_url,
        outline=shape,
        body=body,
        structured=structured,
        link=link,
        zone=zone,
        now=page.fetched_at,
        is_chinese=_is_chinese(shape, body, structured),
        trace=trace,
    )
    title = _title(tree, reading, rules)
    site = None
    if profile is not None:
        site = Site.of(profile, reading, title)
        corrected = site.corrected(reading, has_rule=bool(rules.body))
        if corrected is not reading:
            reading, body = corrected, corrected.body
            title = _title(tree, reading, rules)
        title = title if title.rule == "rule" else site.titled(reading, title)
    reading = replace(reading, title_line=title.line)
    _refuse_missing(reading, title)
    standfirst: list[str] = []
    if body is not None and not rules.body:
        standfirst = (
            find_lead(reading)
            if reading.is_chinese
            else [f"<p>{html.escape(line)}</p>" for line in find_standfirst(reading)]
        )
        body = trim_edges(reading, body)
        reading = replace(reading, body=body)
    dated = _dated(tree, reading, rules)
    source = _first(tree, rules.source, "rule") or find_source(reading)
    if site is not None:
        dated, source = site.dated(reading, dated), site.sourced(reading, source)
    authors, author_rule = find_authors(reading)
    if rules.author and (ruled := _texts(tree, rules.author)):
        authors, author_rule = (
            [re.sub(r"^(?:作者|记者|文)\s*[:：/]\s*", "", name) for name in ruled],
            "rule",
        )
    editors = find_editors(reading)
    trail = _ruled_trail(tree, rules) or find_trail(reading, title.text)
    next_page = _ruled_next(tree, page, rules) or find_next_page(reading)
    findings = [
        Finding(field="title", value=title.text, rule=title.rule),
        Finding(
            field="published",
            value=dated.published.at.isoformat() if dated.published else "",
            rule=dated.rule,
        ),
        Finding(
            field="source",
            value=source.value if source else "",
            rule=source.rule if source else "none",
        ),
        Finding(field="authors", value="、".join(authors), rule=author_rule),
        Finding(
            field="editors",
            value="、".join(f"{role}:{name}" for role, name in editors),
            rule="editor line" if editors else "none",
        ),
        Finding(field="breadcrumb", value=" > ".join(trail), rule="trail" if trail else "none"),
        Finding(field="body", value=body.reason if body else "", rule=_body_rule(body, site)),
    ]
    body_html, removed = _fragment(shape, body)
    body_html = "".join(standfirst) + body_html
    return ExtractedArticle(
        page=page,
        canonical_url=canonicalise(page.effective_url),
        title=title.text,
        published=dated.published,
        source_name=(_SOURCE_LABEL.sub("", source.value) or None) if source else None,
        authors=tuple(authors),
        editors=tuple(editors),
        breadcrumb=trail,
        body_html=body_html,
        styles=styles,
        site_names=_site_names(structured, title.text),
        next_page_url=next_page,
        findings=tuple(findings),
        removed=tuple(removed),
        offers=tuple(trace.offers) if trace else (),
        sighting=site.sighting(reading, title, dated, source) if site else None,
    )


def _body_rule(body: Body | None, site: Site | None) -> str:
    if body is None:
        return "none"
    return site.correction.rule if site and site.correction else "body"


def _site_names(structured: Structured, title: str) -> tuple[str, ...]:
    """Return what the page calls its site; a <title> tells it behind the headline."""
    names = list(structured.site_names)
    document = structured.document_title
    if title and document.startswith(title):
        names += [
            name.strip()
            for name in _NAME_ENDS.split(document[len(title) :])
            if len(name.strip()) > 2
        ]
    return tuple(dict.fromkeys(names))


def _fragment(shape: Outline, body: Body | None) -> tuple[str, list[Removal]]:
    if body is None:
        return "", []
    removed = []
    texts: dict[int, list[str]] = {at: [] for at, _ in body.cut}
    spans = [(at, shape.ends[at]) for at, _ in body.cut]
    for line in shape.lines:
        for start, end in spans:
            if start <= line.element < end:
                texts[start].append(line.text)
    kept = []
    position = shape.starts[body.element]
    for at, rule in body.cut:
        if not texts[at] and (text := shape.text_of(at)):
            texts[at].append(text)
        if texts[at]:
            removed.append(Removal(rule=rule, text="\n".join(texts[at])[:2000]))
        kept.append(shape.markup[position : shape.starts[at]])
        position = shape.stops[at]
    kept.append(shape.markup[position : shape.stops[body.element]])
    before, behind = _AROUND_ROWS.get(shape.tags[body.element], ("", ""))
    return f"{before}{''.join(kept)}{behind}", removed


def _refuse_missing(reading: Reading, title: Title) -> None:
    prose = (
        sum(len(reading.outline.lines[at].text) for at in reading.body.lines) if reading.body else 0
    )
    if prose >= 400:
        return
    told = (title.text, reading.structured.document_title)
    if any(_SOFT_404.match(text) for text in told) or (
        prose < 120
        and any(_SOFT_404.match(line.text) for line in reading.outline.lines if not line.is_hidden)
        and reading.structured.metas.get("pubdate") is None
    ):
        raise NotAnArticleError("The page says that there is no such page.")


def _is_chinese(shape: Outline, body: Body | None, structured: Structured) -> bool:
    lines = [shape.lines[at].text for at in body.lines[:40]] if body else []
    sample = "".join(lines)[:600] or structured.document_title
    han = sum(map(len, _CJK.findall(sample)))
    if han * 4 < len(sample):
        return False
    return sum(map(len, _KANA_HANGUL.findall(sample))) * 8 < han


def _strip_selectors(rules: ArticleRules) -> list[str]:
    return [
        *rules.strip,
        *(f'[id*="{name}"],[class*="{name}"]' for name in rules.strip_id_or_class),
    ]


def _select(tree: LexborHTMLParser, selector: str) -> list[LexborNode]:
    try:
        return tree.css(selector)
    except SelectolaxError:
        return []


def _texts(tree: LexborHTMLParser, selectors: tuple[str, ...]) -> list[str]:
    for selector in selectors:
        found = [text for node in _select(tree, selector) if (text := squeeze(node.text()))]
        if found:
            return found
    return []


def _first(tree: LexborHTMLParser, selectors: tuple[str, ...], rule: str) -> Found | None:
    texts = _texts(tree, selectors)
    return Found(value=texts[0], rule=rule) if texts else None


def _point_at_body(tree: LexborHTMLParser, rules: ArticleRules) -> None:
    """Mark what the source's rules take for the body, so that the outline shows it."""
    for rank, selector in enumerate(rules.body):
        for node in _select(tree, selector):
            if _POINTER not in node.attributes:
                node.attrs[_POINTER] = str(rank)


def _ruled_body(shape: Outline, rules: ArticleRules) -> Body | None:
    """Return the first of the elements pointed at, by the order of the rules, that holds some."""
    pointed = []
    for at, head in enumerate(shape.heads) if rules.body else ():
        rank = attribute(head, _POINTER)
        if rank is not None:
            pointed.append((rank, at))
    for _, at in sorted(pointed):
        body = body_at(shape, at)
        inside = shape.markup[shape.starts[at] : shape.stops[at]]
        if body.lines or "<img" in inside or "<video" in inside:
            return body
    return None


def _title(tree: LexborHTMLParser, reading: Reading, rules: ArticleRules) -> Title:
    expected = reading.link.title if reading.link else ""
    found = find_title(reading.outline, reading.structured, reading.first_body_line,
                       is_chinese=reading.is_chinese, expected=expected,
                       trace=reading.trace)  # fmt: skip
    ruled = _texts(tree, rules.title)
    return Title(text=ruled[0], line=found.line, rule="rule") if ruled else found


def _dated(tree: LexborHTMLParser, reading: Reading, rules: ArticleRules) -> Dated:
    for text in _texts(tree, rules.date):
        value = find_date(text, reading.zone)
        if value:
            return Dated(published=value, rule="rule")
    return find_published(reading)


def _ruled_trail(tree: LexborHTMLParser, rules: ArticleRules) -> tuple[str, ...]:
    texts = _texts(tree, rules.breadcrumb)
    if len(texts) == 1:
        texts = [step.strip() for step in re.split(r"[>＞»›/]", texts[0])]
    return tuple(text for text in texts if text and text not in ("首页", "正文"))


def _ruled_next(tree: LexborHTMLParser, page: FetchedPage, rules: ArticleRules) -> str | None:
    if not rules.next_page_link:
        return None
    for node in _select(tree, rules.next_page_link):
        target = resolve(page.effective_url, node.attributes.get("href") or "")
        if target and canonicalise(target) != canonicalise(page.effective_url):
            return target
    return None
