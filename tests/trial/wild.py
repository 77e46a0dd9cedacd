# ruff: noqa: E501 (markup is kept as the sites write it)
"""Further listings as county sites write them, each with one habit that a reader can stumble over.

Written for this project from the habits of such sites, as ``layouts.py`` is; that file has the
CMSs' own templates, this one what people make of them.
"""

from __future__ import annotations

import re
from dataclasses import replace

from tests.trial.building import FOOT, FRIENDS, Layout, build, hot, nav

_HEAD = '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>紫阳要闻_紫阳县人民政府</title></head><body>'
_CRUMB = '<div class="crumb">您的位置：<a href="/">首页</a> &gt; <a href="/xw/">新闻</a> &gt; 紫阳要闻</div>'
_ARTICLE = '<!DOCTYPE html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_紫阳县人民政府</title></head><body><div class="crumb"><a href="/">首页</a> &gt; <a href="/xw/">紫阳要闻</a> &gt; 正文</div><div class="main"><h1>{title}</h1><div class="info">发布时间：{iso} 来源：紫阳县融媒体中心</div><div class="content">{body}</div></div>' + FOOT + "</body></html>"  # fmt: skip
_URL = "http://www.zyzf.example/xw/index.html"


def _page(middle: str, after: str = "") -> str:
    return (
        _HEAD + nav() + _CRUMB + f'<div class="con">{middle}</div>' + after
        + FRIENDS + FOOT + "</body></html>"
    )  # fmt: skip


