"""One article page: find the fields and the subtree of the article, by rules or without any."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from selectolax.lexbor import LexborHTMLParser, SelectolaxError

from bot.css import hiding_rules, stylesheet
from bot.errors import NotAnArticleError
from bot.extract import dates, people
from bot.extract.body import acquit, find_body
from bot.extract.furniture import SILENT_TAGS, Role
from bot.extract.head import names_of, read_head, text_of
from bot.extract.outline import outline, squeeze
from bot.extract.title import find_title, folded
from bot.model import ExtractedArticle, Finding, Precision
from bot.urls import canonicalise, host_of, resolve

if TYPE_CHECKING:
    from bot.extract.head import Head
    from bot.extract.outline import Outline
    from bot.model import ArticleLink, ArticleRules, FetchedPage, Published

_META_DATES = ("article:published_time", "pubdate", "publishdate", "publish-date", "datepublished",
               "og:published_time", "weibo:article:create_at", "apub:time", "publication_date",
               "date", "dc.date", "dc.date.issued", "dcterms.created", "parsely-pub-date",
               "sailthru.date", "og:release_date", "bytedance:published_time", "_pubtime")  # fmt: skip
_META_SOURCES = ("contentsource", "source", "og:article:source", "mediaid")
_META_AUTHORS = (
    "author",
    "article:author",
    "og:article:author",
    "dc.creator",
    "parsely-author",
    "byl",
)
_DATE_HINT = re.compile(
    r"(?:19|20)\d{2}\s*[-/.年]\s*\d{1,2}|\d{1,3}\s*(?:分钟|小时|天)前|今天|昨天"
)
_CRUMB_NAME = re.compile(
    r"crumb|position|location|dqwz|weizhi|mbx|curmb|where|navpath|local", re.IGNORECASE
)
_CRUMB_TEXT = re.compile(
    r"^.{0,12}(?:当前位置|您的位置|你的位置|所在位置|您现在的位置|位置)\s*[:：]?|^\s*[>»]"
)
_CRUMB_DROP = frozenset(
    {"首页", "正文", "网站首页", "主页", "home", "新闻正文", "内容", "文章", "详细内容"}
)
#: lines around the body in which source, people and dates are looked for
_BEFORE, _AFTER = 14, 14
_NEXT_PAGE = re.compile(r"^(?:下一页|下页|后一页|next|next page|>|»|›)\s*[>»›]*$", re.IGNORECASE)


def extract(
    page: FetchedPage,
    rules: ArticleRules,
    *,
    timezone: str,
    link: ArticleLink | None = None,
) -> ExtractedArticle:
    """Return what an article page says; ``timezone`` (IANA) is that of its dates.

    Each field is taken by the source's rule when it has one and the rule finds something, else
    from the page's own shape.  ``link`` helps with a date or a title that the page lacks.
    Raises ``NotAnArticleError`` when the page has neither prose nor picture nor title.
    """
    tree = LexborHTMLParser(page.text)
    head = read_head(tree)
    ruled = _Ruled(tree, rules)
    tree.strip_tags(SILENT_TAGS)
    ruled.strip()
    root = tree.body or tree.root
    if root is None:
        raise NotAnArticleError(f"{page.effective_url}: the page is empty")
    sheet = stylesheet(head.styles)
    shape = outline(root, sheet)
    acquit(shape)
    body_node = ruled.body()
    index, why = find_body(shape)
    if body_node is not None:
        found = next(
            (i for i, e in enumerate(shape.elements) if e.node.mem_id == body_node.mem_id), -1
        )
        if found >= 0:
            index, why = found, "the source's rule"
    if index < 0:
        pictures = [
            i
            for i, e in enumerate(shape.elements)
            if e.tag in {"img", "video"} and e.role is not Role.FURNITURE
        ]
        if not pictures or not head.title:
            raise NotAnArticleError(f"{page.effective_url}: no prose and no picture; no article")
        index, why = max(shape.elements[pictures[0]].parent, 0), "a picture alone"
    title, title_rule = find_title(shape, head, index)
    if ruled_title := ruled.text(rules.title):
        title, title_rule = ruled_title, "the source's rule"
    if not title and link is not None:
        title, title_rule = link.title, "the listing"
    around = _Around(shape, index, title)
    published, date_rule = _date(page, head, around, ruled, timezone, link)
    source, source_rule = _source(head, around, ruled)
    authors, author_rule = _authors(head, around, ruled)
    editors = _editors(around, ruled)
    crumbs = _breadcrumb(shape, ruled)
    base = page.effective_url
    next_page = _next_page(tree, ruled, base)
    body_html = _body_html(shape, index)
    return ExtractedArticle(
        page=page,
        canonical_url=_canonical(head, base),
        title=title,
        published=published,
        source_name=source,
        authors=authors,
        editors=editors,
        breadcrumb=crumbs,
        body_html=body_html,
        styles=hiding_rules(head.styles),
        next_page_url=next_page,
        findings=(
            Finding(
                field="body",
                value=shape.elements[index].name.strip() or shape.elements[index].tag,
                rule=why,
            ),
            Finding(field="title", value=title, rule=title_rule),
            Finding(
                field="published", value=str(published.at) if published else "", rule=date_rule
            ),
            Finding(field="source", value=source or "", rule=source_rule),
            Finding(field="authors", value=" ".join(authors), rule=author_rule),
        ),
    )


def join(first: ExtractedArticle, *others: ExtractedArticle) -> ExtractedArticle:
    """Return one article of the pages of a paged one: the first page's fields, all bodies."""
    if not others:
        return first
    body = "\n".join([first.body_html, *(other.body_html for other in others)])
    editors = first.editors or next((o.editors for o in others if o.editors), ())
    styles = tuple(dict.fromkeys(s for part in (first, *others) for s in part.styles))
    return replace(first, body_html=body, editors=editors, styles=styles, next_page_url=None)


