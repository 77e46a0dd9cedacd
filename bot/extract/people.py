"""Who wrote and who edited: bylines, datelines, editor lines by role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.extract.bylines import AND, foreign_authors
from bot.extract.structured import names_of
from bot.extract.wording import fold

if TYPE_CHECKING:
    from bot.extract.reading import Reading
    from bot.extract.trace import Trace

#: Roles of a Chinese newsroom, longest first; those that sign for the words come as authors.
EDITOR_ROLES = (
    "责任编辑", "责任校对", "值班编辑", "值班主任", "值班总编", "网络编辑", "图文编辑", "新媒体编辑", "微信编辑",
    "执行编辑", "视频编辑", "本期编辑", "首席编辑", "编辑校对", "责任编委", "值班编委", "执行主编", "副主编", "总编辑", "副总编", "总监制", "总编审",
    "主编", "责编", "美编", "编审", "编校", "编辑", "校对", "校检", "审核", "审校", "审签", "签审", "签发", "复审", "初审", "终审",
    "一审", "二审", "三审", "一校", "二校", "三校", "监制", "总监", "策划", "统筹", "排版", "编委", "责校", "值班", "审稿", "总值班",
)  # fmt: skip
_ROLE = "|".join(
    sorted((re.sub("(.)", r"\1[ 　]*", role)[:-5] for role in EDITOR_ROLES), key=len, reverse=True)
)
_EDITOR = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=[】）)丨]))(?P<role>{_ROLE})(?:[/／、](?:{_ROLE}))*\s*(?:[:：丨|｜/]|(?=[（(]))\s*"
)
_AFTER_EDITORS = re.compile(r"[:：|｜\]】\[【<>]")
_BARE_EDITOR = re.compile(
    r"^[【\[（(]?\s*(?P<role>责任编辑|责编|编辑)\s+(?P<names>[\u4e00-\u9fff]{2,4}(?:[ 、][\u4e00-\u9fff]{2,4})*)\s*[】\]）)]?$"
)

#: 新京报记者 王贵彬 编辑 张畅 校对 柳宝庆: roles and names in turn.
_ROW = re.compile(
    r"(?:^|\s)(?P<role>值班编辑|责任编辑|责编|编辑|校对|审核|监制|主编)[ \u3000](?P<name>[\u4e00-\u9fff]{2,4})(?=\s|$)"
)
_LONGEST_ROW = 70
#: The characters of bylines and labels, of Taiwan and Hong Kong, as the mainland writes them.
_SIMPLIFIED = str.maketrans(
    "記報導攝電訊編輯責時間發來評論員圖綜實習撰稿約",
    "记报导摄电讯编辑责时间发来评论员图综实习撰稿约",
)
#: Words before the names of those who wrote.
_WRITER = (r"(?:[\u4e00-\u9fff]{0,10}?(?:首席|见习|实习|特约|特派|驻[\u4e00-\u9fff]{1,4}|职工|全媒体|融媒体|本报|本网|本台)*"
           r"(?:记者|通讯员|評論員|评论员|特约撰稿人|撰稿人|特约撰稿))")  # fmt: skip
_LABEL = re.compile(
    r"(?:作\s*者|文字?|撰文|撰稿|供稿|供稿人|撰写|执笔|采写|采写记者|文字记者|记者|通讯员|编撰|报道员|采编|整理|编译|作者署名)\s*[:：/／|｜丨]\s*(?P<names>[^:：|｜\]】\[【<>；;。]{2,60})"
)
_REPORTERS = re.compile(
    rf"(?:{_WRITER}|作者)[ 　]+(?P<names>[\u4e00-\u9fff·•]{{2,4}}(?:[ 　、，,]+[\u4e00-\u9fff·•]{{2,4}}(?![:：]))*)(?![:：])"
)
_DAY = re.compile(r"20\d\d[-./年]\d")
#: What stands in the line of date and source.
_INFO = re.compile(r"来源|\d{4}[-年./]\d")
_DATELINE = re.compile(r"^[^。！？]{0,45}?[（(【](?P<inside>[^（()）【】]{2,70})[）)】]")
#: characters that the pattern of a dateline reaches at most
_LONGEST_DATELINE = 160
#: characters of a last line that may be a byline and nothing else
_SHORT = 60
#: 中央社記者林巧璉高雄19日電: name, place and day without anything between them.
_RUN_ON = re.compile(
    r"记者(?P<name>[\u4e00-\u9fff]{3}|[\u4e00-\u9fff]{2})(?P<place>[\u4e00-\u9fff]{2,4})\d{1,2}日(?:综合)?[电讯]"
)
_TAIL_BRACKET = re.compile(r"[（(](?P<inside>[^（()）]{2,60})[）)]\s*$")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}(?:[·•][\u4e00-\u9fff]{1,8})*")
_CLEAN_TAIL = re.compile(
    r"(?:摄影报道|摄影|报道|报导|整理|文/图|文图|图文|综合|编译|编辑|摄|文|图|/文|供图|采写|撰文|连线|通讯员|记者|实习生|整合|报|电|讯|主编|来源|发布|发自|责编)+$"
)
_BUTTON_WORDS = frozenset(
    {"举报", "分享", "收藏", "打印", "纠错", "大中小", "关注", "转载", "点赞", "头条", "正文"}
)
_LONGEST_OFFICE = 14
#: characters of a name with a given name of two, of which 文 may be the last
_GIVEN = 3
_SPLIT = re.compile(r"[ 　\s、，,/／&;；]+|\s和\s")
_MEDIUM = re.compile(r"(?:网|报|社|台|刊|号|频道|新闻|在线|客户端|网易|新浪|搜狐|腾讯|凤凰|百度)$")
_NOT_A_NAME = re.compile(
    r"记者|通讯员|编辑|来源|作者|时间|日期|发布|点击|阅读|评论|字号|浏览|分享|本站|本网|责任|佚名|admin|未知|综合|原创|网站|标签|实习|原标题|图片|摄影"
    r"|发表|发稿|更新|题图|摄像|剪辑|视频|(?:网|报社|日报|晚报|早报|时报|新闻社|客户端|电视台|融媒|频道|杂志|通讯社|出版社)$"
    r"|表示|介绍|获悉|了解|采访|看到|从|的|了|昨|今天|今日|近日|日前|^[在是为对与]|^(?=.{4}$)[^·]*[在是为对与向今日]|报道|新闻|中心|集团|大学|公司|公安|党支部",
    re.IGNORECASE,
)
_LEADING_DATE = re.compile(r"^[\d\s年月日:：/.-]+")
_TAIWANESE_PLACE = re.compile(r"／\S{2,12}报导$")
_SIGNS = re.compile("记者|通讯员|评论员|撰稿|作者|报道员|文[/／]")
_WIRE = re.compile(r"[讯电]\s*[（(]")
_SIGNS_AT_END = re.compile("记者|通讯员|作者|撰稿|文[/：:]|供稿")
_PICTURED = re.compile("摄|图[/：:]|供图")
_BEHIND_SENTENCE = re.compile(r"[。！？”]\s*[（(][^（()）]*[）)]\s*$")
_ALONE = re.compile(rf"^[（(【\[]?\s*{_WRITER}\s*[:：]?\s*(?P<names>.+?)[）)】\]]?$")
_IN_BRACKET = re.compile(rf"{_WRITER}|作者|撰稿|报道员|文/|供稿")
_NEXT_ROLE = re.compile(rf"{_WRITER}|摄影|编辑|责编")
_WRITERS = re.compile(_WRITER)
_AFTER_WRITERS = re.compile(
    r"来源|编辑|责编|时间|发布|日期|字号|阅读|点击|浏览|摄影|\d{4}|图[/：:]|审核|通讯员：|[（(]"
)
_BUTTON = re.compile("返回|查看|更多|举报|编辑")
_OFFICE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·]{2,14}")
_NOBODY = re.compile("来源|未知|佚名|本站|admin|发表|发布")
_AFTER_NAMES = re.compile(
    r"来源|时间|发布|日期|评论|阅读|点击|浏览|字号|电话|邮箱|热线|投稿|[（(）)]|\d{2,}|原标题|声明|版权|本文"
)
_BUTTONS = re.compile(r"(?:举报|打印|关闭|纠错|分享|收藏|返回|_[A-Za-z0-9]+).*$")
_A_ROLE = re.compile(_ROLE)
_EDITOR_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z·•0-9_]{1,14}")
_NO_EDITOR = re.compile("新闻网|记者|通讯员")
_AUTHOR_NAME = re.compile(r"author|zuozhe|writer", re.IGNORECASE)
_AUTHOR_LABEL = re.compile(r"^作者\s*[:：]?\s*")
_NO_AUTHOR = re.compile(r"来源|时间|日期|admin|关注|订阅|编辑|举报|点击|\d{4}")


def find_editors(page: Reading) -> list[tuple[str, str]]:
    """Return (role, name) pairs in the order of the page, each once."""
    found: dict[tuple[str, str], None] = {}
    if not page.is_chinese:
        return []
    lines = page.head_lines(after=2) + page.tail_lines(count=20, beyond=25)
    for line in lines:
        text = line.text
        if (
            "编" not in text
            and "审" not in text
            and "校" not in text
            and "监" not in text
            and "策" not in text
            and "签" not in text
        ):
            continue
        if len(text) > 160:
            text = text[-70:]
        roles = list(_EDITOR.finditer(text))
        ends = [match.start() for match in roles[1:]] + [len(text)]
        for match, end in zip(roles, ends, strict=False):
            role = "".join(match["role"].split())
            names = text[match.end() : end]
            for name in _names(_AFTER_EDITORS.split(names)[0]):
                found[role, name] = None
                if page.trace is not None:
                    place = page.outline.label(line.element)
                    page.trace.offer("editors", f"{role}:{name}", f"line in {place}")
        if len(text) <= _LONGEST_ROW and not roles:
            for match in _ROW.finditer(text):
                found[match["role"], match["name"]] = None
        bare = _BARE_EDITOR.search(text)
        if bare:
            for name in _names(bare["names"]):
                found[bare["role"], name] = None
    return list(found)


def find_authors(page: Reading) -> tuple[list[str], str]:
    """Return the authors, in the order of the page, and the rule that found them."""
    return _chinese(page) if page.is_chinese else foreign_authors(page)


class _Signed:
    """The names gathered so far, each once, with the rules that found them."""

    def __init__(self, trace: Trace | None) -> None:
        self.names: list[str] = []
        self.rules: list[str] = []
        self._trace = trace

    def take(self, names: list[str], rule: str) -> None:
        if self._trace is not None and names:
            self._trace.offer("authors", "、".join(names), rule)
        for name in names:
            if not any(name in known for known in self.names):
                self.names.append(name)
                if rule not in self.rules:
                    self.rules.append(rule)


def _chinese(page: Reading) -> tuple[list[str], str]:
    signed = _Signed(page.trace)
    lines = page.outline.lines
    for line in page.head_lines(after=4):
        if len(line.text) <= 120:
            for match in _LABEL.finditer(line.text):
                signed.take(_writers(match["names"]), "byline")
    if signed.names and not any(_is_name(name) for name in signed.names):
        # An office signs by itself, and those whom its text names below did not.
        return signed.names, "byline"
    for line in page.lines_under_title():
        if len(line.text) <= 60 and not line.linked:
            signed.take(_short_byline(_without_date(line.text)), "byline under the headline")
        if len(line.text) <= 120 and _INFO.search(line.text):
            for match in _REPORTERS.finditer(line.text):
                signed.take(_up_to_role(match["names"]), "byline beside the date")
    body = page.body.lines if page.body else []
    for at in body[:4]:
        _take_dateline(signed, lines[at].text)
    tail = [lines[at] for at in body[-5:]]
    tail += [line for line in page.tail_lines(count=0, beyond=6) if line not in tail]
    for line in tail:
        _take_end(signed, line.text)
    if not signed.names:
        editors = {name for _, name in find_editors(page)}
        claimed = [
            name
            for name in _claimed(page)
            if _is_name(name) and not _is_medium(name, page) and name not in editors
        ]
        if claimed and any(claimed[0] in line.text for line in page.head_lines(after=6) + tail):
            signed.take(claimed, "metadata, shown on the page")
    if page.structured.account_author:
        signed.take([page.structured.account_author], "account of WeChat")
    if not signed.names:
        signed.take(_beside_date(page), "beside the date")
    if not signed.names and (name := _named_element(page)):
        signed.take([name], "element named author")
    return signed.names, ", ".join(signed.rules) or "none"


def _up_to_role(text: str) -> list[str]:
    """Return names up to the first word that is none, such as 编辑 before the editor's name."""
    names = []
    for name in _SPLIT.split(text):
        if _WRITERS.fullmatch(name):
            continue
        if not _is_name(_trim(name)):
            break
        names.append(_trim(name))
    return names