DEFINITIONS = build(
    "a definition list an entry, with a summary",
    _URL,
    cms=None,
    address="/xw/{id}.html",
    row='<dl><dt><a href="{href}">{title}</a></dt><dd class="sum">近日，记者从有关部门获悉，相关工作正在有序推进，群众普遍反映良好。</dd><dd class="time">{date}</dd></dl>\n',
    listing=_page('<div class="news">@ROWS@</div>'),
    article=_ARTICLE,
)
WHOLE_CARDS = build(
    "cards that are one link each, on 融媒 platforms",
    _URL,
    cms=None,
    address="/content/{iso}/{id}.html",
    day="%m-%d 10:23",
    row='<a class="item" data-v-7ba5bd90 href="{href}" target="_blank"><div class="pic" data-v-7ba5bd90><img data-v-7ba5bd90 src="/cover/{id}.jpg"></div><div class="txt" data-v-7ba5bd90><p class="name" data-v-7ba5bd90>{title}</p><p class="foot" data-v-7ba5bd90><span>紫阳融媒</span><span>{date}</span><span>阅读 1.2万</span></p></div></a>\n',
    listing=_page('<div id="app" data-server-rendered="true"><div class="flow" data-v-7ba5bd90>@ROWS@</div></div>'),
    article=_ARTICLE,
)  # fmt: skip
TABS = build(
    "tabs beside the list, without telling names",
    _URL,
    cms=None,
    address="/xw/{ymd}/{id}.html",
    row='<li><a href="{href}" title="{title}">{title}</a><span>{date}</span></li>\n',
    listing=_page(
        '<div class="l"><ul class="a">@ROWS@</ul></div><div class="r"><div class="b"><h3>通知</h3><h3>图片</h3></div><div class="c">'
        + hot("/tz/20260901/{}.html", '<ul class="d">{}</ul>')
        + hot("/tp/20260902/{}.html", '<ul class="d" style="display:none">{}</ul>')
        + "</div></div>"
    ),
    article=_ARTICLE,
)
PINNED = build(
    "a list with something pinned, and red titles",
    _URL,
    cms=None,
    address="/xw/{id}.html",
    row='<li><span class="time">{date}</span><em class="top">[置顶]</em><a href="{href}"><font color="red"><b>{title}</b></font></a><img src="/images/new.gif"></li>\n',
    listing=_page('<ul class="list">@ROWS@</ul>'),
    article=_ARTICLE,
)
BOXES = build(
    "a day above its month, in a box",
    _URL,
    cms=None,
    address="/xw/{id}.html",
    row='<li><div class="date"><b>{d}</b><span>{y}.{m}</span></div><div class="t"><h4><a href="{href}">{title}</a></h4><p>近日，记者从有关部门获悉，相关工作正在有序推进。<a href="{href}">[详细]</a></p></div></li>\n',
    listing=_page('<ul class="list">@ROWS@</ul>'),
    article=_ARTICLE,
)
MONTHS = build(
    "a day above its month, without the year",
    _URL,
    cms=None,
    address="/xw/{id}.html",
    row='<div class="box clearfix"><div class="day"><strong>{d}</strong><span>{m}月</span></div><a class="tt" href="{href}">{title}</a></div>\n',
    listing=_page('<div class="list">@ROWS@</div>'),
    article=_ARTICLE,
)
LINES = build(
    "lines that end in <br>, of 2003",
    "http://www.zyzf.example/more.asp?class=3",
    cms=None,
    charset="gbk",
    address="show.asp?id={id}",
    day="(%Y/%m/%d)",
    row='·<a href="{href}" target="_blank">{title}</a> <font color="#999999">{date}</font><br>\n',
    listing='<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>紫阳要闻</title></head><body><table width="760" align="center"><tr><td><a href="index.asp">首页</a> <a href="more.asp?class=1">公告</a> <a href="more.asp?class=2">图片</a></td></tr><tr><td class="t">@ROWS@</td></tr><tr><td align="right">首页 上一页 <a href="more.asp?class=3&page=2">下一页</a></td></tr></table></body></html>',
    next_url="http://www.zyzf.example/more.asp?class=3&page=2",
    article='<html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{title}</title></head><body><table width="760" align="center"><tr><td align="center"><font size="4"><b>{title}</b></font></td></tr><tr><td align="center">{iso} 作者：佚名 点击：12</td></tr><tr><td>{body}</td></tr></table></body></html>',
    paragraph="　　{}<br><br>",
)
COLUMNS = build(
    "a table with columns and a heading",
    _URL,
    cms=None,
    address="/xxgk/{id}.html",
    row='<tr><td>{id}</td><td class="bt"><a href="{href}" title="{title}">{short}</a></td><td>紫政发〔2026〕12号</td><td>{date}</td></tr>\n',
    listing=_page('<table class="xxgk"><tr><th>序号</th><th>标题</th><th>文号</th><th>发布日期</th></tr>@ROWS@</table>'),
    article=_ARTICLE,
)  # fmt: skip
GRID = build(
    "an ASP.NET grid that pages by post-back",
    "http://www.zyzf.example/NewsList.aspx?cid=12",
    cms=None,
    address="NewsShow.aspx?nid={id}",
    day="%Y/%m/%d 0:00:00",
    row='<tr class="GridItem"><td><span class="dot">·</span><a id="GridView1_ctl{id}_HyperLink1" href="{href}" target="_blank">{title}</a></td><td align="right"><span>{date}</span></td></tr>\n',
    listing=_page('<form method="post" action="./NewsList.aspx?cid=12"><input type="hidden" name="__VIEWSTATE" value="/wEPDwUK"><table id="GridView1" cellspacing="0">@ROWS@<tr><td colspan="2"><table><tr><td><span>1</span></td><td><a href="javascript:__doPostBack(&#39;GridView1&#39;,&#39;Page$2&#39;)">2</a></td></tr></table></td></tr></table></form>'),
    article=_ARTICLE,
)  # fmt: skip
PHOTOS = build(
    "pictures without dates",
    "http://www.zyzf.example/tp/index.html",
    cms=None,
    address="/tp/{ymd}/{id}.html",
    row='<li><a href="{href}"><img src="/u/{id}.jpg" alt="{title}"></a><p><a href="{href}">{title}</a></p></li>\n',
    listing=_page('<ul class="pics">@ROWS@</ul>'),
    article=_ARTICLE,
)
WECHAT = build(
    "a county's page whose links go to WeChat",
    _URL,
    cms=None,
    address="https://mp.weixin.example/s/Qx{id}bVkTzaYhRw",
    row='<li><a href="{href}">{title}</a><span>{date}</span></li>\n',
    listing=_page('<ul class="list">@ROWS@</ul>'),
    article=_ARTICLE,
)
WORDS = build(
    "addresses of words alone",
    _URL,
    cms=None,
    address="/xw/zi-yang-xin-wen-{id}x",
    row='<li><a href="{href}">{title}</a><span>{date}</span></li>\n',
    listing=_page('<ul class="list">@ROWS@</ul>'),
    article=_ARTICLE,
)
HASHES = build(
    "addresses that are hashes",
    _URL,
    cms=None,
    address="/app/news/c{id}fbead",
    row='<div class="row"><div class="cell"><a href="{href}">{title}</a></div><div class="cell s">{date}</div></div>\n',
    listing=_page('<div class="rows">@ROWS@</div>'),
    article=_ARTICLE,
)
NAMED_DAYS = build(
    "dates in words of Chinese",
    _URL,
    cms=None,
    address="/xw/{id}.html",
    day="%Y 年 %m 月 %d 日",
    row='<article class="post"><h3><a href="{href}" rel="bookmark">{title}</a></h3><div class="meta">{date} · 紫阳 · <a href="{href}#comments">0 条评论</a></div></article>\n',
    listing=_page('<main class="posts">@ROWS@</main>'),
    article=_ARTICLE,
)
CATEGORIES = build(
    "a category before each title",
    _URL,
    cms=None,
    address="/xw/{id}.html",
    row='<li>[<a href="/xw/zhen/">镇村</a>] <a href="{href}">{title}</a> <i>{date}</i></li>\n',
    listing=_page('<ul class="list">@ROWS@</ul>'),
    article=_ARTICLE,
)
GROUPS = build(
    "groups of four with a line between them",
    _URL,
    cms=None,
    address="/xw/{id}.html",
    row='<li><a href="{href}">{title}</a><span>{date}</span></li>\n',
    listing=_page('<div class="list">@ROWS@</div>'),
    article=_ARTICLE,
)


