"""The lines in which Chinese newsrooms of many places sign: who, from whom, and none of it text."""

from __future__ import annotations

import pytest

from tests.extract.test_chinese_bylines import HEADLINE, PROSE, _page
from tests.golden.ours import fetched, read

#: what stands (under the headline, behind the text), and whom it names
AUTHORS = {
    "label of words and pictures": ("<p>作者：图/文：赵璐 李一凡</p>", "", ("赵璐", "李一凡")),
    "label in brackets": ("", "<p>【记者】吴哲 罗慧颖</p>", ("吴哲", "罗慧颖")),
    "label set wide": ("", "<p>记 者：高 翔 阿依古丽·买买提</p>", ("高翔", "阿依古丽·买买提")),
    "place behind the name": ("", "<p>大众网·海报新闻记者 亓翔 济南报道</p>", ("亓翔",)),
    "surname that is a word": ("", "<p>（编译/韩超）</p>", ("韩超",)),
    "given name that is a word": ("", "<p>（记者 文森、唐文）</p>", ("文森", "唐文")),
    "of Taiwan": ("<p>記者高發明／南投報導</p>", "", ("高發明",)),
    "paper of Taiwan": ("<p><a>聯合報</a>／ 記者<a>賴香珊</a>／南投即時報導</p>", "", ("賴香珊",)),
    "labels in a row": (
        "",
        "<p>每经记者｜张蕊&nbsp; 每经实习记者｜章光日&nbsp; 每经编辑｜陈星</p>",
        ("张蕊", "章光日"),
    ),
    "trainee behind the reporter": (
        "<p>澎湃新闻记者 刘栋 实习生 高宇婷</p>",
        "",
        ("刘栋", "高宇婷"),
    ),
    "photographer behind the reporter": (
        "",
        "<p>红星新闻记者 彭祥萍 摄影记者 王欢</p>",
        ("彭祥萍",),
    ),
    "desk of Taiwan": ("<p>生活中心／廖研堡報導</p>", "", ("廖研堡",)),
    "office beside a person": ("<p>作者：罗文胜</p>", "<p>作者：研究中心研究员</p>", ("罗文胜",)),
    "sign and name set wide": ("<p>○本报记者 吕 莹 见习记者 邹佳伶</p>", "", ("吕莹", "邹佳伶")),
    "letter of the desk": ("", "<p>N海都记者 陈江燕 通讯员 林夏 文/图</p>", ("陈江燕", "林夏")),
    "behind the source": ("", "<p>来源：北京日报客户端 | 记者 孙莹</p>", ("孙莹",)),
    "label of a source behind it": ("<p>作者： 新闻来源：检察院</p>", "", ()),
    "button": ("<p>发表于 2024-5-3 21:15 | 只看该作者 | 倒序浏览</p>", "", ()),
    "section in brackets": ("", "</div><p>（港聞）</p><div>", ()),
}


@pytest.mark.parametrize(("info", "last", "names"), AUTHORS.values(), ids=AUTHORS.keys())
def test_authors(info: str, last: str, names: tuple[str, ...]) -> None:
    article = _page(info, last=last)
    assert article.authors == names
    assert article.text.splitlines() == list(PROSE)


EDITORS = {
    "kinds of a role": (
        "栏目主编：张骏 文字编辑：王闲乐 题图来源：图虫",
        (("栏目主编", "张骏"), ("文字编辑", "王闲乐")),
    ),
    "role in brackets": ("【统筹】李凤祥", (("统筹", "李凤祥"),)),
    "set wide": ("复 审：赵 娜", (("复审", "赵娜"),)),
    "of Taiwan": ("（編輯：陳仁華）1130513", (("編輯", "陳仁華"),)),
    "of a medium": ("广州日报新花城编辑：麦蔼文", (("编辑", "麦蔼文"),)),
    "among those who wrote": (
        "（清江晚报记者 卢成汉 通讯员 方一诺 编辑 徐艳）",
        (("编辑", "徐艳"),),
    ),
    "alone": ("校对 赵琳", ()),
    "strokes": ("责编 | 赵晶 &nbsp; 监审 | 潘旻", (("责编", "赵晶"), ("监审", "潘旻"))),
    "grown together in a row": ("每经记者｜张蕊　每经编辑｜陈星", (("编辑", "陈星"),)),
    "desk before the name": ("审核：新闻总值班 刘静", (("审核", "刘静"),)),
    "button behind the name": ("责任编辑：雪花<a>文章纠错</a>", (("责任编辑", "雪花"),)),
    "button before it": ("【纠错】【责任编辑:成岚】", (("责任编辑", "成岚"),)),
    "before another label": ("编辑：魏佳，题图来自：视觉中国", (("编辑", "魏佳"),)),
}