def _without_date(text: str) -> str:
    """Return a line without its date, and a byline of Taiwan without the place behind its ／."""
    text = _LEADING_DATE.sub("", text).translate(_SIMPLIFIED)
    return _TAIWANESE_PLACE.sub("", text) if "／" in text else text


def _take_dateline(signed: _Signed, text: str) -> None:
    length = len(text)
    text = text[:_LONGEST_DATELINE].translate(_SIMPLIFIED)
    match = _DATELINE.match(text)
    run_on = _RUN_ON.search(text, 0, _SHORT) if "日" in text else None
    if run_on:
        signed.take([run_on["name"]], "dateline")
    elif match and _SIGNS.search(match["inside"]):
        signed.take(_in_bracket(match["inside"]), "dateline")
    elif match and _WIRE.search(text[: match.end()]):
        names = [name for name in _SPLIT.split(match["inside"]) if _is_name(name)]
        signed.take(names, "dateline")
    elif length <= 40:
        signed.take(_short_byline(text), "byline in the text")


def _take_end(signed: _Signed, text: str) -> None:
    ends_in_bracket = text.rstrip().endswith(("）", ")"))
    if not ends_in_bracket and len(text) > _SHORT:
        return
    text = text.translate(_SIMPLIFIED)
    match = _TAIL_BRACKET.search(text) if ends_in_bracket else None
    if match and _only_names(text, match["inside"]):
        signed.take(_SPLIT.split(match["inside"].strip()), "bracket at the end")
    elif match and _SIGNS_AT_END.search(match["inside"]) and not _PICTURED.search(match["inside"]):
        signed.take(_in_bracket(match["inside"]), "bracket at the end")
    elif len(text) <= _SHORT:
        signed.take(_short_byline(text), "byline at the end")