class _Ruled:
    """What the source's own selectors find on the page."""

    def __init__(self, tree: LexborHTMLParser, rules: ArticleRules) -> None:
        self._tree = tree
        self._rules = rules

    def strip(self) -> None:
        for selector in self._rules.strip:
            for node in self._all(selector):
                node.decompose()
        for name in self._rules.strip_id_or_class:
            for node in self._all(f'[id*="{name}"], [class*="{name}"]'):
                node.decompose()

    def body(self) -> Any:
        return next((n for s in self._rules.body for n in self._all(s)[:1]), None)

    def text(self, selectors: tuple[str, ...]) -> str:
        for selector in selectors:
            for node in self._all(selector):
                attribute = node.attributes.get("content") if node.tag == "meta" else None
                if text := squeeze(attribute or node.text(separator=" ")):
                    return text
        return ""

    def links(self, selectors: tuple[str, ...]) -> list[str]:
        for selector in selectors:
            for node in self._all(selector):
                return [squeeze(a.text()) for a in node.css("a")] or [squeeze(node.text())]
        return []

    def href(self, selector: str | None) -> str | None:
        for node in self._all(selector) if selector else ():
            target: str | None = node.attributes.get("href")
            return target
        return None

    @property
    def rules(self) -> ArticleRules:
        return self._rules

    def _all(self, selector: str) -> list[Any]:
        try:
            return list(self._tree.css(selector))
        except (SelectolaxError, ValueError):
            return []


class _Around:
    """The lines of the page by their place: before the body, in it, behind it."""

    def __init__(self, page: Outline, body: int, title: str) -> None:
        end = page.elements[body].end
        seen = [line for line in page.lines if not line.is_hidden]
        inside = [n for n, line in enumerate(seen) if body <= line.element < end]
        first = inside[0] if inside else len(seen)
        last = inside[-1] + 1 if inside else len(seen)
        self.body = [seen[n].text for n in inside]
        before = [line.text for line in seen[max(0, first - _BEFORE) : first]]
        key = folded(title)
        start = next(
            (n for n in range(len(before) - 1, -1, -1) if key and folded(before[n]) == key), -1
        )
        self.before = before[start + 1 :] if start >= 0 else before
        self.has_title_before = start >= 0
        self.after = [line.text for line in seen[last : last + _AFTER]]

    def near(self) -> list[str]:
        """Return the lines that stand between title and text, then those around the ends."""
        return [*self.before, *self.body[:6], *self.body[-6:], *self.after]


def _date(
    page: FetchedPage, head: Head, around: _Around, ruled: _Ruled, timezone: str,
    link: ArticleLink | None,
) -> tuple[Published | None, str]:  # fmt: skip
    seen_at = page.fetched_at
    if text := ruled.text(ruled.rules.date):
        found = dates.parse(text, timezone, seen_at=seen_at)
        if found is not None:
            return found, "the source's rule"
    declared: Published | None = None
    text = text_of(head.article.get("datePublished")) or head.meta(*_META_DATES) or ""
    if text:
        declared = dates.parse_iso(text, timezone)
    shown: Published | None = None
    for line in [*around.before, *around.body[:4]]:
        if (
            len(line) < 160
            and _DATE_HINT.search(line)
            and (found := dates.parse(line, timezone, seen_at=seen_at))
        ):
            if dates.is_future(found, seen_at):
                continue
            if shown is None or (
                found.at.date() == shown.at.date() and shown.precision is Precision.DAY
            ):
                shown = found
            if shown.precision is not Precision.DAY:
                break
    if declared is not None and not dates.is_future(declared, seen_at):
        if (
            shown is not None
            and shown.at.date() == declared.at.date()
            and (declared.precision is Precision.DAY)
        ):
            return shown, "shown beside the title, its day declared by the head"
        return declared, "declared by the head"
    if shown is not None:
        return shown, "shown beside the title"
    for line in [*around.after, *around.body[-4:]]:
        if len(line) < 80 and (found := dates.parse(line, timezone)):
            return found, "shown below the text"
    if found := dates.from_url(page.effective_url, timezone):
        return found, "the address"
    if link is not None and link.published is not None:
        return link.published, "the listing"
    return None, "none"


