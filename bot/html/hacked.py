"""Signs that a site was broken into: farms of links, hijacked titles, scripts for search visitors.

Neglected sites are broken into for their rank with search engines: what is put in is meant for
crawlers, says the same few things everywhere, and leads away.  A sign never rests on a word alone,
because police and courts write about games of chance every week.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What injected pages advertise: games of chance, pornography, forged papers, pills; for texts in
#: lower case.  Each alternative begins with a letter and none ignores case, so that the search
#: passes over all other letters at once.
_SPAM = re.compile(
    r"百家乐|时时彩|六合彩|北京赛车|pk10|彩票(?:平台|注册|官网|投注|网站|app)|体育(?:投注|博彩|下注)"
    r"|博彩(?:公司|平台|官网|网站|评级)|娱乐城|电子游艺|棋牌(?:娱乐|平台|下载|官网)|在线赌场|真人赌场|线上赌场"
    r"|赌场(?:官网|网址)|澳门新?葡京(?:赌场|娱乐|官网)?|新葡京(?:赌场|娱乐|官网)?|葡京(?:赌场|娱乐|官网)?"
    r"|澳门(?:金沙|威尼斯人|银河)|威尼斯人(?:官网|娱乐)"
    r"|太阳城(?:官网|娱乐|集团)|皇冠(?:体育|投注|官网|现金)|亚博(?:体育|官网|app)?|开云体育|凯发(?:k8|娱乐|官网)"
    r"|万博(?:体育|官网|manbet)|bet365|注册送\d+|首存|返水|老虎机|捕鱼(?:平台|官网)"
    r"|成人(?:电影|视频|网站|影院)|黄色(?:网站|视频|小说|电影)|色情(?:网站|视频|小说|电影)|激情(?:网站|视频|小说|电影)"
    r"|av(?:在线|女优|天堂)|无码|一本道"
    r"|代开发票|办(?:假)?证刻章|传奇私服|私服发布|viagra|cialis|online casino|slot ?gacor|judi online|togel"
    r"|porn(?:o|hub)?\b"
)
#: who writes of these things without selling them
_CRIME = re.compile(
    r"警|侦|打击|查处|查获|涉案|诈骗|犯罪|违法|整治|专项行动|判处|检察|法院|举报|防范|反诈"
)
_OFFER = re.compile(r"注册|官网|下载|登录|网址|入口|平台|app|送\d+|首页|在线观看", re.IGNORECASE)
_LINK = re.compile(
    r"<a\s(?:[^>]{0,400}?\s)?href\s*=\s*[\"']?([^\"'\s>]{1,400})[^>]{0,400}>([^<]{1,80})<",
    re.IGNORECASE,
)
#: the host of an address that names one; without it a link stays on its own site
_HOST = re.compile(r"(?:[a-z][a-z\d+.-]*:)?//(?:[^/?#@]*@)?([^/?#:]+)", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]{0,200}>([^<]{1,600})", re.IGNORECASE)
_META = re.compile(r"<meta\s[^>]{0,800}>", re.IGNORECASE)
#: sends on those alone who come from a search engine, so that the webmaster sees nothing
_CLOAK = re.compile(
    r"document\.referrer[^<]{0,600}?(?:baidu|sogou|haosou|so\.com|google|bing)[^<]{0,600}?location",
    re.IGNORECASE,
)
FARM_LINKS = 4
_TITLE_PHRASES = 2
_META_PHRASES = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Sign:
    """One sign that a page was tampered with."""

    #: ``link-farm``, ``title``, ``meta`` or ``cloaking``
    kind: str
    #: what was found, as the end of a sentence
    told: str

    @property
    def is_whole_page(self) -> bool:
        """Whether the page itself is the forgery, and not only something added to it."""
        return self.kind == "title"


def signs_of(text: str, url: str) -> tuple[Sign, ...]:
    """Return the signs on a page, the gravest first; most often none.

    ``text`` is the page's markup, ``url`` its address: only links to other sites make a farm.
    """
    plain = html.unescape(text) if "&#" in text else text
    found = []
    if (title := _TITLE.search(plain)) and len(phrases := _phrases(title[1])) >= _TITLE_PHRASES:
        found.append(Sign(kind="title", told=f"its title advertises {_list(phrases)}"))
    ours = _owner(urlsplit(url).hostname or "")
    farm = [
        words
        for href, words in (_LINK.findall(plain) if plain.count("//") >= FARM_LINKS else ())
        if (host := _HOST.match(href)) and _owner(host[1].lower()) != ours and advertises(words)
    ]
    if len(farm) >= FARM_LINKS:
        found.append(
            Sign(
                kind="link-farm",
                told=f"{len(farm)} links lead away to {_list(dict.fromkeys(farm))}",
            )
        )
    metas = _phrases(" ".join(_META.findall(plain[:50_000])))
    if len(metas) >= _META_PHRASES:
        found.append(Sign(kind="meta", told=f"its description advertises {_list(metas)}"))
    if "document.referrer" in plain and _CLOAK.search(plain):
        found.append(Sign(kind="cloaking", told="a script sends on whom a search engine sent"))
    return tuple(found)


def advertises(text: str) -> bool:
    """Tell whether a text names anything that injected pages advertise."""
    return _SPAM.search(text.lower()) is not None


def is_advertisement(text: str, linked: int) -> bool:
    """Tell whether a line of an article is injected advertising.

    ``linked`` is how many of its characters stand in links.  A line that reports of a crime, as
    the police do, is none, however many games it names.
    """
    phrases = _phrases(text)
    if not phrases or _CRIME.search(text):
        return False
    is_link = linked * 2 >= len(text)
    if is_link and len(text) <= 40:
        return True
    return len(phrases) >= 3 and (is_link or len(_OFFER.findall(text)) >= 2)


def _phrases(text: str) -> list[str]:
    return list(dict.fromkeys(match[0] for match in _SPAM.finditer(text.lower())))


def _owner(host: str) -> str:
    return ".".join(host.rsplit(".", 2)[-2:])


def _list(words: Iterable[str]) -> str:
    return "、".join(list(words)[:5])
