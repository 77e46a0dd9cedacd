"""Made-up county news: texts that vary as real ones do, and the ways in which they are reprinted.

Everything is drawn from a seed.  Articles are put together from many sentence forms whose places,
people, figures and crops are drawn anew; forms (weather reports, notices, tenders, duty lists) keep
their words and change their facts.  ``labelled_set`` mixes them into one stream with the truth.
"""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董潘袁蔡蒋余"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂华建国玉兰志文海燕春梅晓东红英立新小龙"
_COUNTIES = (
    "汉滨区 汉阴县 石泉县 宁陕县 紫阳县 岚皋县 平利县 镇坪县 旬阳市 白河县 洋县 西乡县 勉县 略阳县 "
    "镇安县 柞水县 山阳县 丹凤县 商南县 洛南县 留坝县 佛坪县 竹溪县 竹山县 房县 郧西县 城口县 巫溪县"
).split()
_TOWN_A = "青金石龙双白大小红长新高平安云清花松竹柳河古桃麻茶铁银太永福寿仁和东西南北"
_TOWN_B = "山河坪坝溪沟岭梁湾铺池泉岩桥林塘峪滩寨堡"
_CROPS = "茶叶 魔芋 核桃 拐枣 烤烟 猕猴桃 黄姜 蚕桑 油菜 玉米 香菇 木耳 中药材 生猪 冷水鱼 富硒水稻 花椒 蜂蜜".split()
_OFFICES = (
    "农业农村局 林业局 水利局 教育体育局 卫生健康局 文化和旅游局 应急管理局 交通运输局 住房和城乡建设局 "
    "人力资源和社会保障局 市场监督管理局 民政局 自然资源局 乡村振兴局 公安局 融媒体中心 供销联社 气象局"
).split()
_EVENTS = (
    "防汛演练 技能培训 招聘会 文艺汇演 产销对接会 消防安全检查 健康义诊 植树活动 读书分享会 篮球联赛 "
    "项目观摩会 禁毒宣传 普法讲座 厨艺比赛 龙舟赛 民歌展演 春耕现场会 安全生产督查"
).split()
_PRAISE = (
    "路修好了，出门再也不用踩泥巴 孩子上学近多了 在家门口就能挣钱，日子越过越有奔头 今年收成比往年都好 "
    "以前想都不敢想 水接到灶台边，心里踏实 手续一趟就办完了 政策好，我们干得也有劲 "
    "看病不用再往城里跑 房子敞亮，老人住着也放心"
).split()

#: Forms of sentences; each ``{…}`` is drawn anew.
_SENTENCES = """
近日，走进{town}{village}的{crop}基地，只见村民们正忙着{work}，现场一派繁忙景象。
{month}月{day}日，{county}{office}在{town}组织开展{event}，{n}余名干部群众参加。
“{praise}。”{village}村民{person}一边{work}一边说。
据{county}{office}负责人{person}介绍，今年以来全县累计投入资金{n}万元，实施项目{k}个。
{town}按照“党支部+合作社+农户”的模式，发展{crop}{n}亩，带动{k}户群众户均增收{m}元。
该项目总投资{n}万元，占地{k}亩，建成后预计年产值可达{m}万元。
为了解决{village}群众出行难题，{town}多方筹措资金{n}万元，硬化道路{k}公里。
{person}是{village}的致富带头人，{m}年前他从外地返乡，流转土地{k}亩种植{crop}。
截至目前，{town}共排查隐患{k}处，整改{m}处，转移群众{n}人。
活动现场，工作人员通过发放资料、现场讲解等方式，向群众宣传{event}有关知识，发放资料{n}份。
{county}{office}抽调{k}名技术人员，深入{town}各村开展{crop}管护技术指导。
{village}党支部书记{person}说，下一步将继续扩大{crop}种植规模，延伸产业链条。
在{town}社区工厂，{k}条生产线开足马力，{n}名女工正在赶制一批订单。
记者在{town}看到，{k}台挖掘机正在施工，{village}段河堤已完成{n}米。
来自{county}的游客{person}说，这里山清水秀，{k}个景点一天都转不完。
{county}把{crop}作为主导产业，建成标准化园区{k}个，认证绿色食品{m}个。
去年，{village}集体经济收入突破{n}万元，分红{k}万元，惠及{m}户。
{office}联合{town}中心卫生院，为{village}{n}名老人免费体检，建立健康档案{k}份。
培训班为期{k}天，邀请{person}等专家授课，内容涵盖{crop}栽培、病虫害防治和市场营销。
{person}告诉记者，合作社去年销售{crop}{n}吨，其中线上订单占了{k}成。
当天，{county}还举行了{event}启动仪式，{k}支队伍同台竞技。
依托{town}便民服务中心，{village}推行代办服务，已为群众代办事项{n}件。
{town}把{event}与基层治理结合起来，由{k}名网格员包片联户，做到小事不出村。
每到周末，{village}的小广场上总有{n}多人跳舞健身，{person}是领舞的一位。
眼下正是{crop}上市的时节，{town}的收购点每天要收{n}斤，价格每斤{k}元。
{county}供电公司组织{k}个抢修小组，对{town}{m}条线路进行了特巡。
由{office}牵头编制的规划提出，到明年底，{county}新增{crop}面积{n}亩。
孩子们在{person}老师的带领下，用{k}种颜色画出了{village}的四季。
从{month}月起，{town}设立{k}个投放点，每月回收{crop}包装物{n}公斤。
经过{k}个月的改造，{village}老街{n}间旧屋重新亮相，保留了青石板和木窗。
""".strip().split("\n")

