"""How a site can fail its visitors."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Failure(StrEnum):
    """One way of failing; each is answered to every request that it covers."""

    #: 500 with the server's own error page
    ERROR = "error"
    #: 503 with ``Retry-After: 120``
    UNAVAILABLE = "unavailable"
    #: 429 with ``Retry-After: 60``
    THROTTLED = "throttled"
    #: 403 with a page that asks a browser to compute something
    CHALLENGE = "challenge"
    #: 412, as one maker of Chinese web shields answers
    SHIELD = "shield"
    #: the right answer, late
    SLOW = "slow"
    #: 200 and no byte
    EMPTY = "empty"
    #: 200 and a form that asks for a name and a password
    LOGIN = "login"
    #: 200 and a page that offers the domain for sale
    PARKED = "parked"
    #: 404 for everything
    MISSING = "missing"
    #: the right pages, but every listing has lost its entries
    LISTING_EMPTY = "listing-empty"
    #: the right pages, each with a hidden farm of links to games of chance
    HACKED = "hacked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """A failure in force on a site."""

    failure: Failure
    #: paths that begin with this are covered
    under: str = "/"
    #: how late ``Failure.SLOW`` answers
    delay_s: float = 0.0
    #: how many further requests are covered; None for all until it is mended
    times: int | None = None


_SHELL = """<!DOCTYPE html>
<html lang="zh-CN"><head><meta charset="utf-8"><title>{title}</title></head>
<body>{body}</body></html>
"""

#: failure: (status, headers, page)
ANSWERS: dict[Failure, tuple[int, tuple[tuple[str, str], ...], str]] = {
    Failure.ERROR: (
        500,
        (),
        _SHELL.format(
            title="服务器错误",
            body="<h1>Server Error</h1><p>500 - 内部服务器错误。您查找的资源存在问题，无法显示。</p>",
        ),
    ),
    Failure.UNAVAILABLE: (
        503,
        (("Retry-After", "120"),),
        _SHELL.format(title="系统维护中", body="<h1>系统维护中，请稍后访问</h1>"),
    ),
    Failure.THROTTLED: (
        429,
        (("Retry-After", "60"),),
        _SHELL.format(title="访问过于频繁", body="<p>您的访问过于频繁，请稍后再试。</p>"),
    ),
    Failure.CHALLENGE: (
        403,
        (("Server", "yunsuo"),),
        _SHELL.format(
            title="正在验证您的浏览器",
            body="<noscript>请开启 JavaScript 后重试</noscript><p>正在进行安全检测…</p>"
            "<script>var s=0;for(var i=0;i<97;i++){s+=i*i}"
            'document.cookie="security_verify="+s;location.reload();</script>',
        ),
    ),
    Failure.SHIELD: (
        412,
        (),
        '<!DOCTYPE html><html><head><meta charset="utf-8"><meta id="9DhefwqGPrzG" '
        'content="kJ2vQ0"><script>$_ts=window["$_ts"]||{};</script></head><body></body></html>',
    ),
    Failure.EMPTY: (200, (), ""),
    Failure.LOGIN: (
        200,
        (),
        _SHELL.format(
            title="用户登录",
            body='<form action="/member/login" method="post"><h2>请登录后查看</h2>'
            '<p>账号 <input name="user"></p><p>密码 <input name="pwd" type="password"></p>'
            "<button>登录</button></form>",
        ),
    ),
    Failure.PARKED: (
        200,
        (),
        _SHELL.format(
            title="This domain is for sale",
            body="<h1>This domain is for sale! 该域名正在出售</h1><p>Buy this domain. "
            "The owner may be offering it for sale at an asking price. 域名交易 立即咨询</p>"
            '<ul><li><a href="#">Loans</a></li><li><a href="#">Insurance</a></li></ul>',
        ),
    ),
    Failure.MISSING: (404, (), _SHELL.format(title="404", body="<h1>404 Not Found</h1>")),
}

#: what a broken-in site hides in its pages
LINK_FARM = (
    '<div style="position:absolute;left:-9999px;top:-9999px">'
    + "".join(
        f'<a href="http://g{n}.example/">{word}</a> '
        for n, word in enumerate(
            ("真人百家乐", "彩票平台注册", "体育投注官网", "电子游艺", "棋牌娱乐下载", "在线赌场")
        )
    )
    + "</div>"
)
