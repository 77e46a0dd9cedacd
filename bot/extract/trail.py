"""The breadcrumb: under which sections of its site the page stands."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from bot.extract.wording import fold, squeeze

if TYPE_CHECKING:
    from bot.extract.reading import Reading

_NAMED = re.compile(
    r"bread-?_?crumb|crumbs?\b|position|location|weizhi|dqwz|curr?ent|\bpath\b|\bnav-?path|path-?bar|dangqian|mbx|wz\b",
    re.IGNORECASE,
)
_WHERE = re.compile(
    r"(?:您|你)?(?:的|所在|现在|目前|当前)*(?:所在|当前)?的?(?:位置|栏目|页面)\s*(?:是|在)?\s*[:：]?"
)
_WHERE_WORDS = ("位置", "栏目", "页面")
_STEP = re.compile(r"\s*(?:[>＞»›→]|&gt;|/|::)+\s*")
_HOME = re.compile(
    r"^(?:首\s*页|网站首页|主页|home|homepage|start|startseite|inicio|accueil|главная|[\u4e00-\u9fffA-Za-z0-9]{2,12}(?:首页|门户网站|政府网))$",
    re.IGNORECASE,
)
_LAST = re.compile(
    r"^(?:正文|内容|详情|文章正文|新闻详情|查看|浏览文章|详细内容|内容页|文章详情|信息内容|正文页)$"
)


def find_trail(page: Reading, title: str) -> tuple[str, ...]:
    """Return the names of the sections from the outermost in, without 首页 and 正文; may be empty."""
    outline = page.outline
    stop = page.first_body_line
    best: tuple[str, ...] = ()
    seen: set[int] = set()
    for line in outline.lines[:stop]:
        if len(line.text) > 160:
            continue
        holder = -1
        for up in outline.ancestors(line.element, 4):
            name = outline.name(up)
            if name and _names_trail(name):
                holder = up
                break
        if holder >= 0 and holder in seen:
            continue
        if holder >= 0 and outline.tags[holder] not in ("body", "html"):
            seen.add(holder)
            end = outline.ends[holder]
            texts = [other.text for other in outline.lines[:stop] if holder <= other.element < end]
            if sum(map(len, texts)) > 200:
                continue
            steps = _steps(" > ".join(texts), page, title)
            strong = True
        elif (strong := _tells_where(line.text)) or (
            line.linked and len(_STEP.findall(line.text)) >= 2
        ):
            steps = _steps(line.text, page, title)
        else:
            continue
        if page.trace is not None and steps:
            place = outline.label(line.element if holder < 0 else holder)
            page.trace.offer("breadcrumb", " > ".join(steps), f"line in {place}")
        if len(steps) > len(best) and (strong or not best):
            best = steps
    if best:
        return best
    told = [name for name in page.structured.breadcrumb if not _HOME.match(name)]
    steps = tuple(name for name in told if fold(name) != fold(title))
    if page.trace is not None and steps:
        page.trace.offer("breadcrumb", " > ".join(steps), "json-ld BreadcrumbList")
    return steps


def _tells_where(text: str) -> bool:
    # The pattern begins with what may be left out, so that it is slow where it finds nothing.
    return any(word in text for word in _WHERE_WORDS) and _WHERE.search(text) is not None


@lru_cache(maxsize=4096)
def _names_trail(name: str) -> bool:
    return bool(_NAMED.search(name))


def _steps(text: str, page: Reading, title: str) -> tuple[str, ...]:
    text = _WHERE.sub(" ", text)
    steps = [squeeze(step).strip(" :：-|") for step in _STEP.split(text)]
    if len(steps) < 2:
        return ()
    sites = {fold(name) for name in page.structured.site_names}
    folded = fold(title)
    kept = []
    for at, step in enumerate(steps):
        if not step or len(step) > 20 or _HOME.match(step) or _LAST.match(step):
            continue
        if fold(step) == folded or (folded and len(fold(step)) > 6 and fold(step) in folded):
            continue
        if at == 0 and fold(step) in sites:
            continue
        kept.append(step)
    return tuple(kept) if len(kept) <= 8 else ()