_FORMS = {
    "weather": """{county}气象台{month}月{day}日{hour}时发布天气预报：今天夜间到明天白天，全县{sky}，偏{wind}风{k1}到{k2}级，气温{t1}℃到{t2}℃。
明天夜间到后天白天，全县{sky2}，偏{wind2}风{k1}到{k2}级，气温{t3}℃到{t4}℃，请广大群众注意早晚温差，适时增减衣物。
森林火险气象等级为{fire}级，林区用火容易引发火灾，请各镇做好巡护工作，严禁携带火种进山入林。
道路交通气象条件良好，请驾驶人员注意行车安全，遵守交通规则，切勿疲劳驾驶。""",
    "notice": """{county}人力资源和社会保障局关于2026年{season}招聘会的公告。为促进高校毕业生和农村劳动力就业，经研究，决定举办招聘会，现将有关事项公告如下。
招聘会由{county}人力资源和社会保障局主办，参会单位均为依法登记的企业，提供的岗位真实有效，共{n}个。
有意参加的求职人员请携带身份证、学历证书和个人简历到现场应聘，工作人员将在现场提供政策咨询服务。
参会人员请自觉遵守会场秩序，{county}公共就业服务中心负责解释。联系人：{person}，电话：0915-{phone}。""",
    "tender": """{county}{town}{village}{crop}产业路项目竞争性磋商公告。项目编号：AKZB-2026-{n}，预算金额{m}万元，最高限价{m}万元，合同履行期限{k}天。
供应商须具有独立承担民事责任的能力，具有履行合同所必需的设备和专业技术能力，有依法缴纳税收和社会保障资金的良好记录，未被列入失信被执行人名单。
获取采购文件时间为2026年{month}月{day}日起五个工作日，地点为{county}公共资源交易中心，售价为零元，响应文件逾期送达的不予受理。
凡对本次公告内容提出询问，请与采购人{town}人民政府联系，联系人{person}，联系电话0915-{phone}。""",
    "traffic": """{county}公安局交通管理大队关于{town}路段施工期间实行交通管制的通告。因{town}至{village}公路改造施工需要，定于2026年{month}月{day}日起对该路段实行交通管制。
管制期间，除执行紧急任务的特种车辆外，其他车辆一律绕行，请过往车辆按照交通标志指示通行，服从现场执勤民警和施工人员的指挥。
请沿线企事业单位、学校和居民合理安排出行时间，因施工带来的不便，敬请谅解。对违反本通告的，由公安机关交通管理部门依法处理。
本通告自发布之日起施行，咨询电话0915-{phone}，{county}公安局交通管理大队负责解释。""",
    "prices": """{month}月{day}日{county}主要农产品批发价格：猪肉每公斤{t1}.{k1}元，鸡蛋每公斤{k1}.{k2}元，大白菜每公斤{k2}.{fire}元，土豆每公斤{fire}.{k1}元，{crop}每公斤{t4}元。
与前一日相比，蔬菜类价格以稳为主，个别品种受天气影响略有波动，肉类供应充足，禽蛋价格小幅回落，水果价格基本持平，市场秩序良好。
价格监测人员提醒，近期气温变化较大，经营者应当合理安排库存，明码标价，不得囤积居奇、哄抬价格，消费者可拨打12315投诉举报。
以上数据由{county}发展和改革局价格监测站采集，采集点为城区三个农贸市场和两家超市。""",
}