def _source(head: Head, around: _Around, ruled: _Ruled) -> tuple[str | None, str]:
    if text := ruled.text(ruled.rules.source):
        return people.source_in(text) or text, "the source's rule"
    for line in around.near():
        if len(line) < 200 and (name := people.source_in(line)):
            return name, "来源 beside the text"
    declared = head.meta(*_META_SOURCES)
    if declared and not declared.startswith("http"):
        return people.source_in(declared) or declared, "declared by the head"
    return None, "none"


def _authors(head: Head, around: _Around, ruled: _Ruled) -> tuple[tuple[str, ...], str]:
    if text := ruled.text(ruled.rules.author):
        return people.authors_in(text) or people.names_in(text) or (text,), "the source's rule"
    for line in around.before:
        if len(line) < 160 and (names := people.authors_in(line)):
            return names, "byline beside the title"
    for line in around.body[:2]:
        if names := people.dateline_authors(line):
            return names, "dateline"
    for line in [*around.body[:1], *around.body[-4:], *around.after[:6]]:
        if len(line) < 80 and (names := people.authors_in(line)):
            return names, "byline at the end of the text"
    names = names_of(head.article.get("author"))
    if names and not any(name.startswith("http") for name in names):
        return names, "JSON-LD"
    text = head.meta(*_META_AUTHORS) or ""
    if text and not text.startswith("http") and len(text) < 60:
        return tuple(
            p.strip() for p in re.split(r"[,，、;]| and ", text) if p.strip()
        ), "declared by the head"
    return (), "none"


def _editors(around: _Around, ruled: _Ruled) -> tuple[tuple[str, str], ...]:
    if text := ruled.text(ruled.rules.editors):
        return people.editors_in(text)
    found: dict[tuple[str, str], None] = {}
    for line in [*around.before, *around.body[:2], *around.body[-6:], *around.after]:
        if len(line) < 200:
            found.update(dict.fromkeys(people.editors_in(line)))
    return tuple(found)


def _breadcrumb(page: Outline, ruled: _Ruled) -> tuple[str, ...]:
    names = ruled.links(ruled.rules.breadcrumb)
    if not names:
        for index, element in enumerate(page.elements):
            if element.name and _CRUMB_NAME.search(element.name) and element.end - index < 60:
                lines = [ln.text for ln in page.lines if index <= ln.element < element.end]
                text = " ".join(lines)
                if 2 <= len(text) <= 160 and re.search(r"[>»›/＞→]|首页", text):
                    names = re.split(r"\s*[>»›＞→/]+\s*", text)
                    break
    if not names:
        for line in page.lines[:80]:
            if _CRUMB_TEXT.search(line.text) and len(line.text) < 120:
                names = re.split(r"\s*[>»›＞→]+\s*", line.text)
                break
    cleaned = [
        re.sub(r"^.*(?:位置|路径)\s*[:：]?\s*", "", squeeze(name)).strip(" -") for name in names
    ]
    return tuple(
        name for name in cleaned if name and name.lower() not in _CRUMB_DROP and len(name) <= 20
    )


def _canonical(head: Head, base: str) -> str:
    if (
        head.canonical
        and (url := resolve(base, head.canonical))
        and (
            host_of(url) == host_of(base)
            and len(url) > len(base.split("/", 3)[0]) + len(host_of(base)) + 4
        )
    ):
        return canonicalise(url)
    return canonicalise(base)


def _next_page(tree: LexborHTMLParser, ruled: _Ruled, base: str) -> str | None:
    href = ruled.href(ruled.rules.next_page_link)
    if href is None:
        stem = re.sub(r"(?:_\d+)?\.\w+$", "", base.rsplit("/", 1)[-1])
        for node in tree.css("a"):
            target = node.attributes.get("href") or ""
            # A next page shares the article's own name: 98982_2.html after 98982.html.
            if stem and f"{stem}_" in target and _NEXT_PAGE.match(squeeze(node.text())):
                href = target
                break
    if href is None or not (url := resolve(base, href)):
        return None
    return url if host_of(url) == host_of(base) and url != base else None


def _body_html(page: Outline, index: int) -> str:
    end = page.elements[index].end
    gone = -1
    for at in range(index + 1, end):
        element = page.elements[at]
        if at < gone:
            continue
        if element.role is Role.FURNITURE and element.tag != "ins":
            gone = element.end
            element.node.decompose()
    return page.elements[index].node.html or ""
