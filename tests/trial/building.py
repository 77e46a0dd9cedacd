# ruff: noqa: E501 (markup is kept as sites write it)
"""How a listing and its articles are made of the templates of a site, and what stands around them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

TITLES = (
    "紫阳县召开春季农业生产现场推进会",
    "蒿坪镇：高山茶园迎来头采",
    "全县一季度重点项目集中开工仪式举行",
    "向阳镇五百亩油菜花进入观赏期",
    "县医院新院区门诊楼通过竣工验收",
    "汉江沿线非法捕捞专项整治行动收官",
    "“村BA”联赛开哨 十七支球队角逐",
    "紫阳民歌进校园活动走进城关小学",
    "县自来水公司更换老旧管网三十公里",
    "双安镇新增两条客运班线",
    "县图书馆延长周末开放时间至晚九点",
    "焕古镇茶叶加工厂机器换人见成效",
)
_OPENINGS = (
    "{day}，{title}。记者在现场看到，各项工作正在有序开展，前来参与的干部群众达到{n}余人。",
    "“今年的变化看得见。”谈起这件事，当地群众这样说。据了解，相关筹备已经持续了{n}天。",
    "为进一步做好有关工作，县里成立专班，先后{n}次实地走访，听取意见建议。",
)
_MIDDLES = (
    "据负责人介绍，下一步将继续完善配套设施，加强日常管护，确保各项措施落到实处，让群众得到实惠。",
    "在镇村干部的带领下，大家分工协作、密切配合，用了不到{n}小时就完成了全部任务，比预计提前了半天。",
    "数据显示，前两个月完成投资{n}00万元，同比增长百分之十二，吸纳附近劳动力就业近百人。",
    "活动期间还设置了咨询台和便民服务点，发放宣传资料{n}份，现场解答群众关心的问题。",
)


@dataclass(frozen=True, kw_only=True)
class Layout:
    """One site: where its listing is, its pages, and what a right entry yields."""

    name: str
    url: str
    #: address → page, the listing among them
    pages: dict[str, str]
    #: (address, title, day) in page order
    expected: tuple[tuple[str, str, str], ...]
    #: address → paragraphs
    bodies: dict[str, tuple[str, ...]]
    cms: str | None
    district: str = "ziyang"
    charset: str = "utf-8"
    #: pages that stand only in the listing's favour: the next listing page
    next_url: str | None = None
    keys: frozenset[str] = field(default_factory=frozenset)


def day_of(number: int) -> date:
    return date(2026, 11, 19) - timedelta(days=number // 2)


def paragraphs(number: int) -> tuple[str, ...]:
    day = day_of(number)
    opening = _OPENINGS[number % 3].format(
        day=f"{day.month}月{day.day}日", title=TITLES[number], n=number + 13
    )
    middles = [_MIDDLES[(number + k) % 4].format(n=number + k + 7) for k in range(2 + number % 3)]
    return (opening, *middles, f"（通讯员{'王李张陈'[number % 4]}{'晓明建国'[number % 4]}）")


def nav(
    url: str = "/{0}/",
    wrap: str = "<div class='nav'><ul>{}</ul></div>",
    item: str = "<li><a href='{url}'>{name}</a></li>",
) -> str:
    """Return the links to a site's sections."""
    names = ("首页", "要闻", "政务", "乡镇", "视频", "专题", "图片", "公告")
    return wrap.format(
        "".join(item.format(url=url.format(f"c{i}"), name=n) for i, n in enumerate(names))
    )


def hot(link: str, wrap: str = "<div class='hot'><h3>热门排行</h3><ul>{}</ul></div>") -> str:
    heads = ("市委宣讲团来县作专题报告会侧记", "这条路终于通车了沿线群众的十年期盼", "寻找最美家乡人网络投票今日正式开启",
             "我县三家企业入选全省专精特新名单", "天气转凉疾控专家提醒注意这些事项", "老手艺遇上新电商一根竹子编出新生活")  # fmt: skip
    return wrap.format(
        "".join(
            f"<li><a href='{link.format(9001 + i)}' title='{h}'>{h}</a></li>"
            for i, h in enumerate(heads)
        )
    )


FRIENDS = "<div class='flink'>友情链接：<a href='http://www.gov.example/'>中国政府网</a> <a href='http://www.sn.gov.example/'>省人民政府</a> <a href='http://www.ak.gov.example/'>市人民政府</a></div>"
FOOT = "<div class='footer'><p>主办：中共紫阳县委宣传部 承办：紫阳县融媒体中心 地址：紫阳县城关镇环城路1号</p><p>陕ICP备00000000号-1 技术支持：某某网络 Copyright © 2026</p></div>"


def build(
    name: str,
    url: str,
    *,
    cms: str | None,
    address: str,
    row: str,
    listing: str,
    article: str,
    day: str = "%Y-%m-%d",
    next_url: str | None = None,
    charset: str = "utf-8",
    keys: frozenset[str] = frozenset(),
    paragraph: str = "<p>{}</p>",
) -> Layout:
    """Fill the templates: ``row`` per entry into ``listing``, ``article`` per article."""
    site = url.split("/", 3)
    root = "/".join(site[:3])
    folder = url.rsplit("/", 1)[0] + "/"
    rows, pages, expected, bodies = [], {}, [], {}
    for number, title in enumerate(TITLES):
        at = day_of(number)
        values = {
            "id": 98200 - number,
            "title": title,
            "short": title[:14] + ("..." if len(title) > 14 else ""),
            "date": at.strftime(day),
            "y": at.year,
            "m": f"{at.month:02}",
            "d": f"{at.day:02}",
            "ymd": at.strftime("%Y%m%d"),
            "iso": at.isoformat(),
        }
        href = address.format(**values)
        full = (
            href
            if href.startswith("http")
            else root + href
            if href.startswith("/")
            else folder + href.removeprefix("./")
        )
        rows.append(row.format(href=href, **values))
        body = paragraphs(number)
        pages[full] = article.format(**values, body="".join(paragraph.format(p) for p in body))
        expected.append((full, title, at.isoformat()))
        bodies[full] = body
    pages[url] = listing.replace("@ROWS@", "".join(rows))
    return Layout(
        name=name,
        url=url,
        pages=pages,
        expected=tuple(expected),
        bodies=bodies,
        cms=cms,
        next_url=next_url,
        charset=charset,
        keys=keys,
    )