_SYNONYMS = (
    ("近日", "日前"), ("记者", "笔者"), ("介绍", "表示"), ("截至目前", "到目前为止"),
    ("下一步", "今后"), ("只见", "看到"), ("一派", "到处是"), ("累计", "共"), ("告诉记者", "说"),
    ("为了", "为"), ("眼下", "当前"), ("组织开展", "开展"), ("现场讲解", "面对面讲解"),
    ("山清水秀", "风景秀丽"), ("赶制", "加工"), ("带动", "辐射带动"), ("余名", "多名"),
)  # fmt: skip
_TEXT_MARK = re.compile(r"(?<=[。！？”])")


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """One article of the stream."""

    title: str
    text: str
    #: articles with the same number are one story
    story: int
    #: how it came to be: ``original``, ``insertion``, ``form: weather`` …
    kind: str
    #: whether an earlier article of the stream is of the same story
    is_reprint: bool


def article(draw: random.Random, sentences: int | None = None) -> tuple[str, str]:
    """Return the title and the text of one article."""
    facts = _facts(draw)
    count = sentences or draw.randint(5, 14)
    chosen = draw.sample(_SENTENCES, count)
    lines = [_fill(form, _facts(draw, facts), draw) for form in chosen]
    paragraphs = []
    while lines:
        size = draw.randint(1, 3)
        paragraphs.append("".join(lines[:size]))
        lines = lines[size:]
    title = _fill(
        draw.choice(
            ("{county}{town}：{crop}铺就增收路", "{county}{office}到{town}开展{event}",
             "{town}{village}：{crop}产业带富{k}户群众", "{county}举行{event}")
        ),
        facts,
        draw,
    )  # fmt: skip
    return title, "\n".join(paragraphs)


def labelled_set(seed: int, count: int) -> Iterator[Made]:
    """Yield about ``count`` articles in the order in which they are published."""
    draw = random.Random(seed)
    recent: list[Made] = []
    story = made = 0
    while made < count:
        chance = draw.random()
        story += 1
        made += 1
        if chance < 0.40 or len(recent) < 40:
            title, text = article(draw)
            one = Made(title=title, text=text, story=story, kind="original", is_reprint=False)
            recent.append(one)
            yield one
        elif chance < 0.75:
            origin = draw.choice(recent[-400:])
            kind = draw.choice(list(EDITS))
            text = EDITS[kind](origin.text, draw)
            title = origin.title if draw.random() < 0.6 else article(draw)[0]
            yield Made(title=title, text=text, story=origin.story, kind=kind, is_reprint=True)
        elif chance < 0.80:
            parts = draw.sample(recent[-400:], 3)
            yield Made(
                title="一周要闻",
                text="\n".join(part.text for part in parts),
                story=story,
                kind="three stories in one",
                is_reprint=False,
            )
        elif chance < 0.86:
            # The same text of another place: a form that is filled in, all names changed.
            origin = draw.choice(recent[-400:])
            yield Made(
                title=origin.title,
                text=_moved(origin.text, draw),
                story=story,
                kind="moved to another place",
                is_reprint=False,
            )
        else:
            name = draw.choice(list(_FORMS))
            yield Made(
                title=f"{name} {draw.choice(_COUNTIES)}",
                text=_fill(_FORMS[name], _facts(draw), draw),
                story=story,
                kind=f"form: {name}",
                is_reprint=False,
            )


def _copied(text: str, draw: random.Random) -> str:
    return text + draw.choice(
        ("", "\n来源：市融媒体中心", "\n（转载请注明出处）", "\n编辑整理：本网")
    )


