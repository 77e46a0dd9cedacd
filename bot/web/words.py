"""Every word of the site's own, in Chinese and in English."""

from __future__ import annotations

import re
from typing import Literal

Language = Literal["zh", "en"]

WORDS: dict[str, tuple[str, str]] = {
    "navigation": ("导航", "Navigation"),
    "home": ("首页", "Front page"),
    "places": ("各地", "Places"),
    "search": ("检索", "Search"),
    "subscribe": ("订阅", "Subscribe"),
    "about": ("关于", "About"),
    "other_language": ("English", "中文"),
    "skip": ("跳到正文", "Skip to content"),
    "updated": ("更新至", "Updated to"),
    "latest": ("最新", "Latest"),
    "all_news": ("全部新闻", "All news"),
    "more": ("更多", "More"),
    "older": ("更早的新闻", "Older news"),
    "later": ("较新的新闻", "Later news"),
    "newest": ("回到最新", "Back to the newest"),
    "empty": ("还没有新闻。", "No news yet."),
    "districts": ("县区", "Districts"),
    "sources": ("来源", "Sources"),
    "towns": ("乡镇街道", "Towns"),
    "feeds": ("订阅地址", "Feed addresses"),
    "feed_of": ("订阅", "Feed of"),
    "how_to": (
        "把下面的地址粘贴进阅读器，有新文章时它会自己出现。Atom 适合多数阅读器。",
        "Paste one of these addresses into your reader; new articles will appear there by "
        "themselves. Atom suits most readers.",
    ),
    "address": ("地址", "Address"),
    "open_in_reader": ("用阅读器打开", "Open in a reader"),
    "qr": ("用手机扫码取得地址", "Scan for the address on a phone"),
    "this_is_feed": ("这是一份订阅源", "This is a feed"),
    "this_is_feed_why": (
        "它是给阅读器读的：把地址栏里的地址交给阅读器，就能收到这里的新文章。下面是它现在的内容。",
        "It is made for feed readers: give the address of this page to yours and new articles "
        "arrive by themselves. This is what it holds now.",
    ),
    "as_xml": ("查看原始文件", "See the file itself"),
    "original": ("阅读原文", "Read the original"),
    "origin": ("来源", "Source"),
    "authors": ("作者", "By"),
    "first_seen": ("收录", "Archived"),
    "revised": ("修订", "Revised"),
    "history": ("修订历史", "Revision history"),
    "revision": ("第{}版", "Revision {}"),
    "no_change": ("与上一版相同的段落未列出。", "Paragraphs that did not change are left out."),
    "first_revision": ("最初的样子", "As first seen"),
    "publications": ("同一报道也见", "Also published at"),
    "withdrawn": (
        "原网页已撤下，以下是撤下之前的存档。",
        "The original page was withdrawn; this is the archived copy.",
    ),
    "withdrawn_mark": ("原文已撤", "withdrawn"),
    "link_only": (
        "这一来源只提供标题和链接，请阅读原文。",
        "This source is listed by title and link only; please read the original.",
    ),
    "not_found": ("没有这一页", "No such page"),
    "not_found_why": (
        "地址可能写错了，也可能文章已按要求移除。",
        "The address may be mistyped, or the article was taken down.",
    ),
    "query": ("要找的词", "Words to find"),
    "everywhere": ("全部地区", "Everywhere"),
    "source": ("来源", "Source"),
    "any_source": ("全部来源", "Any source"),
    "since": ("从", "From"),
    "until": ("到", "To"),
    "results": ("找到的文章", "Results"),
    "no_results": ("没有找到。换一个词，或放宽条件。", "Nothing found. Try other words."),
    "search_feed": ("订阅这次检索", "Subscribe to this search"),
    "search_hint": ("输入两个字以上，如“茶叶”“汉江”。", "Two characters or more, such as 茶叶."),
    "many_sources": (
        "共 {} 个来源，各有自己的订阅源，都在这份清单里：",
        "Each of the {} sources has feeds of its own; this list has them all:",
    ),
    "status": ("运行状况", "Status"),
    "state": ("状态", "State"),
    "last_success": ("上次读到", "Last read"),
    "last_news": ("上次有新文章", "Last news"),
    "next_run": ("下次", "Next"),
    "place": ("地区", "Place"),
    "never": ("尚未", "never"),
    "opml": ("全部订阅源（OPML）", "All feeds (OPML)"),
    "pictures_from": ("图片来自原网站。", "Pictures come from the original site."),
    "contact": ("联系", "Contact"),
    "page_of": ("第{}页", "Page {}"),
    "city_feed": ("全市", "Whole city"),
    "archive": ("往月", "Past months"),
    "made_by": ("由县闻生成", "Made by Xianwen"),
}


def words_in(language: Language) -> dict[str, str]:
    """Return all words in one language, by their keys."""
    index = 0 if language == "zh" else 1
    return {key: pair[index] for key, pair in WORDS.items()}


#: states of a source as ``bot.health`` names them, for those who only read
STATES: dict[str, tuple[str, str]] = {
    "new": ("尚未访问", "not visited yet"),
    "ok": ("正常", "fine"),
    "unchanged": ("无变化", "unchanged"),
    "quiet": ("久无新文", "quiet for long"),
    "degraded": ("读取不全", "read in part"),
    "listing-missing": ("列表失踪", "listing missing"),
    "listing-empty": ("列表为空", "listing empty"),
    "blocked": ("被对方拦截", "blocked"),
    "robots-denied": ("对方不许访问", "denied by robots.txt"),
    "taken-over": ("网站易主", "site taken over"),
    "moved": ("网站已迁", "site moved"),
    "dns": ("域名无法解析", "name not found"),
    "tls": ("加密连接失败", "TLS fails"),
    "timeout": ("超时", "times out"),
    "http": ("连接失败", "connection fails"),
    "stale": ("过期未访问", "overdue"),
    "internal": ("内部错误", "internal fault"),
}
BAD_STATES = frozenset(STATES) - {"new", "ok", "unchanged", "quiet"}


class _States(dict[str, str]):
    """States by their words; one without a name goes by its word."""

    def __missing__(self, word: str) -> str:
        return word


def states_in(language: Language) -> dict[str, str]:
    """Return the states in one language; an unknown one is named by its own word."""
    index = 0 if language == "zh" else 1
    return _States({word: pair[index] for word, pair in STATES.items()})


_FIELDS = {"title": "标题", "text": "正文", "date": "日期", "source": "来源"}
_REASONS = (
    (re.compile(r"first seen"), "首次收录"),
    (re.compile(r"title and text of (\S+)"), r"标题、正文同 \1"),
    (re.compile(r"the text of (\S+)"), r"正文同 \1"),
    (re.compile(r"(\d+%) of the text of (\S+)"), r"正文有 \1 同 \2"),
)


def reason_in(language: Language, reason: str) -> str:
    """Return why a revision was made, which ``bot.dedupe`` says in English."""
    if language == "en":
        return reason
    start, _, rest = reason.rpartition("re-extracted: ")
    prefix = "重新提取：" if rest != reason and not start else ""
    for pattern, told in _REASONS:
        if pattern.fullmatch(rest):
            return prefix + pattern.sub(told, rest)
    fields = rest.removesuffix(" changed").split(", ")
    if rest.endswith(" changed") and all(field in _FIELDS for field in fields):
        return f"{prefix}{'、'.join(_FIELDS[field] for field in fields)}有改动"
    return reason
