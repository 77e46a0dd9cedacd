"""Made-up county sites whose pages one by one mislead: what is the site's weighs like an article.

Their class names say nothing, their notices are short, and beside each notice stand the same long
sentences.  Each site has real troubles of such sites: the imprint under the text, the rules for
contributors beside a notice of one sentence, readers' letters that are longer than the news, boxes
in the midst of it; and each has the text that an editor repeats by right, which must stay.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.golden.scoring import Gold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.data.article import Article

IMPRINT = (
    "青川在线由青川县融媒体中心主办，是全县唯一的综合性新闻门户，面向全国宣传青川的建设成就、"
    "风土人情和投资环境，日均浏览量超过两万人次。",
    "本站开设新闻、民生、旅游、招商、图片、视频等二十余个栏目，每日更新，全年无休；"
    "欢迎社会各界人士踊跃来稿，优秀作品将推荐至省市媒体刊发。",
    "通讯员来稿时请写明真实姓名、工作单位和联系电话，以便寄送样报与稿费；请勿一稿多投，"
    "编辑部有权删改，不愿删改者请事先说明。",
)
BOX = "青川在线提醒：近期持续降雨，山区道路湿滑，市民出行请注意查看交警部门发布的路况信息。"
OPENING = "各乡镇人民政府，县直各部门，各有关单位："
CLOSING = "特此公告。"
HEADING = "一、总体要求"
CONTACT = (
    "对以上事项有异议的，请在公示期内向县人民政府办公室反映，联系电话：0839-7203815，过期不再受理。"
)
OFFICE = "青川县人民政府办公室"
LETTERS = (
    "我家住在河西老街，门口的路灯坏了半个多月，晚上接孩子放学很不方便，希望有关部门早日派人来修一修，谢谢。",
    "建议把早班公交车的发车时间提前二十分钟，六点半到火车站的话，赶不上七点那一趟去市里的列车，很多人都在反映。",
    "今年的猕猴桃长势不错，就是不知道收购价格怎么样，去年合作社的账到腊月才结清，希望今年能早一些兑现。",
    "新建的滨河公园很漂亮，晚饭后散步的人越来越多，要是能多装几张长椅、多放几个垃圾桶，那就更好了。",
    "请问县医院的夜间门诊几点开始挂号，上周末带老人去，排了两个多小时的队，能不能在网上先预约一下。",
    "感谢帮我找回钱包的出租车师傅，车牌号没有记住，只记得是姓罗，里面的证件对我来说非常重要，好人一生平安。",
    "学校门口每天放学的时候堵得厉害，接送孩子的车辆乱停乱放，建议交警在这个时段安排人手疏导一下秩序。",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MadePage:
    """A page of a made-up site and what must come out of it."""

    site: str
    url: str
    text: str
    gold: Gold


def _frame(article: Article, inside: str) -> str:
    return (
        f"<!DOCTYPE html><html><head><title>{article.title}_青川在线</title></head><body>"
        '<div class="t1"><p>欢迎访问青川在线</p></div>'
        f'<div class="m1">{inside}</div>'
        '<div class="b1"><p>青川在线 版权所有</p></div></body></html>'
    )


def _head(article: Article) -> str:
    day = article.when.strftime("%Y-%m-%d")
    return (
        f'<div class="n1">{article.title}</div><div class="n2">{day} 来源：{article.source}</div>'
    )


def _paragraphs(lines: tuple[str, ...]) -> str:
    return "".join(f"<p>{line}</p>" for line in lines)


def imprint(article: Article, lines: tuple[str, ...], _: int) -> str:
    """The site speaks of itself under every text."""
    return (
        f'{_head(article)}<div class="n3">{_paragraphs(lines)}</div>'
        f'<div class="n4">{_paragraphs(IMPRINT)}</div>'
    )


def contributors(article: Article, lines: tuple[str, ...], _: int) -> str:
    """The rules for contributors stand in a column of their own and outweigh short news."""
    return (
        f'<div class="c1">{_head(article)}<div class="n3">{_paragraphs(lines)}</div></div>'
        f'<div class="c2"><div class="c3">{_paragraphs(IMPRINT)}</div></div>'
    )


def letters(article: Article, lines: tuple[str, ...], number: int) -> str:
    """Every fourth piece of news is one sentence, under which readers' letters stand."""
    is_short = number % 4 == 3
    chosen = tuple(LETTERS[(number + at) % len(LETTERS)] for at in range(4)) if is_short else ()
    return (
        f'<div class="c1">{_head(article)}<div class="n3">{_paragraphs(lines)}</div></div>'
        f'<div class="c2">{_paragraphs(chosen)}</div>'
    )


def box(article: Article, lines: tuple[str, ...], _: int) -> str:
    """A box in the midst of the text."""
    half = (len(lines) + 1) // 2
    return (
        f'{_head(article)}<div class="n3">{_paragraphs(lines[:half])}'
        f'<div class="n5"><p>{BOX}</p></div>{_paragraphs(lines[half:])}</div>'
    )


def notices(article: Article, lines: tuple[str, ...], _: int) -> str:
    """Notices that begin and end alike because their office writes them so."""
    opening, *own, closing, contact, office = lines
    return (
        f'{_head(article)}<div class="n3"><p>{opening}</p><h3 class="h">{HEADING}</h3>'
        f'{_paragraphs(tuple(own[1:]))}<p>{closing}</p><p class="MsoNormal">{contact}</p></div>'
        f'<div class="n6"><p>{office}</p></div>'
    )


#: site -> its template, and how many paragraphs of an article it prints at most
SITES: dict[str, tuple[Callable[[Article, tuple[str, ...], int], str], int]] = {
    "imprint": (imprint, 3),
    "contributors": (contributors, 1),
    "letters": (letters, 4),
    "box": (box, 6),
    "notices": (notices, 3),
}


def made_pages(site: str, articles: list[Article]) -> Iterator[MadePage]:
    """Yield a page of ``site`` for each article that has something to print."""
    template, most = SITES[site]
    for number, article in enumerate(articles):
        lines = tuple(line for line in article.paragraphs if len(line) >= 24)[:most]
        if not lines:
            continue
        if site == "letters" and number % 4 == 3:
            lines = lines[:1]
        if site == "notices":
            lines = (OPENING, HEADING, *lines, CLOSING, CONTACT, OFFICE)
        yield MadePage(
            site=site,
            url=f"http://qczx.example/{site}/{1000 + number}.html",
            text=_frame(article, template(article, lines, number)),
            gold=Gold(
                id=f"{site}/{article.id}",
                title=article.title,
                published=article.when,
                has_time=False,
                source=article.source or None,
                authors=(),
                editors=(),
                roles=None,
                paragraphs=lines,
            ),
        )
