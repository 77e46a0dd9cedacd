"""Boxes under an article that say what they are: comments, other stories, what is read most.

Their names are known for many sites (``furniture``); the heading that a reader sees tells it of
all.  An element that begins with such a heading is furniture, whatever its class.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.extract.furniture import Role

if TYPE_CHECKING:
    from bot.extract.outline import Line, Outline

#: What readers wrote: however much it is, it is none of the article.
_COMMENTS = frozenset(
    """
    热门评论|最新评论|全部评论|网友评论|精彩评论|用户评论|观察员评论|我要评论|发表评论|最热评论|评论列表|文章评论|网友跟帖|热门跟贴|最新跟贴|热门跟帖|最新跟帖|精彩留言|全部留言|跟贴|网友留言|发表回复|提交评论
    comments|all comments|leave a comment|leave a reply|post a comment|join the conversation|join the discussion|view comments|show comments|reader comments|conversation|replies|responses
    kommentare|leserkommentare|commentaires|vos commentaires|comentarios|comentários|commenti|reacties|kommentarer|komentarze|komentáře|comentarii|комментарии|комментариев|коментарі|댓글|コメント|التعليقات|yorumlar|komentar pembaca|ý kiến|bình luận|ความคิดเห็น|תגובות
    """.replace("\n", "|").split("|")
)  # fmt: skip
#: Other stories; such a box holds a smaller part of a page's prose.
_STORIES = frozenset(
    """
    相关阅读|相关新闻|相关文章|相关推荐|相关链接|相关报道|相关资讯|相关内容|推荐阅读|推荐文章|推荐新闻|热门推荐|热门文章|热门新闻|热点推荐|热点新闻|精彩推荐|猜你喜欢|为您推荐|为你推荐|延伸阅读|延伸閱讀|大家都在看|更多新闻|更多推荐|今日热点|今日推荐|最新文章|最新资讯|点击排行|新闻排行|阅读排行|热门排行|热点排行|排行榜|编辑推荐|编辑精选|精彩图片|图片新闻|还可以看|推荐视频|热门视频|相關新聞|更多新聞|熱門新聞|評論
    read more|also read|read also|read next|see also|related|related articles|related stories|related news|related topics|related content|related posts|related links|related coverage|recommended|recommended for you|recommended stories|you may also like|you might also like|more stories|more news|more on this story|more on this topic|more from us|most read|most popular|most viewed|trending|trending now|top stories|latest news|latest stories|up next|what to read next|editors' picks|editor's picks|keep reading|in other news|don't miss|must read|popular|popular stories|more like this|around the web|from the web|promoted stories|sponsored stories|from our partners
    lesen sie auch|lesen sie mehr|mehr zum thema|mehr dazu|auch interessant|das könnte sie auch interessieren|weitere artikel|weitere themen|weitere nachrichten|meistgelesen|meistgelesene artikel|meist gelesen|empfehlungen der redaktion|neueste artikel|verwandte artikel|zum thema|mehr lesen
    à lire aussi|lire aussi|a lire aussi|à lire également|sur le même sujet|sur le même thème|les plus lus|à la une|dans la même rubrique|articles liés|voir aussi|à découvrir|nos derniers articles|les plus partagés
    lee también|te puede interesar|te recomendamos|más información|noticias relacionadas|artículos relacionados|lo más leído|lo más visto|más noticias|más sobre este tema|mirá también|te puede gustar|últimas noticias|relacionadas|archivado en
    leia também|leia mais|veja também|saiba mais|notícias relacionadas|mais lidas|mais notícias|últimas notícias|recomendadas|relacionadas|você pode gostar
    leggi anche|potrebbe interessarti|potrebbero interessarti|articoli correlati|i più letti|ultime notizie|approfondisci|ti potrebbe interessare
    lees ook|lees meer|meer nieuws|gerelateerd|gerelateerde artikelen|meest gelezen|läs också|läs mer|läs även|relaterade artiklar|mest läst|senaste nytt|les også|les mer|siste nytt|mest lest|læs også|læs mere|mest læste|lue myös|luetuimmat|lisää aiheesta
    czytaj także|czytaj też|czytaj również|czytaj więcej|zobacz także|zobacz też|polecamy|powiązane|najczęściej czytane|přečtěte si také|čtěte také|související články|související|nejčtenější|citește și|citeste si|articole similare|cele mai citite|olvasson tovább|kapcsolódó cikkek|legolvasottabb
    читайте также|читать также|материалы по теме|по теме|похожие статьи|похожие новости|самое читаемое|другие новости|главное|читайте також|читайте ще|новини по темі|останні новини|ще за темою
    ilgili haberler|benzer haberler|en çok okunanlar|çok okunanlar|son haberler|baca juga|berita terkait|artikel terkait|terpopuler|rekomendasi|berita terpopuler|関連記事|関連ニュース|あわせて読みたい|おすすめ記事|アクセスランキング|人気記事|관련기사|관련 기사|많이 본 뉴스|인기기사|추천 기사|주요뉴스
    اقرأ أيضا|اقرأ أيضاً|اقرأ المزيد|مواضيع ذات صلة|أخبار ذات صلة|الأكثر قراءة|ذات صلة|קראו עוד|קראו גם|כתבות נוספות|עוד בנושא|הנקראות ביותר|tin liên quan|xem thêm|đọc thêm|tin cùng chuyên mục|đọc nhiều|ข่าวที่เกี่ยวข้อง|ข่าวแนะนำ|อ่านเพิ่มเติม|यह भी पढ़ें|ये भी पढ़ें|संबंधित खबरें|আরও পড়ুন|σχετικά άρθρα|διαβάστε επίσης
    """.replace("\n", "|").split("|")
)  # fmt: skip
_COMMENTS = frozenset(phrase.strip() for phrase in _COMMENTS if phrase.strip())
_STORIES = frozenset(phrase.strip() for phrase in _STORIES if phrase.strip())
#: 《…》有 2 条评论 and 12 thoughts on “…”, as WordPress counts them
_COUNTED, _THOUGHTS = ("条评论", "則留言", "条回复"), "thoughts on "
_LONGEST = 40
#: What stands around the words of a heading: signs, counts.
_AROUND = " \t:：…|>»›<«()（）[]【】■●◆▍丨0123456789条個个#-–—.,+/"
#: Characters of a line that is no heading and no label, and how many such stand above a box.
_PROSE = 40
#: The greatest share of a page's prose in a box of other stories.
_SHARE = 0.5


def mark_boxes(page: Outline) -> None:
    """Make furniture of the elements that begin with the heading of such a box."""
    lines = page.lines
    prose = 0
    for at, line in enumerate(lines):
        length = len(line.text)
        if length > _LONGEST:
            prose += length if not line.linked else 0
            continue
        heading = line.text.strip(_AROUND).lower()
        is_comments = (
            heading in _COMMENTS or heading.endswith(_COUNTED) or heading.startswith(_THOUGHTS)
        )
        if (is_comments or heading in _STORIES) and prose > _PROSE and not line.is_hidden:
            box = _box(page, line, lines[at - 1] if at else None)
            if box >= 0 and (is_comments or _is_of_others(page, box)):
                page.roles[box] = Role.FURNITURE
                # It bears from now on the name that its maker did not give it.
                page.names[box] = f"{'comments' if is_comments else 'related'} {page.name(box)}"


def _box(page: Outline, line: Line, before: Line | None) -> int:
    """Return the outermost element that begins with a line and holds more; -1 for none."""
    box = -1
    first = before.element if before is not None else -1
    for at in page.ancestors(line.element):
        end = page.ends[at]
        if at <= first or page.tags[at] in ("body", "html", "main"):
            break
        if "h1" in page.tags[at:end]:
            break
        box = at
    if box < 0:
        return -1
    end = page.ends[box]
    holds_more = any(box <= other.element < end and other is not line for other in page.lines)
    return box if holds_more else -1


def _is_of_others(page: Outline, box: int) -> bool:
    end = page.ends[box]
    inside = whole = teasers = titles = 0
    for line in page.lines:
        is_inside = box <= line.element < end
        if line.linked * 2 > len(line.text):
            titles += is_inside
        elif len(line.text) > _PROSE and not line.linked:
            whole += len(line.text)
            if is_inside:
                inside += len(line.text)
                teasers += 1
    # A teaser stands under a title that leads to its story.
    return inside <= _SHARE * whole or titles >= teasers