def _inserted(text: str, draw: random.Random) -> str:
    sentences = _sentences(text)
    facts = _facts(draw)
    for form in draw.sample(_SENTENCES, max(1, len(sentences) // draw.randint(5, 9))):
        sentences.insert(draw.randint(0, len(sentences)), _fill(form, facts, draw))
    return _joined(sentences)


def _deleted(text: str, draw: random.Random) -> str:
    sentences = _sentences(text)
    for _ in range(max(1, len(sentences) // draw.randint(4, 8))):
        sentences.pop(draw.randrange(len(sentences)))
    return _joined(sentences)


def _new_lead(text: str, draw: random.Random) -> str:
    sentences = _sentences(text)
    lead = draw.choice(
        ("连日来，记者从有关方面了解到，", "{county}传来好消息，", "据悉，", "（本网讯）日前，")
    )
    first = re.sub(r"^近日，|^[0-9]+月[0-9]+日，|^眼下", "", sentences[0])
    return _joined([_fill(lead, _facts(draw), draw) + first, *sentences[1:]])


def _reworded(text: str, draw: random.Random) -> str:
    for old, new in draw.sample(_SYNONYMS, 9):
        text = text.replace(old, new)
    return text


def _put_right(text: str, draw: random.Random) -> str:
    """One figure put right, beside edits of the words."""
    figures = list(re.finditer(r"\d+", text))
    at = draw.choice(figures)
    text = text[: at.start()] + str(int(at[0]) + draw.randint(1, 9)) + text[at.end() :]
    return _reworded(_new_lead(text, draw), draw)


def _edited(text: str, draw: random.Random) -> str:
    return _reworded(draw.choice((_deleted, _inserted))(text, draw), draw)


EDITS: dict[str, Callable[[str, random.Random], str]] = {
    "copy": _copied,
    "insertion": _inserted,
    "deletion": _deleted,
    "changed lead": _new_lead,
    "reworded": _reworded,
    "a figure put right": _put_right,
    "several edits": _edited,
}


def _sentences(text: str) -> list[str]:
    return [
        part + ("\n" if number == len(parts) - 1 else "")
        for line in text.split("\n")
        for parts in [[part for part in _TEXT_MARK.split(line) if part]]
        for number, part in enumerate(parts)
    ]


def _joined(sentences: list[str]) -> str:
    return "".join(sentences).strip("\n")


def _moved(text: str, draw: random.Random) -> str:
    """Return a text with every place, person and figure exchanged, each by one other."""
    found: dict[str, str] = {}

    def other(match: re.Match[str]) -> str:
        word = match[0]
        if word not in found:
            facts = _facts(draw)
            found[word] = (
                str(draw.randint(2, 9999))
                if word.isdigit()
                else facts["county"]
                if word in _COUNTIES
                else facts["town"]
                if word.endswith("镇")
                else facts["village"]
            )
        return found[word]

    names = "|".join(_COUNTIES)
    return re.sub(rf"{names}|[{_TOWN_A}][{_TOWN_B}]镇|[{_TOWN_A}][{_TOWN_B}]村|\d+", other, text)


def _facts(draw: random.Random, known: dict[str, str] | None = None) -> dict[str, str]:
    low = draw.randint(-3, 18)
    facts = {
        "county": draw.choice(_COUNTIES),
        "town": draw.choice(_TOWN_A) + draw.choice(_TOWN_B) + "镇",
        "village": draw.choice(_TOWN_A) + draw.choice(_TOWN_B) + "村",
        "crop": draw.choice(_CROPS),
        "office": draw.choice(_OFFICES),
        "event": draw.choice(_EVENTS),
        "praise": draw.choice(_PRAISE),
        "work": draw.choice(("采摘", "除草", "施肥", "修剪", "分拣", "搬运", "装车", "晾晒")),
        "person": draw.choice(_SURNAMES) + "".join(draw.sample(_GIVEN, draw.randint(1, 2))),
        "month": str(draw.randint(1, 12)), "day": str(draw.randint(1, 28)),
        "hour": str(draw.choice((8, 11, 16, 17))),
        "sky": draw.choice(("多云转晴", "阴有小雨", "晴间多云", "阵雨转多云", "晴")),
        "sky2": draw.choice(("多云", "小到中雨", "晴", "阴天")),
        "wind": draw.choice("东南西北"), "wind2": draw.choice("东南西北"),
        "season": draw.choice(("春季", "夏季", "秋季", "冬季")),
        "k1": str(draw.randint(1, 3)), "k2": str(draw.randint(3, 5)),
        "fire": str(draw.randint(1, 5)),
        "t1": str(low), "t2": str(low + draw.randint(4, 12)),
        "t3": str(low + 1), "t4": str(low + draw.randint(5, 13)),
        "phone": str(draw.randint(3200000, 8999999)),
    }  # fmt: skip
    if known is not None:
        # An article stays in its place; people and figures come and go.
        for name in ("county", "town", "village", "crop"):
            if draw.random() < 0.8:
                facts[name] = known[name]
    return facts


def _fill(form: str, facts: dict[str, str], draw: random.Random) -> str:
    values = facts | {
        "n": str(draw.randint(100, 9800)),
        "k": str(draw.randint(2, 60)),
        "m": str(draw.randint(3, 900)),
    }
    return form.format(**values)
