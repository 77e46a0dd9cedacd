"""What a draft is beside its neighbours: paragraph, subheading, caption, credit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from bot.model import BlockKind

if TYPE_CHECKING:
    from bot.clean.drafts import Draft

_CAPTION_START = re.compile(
    r"^[\s（(【\[]*(?:[▲△↑⬆◀◁▶▼↓]|(?:资料|示意|效果|配|题|组|现场|视频|网络)?图(?:片|为|注|说|中|集)?(?:[:：\d①-⑨]|为|／|/|\s?[|丨])|图[为:：]|图片(?:来源|说明|为)|照片[为:：]|摄影\s*[:：/]|(?:image|photo(?:graph)?|picture|foto|bild|imagen|crédit|credit|source image|getty|afp|reuters|ap photo)s?\s*[:：/|©(])",
    re.IGNORECASE,
)
_CAPTION_END = re.compile(
    r"(?:[\s　（(/／\u4e00-\u9fff](?:摄影?|供图|/图|图)[）)。]?|摄影?报道[）)]?|[/／][攝摄]影|[（(](?:资料|示意|效果|截|配|题|网络|视频)?(?:图片?|照片|摄|截图|供图)[）)]|(?:资料图|截图|效果图|示意图|资料照片|视频截图|网络图片|图源.{0,12}|供图[）)]?|/摄|图据.{1,12})[）)。]?|(?:photo|image|foto|picture|credit)s?\s*[:：/].{2,60}|\((?:photo|image|foto|reuters|afp|ap|getty)[^()]{0,60}\)|©.{2,60}|getty images|(?:/|\s)(?:afp|reuters|epa|ansa|efe|dpa|shutterstock|istock)(?:/.{2,30})?)$",
    re.IGNORECASE,
)
_CREDIT = re.compile(
    r"^[（(【\[]\s*(?:本版|本文|以上|文中|文内|部分|相关|所有|除)?[^（()）]{0,24}(?:图片|照片|稿件|供图|供稿|图文|文图|图/文|文/图|摄影|资料来源|图源|素材|图据|图由|图|视频|资料|文字)[^（()）]{0,50}[）)】\]]$"
    r"|^(?:文|图|文图|图文|文/图|图/文|摄影|供图|图片|配图|题图|图源|照片|供稿|撰文|摄像|视频|制图|海报|设计|剪辑|拍摄|文案|出品|制作|资料|统稿|撰稿|采写|采访|记者|通讯员|作者|实习生|翻译|编译|整理|漫画|插画|插图|文字|记\s+者|作\s+者|撰\s+稿|供\s+稿|摄\s+影|通\s*讯\s*员)(?:[/、及和·]\S{1,6})?\s*[:：/／丨|｜].{1,60}$"
    r"|^(?:本文|封面|头|首|题|配|文内)?(?:图片|照片|配图|部分图片|文中图片|本文图片|文图|图文|图)(?:均|皆|全部|除.{1,12}外)?(?:来源|来自|由|源于|源自|出处|为).{1,50}$"
)
#: A byline on a line of its own: 扬子晚报记者 张楠, 本报记者 李某 通讯员 王某.
_BYLINE = re.compile(
    r"^[（(【\[■●◎□▪\s]*(?:[\u4e00-\u9fff·A-Za-z0-9]{0,14}?(?:首席|见习|实习|特约|特派|全媒体|融媒体|驻\S{1,4})?(?:记者|記者|通讯员|特约撰稿人?|评论员|实习生|报道员|撰稿人?))\s*[:：/／]?\s*"
    r"[\u4e00-\u9fff·]{1,5}(?:[\s、，,　]+(?:(?:首席|见习|实习)?(?:记者|通讯员|实习生)\s*)?[\u4e00-\u9fff·]{1,5}){0,7}(?:／\S{2,8}(?:報導|报导|電|连线報導))?(?:\s*(?:摄影报道|报道|[\u4e00-\u9fff]{2,4}报道|文/图|文|图|整理|综合|编译|采写|摄影|/文))*[\s）)】\]]*$"
)
#: （顾 敏）, and what reporters at other places are thanked with: （参与采写：李刚）.
_SIGNED = re.compile(
    r"^[（(](?!完|待续|图片|略|上|下|中|续|此件|本件|有删|节选)(?:[\u4e00-\u9fff](?:[\u4e00-\u9fff]|[ \u3000][\u4e00-\u9fff](?![\u4e00-\u9fff]))[\u4e00-\u9fff]?[ \u3000、]?){1,4}[）)]$"
    r"|^[（(](?:参与)?(?:采写|报道|执笔|记者|采访|作者|编译|翻译|整理|统稿|撰稿|撰文|文字?)(?:记者|人员)?\s*[:：/／][^（()）]{2,60}[）)]$"
    r"|^【[\u4e00-\u9fff]{0,4}(?:记者|通讯员|作者|实习生|摄影|文字|撰文|统筹|策划|编辑|校对|审核|监制|主编|出品)】[ 　]*[\u4e00-\u9fff·]{2,12}(?:[ 　、]+[\u4e00-\u9fff·]{2,12}){0,6}$"
    r"|^[■●◎□◆]\s*[\u4e00-\u9fff]{2,4}(?:[（(][\u4e00-\u9fff]{2,20}[）)])?$"
)
_FOREIGN_BYLINE = re.compile(
    r"^(?:by|von|por|par|text:|texte:|reporting by|editing by|additional reporting by|written by|compiled by)\s+\S.{2,120}$",
    re.IGNORECASE,
)
_SENTENCE_END = ("。", "！", "？", "；", "，", ".", "!", "?", ";", ",", "”", "…", "：", ":")
_LONGEST_CAPTION = 160
_LONGEST_SUBHEADING = 80


def settle_kinds(drafts: list[Draft]) -> None:
    """Give every paragraph among the drafts its kind, in place, in one pass over neighbours."""
    last = len(drafts) - 1
    texts = [draft for draft in drafts if draft.kind is BlockKind.PARAGRAPH]
    pictures = sum(draft.kind is BlockKind.IMAGE for draft in drafts)
    if sum(draft.is_centred for draft in texts) > max(3, 0.5 * len(texts), 2 * pictures):
        # All of the text is centred: that tells nothing of captions.
        for draft in texts:
            draft.is_centred = False
    for at, draft in enumerate(drafts):
        if draft.kind is not BlockKind.PARAGRAPH:
            continue
        text = draft.text
        before = drafts[at - 1].kind if at else None
        after = drafts[at + 1].kind if at < last else None
        near_end = at >= last - 4 or at <= 1
        draft.kind = _kind(draft, text, before, after, near_end=near_end)


def _kind(
    draft: Draft, text: str, before: BlockKind | None, after: BlockKind | None, *, near_end: bool
) -> BlockKind:
    length = len(text)
    if draft.is_caption:
        return BlockKind.CAPTION
    beside_picture = before in (BlockKind.IMAGE, BlockKind.VIDEO) or (
        before is BlockKind.CAPTION and draft.is_centred
    )
    if length <= _LONGEST_CAPTION:
        if _CREDIT.match(text) and (near_end or length <= 40):
            return (
                BlockKind.CAPTION
                if before is BlockKind.IMAGE and not near_end
                else BlockKind.CREDIT
            )
        if _BYLINE.match(text) and not text.endswith("。") and length <= 70:
            return BlockKind.CREDIT
        if near_end and (_FOREIGN_BYLINE.match(text) or _SIGNED.match(text)):
            return BlockKind.CREDIT
        if beside_picture and (
            ((draft.is_centred or draft.is_of_picture) and length <= 70)
            or _CAPTION_END.search(text)
            or _CAPTION_START.match(text)
        ):
            return BlockKind.CAPTION
        if after is BlockKind.IMAGE and "▼↓".find(text[:1]) >= 0 and _CAPTION_START.match(text):
            return BlockKind.CAPTION
        if (
            length <= 100
            and (
                draft.is_centred
                or text.endswith(("摄", "摄）", "摄)", "供图", "供图）", "截图"))
                or text[:1] in "▲△↑"
            )
            and (_CAPTION_START.match(text) or _CAPTION_END.search(text))
        ):
            return BlockKind.CAPTION
    if draft.is_quote and length > 0 and draft.tag not in ("h2", "h3"):
        return BlockKind.QUOTE
    if draft.is_list_item:
        return BlockKind.LIST
    if draft.tag in ("h1", "h2", "h3", "h4", "h5", "h6") and length <= 200:
        return BlockKind.SUBHEADING
    if draft.is_bold and length <= _LONGEST_SUBHEADING and not text.endswith(_SENTENCE_END):
        return BlockKind.SUBHEADING
    return BlockKind.PARAGRAPH
