"""Who wrote an article: bylines, datelines, brackets at the end, and what metadata claims."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.extract.bylines import AND, foreign_authors
from bot.extract.editors import find_editors
from bot.extract.names import (
    BETWEEN_NAMES,
    as_written,
    closed_up,
    is_likely_name,
    is_name,
    simplified,
    trimmed,
    without_place,
)
from bot.extract.structured import names_of
from bot.extract.wording import fold

if TYPE_CHECKING:
    from bot.extract.reading import Reading
    from bot.extract.trace import Trace

_LONGEST_ROW = 70
#: Words before the names of those who wrote.
_WRITER = (r"(?:[\u4e00-\u9fff]{0,10}?(?:首席|见习|实习|特约|特派|驻[\u4e00-\u9fff]{1,4}|职工|全媒体|融媒体|本报|本网|本台)*"
           r"(?:(?<!摄影)记者|通讯员|实习生|評論員|评论员|特约撰稿人|撰稿人|特约撰稿))")  # fmt: skip
_LABELS = "|".join(
    "[ 　]*".join(label)
    for label in (
        "作者署名", "作者", "文字记者", "采写记者", "文字", "文", "撰文", "撰稿人", "撰稿", "供稿人", "供稿", "撰写", "执笔", "采写",
        "记者", "通讯员", "编撰", "报道员", "采编", "整理", "编译", "采访",
    )
)  # fmt: skip
#: 作者：张三, 【记者】张三, 文/张三, 作者：图/文：张三
_LABEL = re.compile(
    rf"(?=[作文采撰供执记通编报整])(?<!该)(?:(?:{_LABELS})\s*[:：/／|｜丨]|(?<=【)(?:{_LABELS})】)\s*(?:(?:图|文|摄)(?:[/／、](?:图|文|摄))*\s*[:：/／]\s*)?"
)
#: Where the names behind a label end at the latest.
_AFTER_LABEL = re.compile(r"[:：|｜\]】\[【<>；;。]")
_LONGEST_NAMES = 60
_GROWN_BEFORE = re.compile(r"[\u4e00-\u9fff·]+$")
_GROWN_BEHIND_NAMES = re.compile(r"(?<=[\u4e00-\u9fff])[ 　]+[\u4e00-\u9fff·]+$")
#: A line without one of these holds no label.
_BEHIND_LABEL = re.compile("[:：/／|｜丨】]")
_REPORTERS = re.compile(
    rf"(?:{_WRITER}|作者)[ 　]+(?P<names>[\u4e00-\u9fff·•]{{2,10}}(?:[ 　、，,]+[\u4e00-\u9fff·•]{{2,10}}(?![:：]))*)(?![:：])"
)
#: 生活中心／廖研堡報導, as the desks of Taiwan sign
_DESK = re.compile(
    r"^[\u4e00-\u9fff]{2,4}(?:中心|组)／(?P<name>[\u4e00-\u9fff]{2,4}?)(?:／\S{2,8})?报导$"
)
#: Every label of those who write has one of these.
_MAY_SIGN = re.compile("[记讯作文撰稿采执整编报评实]")
_CLOSING = re.compile(r"[）)](?=[^（()）]*$)")
_REPORTER = re.compile("记者|記者|報導")
_DAY = re.compile(r"20\d\d[-./年]\d")
#: What stands in the line of date and source.
_INFO = re.compile(r"来源|\d{4}[-年./]\d")
_DATELINE = re.compile(
    r"^[^。！？]{0,45}?[（(【〔［](?P<inside>[^（()）【】〔〕［］]{2,70})[）)】〕］]"
)
#: characters that the pattern of a dateline reaches at most
_LONGEST_DATELINE = 160
#: characters of a last line that may be a byline and nothing else
_SHORT = 60
#: 中央社記者林巧璉高雄19日電: name, place and day without anything between them.
_RUN_ON = re.compile(
    r"记者(?P<name>[\u4e00-\u9fff]{3}|[\u4e00-\u9fff]{2})(?P<place>[\u4e00-\u9fff]{2,4})\d{1,2}日(?:综合)?[电讯]"
)
_TAIL_BRACKET = re.compile(r"[（(](?P<inside>[^（()）]{2,60})[）)]\s*$")
_BUTTON_WORDS = frozenset(
    {"举报", "分享", "收藏", "打印", "纠错", "大中小", "关注", "转载", "点赞", "头条", "正文"}
)
_LONGEST_OFFICE = 14
#: characters of a name with a given name of two, of which 文 may be the last
_GIVEN = 3
_MEDIUM = re.compile(r"(?:网|报|社|台|刊|号|频道|新闻|在线|客户端|网易|新浪|搜狐|腾讯|凤凰|百度)$")
_LEADING_DATE = re.compile(r"^[\d\s年月日:：/.-]+")
_SIGNS = re.compile("记者|通讯员|评论员|撰稿|作者|报道员|文[/／]")
_WIRE = re.compile(r"[讯电]\s*[（(]")
_SIGNS_AT_END = re.compile("记者|通讯员|作者|撰稿|文[/：:]|供稿")
_PICTURED = re.compile("摄|图[/：:]|供图")
_BEHIND_SENTENCE = re.compile(r"[。！？”]\s*[（(][^（()）]*[）)]\s*$")
_ALONE = re.compile(
    rf"^[（(【\[■□●○◎◇◆\s]*(?:[\u4e00-\u9fffA-Za-z]{{2,8}}\s*[／/·•]\s*|[A-Za-z0-9]{{1,4}})?{_WRITER}\s*[:：]?\s*(?P<names>.+?)[）)】\]]?$"
)
_IN_BRACKET = re.compile(rf"{_WRITER}|作者|撰稿|报道员|文/|供稿")
_NEXT_ROLE = re.compile(rf"{_WRITER}|摄影|审核|校对|编辑|责编")
_WRITERS = re.compile(_WRITER)
_AFTER_WRITERS = re.compile(
    r"(?:文章|稿件|信息|新闻|内容)?来源|编辑|责编|时间|发布|日期|字号|阅读|点击|浏览|摄影|\d{4}|图[/：:]|审核|通讯员：|[（(]"
)
_BUTTON = re.compile("返回|查看|更多|举报|编辑")
_OFFICE = re.compile(r"[\u4e00-\u9fffA-Za-z0-9·]{2,14}")
_NOBODY = re.compile("来源|未知|佚名|本站|admin|发表|发布")
#: Discuz writes who posted and when into ``authi``.
_AUTHOR_NAME = re.compile(r"author|zuozhe|writer|\bauthi\b", re.IGNORECASE)
_AUTHOR_LABEL = re.compile(r"^作者\s*[:：]?\s*")
_NO_AUTHOR = re.compile(r"来源|时间|日期|admin|关注|订阅|编辑|举报|点击|\d{4}")


def find_authors(page: Reading) -> tuple[list[str], str]:
    """Return the authors, in the order of the page, and the rule that found them."""
    return _chinese(page) if page.is_chinese else foreign_authors(page)


class _Signed:
    """The names gathered so far, each once, with the rules that found them."""

    def __init__(self, trace: Trace | None) -> None:
        self.names: list[str] = []
        self.rules: list[str] = []
        self._trace = trace

    def take(self, names: list[str], rule: str, written: str = "") -> None:
        """Add names found in the simplified form of a text, which ``written`` has as it is.

        An office is no author beside people who sign.
        """
        if any(map(is_name, self.names)):
            names = [name for name in names if is_name(name)]
        if written:
            names = [as_written(name, written) for name in names]
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
        if len(line.text) <= 120 and _BEHIND_LABEL.search(line.text):
            signed.take(_labelled(simplified(line.text)), "byline", line.text)
    if signed.names and not any(is_name(name) for name in signed.names):
        # An office signs by itself, and those whom its text names below did not.
        return signed.names, "byline"
    for line in page.lines_under_title():
        if len(line.text) <= 60 and (not line.linked or _REPORTER.search(line.text)):
            text = _LEADING_DATE.sub("", simplified(line.text))
            signed.take(_short_byline(text), "byline under the headline", line.text)
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
            if is_name(name) and not _is_medium(name, page) and name not in editors
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
    for name in BETWEEN_NAMES.split(text):
        if _WRITERS.fullmatch(name) or "联盟" in name:
            continue
        if not is_name(trimmed(name)):
            break
        names.append(trimmed(name))
    return names


def _take_dateline(signed: _Signed, text: str) -> None:
    length = len(text)
    written = text
    text = simplified(text[:_LONGEST_DATELINE])
    match = _DATELINE.match(text)
    run_on = _RUN_ON.search(text, 0, _SHORT) if "日" in text else None
    if run_on:
        signed.take([run_on["name"]], "dateline", written)
    elif match and _SIGNS.search(match["inside"]):
        signed.take(_in_bracket(match["inside"]), "dateline", written)
    elif match and _WIRE.search(text[: match.end()]):
        names = [name for name in BETWEEN_NAMES.split(match["inside"]) if is_name(name)]
        signed.take(names, "dateline", written)
    elif length <= 40:
        signed.take(_short_byline(text), "byline in the text", written)


def _take_end(signed: _Signed, text: str) -> None:
    ends_in_bracket = text.rstrip().endswith(("）", ")"))
    if not ends_in_bracket and len(text) > _SHORT:
        return
    written, text = text, simplified(text)
    match = _TAIL_BRACKET.search(text) if ends_in_bracket else None
    if match and _only_names(text, match["inside"]):
        signed.take(_bracketed(match["inside"]), "bracket at the end", written)
    elif match and _SIGNS_AT_END.search(match["inside"]) and not _PICTURED.search(match["inside"]):
        signed.take(_in_bracket(match["inside"]), "bracket at the end", written)
    elif len(text) <= _SHORT:
        signed.take(_short_byline(text), "byline at the end", written)


def _is_medium(name: str, page: Reading) -> bool:
    if _MEDIUM.search(name):
        return True
    return any(fold(name) in fold(site) for site in page.structured.site_names)


def _only_names(text: str, inside: str) -> bool:
    """Tell whether a bracket behind a finished sentence holds names and nothing else."""
    names = _bracketed(inside)
    is_behind = _BEHIND_SENTENCE.search(text) is not None
    is_alone = len(text) <= len(inside) + 4
    return (
        (is_behind or is_alone)
        and len(names) <= 4
        and all(
            is_likely_name(name) and 2 <= len(name) <= 3 and name[-1] not in "摄图"
            for name in names
        )
    )


def _bracketed(inside: str) -> list[str]:
    return BETWEEN_NAMES.split(closed_up(inside).strip())


def _short_byline(text: str) -> list[str]:
    names: list[str] = []
    if text[:1] in "（(" and (end := _CLOSING.search(text)):
        # What stands behind the bracket is a mark.
        text = text[: end.end()]
    if not text.endswith(("。", "？", "！", "：")) and _MAY_SIGN.search(text):
        names += _labelled(text)
        if not names and (desk := _DESK.search(text)):
            names.append(desk["name"])
        if not names and "来源" in text:
            # 来源：北京日报客户端 | 记者 孙莹
            names += [
                name for match in _REPORTERS.finditer(text) for name in _up_to_role(match["names"])
            ]
        if not names:
            alone = _ALONE.match(text)
            if alone:
                names += _up_to_role(closed_up(trimmed(without_place(alone["names"]))))
    return [trimmed(name) for name in names]


def _labelled(text: str) -> list[str]:
    """Return whom the labels of a line name, each label up to the next one."""
    names: list[str] = []
    labels = list(_LABEL.finditer(text))
    ends = [label.start() for label in labels[1:]] + [len(text)]
    for label, end in zip(labels, ends, strict=False):
        told = text[label.end() : end]
        if end < len(text):
            # 每经实习记者｜: what the next label has grown together with.
            told = _GROWN_BEFORE.sub("", told)
        border = _AFTER_LABEL.search(told)
        if border is not None:
            told = told[: border.start()]
            if border[0] in ":：" and not _AFTER_WRITERS.search(told):
                # What stands before a colon is a label that nobody here knows.
                told = " ".join(BETWEEN_NAMES.split(told)[:-1])
        names += _writers(told[:_LONGEST_NAMES])
    return names


def _in_bracket(text: str) -> list[str]:
    text = without_place(text).replace(":", " ").replace("：", " ")
    names: list[str] = []
    for match in _IN_BRACKET.finditer(text):
        rest = text[match.end() :]
        following = _NEXT_ROLE.search(rest)
        if following:
            rest = rest[: following.start()]
        names += [
            name for raw in BETWEEN_NAMES.split(rest) if (name := trimmed(raw)) and is_name(name)
        ]
    return names


_BEHIND = re.compile(r"(?:返回|查看|更多|举报|点击).*$")


def _writers(text: str) -> list[str]:
    text = _WRITERS.sub(" ", closed_up(_BEHIND.sub("", without_place(text))))
    if stop := _AFTER_WRITERS.search(text):
        text = _GROWN_BEHIND_NAMES.sub("", text[: stop.start()])
    words = [trimmed(raw) for raw in BETWEEN_NAMES.split(text.strip())]
    words = [word for word in words if not _BUTTON.search(word)]
    names = [word for word in words if is_name(word)]
    if names or len(text.strip()) > _LONGEST_OFFICE:
        return names
    # Nobody by name: an office, or a writer under another name.
    return [word for word in words if _OFFICE.fullmatch(word) and not _NOBODY.search(word)]


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
            names = [part for part in parts if len(part) <= _GIVEN and is_name(part)]
            return [
                name for name in names if not _MEDIUM.search(name) and name not in _BUTTON_WORDS
            ]
    return []