def _is_medium(name: str, page: Reading) -> bool:
    if _MEDIUM.search(name):
        return True
    return any(fold(name) in fold(site) for site in page.structured.site_names)


def _only_names(text: str, inside: str) -> bool:
    """Tell whether a bracket behind a finished sentence holds names and nothing else."""
    names = _SPLIT.split(inside.strip())
    is_behind = _BEHIND_SENTENCE.search(text) is not None
    is_alone = len(text) <= len(inside) + 4
    return (
        (is_behind or is_alone)
        and len(names) <= 4
        and all(
            _is_name(name) and 2 <= len(name) <= 3 and name[-1] not in "摄图文" for name in names
        )
    )


def _short_byline(text: str) -> list[str]:
    names: list[str] = []
    if not text.endswith(("。", "？", "！", "：")):
        for match in _LABEL.finditer(text):
            names += _writers(match["names"])
        if not names:
            alone = _ALONE.match(text)
            if alone:
                names += _up_to_role(_trim(alone["names"]))
    return [_trim(name) for name in names]


def _in_bracket(text: str) -> list[str]:
    text = text.replace(":", " ").replace("：", " ")
    names: list[str] = []
    for match in _IN_BRACKET.finditer(text):
        rest = text[match.end() :]
        following = _NEXT_ROLE.search(rest)
        if following:
            rest = rest[: following.start()]
        names += [name for raw in _SPLIT.split(rest) if (name := _trim(raw)) and _is_name(name)]
    return names


