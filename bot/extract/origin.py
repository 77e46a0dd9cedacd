"""来源: where the page says that its text comes from."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.extract.names import is_likely_name
from bot.extract.reading import Found, Reading
from bot.extract.structured import SOURCE_METAS
from bot.extract.wording import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.extract.outline import Line

_LABEL = re.compile(
    r"(?<!图)(?<!图片)(?<!视频)(?<!配图)(?:文章|稿件|信息|新闻|内容|稿源|消息|资料|文字)?(?:来\s*源|來\s*源|稿源|出处|信源|转自|转载自|摘自|来自|发布单位|供稿单位|来源单位|发布机构|信息提供)(?:于)?\s*[:：|｜丨/]\s*"
    r"(?P<name>[^|｜\s　<>【】\[\]（）()：:]{0,40}(?:[ 　][^|｜\s　<>【】\[\]（）()：:]{1,20})?)"
)
_STOP = re.compile(
    r"(?:記者|報導|撰文|出版|作\s*者|编\s*辑|责\s*编|责任编辑|记\s*者|时\s*间|日\s*期|发布|字\s*号|字\s*体|点\s*击|浏\s*览|浏览次数|字体|阅\s*读|评\s*论|分\s*享|访\s*问|打\s*印|关\s*闭|原\s*标|原\s*文|收\s*藏|大\s*中\s*小|我要|查看|次数|人气|审核|标签|扫一扫|微信|转载请|传播量|粉丝|播放|参与|发表|纠错|通讯员|复制|投稿|\d{4}[-年/.]|\d\d:\d\d|手机|举报|关注|【|\[|，|。|；)"
)
_NAMED = re.compile(
    r"(?<![a-z])(?:source|ly|laiyuan|origin|from|media|comefrom|copyfrom)(?![a-z])|source",
    re.IGNORECASE,
)
_NOT_NAMED = re.compile(
    r"date-?source|author|info|share|resource|time|tool|bar|video|image|photo|img|pic",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"(?:19|20)\d\d\s*[年./-]\s*\d\d?\s*[月./-]\s*\d\d?日?\s*(?:\d\d?:\d\d(?::\d\d)?)?"
)
#: A date without its year is one where its time of day stands beside it.
_CLOCKED = re.compile(r"(?<!\d)[01]?\d[-/月][0-3]?\d日?\s+[012]?\d:[0-5]\d")
_LONGEST_ROW = 70
_ORIGINAL = frozenset({"原创", "转载", "头条号", "文章来源"})
#: Characters of the name of an account; a shorter one is a person's.
_SHORTEST_ACCOUNT, _LONGEST_ACCOUNT = 4, 16
_CJK = re.compile(r"[\u4e00-\u9fff]")
_MEDIA = re.compile(
    r"(?:网|报|日报|晚报|早报|时报|社|新闻|经济报道|电视台|广播|客户端|周刊|杂志|频道|在线|传媒|快讯|号|中心|发布|政府|委员会|委|局|厅|办|院|学会|部|公司|原创|融媒|财经|商讯|观察|之声|台|刊|评论|论坛|研究|集团|大学|学院)$|[报网社台]·[\u4e00-\u9fff]{2,6}$"
)
#: 来自湖北省, 发布于北京, IP属地：广东: where the author was.
_WHEREABOUTS = re.compile(r"^(?:来自|发布于|發佈於|IP\s*(?:属|屬)地)")
_OFFICIAL = re.compile(r"(?:官方)?[帐账]号$")
#: A label that has its value in the next cell of a table.
_BARE_LABEL = re.compile(r"^(?:信息|文章)?来\s*源\s*[:：]$")
#: What parts a line's pieces of different elements in the text that labels are looked for in.
_BORDER = "|"
#: A line without one of these holds no label.
_COLON = re.compile("[:：|｜丨/]")
_BEHIND_LABEL = re.compile(r"(?<=[:：])\s*\|[\s|]*")
#: More pieces beside a date are counts, sections and buttons.
_FEW = 4
_BRACKETED = re.compile(r"[（(【]\s*(?:来源|稿源|摘自)")
_NO_LETTER = re.compile(r"[\W\d_]+")
_BRACKET = re.compile(r"\s*[\[【（(]\s*([^\]】）)]{2,30})\s*[\]】）)]")
_OWN_LABEL = re.compile(r"^(?:文章|稿件)?来源\s*[:：]?")
_ACCOUNT = re.compile(r"author|account|mp-?name", re.IGNORECASE)
_PARTS = re.compile(r"[|｜\s　]+")


def find_source(page: Reading) -> Found | None:
    """Return the name of the source as the page writes it; None where it names none."""
    if not page.is_chinese:
        return None
    offers = _offers(page)
    found = next(offers, None)
    if page.trace is not None and found is not None:
        for offer in (found, *offers):
            page.trace.offer("source", offer.value, offer.rule)
    return found


def _offers(page: Reading) -> Iterator[Found]:
    """Yield what may be the source, most trusted first; who needs one asks for no more."""
    if ' id="js_name"' in page.outline.markup:
        at = next(at for at, head in enumerate(page.outline.heads) if ' id="js_name"' in head)
        if name := _tidy(page.outline.text_of(at)):
            yield Found(value=name, rule="account of WeChat")
    head = page.head_lines(after=2)
    for at, line in enumerate(head):
        if _COLON.search(line.text) is None:
            continue
        found = _labelled(line.text)
        if found and len(line.parts) > 1:
            found = _labelled(_apart(line)) or found
        if not found and _BARE_LABEL.match(line.text) and at + 1 < len(head):
            found = _labelled(f"{line.text}{head[at + 1].text}")
        if found:
            yield Found(value=found, rule="label by the headline")
    near = _named_element(page)
    if near:
        yield Found(value=near, rule="element named source")
    for name in SOURCE_METAS:
        value = page.structured.metas.get(name, "").strip()
        if value and _CJK.search(value) and len(value) <= 40:
            found = _labelled(value) or value
            yield Found(value=_tidy(found), rule=f"meta {name}")
    beside = _beside_date(page)
    if beside:
        yield Found(value=beside, rule="beside the date")
    publisher = _account(page)
    if publisher:
        yield Found(value=publisher, rule="account that published it")
    for line in page.tail_lines(count=6, beyond=8):
        if len(line.text) <= 90 or _BRACKETED.search(line.text[-40:]):
            found = _labelled(line.text if len(line.text) <= 90 else line.text[-40:])
            if found:
                yield Found(value=found, rule="label after the text")


def _apart(line: Line) -> str:
    """Return the text of a line with a border between its elements, but for behind a label."""
    return _BEHIND_LABEL.sub("", _BORDER.join(text.strip() for text, _ in line.parts))


def _labelled(text: str) -> str:
    for match in _LABEL.finditer(text):
        name = match["name"]
        stop = _STOP.search(name)
        if stop:
            name = name[: stop.start()]
        name = _tidy(name)
        # The second word behind a blank belongs to the name only in such as "新华社 人民网".
        if name and not _NO_LETTER.fullmatch(name):
            return name
        rest = text[match.end() :]
        if not match["name"].strip() and rest:
            bracket = _BRACKET.match(rest)
            if bracket:
                return _tidy(bracket[1])
    return ""


def _named_element(page: Reading) -> str:
    outline = page.outline
    for line in page.head_lines(after=1):
        for text, at in line.parts:
            names = [outline.name(at)]
            if outline.tags[at] == "a" and outline.parents[at] >= 0:
                names.append(outline.name(outline.parents[at]))
            if any(name and _NAMED.search(name) and not _NOT_NAMED.search(name) for name in names):
                value = _tidy(_OWN_LABEL.sub("", text.strip()))
                if 2 <= len(value) <= 30 and _CJK.search(value) and not _STOP.search(value):
                    return value
    return ""


def _beside_date(page: Reading) -> str:
    """Read 2018年12月28日 19:55 新京报, and 新京报 before or after a date on a line of its own."""
    lines = page.head_lines(after=0)
    for at, line in enumerate(lines):
        match = _DATE.search(line.text)
        if not match and ":" in line.text:
            match = _CLOCKED.search(line.text)
        if not match:
            continue
        for piece in _around(line, match):
            if piece:
                return piece
        if account := _account_beside(line):
            return account
        for other in (*lines[at + 1 : at + 3], *lines[max(0, at - 1) : at]):
            text = _tidy(other.text)
            first = text.partition(" ")[0]
            if len(other.parts) > 1 and len(other.text) <= _LONGEST_ROW:
                text = _tidy(other.parts[0][0])
            elif first != text and is_likely_name(text[len(first) :].strip()):
                # 财联社 夏军雄
                text = first
            if (
                2 <= len(text) <= 16
                and _MEDIA.search(text)
                and not _STOP.search(text)
                and fold(text) != fold(page.structured.document_title)
            ):
                return text
    return ""


def _account(page: Reading) -> str:
    """Return the account that a portal names where others name the author."""
    for line in page.head_lines(after=0):
        for up in page.outline.ancestors(line.element, 2):
            if _ACCOUNT.search(page.outline.name(up)):
                text = _tidy(line.text)
                if 2 <= len(text) <= 16 and _CJK.search(text) and not _STOP.search(text):
                    return text
    return ""


def _account_beside(line: Line) -> str:
    """Return the account in 原创 看看新闻Knews 2019-09-08, each in an element of its own."""
    parts = [text for part, _ in line.parts if (text := _tidy(part))]
    others = [
        part
        for part in parts
        if not _DATE.search(part) and part not in _ORIGINAL and not _WHEREABOUTS.match(part)
    ]
    if len(parts) not in (2, 3) or len(others) != 1 or len(others[0]) > _LONGEST_ACCOUNT:
        return ""
    name = others[0]
    is_account = len(name) >= _SHORTEST_ACCOUNT and _CJK.search(name) and not _STOP.search(name)
    return name if is_account else ""


def _around(line: Line, match: re.Match[str]) -> list[str]:
    found = []
    rest = f"{line.text[: match.start()]} | {line.text[match.end() :]}"
    if 1 < len([text for text, _ in line.parts if text.strip()]) <= _FEW:
        rest = _DATE.sub(_BORDER, _apart(line))
    for raw in _PARTS.split(rest):
        text = _OFFICIAL.sub("", _tidy(raw))
        if (
            2 <= len(text) <= 16
            and text not in _ORIGINAL
            and not _WHEREABOUTS.match(text)
            and _CJK.search(text)
            and not _STOP.search(text)
            and _MEDIA.search(text)
        ):
            found.append(text)
    return found


def _tidy(text: str) -> str:
    tidy = text.strip(' 　\t\n|｜-—_:：;；,，。、>》<《"“”()（）[]【】·').strip()
    return f"{tidy}》" if tidy.count("《") > tidy.count("》") else tidy
