"""What a Chinese person's name looks like, and what stands around one in a byline."""

from __future__ import annotations

import re

#: The characters of bylines and labels, of Taiwan and Hong Kong, as the mainland writes them.
_SIMPLIFIED = str.maketrans(
    "記報導攝電訊編輯責時間發來評論員圖綜實習約審監製簽總執類網聞採寫譯",
    "记报导摄电讯编辑责时间发来评论员图综实习约审监制签总执类网闻采写译",
)
_TRADITIONAL = re.compile("[" + "".join(chr(char) for char in _SIMPLIFIED) + "]")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}(?:[·•][\u4e00-\u9fff]{1,8})*")
_NOT_A_NAME = re.compile(
    r"记者|通讯员|编辑|来源|作者|时间|日期|发布|点击|阅读|评论|字号|浏览|分享|本站|本网|责任|佚名|admin|未知|综合|原创|网站|标签|实习|原标题|图片|摄影"
    r"|发表|发稿|更新|题图|摄像|剪辑|视频|(?:网|报社|日报|晚报|早报|时报|新闻社|客户端|电视台|融媒|频道|杂志|通讯社|出版社)$"
    r"|表示|介绍|获悉|了解|采访|看到|从|的|了|昨|今天|今日|近日|日前|^[在是为对与]|^(?=.{4}$)[^·]*[在是为对与向今日]|报道|新闻|中心|集团|大学|公司|公安|党支部"
    r"|联盟|^(?:编译|整理|文图|图文|供图|采写|撰文|港闻|要闻|国际|本地|两岸)$",
    re.IGNORECASE,
)
#: The single surnames that nineteen of twenty bear, and those of two characters.
_SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖萧田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆范汪廖石金韦贾夏付傅方邹熊白孟秦邱侯江尹薛闫阎段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常汤康易乔赖文庞樊殷洪施颜倪翟"
    "葛章鲁童俞柳毕岳齐聂关焦纪左柴祝柯单包阮耿路涂裴盛霍凌翁苗褚温管宁甘尚舒符司梅詹裘苑岑蓝兰季费项娄卓牛冷屈蒲辛骆邢欧牟华景党瞿翦植游佟蔚郁甄晏宫苟佘窦查褟桂成鲍麦蒙连车艾宗喻安解栗练臧储谷仇燕匡和古边卞应姬闵简饶封伍解楼敖巫明时芦"
    "原迟桑宿全初狄米穆雍隋商荣冉房计郎卜池居庄鞠逯惠滕靳仲满平习胥茹籍强权禹郗慕冀晋帅尧揭伏娜皮杭乐鹿谈鄢亓卿支门农屠曲邝邬楚阳虞戚占粟扈印官花粱车栾昌谌税凤战么邸丛"
    "張劉陳楊黃趙吳孫馬鄭許韓鄧馮蕭蔣餘葉盧蘇呂鍾譚陸範賈鄒閻龍賀顧龔邵萬錢戴嚴湯喬賴龐顏魯畢齊聶關紀單塗褚溫寧舒項婁駱歐華黨農鄔陽蘭藍連應閔簡饒樓鮑麥車費時蘆遲莊榮計門談"
)
_LONG_SURNAMES = ("欧阳", "歐陽", "司马", "司馬", "上官", "诸葛", "諸葛", "夏侯", "皇甫", "尉迟",
                  "公孙", "慕容", "令狐", "长孙", "司徒", "端木", "东方", "独孤", "南宫", "呼延",
                  "宇文", "拓跋", "轩辕", "申屠", "钟离", "闻人", "淳于", "太史", "澹台", "赫连", "完颜")  # fmt: skip