#: 顾 敏: a name of two characters, set as wide as one of three.
_SPACED = re.compile(
    r"(?<![\u4e00-\u9fff])([\u4e00-\u9fff])[ \u3000]{1,2}([\u4e00-\u9fff])(?![\u4e00-\u9fff])"
)
_BEHIND = re.compile(r"(?:返回|查看|更多|举报|点击).*$")


def _writers(text: str) -> list[str]:
    text = _WRITERS.sub(" ", _SPACED.sub(r"\1\2", _BEHIND.sub("", text)))
    text = _AFTER_WRITERS.split(text, maxsplit=1)[0]
    words = [_trim(raw) for raw in _SPLIT.split(text.strip())]
    words = [word for word in words if not _BUTTON.search(word)]
    names = [word for word in words if _is_name(word)]
    if names or len(text.strip()) > _LONGEST_OFFICE:
        return names
    # Nobody by name: an office, or a writer under another name.
    return [word for word in words if _OFFICE.fullmatch(word) and not _NOBODY.search(word)]


def _trim(name: str) -> str:
    name = name.strip(" 　（）()【】[]:：/-—。.|")
    if len(name) == _GIVEN and name.endswith("文"):
        return name
    return _CLEAN_TAIL.sub("", name).strip()


def _is_name(name: str) -> bool:
    return bool(_NAME.fullmatch(name)) and not _NOT_A_NAME.search(name)


