"""Who made an article: source (来源), authors and editors, out of the lines around its body."""

from __future__ import annotations

import re

_ROLE = (
    "责任编辑|执行编辑|值班编辑|首席编辑|文字编辑|图片编辑|实习编辑|编辑|责编|美编|执编|"
    "一审|二审|三审|初审|复审|终审|审核|审读|审签|责任校对|校对|监制|总监制|值班主任|主编|副主编|"
    "值班总编|总编辑|统筹|策划|制作|制图|编审|签发"
)
_EDITORS = re.compile(
    rf"(?P<role>{_ROLE})\s*[:：/丨|]\s*(?P<names>[^:：|丨/\n]{{1,40}}?)(?=\s*(?:{_ROLE}|来源|记者|作者|$|[|丨/)）\]】,，;；。\n]))"
)
_SOURCE = re.compile(
    r"(?:稿件|文章|信息|新闻|消息|内容)?(?:来源|來源|出处|稿源|转自)\s*[:：]\s*[《]?(?P<name>[^\s|丨,，;；()（）\[\]【】<>《》]{2,30})"
)
_NOT_A_SOURCE = re.compile(r"^(?:作者|时间|发布|编辑|点击|浏览|字号|日期|\d)")
_AUTHOR_KEY = "(?:本报|本网|本台|特约|见习|实习|首席|全媒体|融媒体|[\\u4e00-\\u9fff]{2,8}(?:日报|晚报|晨报|新闻网|网|报|社|台|客户端|融媒))?(?:记者|通讯员|作者|撰稿|撰文|采写|文字|文/图|图/文|图文|文图|供稿|摄影报道)"
_BYLINE = re.compile(
    rf"{_AUTHOR_KEY}\s*[:：/丨]?\s*(?P<names>[\u4e00-\u9fff·•]{{2,5}}(?:[\s、,，/]+[\u4e00-\u9fff·•]{{2,5}})*)"
)
_BY_EN = re.compile(r"^\s*by\s+(?P<names>[A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]+){0,3}(?:(?:,|\s+and)\s+[A-Z][\w.'’-]+(?:\s+[A-Z][\w.'’-]+){0,3})*)", re.IGNORECASE)  # fmt: skip
_DATELINE = re.compile(r"^.{0,30}?[（(](?P<inner>[^（()）]{2,40})[)）]")
_NAME = re.compile(r"^[\u4e00-\u9fff·•]{2,4}$|^[\u4e00-\u9fff]{2,8}[·•][\u4e00-\u9fff·•]{2,12}$")
#: words of two to four characters that stand where names stand and are none
_NOT_A_NAME = frozenset(
    [
        "报道",
        "报道组",
        "摄影",
        "摄",
        "文",
        "图",
        "通讯员",
        "记者",
        "编辑",
        "来源",
        "作者",
        "综合",
        "整理",
        "本报",
        "本网",
        "实习",
        "近日",
        "日前",
        "了解",
        "获悉",
        "从",
        "在",
        "为",
        "图文",
        "供图",
        "讯",
        "电",
        "来稿",
        "采访",
        "佚名",
        "匿名",
        "管理员",
        "本站",
        "网络",
        "不详",
        "未知",
        "责任编辑",
    ]
)
_SPLIT = re.compile(r"[\s、,，/;；|丨&]+")


def source_in(text: str) -> str | None:
    """Return the 来源 that a line names; None when it names none."""
    for match in _SOURCE.finditer(text):
        name = match["name"].strip("：: 　")
        if name and not _NOT_A_SOURCE.match(name):
            return name
    return None


def editors_in(text: str) -> tuple[tuple[str, str], ...]:
    """Return the (role, name) pairs of a line in its order; may be empty."""
    found: list[tuple[str, str]] = []
    for match in _EDITORS.finditer(text):
        found.extend((match["role"], name) for name in names_in(match["names"]))
    return tuple(found)


def authors_in(text: str) -> tuple[str, ...]:
    """Return the people that a byline names as its authors; may be empty."""
    found: list[str] = []
    for match in _BYLINE.finditer(text):
        found.extend(names_in(match["names"]))
    if not found and (by := _BY_EN.search(text)):
        found.extend(part.strip() for part in re.split(r",|\sand\s", by["names"]) if part.strip())
    return tuple(dict.fromkeys(found))


def dateline_authors(paragraph: str) -> tuple[str, ...]:
    """Return the people in the brackets of a dateline, such as ``安康新闻网讯 (周娟 雷田民)``."""
    match = _DATELINE.match(paragraph)
    if match is None:
        return ()
    inner = match["inner"]
    if "记者" in inner or "通讯员" in inner:
        return authors_in(inner)
    if re.match(r"^.{0,24}(?:讯|电|消息)\s*[（(]", paragraph):
        names = names_in(inner)
        return names if names and len(names) == len(_SPLIT.split(inner.strip())) else ()
    return ()


def names_in(text: str) -> tuple[str, ...]:
    """Return the words of ``text`` that can be names of people, each once, in order."""
    words = [word.strip("：:（）() 　") for word in _SPLIT.split(text.strip())]
    return tuple(dict.fromkeys(w for w in words if _NAME.match(w) and w not in _NOT_A_NAME))