@pytest.mark.parametrize(("line", "editors"), EDITORS.values(), ids=EDITORS.keys())
def test_editors(line: str, editors: tuple[tuple[str, str], ...]) -> None:
    article = _page("", last=f"<p>{line}</p>")
    assert article.editors == (editors or (("校对", "赵琳"),))
    assert article.text.splitlines() == list(PROSE)


SOURCES = {
    "element behind it": (
        "<p>2024-05-13 07:20<span>来源：<a>南方日报</a></span><span>吴哲 罗慧颖</span></p>",
        "南方日报",
    ),
    "place behind it": (
        "<p>2024-05-15 13:22 来源: <a>极目新闻</a>\n 湖北 <a>举报</a></p>",
        "极目新闻",
    ),
    "title in its name": ("<p>来源：<a>光明网-《光明日报》</a></p>", "光明网-《光明日报》"),
    "beside the date without a year": (
        "<p><span>齐鲁晚报·齐鲁壹点</span><span>时培磊 李静</span><span>05-15 17:40</span></p>",
        "齐鲁晚报·齐鲁壹点",
    ),
    "plea behind it": ("<p>来源：内江晚报 转载请注明出处</p>", "内江晚报"),
    "name behind it": ("<p>2024-05-15 09:35 星期三</p><p>财联社 夏军雄</p>", "财联社"),
    "count": ("<p><span>2024-04-09 07:41</span><span>全网传播量3.2万</span></p>", None),
    "of a picture": ("<p>题图来自：视觉中国</p>", None),
    "where it was posted": ("<p><a>2024年05月08日 21:14</a><span>来自湖北省</span></p>", None),
    "value in the next cell": (
        "<table><tr><td>来　　源：</td><td>中国政府网</td></tr></table>",
        "中国政府网",
    ),
}


@pytest.mark.parametrize(("info", "source"), SOURCES.values(), ids=SOURCES.keys())
def test_source(info: str, source: str | None) -> None:
    assert _page(info).source_name == source


TIMES = {
    "zone between date and time": ("<p>2024-05-20 HKT 12:14</p>", "2024-05-20T12:14:00+08:00"),
    "clock of another place": (
        '<p><time datetime="2024-05-06T13:10:22Z">06/05/2024 - 15:10</time></p>',
        "2024-05-06T13:10:22+00:00",
    ),
    "local time told as UTC": (
        '<p><time datetime="2024-05-06T15:10:00Z">2024-05-06 15:10</time></p>',
        "2024-05-06T15:10:00+08:00",
    ),
    "signed and published": (
        "<p>成文日期：2024年05月10日</p><p>发布日期：2024年05月20日</p>",
        "2024-05-20T00:00:00+08:00",
    ),
}


@pytest.mark.parametrize(("info", "when"), TIMES.values(), ids=TIMES.keys())
def test_time(info: str, when: str) -> None:
    published = _page(info).published
    assert published is not None
    assert published.at.isoformat() == when


LEAD = (
    "九月八日，市政府新闻办宣布，大桥将由本市一家企业承建，"
    "工期为二十六个月，竣工后免费通行，不设收费站。"
)
LEADS = {
    "beside the text": (f'<div class="upper"><p>{LEAD}</p></div>', (LEAD, *PROSE)),
    "what the text repeats": (
        f'<div class="upper"><p>{PROSE[0]}{PROSE[1][:20]}。</p></div>',
        PROSE,
    ),
    "named a summary": (f"<div><p>摘要：{LEAD}</p></div>", PROSE),
}


@pytest.mark.parametrize(("markup", "text"), LEADS.values(), ids=LEADS.keys())
def test_the_first_paragraph_in_a_box_of_its_own(markup: str, text: tuple[str, ...]) -> None:
    assert _page(markup).text.splitlines() == list(text)


def test_a_digital_newspaper_is_titled_by_the_article() -> None:
    rows = "".join(f"<p>{line}</p>" for line in PROSE)
    page = (
        f"<html><title>石岭日报数字报-{HEADLINE}</title><body><table><tr><td>2024年04月10日</td></tr>"
        f"<tr><td class=font01>{HEADLINE}</td></tr>"
        f"<tr><td>本报记者 田发军 通讯员 覃楚生</td></tr></table>"
        f"<div id=ozoom>{rows}</div></body></html>"
    )
    article = read(fetched(page, "http://epaper.example/html/2024-04/10/content_1.htm"))
    assert article.title == HEADLINE
    assert article.authors == ("田发军", "覃楚生")