#: A desk's number behind an editor's name: PN172, _NT2541, UN998.
_CODE = re.compile(r"[ _]*\b_?[A-Z]{1,4}\d+\b")


def _names(text: str) -> list[str]:
    text = _CODE.sub("", text)
    text = _AFTER_NAMES.split(text.strip(" （("), maxsplit=1)[0]
    names = []
    for raw in _SPLIT.split(text.strip()):
        name = _BUTTONS.sub("", raw)
        name = name.strip(" 　】]）)。.|_-—")
        role = _A_ROLE.match(name)
        if role:
            break
        if _EDITOR_NAME.fullmatch(name) and not _NO_EDITOR.search(name):
            names.append(name)
        else:
            break
    return names[:8]


def _claimed(page: Reading) -> list[str]:
    names = [
        name
        for kind, name in names_of(page.structured.article.get("author"))
        if kind != "Organization"
    ]
    return names or [
        part.strip() for text in page.structured.author_metas for part in AND.split(text)
    ]


def _named_element(page: Reading) -> str:
    for line in page.head_lines(after=2):
        name = page.outline.name(line.element)
        if 2 <= len(line.text) <= 16 and _AUTHOR_NAME.search(name):
            text = _AUTHOR_LABEL.sub("", line.text)
            if not _NO_AUTHOR.search(text) and not _MEDIUM.search(text):
                return text
    return ""


def _beside_date(page: Reading) -> list[str]:
    """Return the name in 郭虹 · 2019-09-08 07:30, a line of a name and a time in their elements."""
    for line in page.lines_under_title():
        if len(line.text) > _LONGEST_ROW or not _DAY.search(line.text) or "来源" in line.text:
            continue
        parts = [part.strip(" \n\t·|　") for part, _ in line.parts if part.strip(" \n\t·|　")]
        if len(parts) in (2, 3):
            names = [part for part in parts if len(part) <= _GIVEN and _is_name(part)]
            return [
                name for name in names if not _MEDIUM.search(name) and name not in _BUTTON_WORDS
            ]
    return []