#: What names of Uyghurs, Kazakhs, Tibetans and Mongols begin with, as Chinese writes them.
_TRANSCRIBED = frozenset(
    "阿古买麦艾努依叶尼热哈图木迪帕塔巴扎才次卓德格达旦丹玛索朗拉桑珠多吉乌斯其布呼娜萨敖加赛库拜吐祖伊沙穆居苏孜斐夏帕坎恰尕仁央扎普洛贡嘎根特额那毕力宝青"
)
#: What a name in a byline may have grown together with.
_GROWN_ON = re.compile(
    r"(?:摄影报道|摄影|报道|报导|整理|文/图|文图|图文|综合|编译|编辑|摄|文|图|/文|供图|采写|撰文|连线|通讯员|记者|实习生|整合|报|电|讯|主编|来源|发布|发自|责编)+$"
)
#: 记者 亓翔 济南报道: where from, and no second name.
_PLACE_BEHIND = re.compile(
    r"(?:[ 　]+(?:发自)?(?P<place>[\u4e00-\u9fff]{2,6})[ 　]?(?:摄影)?报[道导]|／\S{2,12}(?:报导|报道|电|讯))$"
)
_CITIES = frozenset(
    "北京 上海 天津 重庆 南京 武汉 成都 济南 石家庄 太原 沈阳 长春 哈尔滨 杭州 合肥 福州 南昌 郑州 长沙 广州 南宁 海口 贵阳 昆明 拉萨 西安 兰州 西宁 银川 乌鲁木齐 "
    "呼和浩特 香港 澳门 台北 深圳 青岛 大连 宁波 厦门 苏州 无锡 温州 东京 纽约 伦敦 巴黎 华盛顿 莫斯科 曼谷 金边".split()
)
#: 顾 敏: a name of two characters, set as wide as one of three.
_SPACED = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000]{1,2}([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
#: What parts names in a list.
BETWEEN_NAMES = re.compile(r"[ 　\s、，,/／&;；]+|\s和\s")
_SHORTEST, _LONGEST_GIVEN, _LONG = 2, 3, 4


def simplified(text: str) -> str:
    """Return a text with the words of bylines as the mainland writes them, as long as it was."""
    return text.translate(_SIMPLIFIED) if _TRADITIONAL.search(text) else text


def as_written(name: str, text: str) -> str:
    """Return a name found in ``simplified(text)`` as ``text`` writes it."""
    if name in text:
        return name
    at = simplified(text).find(name)
    return text[at : at + len(name)] if at >= 0 else name


def is_name(text: str) -> bool:
    """Tell whether a text may be a person's name: its characters are, and it is no known word."""
    return bool(_NAME.fullmatch(text)) and not _NOT_A_NAME.search(text) and _may_begin(text)


def is_likely_name(text: str) -> bool:
    """Tell whether a text is a name although nothing beside it says so: by its surname."""
    return is_name(text) and ("·" in text or _has_surname(text) or text[0] in _TRANSCRIBED)


def trimmed(text: str) -> str:
    """Return a name without signs and without words such as 摄 that it has grown together with."""
    name = text.strip(" 　（）()【】[]:：/-—。.|")
    if len(name) <= _LONGEST_GIVEN and name.endswith("文") and _has_surname(name):
        return name
    return _GROWN_ON.sub("", name).strip()


def without_place(text: str) -> str:
    """Return a byline without the place from which it was reported."""
    match = _PLACE_BEHIND.search(text)
    if match is None:
        return text
    place = match["place"]
    if place and place not in _CITIES and _has_surname(place) and len(place) <= _LONGEST_GIVEN:
        return text
    return text[: match.start()]


def closed_up(text: str) -> str:
    """Return a text in which names of two characters are not spaced out."""
    return _SPACED.sub(r"\1\2", text)


def _has_surname(text: str) -> bool:
    return text[0] in _SURNAMES or text.startswith(_LONG_SURNAMES)


def _may_begin(text: str) -> bool:
    """Tell whether a name of four characters begins as such do; shorter ones begin as they like."""
    if len(text) != _LONG or "·" in text or "•" in text:
        return True
    return _has_surname(text) or text[0] in _TRANSCRIBED


__all__ = ["BETWEEN_NAMES", "as_written", "closed_up", "is_likely_name", "is_name", "simplified",
           "trimmed", "without_place"]  # fmt: skip
