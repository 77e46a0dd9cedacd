"""Lines around the text that are not the text: rules as data, each with what it is."""

from __future__ import annotations

import re

#: (name of the rule, what the whole line looks like)
_LINES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(pattern, re.IGNORECASE))
    for name, pattern in (
        ("original title", r"^[（(【\[]?原(?:标题|题|文标题)\s*[:：为]?.*$"),
        ("source line", r"^[（(【\[]?\s*(?:本文|稿件|文章|图片|信息|新闻|内容|转载)?(?:来源|來源|出处|稿源)(?:于|自)?\s*[:：/丨].{0,60}$"),
        ("editor line", r"^[（(【\[]?\s*(?:(?:责任|执行|值班|本文|本版|栏目|实习|视觉|新媒体|网络|文字|图文|图片)?(?:编辑|责编|编审|校对|美编|编校|校审|审核|监制|签发|统筹)|[一二三初复终]审|值班(?:主任|总编|主编)|总监制|主编|统筹)[^。！？]{0,6}[:：|/丨\s].{0,80}$"),
        ("editor line", r"^[（(【\[]\s*(?:责任)?(?:编辑|责编)[^。]{0,30}[)）】\]]$"),
        ("byline", r"^[（(【\[]?\s*(?:文|图|图文|文图|文字|摄影|摄像|供稿|撰稿|撰文|作者|采写|来稿|通讯员|(?:本报|本网|全媒体|融媒体|特约|见习|实习|首席|[\u4e00-\u9fff]{2,8}(?:报|网|社|台|日报|新闻网|客户端|融媒))?记者)\s*[:：/丨|]?[^，。！？,]{0,50}[)）】\]]?$"),
        ("byline", r"^by\s+[A-Z][\w.'’ -]{2,60}$"),
        ("date line", r"^(?:发布(?:时间|日期)|时间|日期|更新时间)?\s*[:：]?\s*(?:19|20)\d\d\s*[-/.年]\s*\d{1,2}\s*[-/.月]\s*\d{1,2}日?(?:\s+\d{1,2}[:：]\d{2}(?:[:：]\d{2})?)?.{0,60}$"),
        ("share line", r"^(?:分享(?:到|至|给)?|扫一扫|扫码|长按|点击.{0,12}(?:关注|阅读|查看)|关注.{0,16}(?:公众号|微信)|微信扫|打开.{0,10}(?:APP|客户端)|下载.{0,10}(?:APP|客户端)|打印|收藏|转发|点赞|在看|返回(?:顶部|首页)?|关闭(?:窗口|本页)?|字[号体]|【?(?:打印|关闭|大|中|小)】?)[^。]{0,40}$"),
        ("share line", r"^(?:share|follow us|subscribe|sign up|read more|advertisement|click here|photo:?|print|email|copy link)\b.{0,60}$"),
        ("related line", r"^(?:相关(?:阅读|链接|新闻|报道|推荐|文章|专题)|延伸阅读|推荐阅读|热门推荐|更多(?:内容|新闻|精彩|报道)|猜你喜欢|上一篇|下一篇|上一条|下一条|往期(?:回顾|推荐)|related\b|see also\b|read also\b)[^。]{0,80}$"),
        ("statement", r"^[（(【\[*]?\s*(?:免责声明|版权声明|特别声明|郑重声明|声明|版权所有|著作权|转载(?:请|须)注明|未经.{0,12}(?:授权|许可|允许)|本(?:文|网|站|平台|稿).{0,30}(?:不代表|仅代表|版权|转载|侵权|删除)|凡本网|以上(?:内容|文章|图文).{0,30}(?:不代表|版权)|如(?:有|涉及).{0,10}侵权).{0,300}$"),
        ("statement", r"^(?:copyright|©|\(c\)|all rights reserved).{0,120}$"),
        ("counter", r"^(?:阅读(?:量|次数)?|浏览(?:量|次数)?|点击(?:量|次数|率|数)?|访问量|评论|人气|阅读原文)\s*[:：]?\s*\[?\d*\]?\s*(?:次)?$"),
        ("bare sign", r"^[\s\-=_*·•|>»<«.。、,，■▲▼◆●#—～~]+$"),
    )
)  # fmt: skip
#: what ends the article for good when it stands in its last third
_FULL_STOP = re.compile(
    r"^(?:相关(?:阅读|链接|新闻|报道|推荐|文章)|延伸阅读|推荐阅读|热门推荐|猜你喜欢|免责声明|网友评论|发表评论|related (?:stories|articles|content|topics)|more on this story|read more:?)",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^[（(【\[].{0,50}(?:提供|供图|供稿|摄|摄影|图片|图文|稿件|来源|配图|文/图|图/文).{0,30}[)）】\]]$"
)


def rule_for(line: str) -> str | None:
    """Return the name of the rule by which a line is no text of the article; None: it may be."""
    if len(line) > 400:
        return None
    return next((name for name, pattern in _LINES if pattern.match(line)), None)


def ends_article(line: str) -> bool:
    """Tell whether a line opens what stands below articles."""
    return len(line) < 40 and bool(_FULL_STOP.match(line))


def is_credit(line: str) -> bool:
    """Tell whether a line in brackets credits who supplied text or pictures."""
    return len(line) < 80 and bool(_CREDIT.match(line))