def _lettered(layout: Layout) -> Layout:
    """Return the same site with its articles at addresses without a digit."""

    def renamed(text: str) -> str:
        return re.sub(
            r"(?<=[/.\"'])((?:xw|app/news|s)/[\w-]*?)(98\d{3})(?=[\w-]*[\"'<]|[\w-]*$)",
            lambda found: found[1] + found[2].translate(str.maketrans("0123456789", "abefhkmnpr")),
            text,
        )

    return replace(
        layout,
        pages={renamed(url): renamed(page) for url, page in layout.pages.items()},
        expected=tuple((renamed(url), title, day) for url, title, day in layout.expected),
        bodies={renamed(url): body for url, body in layout.bodies.items()},
    )


WECHAT, WORDS, HASHES = _lettered(WECHAT), _lettered(WORDS), _lettered(HASHES)


def _in_groups() -> str:
    """Return the last layout's listing with its entries in three lists."""
    page = GROUPS.pages[_URL]
    start, end = page.index("<li><a href=\"/xw/98200"), page.rindex("</li>\n") + 6  # fmt: skip
    rows = page[start:end].splitlines()[:12]
    groups = "<div class='line'></div>".join(
        "<ul>" + "\n".join(rows[n : n + 4]) + "</ul>" for n in (0, 4, 8)
    )
    return page[:start] + groups + page[start + sum(len(row) + 1 for row in rows) :]


GROUPS = replace(GROUPS, pages={**GROUPS.pages, _URL: _in_groups()})

WILD = (
    DEFINITIONS, WHOLE_CARDS, TABS, PINNED, BOXES, MONTHS, LINES, COLUMNS, GRID, PHOTOS, WECHAT,
    WORDS, HASHES, NAMED_DAYS, CATEGORIES, GROUPS,
)  # fmt: skip
