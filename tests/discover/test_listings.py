# ruff: noqa: E501 (markup is kept as the CMSs write it)
"""Listings in the markup of the CMSs that county sites run, read without any rule."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.discover.listing import discover, listing_digest
from bot.errors import ListingEmptyError, ListingMissingError
from bot.model import FetchedPage, ListingRules, SourceKind, Validators

HOME = "https://www.example.cn/news/hanbin/"
NOW = datetime(2025, 3, 20, 4, 0, tzinfo=UTC)
TITLES = (
    "汉滨区召开春季农业生产现场会",
    "关庙镇：茶园里的春天",
    "全区一季度重点项目集中开工",
    "流水镇五百亩油菜花迎来观赏期",
)
NAV = (
    '<div class="nav"><ul>'
    + "".join(
        f'<li><a href="/news/{i}/">{name}</a></li>'
        for i, name in enumerate(["新闻", "县区", "视频", "专题", "图片"])
    )
    + "</ul></div>"
)
HOT = (
    '<div class="hot"><h3>热门排行</h3><ul>'
    + "".join(
        f'<li><a href="/news/hot/{9000 + i}.html">这里是一条很长很长的热门新闻标题第{i}条</a></li>'
        for i in range(8)
    )
    + "</ul></div>"
)
FOOTER = (
    '<div class="footer"><a href="/about/10001.html">关于我们网站的介绍</a> '
    '<a href="/about/10002.html">版权声明与免责条款</a></div>'
)


def page(body: str, *, url: str = HOME, media_type: str = "text/html") -> FetchedPage:
    return FetchedPage(
        requested_url=url,
        effective_url=url,
        status=200,
        body=body.encode(),
        text=body,
        charset="utf-8",
        charset_evidence="header",
        media_type=media_type,
        validators=Validators(),
        fetched_at=NOW,
        elapsed_s=0.1,
    )


def html(main: str) -> FetchedPage:
    return page(f"<html><body>{NAV}<div class='wrap'>{main}{HOT}</div>{FOOTER}</body></html>")


def rows(template: str, dates: tuple[str, ...] = ("2025-03-19",) * 4) -> str:
    return "".join(
        template.format(id=200001 + i, title=title, date=date)
        for i, (title, date) in enumerate(zip(TITLES, dates, strict=True))
    )


LAYOUTS = {
    "EmpireCMS": "<div class='list'><ul>"
    + rows("<li><span>{date}</span><a href='/news/hanbin/{id}.html' title='{title}'>{title}</a></li>")
    + "</ul><div class='epages'><a title='总数'><b>88</b></a> <b>1</b> <a href='/news/hanbin/index_2.html'>2</a>"
    "<a href='/news/hanbin/index_2.html'>下一页</a><a href='/news/hanbin/index_9.html'>尾页</a></div></div>",
    "DedeCMS": "<div class='listbox'><ul class='e2'>"
    + rows(
        "<li>[<b><a href='/plus/list.php?tid=3'>县区</a></b>] <a href='/a/xw/2025/0319/{id}.html' class='title'>{title}</a>"
        "<span class='info'><small>日期：</small>{date} 10:12:30<small>点击：</small>123</span><p class='intro'>摘要文字</p></li>"
    )
    + "</ul></div><ul class='pagelist'><li class='thisclass'>1</li><li><a href='list_3_2.html'>2</a></li>"
    "<li><a href='list_3_2.html'>下一页</a></li></ul>",
    "PHPCMS": "<div class='col-left'><ul class='list lh24 f14'>"
    + rows("<li><span class='rt'>{date} 08:00:00</span>·<a href='/show-12-{id}-1.html' target='_blank'>{title}</a></li>")
    + "</ul><div id='pages'><a class='a1'>40条</a> <a href='/list-12-1.html' class='a1'>上一页</a> <span>1</span>"
    " <a href='/list-12-2.html'>2</a> <a href='/list-12-2.html' class='a1'>下一页</a></div></div>",
    "Discuz portal": "<div class='bm_c xld'>"
    + rows(
        "<dl class='bbda cl'><dt class='xs2'><a href='article-{id}-1.html' class='xi2'>{title}</a></dt>"
        "<dd class='xs2 cl'>这是一段摘要</dd><dd><span class='xg1'> {date} 09:30</span></dd></dl>"
    )
    + "</div><div class='pgs'><div class='pg'><strong>1</strong><a href='portal.php?mod=list&amp;catid=2&amp;page=2'>2</a>"
    "<a href='portal.php?mod=list&amp;catid=2&amp;page=2' class='nxt'>下一页</a></div></div>",
    "WordPress": "<main>"
    + rows(
        "<article class='post-{id} post'><header class='entry-header'><h2 class='entry-title'><a href='/archives/{id}' rel='bookmark'>{title}</a></h2>"
        "<a href='/archives/{id}'><time datetime='2025-03-19T10:00:00+08:00'>3月19日</time></a></header>"
        "<div class='entry-content'><p>摘要… <a href='/archives/{id}' class='more-link'>阅读更多</a></p></div></article>"
    )
    + "</main><nav class='pagination'><a class='next page-numbers' href='/page/2'>下一页 »</a></nav>",
    "government portal": "<div class='xxgk_list'><ul>"
    + rows("<li><a href='./202503/t20250319_{id}.html' title='{title}'>{title}</a><b>[{date}]</b></li>", ("2025/3/19",) * 4)
    + "</ul></div><div class='page'><script>createPageHTML(15, 0, 'index', 'html');</script></div>",
    "table of 2005": "<table width='760'><tr><td width='180'><table><tr><td><a href='/1.htm'>首页</a></td></tr></table></td><td><table>"
    + rows("<tr><td height=22>·<a href='news_view.asp?newsid={id}'><font color=#000000>{title}</font></a></td><td>({date})</td></tr>", ("2025-3-19",) * 4)
    + "</table></td></tr><tr><td><a href='news.asp?page=2'>下页</a></td></tr></table>",
    "card grid": "<div class='grid'>"
    + rows(
        "<div class='card'><a href='/c/{id}.shtml'><img src='blank.gif' data-src='/p/{id}.jpg' alt=''></a>"
        "<div class='txt'><h3><a href='/c/{id}.shtml'>{title}</a></h3><p>摘要</p><i>19</i><em>2025-03</em></div></div>"
    )
    + "</div><a href='/news/hanbin/?page=2'>›</a>",
    "jpage": "<div id='col'><script type='text/xml'><datastore><nextgroup><![CDATA[<a href='/x'></a>]]></nextgroup><recordset>"
    + rows("<record><![CDATA[<li><a href='/art/2025/3/19/art_12_{id}.html' title='{title}'>{title}</a><span>{date}</span></li>]]></record>")
    + "</recordset></datastore></script></div><a href='index_2.html'>下一页</a>",
    "one link a card": "<ul class='cards'>"
    + rows("<li><a href='/c/{id}.html'><h4>{title}</h4><p>摘要文字很长很长</p><span>昨天 10:12</span></a></li>")
    + "</ul><a href='?page=2'>下一页</a>",
}  # fmt: skip


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_listing_is_found_without_rules(name: str) -> None:
    listing = discover(html(LAYOUTS[name]), ListingRules(), timezone="Asia/Shanghai")
    assert tuple(link.title for link in listing.links) == TITLES
    assert all(str(200001 + i) in link.url for i, link in enumerate(listing.links))
    days = {link.published.at.strftime("%Y-%m-%d") for link in listing.links if link.published}
    assert days == {"2025-03-19"}
    assert all(link.published for link in listing.links)
    assert listing.next_url is not None
    assert "2" in listing.next_url.rsplit("/", 1)[-1] or listing.next_url.endswith("index_1.html")


def test_rules_choose_and_drop_with_a_reason() -> None:
    rules = ListingRules(item="div.list li", link="a", date="span", block=("200003",))
    listing = discover(html(LAYOUTS["EmpireCMS"]), rules, timezone="Asia/Shanghai")
    assert len(listing.links) == 3
    assert [(d.link.title, d.reason) for d in listing.dropped] == [
        (TITLES[2], "matches block 200003")
    ]


@pytest.mark.parametrize(
    ("main", "rules"),
    [
        ("<ul class='list'></ul>", ListingRules(item="ul.list > li")),
        ("<p>暂无相关信息</p>", ListingRules()),
        (LAYOUTS["EmpireCMS"], ListingRules(keep=("/video/",))),
    ],
)
def test_an_empty_list_is_told_from_a_missing_one(main: str, rules: ListingRules) -> None:
    text = f"<html><body>{NAV}{main}</body></html>"
    with pytest.raises(ListingEmptyError):
        discover(page(text), rules, timezone="Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "rules", "kind"),
    [
        ("<p>维护中</p>", ListingRules(), SourceKind.HTML),
        ("", ListingRules(), SourceKind.HTML),
        ("<p>x</p>", ListingRules(item="ul.list > li"), SourceKind.HTML),
        ("<html>", ListingRules(), SourceKind.JSON),
        ('{"code": 500}', ListingRules(), SourceKind.JSON),
        ("<html><p>x</html>", ListingRules(), SourceKind.FEED),
        ("<html/>", ListingRules(), SourceKind.SITEMAP),
        ('<!DOCTYPE x [<!ENTITY a "b">]><urlset/>', ListingRules(), SourceKind.SITEMAP),
    ],
)
def test_a_missing_list_is_told(text: str, rules: ListingRules, kind: SourceKind) -> None:
    with pytest.raises(ListingMissingError):
        discover(page(text), rules, timezone="Asia/Shanghai", kind=kind)


JSON = """{"code":0,"data":{"next":"/api?p=2","list":[
 {"id":1,"docTitle":"\\u6c49\\u6ee8\\u65b0\\u95fb<b>一</b>","url":"/a/1.html","pubTime":1742349600000},
 {"id":2,"docTitle":"汉滨新闻二","url":"/a/2.html","pubTime":"2025-03-19 10:00:00"}]}}"""


@pytest.mark.parametrize(
    ("text", "rules"),
    [
        (JSON, ListingRules()),
        (f"callback({JSON});", ListingRules()),
        (
            JSON,
            ListingRules(item="$.data.list[*]", link="url", title="docTitle", date="pubTime",
                         next_page="data.next"),
        ),
    ],
)  # fmt: skip
def test_json_listings(text: str, rules: ListingRules) -> None:
    listing = discover(page(text), rules, timezone="Asia/Shanghai", kind=SourceKind.JSON)
    assert [link.url for link in listing.links] == [
        "https://www.example.cn/a/1.html",
        "https://www.example.cn/a/2.html",
    ]
    assert [link.title for link in listing.links] == ["汉滨新闻 一", "汉滨新闻二"]
    assert {link.published.at.isoformat() for link in listing.links if link.published} == {
        "2025-03-19T10:00:00+08:00"
    }
    assert (listing.next_url is not None) == (rules.next_page is not None)


def test_feeds_of_the_site() -> None:
    text = (
        "<rss version='2.0'><channel><title>x</title><item><title>汉滨新闻</title>"
        "<link>/a/1.html</link><pubDate>Wed, 19 Mar 2025 10:00:00 +0800</pubDate></item></channel></rss>"
    )
    listing = discover(page(text), ListingRules(), timezone="Asia/Shanghai", kind=SourceKind.FEED)
    assert listing.links[0].url == "https://www.example.cn/a/1.html"
    assert listing.links[0].published is not None
    assert listing.links[0].published.at.isoformat() == "2025-03-19T10:00:00+08:00"


def test_news_sitemaps_give_the_newest_first() -> None:
    text = (
        "<?xml version='1.0' encoding='UTF-8'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
        " xmlns:news='http://www.google.com/schemas/sitemap-news/0.9'>"
        "<url><loc>https://www.example.cn/1.html</loc><lastmod>2025-03-01</lastmod></url>"
        "<url><loc>https://www.example.cn/2.html</loc><lastmod>2025-03-19</lastmod><news:news>"
        "<news:publication_date>2025-03-19</news:publication_date><news:title>汉滨 &amp; 安康</news:title>"
        "</news:news></url></urlset>"
    )
    listing = discover(
        page(text), ListingRules(), timezone="Asia/Shanghai", kind=SourceKind.SITEMAP
    )
    assert [link.url[-6:] for link in listing.links] == ["2.html", "1.html"]
    assert listing.links[0].title == "汉滨 & 安康"
    assert listing.links[0].published is not None
    assert listing.links[1].published is None


def test_the_digest_minds_links_and_not_the_time_beside_them() -> None:
    def digest(main: str) -> str:
        return listing_digest(discover(html(main), ListingRules(), timezone="Asia/Shanghai").links)

    main = LAYOUTS["one link a card"]
    assert digest(main) == digest(main.replace("昨天 10:12", "26小时前"))
    assert digest(main) != digest(main.replace("关庙镇", "吉河镇"))
