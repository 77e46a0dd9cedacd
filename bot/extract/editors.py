"""Who edited, checked and released a Chinese article: the lines that name people by their role."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.extract.names import BETWEEN_NAMES, closed_up, simplified

if TYPE_CHECKING:
    from bot.extract.reading import Reading

#: Roles of a Chinese newsroom; those that sign for the words come as authors.
EDITOR_ROLES = (
    "责任编辑", "责任校对", "值班编辑", "值班主任", "值班总编", "网络编辑", "图文编辑", "新媒体编辑", "微信编辑",
    "执行编辑", "视频编辑", "本期编辑", "首席编辑", "编辑校对", "责任编委", "值班编委", "执行主编", "副主编", "总编辑", "副总编", "总监制", "总编审",
    "主编", "责编", "美编", "编审", "编校", "编辑", "校对", "校检", "审核", "审校", "审签", "签审", "签发", "复审", "初审", "终审",
    "一审", "二审", "三审", "一校", "二校", "三校", "一读", "二读", "三读", "监审", "监制", "总监", "策划", "统筹", "排版", "编委", "责校", "值班", "审稿", "总值班",
    "版面设计", "美术编辑",
)  # fmt: skip
_SPACES = "[ 　]*"
_KNOWN = "|".join(_SPACES.join(role) for role in sorted(EDITOR_ROLES, key=len, reverse=True))
#: 文字编辑, 栏目主编, 终审编辑: of what the role is one, before its usual name.
_KIND_OF = (
    "(?:责任|文字|图片|题图|版面|栏目|网站|网络|视频|音频|图文|初审|复审|终审|一审|二审|三审|值班|轮值|当值|当班|见习|实习|本期|本版|美术|视觉|微信"
    "|执行|首席|主任|联合|流程|审核|排版|校对|封面|专题|策划|互动|运营|技术|新媒体|公众号|客户端|中文|英文|海报)(?:编辑|主编|总编|编审|校对|审核|监制|统筹)"
)
#: Looking at the first character passes over nearly all others.
_ROLE = (
    f"(?=[{''.join(sorted({role[0] for role in EDITOR_ROLES} | set(re.findall('[(|](.)', _KIND_OF)) - {'?'}))}])"
    rf"(?:{_KIND_OF}|{_KNOWN})"
)
_EDITOR = re.compile(
    rf"(?:(?<![\u4e00-\u9fff])|(?<=[】）)丨]))(?P<role>{_ROLE})(?:[/／、](?:{_ROLE}))*\s*(?:(?P<sign>[:：丨|｜/】]|-(?=\s))|(?=[（(]))\s*"
)
#: 某某日报编辑：张三, where the role has grown together with the medium.
_OF_A_MEDIUM = re.compile(
    rf"(?:^[（(【\[\s]*|[ 　])[\u4e00-\u9fffA-Za-z·]{{2,12}}?(?P<role>{_KNOWN})\s*(?P<sign>[:：丨|｜])\s*"
)
#: 数据支持/: the next label of a row that sets labels with a stroke.
_NEXT_STROKE = re.compile(r"\s\S{2,8}[/／]")
_AFTER_EDITORS = re.compile(r"[:：|｜\]】\[【<>]")
_BARE_EDITOR = re.compile(
    r"^[【\[（(]?\s*(?P<role>责任编辑|责编|编辑)\s+(?P<names>[\u4e00-\u9fff]{2,4}(?:[ 、][\u4e00-\u9fff]{2,4})*)\s*[】\]）)]?$"
)
#: 新京报记者 王贵彬 编辑 张畅 校对 柳宝庆: roles and names in turn.
_ROW = re.compile(
    r"(?:^|(?<=[\s，,、]))(?P<role>值班编辑|责任编辑|责编|编辑|校对|审核|监制|主编)[ \u3000](?P<name>[\u4e00-\u9fff]{2,4})(?=[\s，,、）)】]|$)"
)
_LONGEST_ROW = 70
#: A line that names no role holds none of these.
_HINT = re.compile("[编審审校監监策签簽筹籌編]|[一二三]读|版面")
_SIGNS = re.compile("[:：丨|｜/】（(-]")
_AFTER_NAMES = re.compile(
    r"来源|时间|发布|日期|评论|阅读|点击|浏览|字号|电话|邮箱|热线|投稿|[（(）)]|\d{2,}|原标题|声明|版权|本文"
)
_BUTTONS = re.compile(r"(?:举报|打印|关闭|文章纠错|纠错|分享|收藏|返回|_[A-Za-z0-9]+).*$")
_A_ROLE = re.compile(_ROLE)
_EDITOR_NAME = re.compile(r"[\u4e00-\u9fffA-Za-z·•0-9_]{1,14}")
#: 审核：新闻总值班 刘静; 責任編輯 吳珈瑩 報導
_NO_NAME = re.compile("值班|报导|报道|報導")
_NO_EDITOR = re.compile("新闻网|记者|通讯员")
#: A desk's number behind an editor's name: PN172, _NT2541, UN998.
_CODE = re.compile(r"[ _]*\b_?[A-Z]{1,4}\d+\b")
_LONGEST, _END = 160, 70


def find_editors(page: Reading) -> list[tuple[str, str]]:
    """Return (role, name) pairs in the order of the page, each once."""
    found: dict[tuple[str, str], None] = {}
    if not page.is_chinese:
        return []
    for line in page.head_lines(after=2) + page.tail_lines(count=20, beyond=25):
        if _HINT.search(line.text) is None:
            continue
        text = line.text if len(line.text) <= _LONGEST else line.text[-_END:]
        for role, name in _named(text):
            if page.trace is not None and (role, name) not in found:
                place = page.outline.label(line.element)
                page.trace.offer("editors", f"{role}:{name}", f"line in {place}")
            found[role, name] = None
    return list(found)


def _named(written: str) -> list[tuple[str, str]]:
    text = simplified(written)
    pairs: list[tuple[str, str]] = []
    is_labelled = _SIGNS.search(text) is not None
    roles = list(_EDITOR.finditer(text)) if is_labelled else []
    if not roles and is_labelled:
        roles = list(_OF_A_MEDIUM.finditer(text))
    ends = [match.start() for match in roles[1:]] + [len(text)]
    for match, end in zip(roles, ends, strict=False):
        role = "".join(written[match.start("role") : match.end("role")].split())
        names = written[match.end() : end]
        if match["sign"] == "/":
            names = _NEXT_STROKE.split(names, maxsplit=1)[0]
        border = _AFTER_EDITORS.search(names)
        if border is not None:
            names = names[: border.start()]
            if border[0] in ":：" or border[0] == match["sign"]:
                # What stands before a colon is the next label.
                names = " ".join(BETWEEN_NAMES.split(names.strip())[:-1])
        pairs += [(role, name) for name in _names(names)]
    if len(text) <= _LONGEST_ROW and not roles:
        pairs += [
            (written[slice(*match.span("role"))], written[slice(*match.span("name"))])
            for match in _ROW.finditer(text)
        ]
    if bare := _BARE_EDITOR.search(text):
        role = written[slice(*bare.span("role"))]
        pairs += [(role, name) for name in _names(written[slice(*bare.span("names"))])]
    return pairs


def _names(text: str) -> list[str]:
    text = closed_up(_CODE.sub("", text).strip(" 　（("))
    text = _AFTER_NAMES.split(text, maxsplit=1)[0]
    names = []
    for raw in BETWEEN_NAMES.split(text.strip()):
        name = _BUTTONS.sub("", raw)
        name = name.strip(" 　】]）)。.|_-—")
        if _NO_NAME.search(name):
            continue
        if _A_ROLE.match(name):
            break
        if _EDITOR_NAME.fullmatch(name) and not _NO_EDITOR.search(name):
            names.append(name)
        else:
            break
    return names[:8]
