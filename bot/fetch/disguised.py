"""Failures that sites dress up as pages with a good status, told from the page's own words.

News is written about lost pages, logins and typhoons that land (登陆), so a phrase alone convicts
nobody: a title must be an error's or a login's as a whole, and a page of several sentences is
news, whatever phrase stands in it.
"""

from __future__ import annotations

import re
from enum import StrEnum


class Disguise(StrEnum):
    """What a page is instead of one."""

    CHALLENGE = "challenge"
    PARKED = "parked"
    SOFT_404 = "soft-404"
    LOGIN = "login-wall"


#: titles and phrases of firewalls' challenge pages (Knownsec, Safedog, Yunsuo, Cloudflare, WTS)
CHALLENGE = re.compile(
    r"(?:jsl_clearance|__jsluid|创宇盾|安全狗|云锁|WTS-WAF|cf-chl-|Just a moment\.\.\.|acw_sc__v2|"
    r"请完成安全验证|人机验证|滑动验证|访问验证|您的访问被(?:拦截|阻断)|Request blocked)",
    re.IGNORECASE,
)
_TITLE = re.compile(r"<title(?:\s[^>]*)?>([^<]{0,200})", re.IGNORECASE)
_SEPARATOR = re.compile(r"\s*[-_|·–—:：]+\s*")
_MISSING_TITLE = re.compile(
    r"(?:^|[\s\-_|:：(（]|error|错误|http)404(?=\s*(?:$|[-_|:：,，!！.。()（）]|not|error|page|错误|页|找|未|出错))"
    r"|^提示信息|(?:^|page |file |object )not found"
    r"|(?:页面|网页)(?:不存在|未找到|没有?找到|找不到|丢失|已?(?:被)?删除|已?失效|走丢)",
    re.IGNORECASE,
)
#: headlines may say so of the posts of others, so that the page must be short as well
_MISSING_TEXT = re.compile(
    r"(?:您(?:访问|查看|要找|请求)的(?:页面|文章|信息|内容)(?:不存在|已(?:被)?删除|未找到|找不到)|"
    r"(?:页面|文章|信息|内容)(?:不存在|未找到|已(?:被)?删除)(?:或|，|,|！|!|。|\s*[-_|<]))"
)
_LOGIN_TITLE = re.compile(
    r"(?:欢迎|请|您?先|用户|会员|账[号户]|帐[号户]|管理员?|后台|系统|统一|身份|认证|单点|网站|个人)*"
    r"(?:登录|登陆|sign ?in|log ?in)(?:页面?|界面|系统|入口|中心|平台)*",
    re.IGNORECASE,
)
_LOGIN_WORD = re.compile(r"登录|登陆|sign ?in|log ?in", re.IGNORECASE)
_PASSWORD = re.compile(r"<input[^>]+type\s*=\s*[\"']?password", re.IGNORECASE)
_PARKED = re.compile(
    r"(?:域名(?:出售|转让|已过期|停靠)|此域名(?:可|正在)出售|domain (?:is )?for sale|"
    r"buy this domain|parked free|sedoparking)",
    re.IGNORECASE,
)
#: what every phrase above has in one of its spellings; finding none of these is a matter of
#: microseconds, where the phrases themselves take a fifth of a millisecond
_PARKED_TRACES = ("域名", "omain", "OMAIN", "arked", "ARKED", "sedo", "SEDO")
#: characters of markup; a page that has more than this is no error page
_SHORT = 6000
#: an error page has fewer sentences, and a page that is all login has fewer links
_SENTENCES = 8
_LINKS = 20


def disguise_of(text: str) -> Disguise | None:
    """Return what a page with a good status really is, None for a page."""
    if len(text) > _SHORT * 4:
        return None
    found = _TITLE.search(text, 0, 4000)
    title = " ".join(found[1].split()) if found else ""
    if title and _MISSING_TITLE.search(title):
        return Disguise.SOFT_404
    if title and _is_login(title, text):
        return Disguise.LOGIN
    if len(text) > _SHORT * 2 or _has_more(text, "。", _SENTENCES):
        return None
    if _is_parked(text[:_SHORT]):
        return Disguise.PARKED
    if len(text) > _SHORT or _has_more(text, ". ", _SENTENCES):
        return None
    if CHALLENGE.search(text):
        return Disguise.CHALLENGE
    if _MISSING_TEXT.search(text):
        return Disguise.SOFT_404
    if _PASSWORD.search(text) and not _has_more(text, "<a ", _LINKS):
        return Disguise.LOGIN
    return None


def _has_more(text: str, what: str, count: int) -> bool:
    """Tell whether ``what`` is there more than ``count`` times; looks no further than it must."""
    at = -1
    for _ in range(count + 1):
        at = text.find(what, at + 1)
        if at < 0:
            return False
    return True


def _is_login(title: str, text: str) -> bool:
    if not _LOGIN_WORD.search(title):
        return False
    parts = _SEPARATOR.split(title)
    return any(_LOGIN_TITLE.fullmatch(part) for part in parts) or bool(_PASSWORD.search(text))


def _is_parked(text: str) -> bool:
    for trace in _PARKED_TRACES:
        if trace in text:
            return _PARKED.search(text) is not None
    return False
