"""Lines that stand in the body and are not of it: rules as data, and the cut of the tail."""

from __future__ import annotations

import re

from bot.clean.line_rules import Line, LineRules, Place
from bot.clean.line_rules import line as _line

_EDITOR_ROLE = (
    r"(?:责任编辑|责任校对|值班编辑|值班主任|值班总编|网络编辑|图文编辑|新媒体编辑|执行编辑|本期编辑|执行主编|副主编|总编辑|总监制|主编|责编|美编"
    r"|编审|编校|编辑|校对|审核|审校|签发|复审|初审|终审|一审|二审|三审|监制|策划|统筹|排版|编委|审稿|编\s*辑|校\s*对|审\s*核|责\s*编|初\s*审|复\s*审|终\s*审|监\s*制|签\s*发|審\s*核|(?:責任)?編\s*輯|[一二三][校读]|(?:文字|图片|题图|流程|版面|栏目|网站|视频|音频|初审|终审|美术|视觉|值班|见习|实习|审核)(?:编辑|主编))"
)
_OPEN, _CLOSE = r"^(?:【纠错】\s*)?[\[【（(《<■●◆▲\s]*", r"[\]】）)》>\s。]*$"

LINES: tuple[Line, ...] = (
    _line(
        "info-line",
        r"^(?:published|updated|posted|last (?:updated|modified)|modified|发布|更新|发表|日期|时间|veröffentlicht|stand"
        r"|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato|опубликовано|обновлено)?"
        r"\s*(?:on|at|am|le|el|il|于|时间)?\s*[:：]?\s*"
        r"(?:\d{4}\s*[-年./]\s*\d\d?\s*[-月./]\s*\d\d?日?|\d{1,2}\.? [^\W\d]{3,12}\.? \d{4}"
        r"|[^\W\d]{3,12}\.? \d{1,2}, \d{4}|\d+ (?:hours?|minutes?|mins?|days?) ago)[^。，]{0,60}$",
        90,
        Place.HEAD,
    ),
    _line(
        "info-line",
        r"^[^。，,]{0,30}\d{4}\s*[-年./]\s*\d\d?\s*[-月./]\s*\d\d?日?\s*(?:\d\d?[:：时]\d\d)?"
        r".{0,40}(?:来源|作者|字号|评论|点击|浏览|阅读)",
        140,
        Place.HEAD,
    ),
    _line(
        "position",
        r"^(?:(?:您|你)?(?:的|所在|现在|目前|当前)*位置|首页\s*[>＞»-]).{0,80}",
        100,
        Place.HEAD,
    ),
    _line(
        "author-box",
        r"^[^。.!?]{0,40}\b(?:reporters?|correspondent|editor|staff writer|contributor)s?$",
        60,
        Place.HEAD,
    ),
    _line(
        "follow-us",
        r"回复【.{1,12}】|点击菜单栏|看完了.{0,6}点|点个?[【“「](?:在看|赞)|点个?(?:在看|赞)(?:[”】」吧哦呀啊]|再走|$)|让更多人看到",
        60,
        Place.TAIL,
    ),
    _line(
        "ornament",
        r"^[①-⑳]\s*\d{0,3}$|^[-—=·\s]*(?:END|正文完|全文完)[-—=·.\s]*$|^(?:图集|\+1|-{4,}.{0,8}-{4,}|分隔线|隐藏边栏|顶一下|踩一下|\(\d+\)|\d{1,3}%)$",
        40,
    ),
    _line("keywords", r"^相关(?:热词|关键词|标签|搜索)", 80),
    _line(
        "advertisement",
        r"^(?:請|请)(?:繼續往下|继续往下|向下)(?:閱讀|阅读).{0,6}$|火热进行中.{0,60}点击|【?点击(?:投票|报名|参与|购买|领取)】?",
        160,
        Place.HEAD,
    ),
    _line(
        "notice",
        r"^([★※☆]).{4,80}\1$|^◤.{2,40}◢$|^👉.{1,30}$|^※.{0,40}(?:轉載|转载)",
        90,
        Place.TAIL,
    ),
    _line("copyright", r"無断転載|無断で複製|転載を禁|転載・複製", 80),
    _line("original-title", r"^[【（(]?本文原标题", 160),
    _line(
        "source-line",
        r"^(?:信息|图片|内容|素材|图文|部分图片)来源于?(?:网络|互联网)|^经过.{1,8}(?:重新)?编[排辑]$",
        40,
        Place.TAIL,
    ),
    _line(
        "print-edition",
        r"^[《\s]*[\u4e00-\u9fff ]{2,14}[》\s]*[（(]\s*\d{4}\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日\s*\S{0,6}\s*\d*\s*版\s*[)）]$",
        50,
        Place.TAIL,
    ),
    _line(
        "editor-line",
        r"^[\u4e00-\u9fff·•]{0,12}(?:记者|作者)\s+[\u4e00-\u9fff]{2,4}(?:[ 、][\u4e00-\u9fff]{2,4})*\s+(?:来源|编辑|责编)\s*[:：\s]",
        80,
        Place.TAIL,
    ),
    _line(
        "editor-line",
        r"^(?:(?:值班编辑|责任编辑|责编|编辑|校对|审核|监制)[ \u3000][\u4e00-\u9fff]{2,4}\s*){1,4}$"
        r"|^[\u4e00-\u9fffA-Za-z·]{3,12}(?:编辑|校对|审核)\s*[:：]\s*[\u4e00-\u9fff]{2,4}(?:[ 、][\u4e00-\u9fff]{2,4})*$",
        60,
        Place.TAIL,
    ),
    _line(
        "editor-line",
        r"^[（(【]\S{0,24}(?:记者|作者|文|采写)\s*[:：/].{1,40}(?:编辑|责编|校对|审核)\s*[:：/].{1,20}[）)】]$",
        90,
        Place.TAIL,
    ),
    _line(
        "editor-line",
        r"^(?=[^|｜丨]{1,24}[|｜丨])(?:[\u4e00-\u9fffA-Za-z·]{0,12}(?:记者|作者|编辑|责编|校对|审核|监审|监制|摄影|实习生|通讯员|文|图)\s*[|｜丨]\s*[\u4e00-\u9fff·]{1,8}(?:[ 　、][\u4e00-\u9fff·]{1,8})*[\s，,；;]*){1,6}$"
        r"|^[\u4e00-\u9fff]{2,4}(?:中心|組)／[\u4e00-\u9fff]{2,8}(?:／\S{2,8})?報導$",
        80,
    ),
    _line("editor-line", r"^\S{2,24}供稿\s*(?:摄影|编辑|责编|审核)\s*[/／:：]", 80, Place.TAIL),
    _line("editor-line", rf"{_OPEN}{_EDITOR_ROLE}(?:[/、]{_EDITOR_ROLE})*\s*[:：/|丨]", 160),
    _line(
        "editor-line",
        rf"{_OPEN}(?:责任编辑|责编|编辑)\s+[\u4e00-\u9fff]{{2,4}}(?:[ 、][\u4e00-\u9fff]{{2,4}})*{_CLOSE}",
        30,
    ),
    _line(
        "editor-line",
        rf"{_OPEN}(?:编辑|责编|校对|审核|作者|文|图)[／/丨|].{{1,20}}(?:(?:编辑|责编|校对|审核)[／/丨|]|$)",
        60,
        Place.TAIL,
    ),
    _line(
        "source-line",
        rf"{_OPEN}(?:文章|稿件|信息|新闻|内容|资料|原文|素材|综合)?(?:来\s*源|來\s*源|稿源|出处|转自|转载自|摘自|来自|转自|信源)\s*(?:于)?\s*[:：|丨/]",
        90,
    ),
    _line(
        "original-title", rf"{_OPEN}(?:原\s*标\s*题|原\s*题|标题原文|原文标题)(?:为)?\s*[:：]", 160
    ),
    _line(
        "original-link",
        r"^[\[【（(]?(?:原文(?:链接|地址)|本文(?:链接|地址|网址|来源|来自|首发|转自|原载|选自|摘自)|文章(?:链接|地址)|转载请注明)",
        200,
    ),
    _line(
        "disclaimer",
        r"^[\[【（(*※\s]*(?:(?:特别|郑重|免责|版权|重要|风险|投资|广告|责任)?(?:声明|提示|说明)\s*[:：]|免责声明|版权声明|特别声明|风险提示)",
        600,
        Place.TAIL,
    ),
    _line(
        "disclaimer",
        r"(?:不代表|不构成|与)本(?:网|站|平台|公司|号|报)?.{0,14}(?:立场|观点|无关|建议)|仅代表作者(?:本人|个人)?(?:观点)?|本文(?:仅|不)代表|不代表.{2,16}(?:的?(?:观点|立场))|文中观点仅|如有侵权|侵权.{0,6}删|涉及(?:版权|侵权)|未经.{0,14}(?:授权|许可|允许|同意).{0,20}(?:转载|使用|复制|不得|禁止|请勿)|(?:请勿|严禁|禁止|谢绝)(?:擅自)?转载|转载.{0,12}(?:注明|授权|联系)|版权(?:归|属)|本文(?:系|为|由|经).{0,40}(?:授权|投稿|原创|转载)|仅供参考.{0,20}(?:风险|投资|建议)|据此操作.{0,6}风险|(?:联系|告知)我们.{0,12}(?:删除|处理)|信息网络传播权",
        400,
        Place.TAIL,
    ),
    _line(
        "copyright",
        r"版权所有|^.{0,80}All Rights? Reserved.{0,20}$|©\s*\d{4}|^Copyright\b|ICP备|公网安备",
        200,
        Place.TAIL,
    ),
    _line(
        "share",
        r"^(?:分享(?:到|至|给|本文)?|转发(?:到|至)?|收藏|点赞|在看|打印|关闭(?:窗口|本页)?|返回(?:顶部|列表|首页)?|我要(?:评论|纠错|分享|投稿)|举报|纠错|字号|微信|微博|朋友圈|QQ空间|大|中|小|赞|扫码|评论|留言|阅读原文|举报[/／]反馈|(?:A\s*[-+＋－]?\s*){2,4}|点击查看|展开(?:全文|阅读)?|查看更多|复制链接|微信好友|下载|播放|暂停|加载中)[\s:：\d>》]*$",
        24,
    ),
    _line(
        "share",
        r"^(?:[【\[（(]\s*(?:打印|关闭|收藏|分享|返回|推荐|纠错|评论|字号|大|中|小)(?:本页|本文|窗口|顶部|列表)?\s*[】\])）]\s*)+$",
        60,
    ),
    _line(
        "share",
        r"^(?:分享(?:到|至)|扫一扫|扫描.{0,8}二维码|长按.{0,12}(?:二维码|识别|关注)|识别.{0,6}二维码|(?:微信)?扫码|用微信扫|打开微信)",
        60,
    ),
    _line(
        "follow-us",
        r"(?:关注|關注|搜索|订阅|下载|下載|添加|打开).{0,24}(?:公众号|公眾號|微信号|客户端|应用程序|APP|二维码|官方微博|官微|小程序)|(?:点击|戳).{0,10}(?:关注|订阅|阅读原文|下载|上方|下方|蓝字|进入)|(?:新闻热线|报料|爆料|投稿邮箱|商务合作)\s*[:：]|APP.{0,30}下載|^(?:更多|欢迎).{0,30}(?:关注|下载|投稿|点击)|^(?:更多|精彩).{0,16}尽在|^[（(]下载[^（()）]{2,24}[）)]$|点击进入.{0,30}",
        80,
        Place.TAIL,
    ),
    _line(
        "follow-us",
        r"^[\s>▲▼↑↓★☆☞→]*点击(?:上方|蓝字|关注|进入|这里|查看|播放|收听).{0,30}$|^[\s>▲▼↑↓★☆☞→]*(?:关注|關注)(?:我们|我們)[\s<▲▼↑↓★☆☜←]*$|^.{0,12}(?:蓝字|右上角).{0,12}关注.{0,12}$",
        50,
    ),
    _line(
        "previous-next",
        r"^(?:上|下|前|后)\s*一?\s*(?:篇|条|页|章|则|文)\s*[:：]?|^(?:previous|next)(?: article| post| story)?\s*[:：]?$",
        100,
    ),
    _line(
        "page-numbers",
        r"^(?:[\[【(（<]?\s*(?:\d{1,2}|上一页|下一页|首页|末页|尾页|共\d+页|第\d+页|全文)\s*[\]】)）>]?\s*){2,}$|^第\s*\d+\s*页\s*[/共].*$",
        60,
    ),
    _line(
        "keywords",
        rf"{_OPEN}(?:文章|话题)?(?:关键词|关键词阅读|关键字|标签|tags?|keywords|schlagworte|mots[- ]clés)\s*[:：]",
        160,
    ),
    _line(
        "counts",
        r"^(?:阅读|浏览|点击|访问)(?:量|数|次数)?\s*[:：(（]?\s*[\d,]+\s*次?[)）]?$|^(?:发布|发表|更新|编辑)?(?:时间|日期)\s*[:：]\s*\d{4}.{0,40}$|^\d+\s*(?:条?评论|人参与|comments?|min read)$|^(?:(?:\d[\d.,]*[km]?\s*)?(?:shares?|save|print|e-?mail|comments?|copy link|tweet|pin it|reuse this content|bookmark)\b[\s|·•,&]*)+$",
        80,
    ),
    _line(
        "advertisement",
        r"^[\[(（-]*\s*(?:广告|advertisement|advertisment|anzeige|werbung|publicité|publicidad|pubblicità|publicidade|reklama|реклама|реклам[аы]|広告|광고|إعلان|advertise with us|story continues below(?: advertisement)?|article continues (?:below|after).{0,30}|continue reading.{0,20}|scroll to continue.{0,30}|sponsored(?: content)?|adv|annons|annonce|mainos|advertisement\b[\W\d]*(?:scroll to continue.{0,30}|continue.{0,30})?|skip advertisement|this advertisement has not loaded yet.{0,60}|(?:skip past|after) newsletter promotion|dalsz[ya] (?:ciąg|część) (?:materiału|artykułu|tekstu).{0,30}|(?:die geschichte|der artikel|der text) geht .{0,30} weiter|(?:artikel|artikkelen|artikeln|artiklen|saken|teksten) (?:fortsett?er|fortsætter|gaat verder|går vidare).{0,40}|lees verder (?:onder|na).{0,40}|la suite (?:de l.article )?après.{0,30}|(?:el|la) (?:artículo|noticia) continúa.{0,40}|l.articolo (?:prosegue|continua).{0,40}|continua (?:após|depois d).{0,40}|haberin devamı.{0,20}|продолжение (?:статьи )?(?:после|под).{0,30})\s*[\])）-]*$",
        60,
    ),
    _line(
        "read-more",
        r"^(?:read more|also read|read also|see also|related|related (?:articles?|stories|topics|news|links|content|reading)|more (?:from|on|stories|news|coverage).{0,40}|recommended(?: stories| reading)?|you may also like|lesen sie auch|lesen sie mehr|mehr zum thema|mehr dazu|lire aussi|à lire aussi|voir aussi|lee también|leer más|te puede interesar|leia (?:também|mais)|veja também|leggi anche|lees ook|läs (?:också|mer|även)|les også|læs også|lue myös|czytaj (?:także|też|również)|zobacz (?:także|też)|читайте (?:также|ещё)|читайте також|ilgili haberler|baca juga|関連記事|관련\s?기사|اقرأ (?:أيضا|أيضاً)|ذات صلة|citește și|olvasson tovább|přečtěte si|čtěte také|আরও পড়ুন|อ่านเพิ่มเติม|ข่าวที่เกี่ยวข้อง|เรื่องที่เกี่ยวข้อง|xem thêm|tin liên quan|קראו (?:עוד|גם)|más información|mirá también|saiba mais|czytaj więcej|related internet links|auch interessant|watch|listen|photos?|video)\b\s*[:：>»|]?.{0,3}$",
        60,
    ),
    _line(
        "read-more",
        r"^(?:read more|also read|read also|see also|read|related|more|lesen sie auch|mehr|lire aussi|à lire aussi|lee también|leia (?:também|mais)|leggi anche|lees ook|läs (?:också|mer|även)|les også|læs også|lue myös|czytaj (?:także|też|również)|zobacz też|читайте (?:также|ещё)|читайте також|baca juga|अधिक पढ़ें|य(?:ह|े)(?: खबर)? भी पढ़ें|اقرأ (?:أيضا|أيضاً|المزيد)|لقراءة المزيد|আরও পড়ুন|อ่านเพิ่มเติม|อ่านต่อ|xem thêm|đọc thêm|לקריאה נוספת|קראו (?:עוד|גם)|διαβάστε (?:επίσης|ακόμα|περισσότερα)|olvasd el|смотрите также|дивіться також|прочетете още|ayrıca|lihat juga|il y a aussi|sur le même sujet|auch interessant|weiterlesen|mehr (?:zum thema|dazu|lesen)|más información|mirá también|lea también|saiba mais|veja mais|approfondi|per approfondire|citește și|přečtěte si také|čtěte také|watch|must read|trending|dont miss|don't miss|recommended|in pictures|explained|learn more)\s*[:：>»|-]+\s*\S.{0,180}$",
        220,
    ),
    _line(
        "newsletter",
        r"^(?:sign up|subscribe|get (?:our|the|a|all)|join|follow us|follow|download (?:our|the)|click here|newsletter|want more|stay (?:up|informed|connected)|don.t miss|support (?:our|independent)|melden sie sich|abonnieren|abonnez-vous|inscrivez-vous|suscríbete|síguenos|iscriviti|assine|siga|inscreva-se|подпис(?:ывайтесь|аться|атися|уйтесь)|meld je aan|prenumerera)\b.{0,200}(?:newsletter|inbox|e-?mail|app\b|whatsapp|telegram|facebook|twitter|instagram|channel|канал|twitter|notification|alerts?|podcast|subscri|premium|free|google news|here|kanal|canal|boletín|lettre|youtube|x\b)",
        260,
    ),
    _line(
        "follow-us",
        r"^제보는 |whatsapp.{0,30}(?:जुड़ें|फॉलो)|^vai a tutte le notizie\b|iscriviti.{0,40}newsletter",
        160,
        Place.TAIL,
    ),
    _line(
        "share",
        r"^(?:(?:list|シェア|保存|印刷(?:する)?|ポスト|ツイート|コメント|ブックマーク|メール|공유|댓글|글자크기 ?(?:조정|변경)|인쇄|스크랩|link|url)[\s・|]*){2,}$",
        60,
    ),
    _line(
        "newsletter",
        r"^notice: the content above|^[^.!?]{0,60}\bnewsletters?\b[^.!?]{0,60}$|^your support (?:helps|makes)\b.*|gostou d(?:este|o) (?:texto|conteúdo|artigo)",
        160,
        is_latin=True,
    ),
    _line(
        "follow-us",
        r"^\W{0,4}(?:you can )?(?:join|follow us|follow our|subscribe|sign up|click here|stay (?:tuned|updated|connected)|simak|ikuti|dapatkan|pilih|assine|siga|entre no|participe|inscreva|receba|iscriviti|segui(?:ci)?|unisciti|suscríbete|síguenos|únete|recibe|suivez|abonnez|rejoignez|folgen sie|abonnieren sie|подпис\w+|читайте нас|підпис\w+|takip edin|katılın|theo dõi|obserwuj|dołącz|sledujte|volg ons|følg oss|följ oss)\b.{0,200}(?:whatsapp|telegram|google news|viber)|^follow .{0,120}\b(?:on|us)\b.{0,120}(?:facebook|instagram|twitter|snapchat|tiktok|\bx\b)",
        340,
        Place.TAIL,
    ),
    _line(
        "paywall",
        r"^il (?:vous )?reste \d|la suite est réservée|(?:article|contenu) réservé aux abonnés|残り\s*\d+\s*文字|この記事は有料|^有料会員.{0,30}続き|^続きを(?:お)?読|^(?:subscribe|sign in|log in|register) (?:now )?to (?:continue|read)|^to (?:continue|read the (?:full|rest)).{0,80}(?:subscri|sign|log|regist)|^.{0,40}für abonnenten$|^weiterlesen mit|^jetzt weiterlesen|^(?:já é|é) assinante|exclusiv[oa] para (?:assinantes|suscriptores)|^contenido exclusivo|^this (?:article|content|story) is (?:for|reserved for|only available to) subscribers",
        260,
    ),
    _line(
        "share",
        r"^(?:teilen|merken|drucken|kommentare?n?|vorlesen|speichern|partager|sauvegarder|enregistrer|écouter(?: l.article)?|imprimer|commenter|copier le lien|ajouter à mes articles|compartir|guardar|comentarios?|imprimir|escuchar|condividi|salva|stampa|ascolta|commenta|compartilhar|salvar|ouvir(?: o texto)?|delen|bewaar|del|dela|spara|lyssna|jaa|tallenna|udostępnij|zapisz|skomentuj|sdílet|distribuie|поделиться|сохранить|поділитися|paylaş|kaydet|bagikan|chia sẻ|แชร์|مشاركة|حفظ|שתפו|シェア|保存|공유|인쇄|साझा करें|শেয়ার করুন|link kopieren|copiar enlace|copiar link|copia link|link kopiert|listen(?: to (?:this|the) (?:article|story))?|artikel anhören|audio|gift (?:this )?article)[\s:.·|\d]*$",
        60,
    ),
    _line(
        "byline",
        r"^[가-힣]{2,4}\s*(?:선임|인턴|전문|수습)?\s*(?:기자|특파원|논설위원|앵커)(?:\s*[=|/·]?\s*\S+@\S+)?$|^\W{0,3}\S+@\S+\.\w{2,}\W{0,3}$|^\(END\)$|^\[ⓒ.{0,80}\]$",
        90,
        Place.TAIL,
    ),
    _line(
        "embed",
        r"^(?:view|see) this post on instagram|^(?:a|this) post shared by|^sieh dir diesen beitrag|^ein beitrag geteilt|^voir cette publication|^une publication partagée|^ver esta publicación|^una publicación compartida|^visualizza questo post|^ver esta foto no"
        r"|^(?:empfohlener|externer) (?:redaktioneller |externer )?inhalt|^an dieser stelle (?:finden sie|befindet sich|ist|steht|wird)\b.{0,160}(?:inhalt|dienst|anbieter)|einverstanden, dass (?:mir )?externe|personenbezogene daten an drittplattform"
        r"|^(?:contenu bloqué|ce contenu (?:est|n.est|provient))|pour afficher ce contenu|^om deze inhoud te (?:tonen|bekijken)|^para ver este contenido|^per visualizzare questo contenuto"
        r"|^(?:to view|to see|this) (?:this )?(?:content|video|embed)\b.{0,80}(?:cookies|third party|javascript|consent|accept)|^your browser does not support|^please enable (?:cookies|javascript)",
        340,
        is_latin=True,
    ),
    _line(
        "button",
        r"^(?:expand|collapse|(?:show|see) (?:more|less)|end of (?:article|document))$",
        20,
        is_latin=True,
    ),
    _line(
        "affiliate",
        r"affiliate[- ](?:links?|commission)|we may (?:earn|receive|get) (?:an? )?(?:\w+ )?commission|provision(?:en)?,? wenn sie|sponsored links?$|comisión por (?:la )?compra",
        340,
        is_latin=True,
    ),
    _line("ornament", r"^(?:\d{1,2}[.:]\d\d){1,2}(?: ?(?:uhr|am|pm|h|gmt|bst))?$", 12),
    _line(
        "contents",
        r"^(?:table of contents|contents|in this article|inhaltsverzeichnis|sommaire|índice|indice|inhoud(?:sopgave)?|innehåll|spis treści|содержание|зміст|目次|içindekiler|daftar isi|mục lục)\s*:?$",
        30,
    ),
    _line(
        "paywall",
        r"^cet article est réservé|^(?:dieser|der) (?:artikel|text) ist (?:nur )?für (?:abonnent|registriert)|^este (?:artículo|contenido|conteúdo) es? exclusiv|^questo (?:articolo|contenuto) è riservato|^dit artikel is (?:alleen )?voor abonnees",
        160,
        is_latin=True,
    ),
    _line(
        "follow-us",
        r"obserwuj nas w |^(?:suivez|retrouvez)\b.{0,80}(?:whatsapp|facebook|newsletter|google|application|instagram)|^(?:puedes seguir(?:nos)?|síguenos|sigue (?:toda|la))\b.{0,140}|^(?:segui|seguici|siga|acompanhe|clique)\b.{0,120}(?:whatsapp|telegram|facebook|google|instagram|canal|canale|notícias)|^(?:folgen sie|abonnieren sie)\b.{0,120}|^click here to (?:join|follow|read|subscribe|get|download)\b.{0,160}|^(?:te recomendamos|te puede interesar|recomendados)\s*:?$",
        260,
        is_latin=True,
    ),
    _line(
        "byline",
        r"(?:\btip|story ideas|redactie|redaktion|redacci|newsroom).{0,80}@|^\(?with (?:agency |additional )?inputs? from\b.{0,60}$|be (?:reached|contacted) (?:at|by|on|via) .{0,60}(?:@|\d)|^(?:e-?mail|contact|reach) .{2,60}\S+@\S+\.\w{2,}\W{0,2}$|^\([a-z]{2,5}(?:/[a-z]{2,5}){1,2}\)$",
        180,
        Place.TAIL,
        is_latin=True,
    ),
    _line(
        "agency",
        r"^(?=[\W_]{0,3}[a-zčтир])[\W_]{0,3}(?:dpa|afp|ap|reuters|sid|epd|kna|apa|sda|ansa|efe|lusa|anp|ntb|ritzau|stt|pap|čtk|mti|dha|aa|iha|europa press|agencias?|agenturen|redaktion|xinhua|ians|pti|ani|тасс|интерфакс|риа новости)(?:[/,\s-]{1,3}(?:dpa|afp|ap|reuters|sid|epd|kna|apa|sda|ansa|efe|lusa|anp|aa|dha|iha))*[\W_]{0,3}$",
        40,
        Place.TAIL,
    ),
    _line(
        "info-line",
        r"^(?:published|updated|posted|last (?:updated|modified)|veröffentlicht|stand|publié|mis à jour|publicado|actualizado|pubblicato|aggiornato|опубликовано|обновлено)?\W{0,3}(?:on|at|le|el|il)?\s*\d{1,2}\.? [^\W\d]{3,12}\.? \d{4}(?:\s*[(|,–-].{0,50})?$|^\d{4}/\d\d/\d\d \d\d:\d\d\s*송고$",
        90,
        Place.TAIL,
    ),
    _line(
        "print-edition",
        r"^a version of this (?:article|story|obituary|review) (?:appears|appeared|ran)\b|^this (?:article|story) (?:appears|appeared) in the .{0,80}(?:print|edition|issue)|^our standards\s*:",
        320,
        Place.TAIL,
        is_latin=True,
    ),
    _line(
        "source-line",
        r"^\W{0,2}(?:quellen?|sources?|källa|källor|kilde|kilder|fuentes?|fontes?|fonte|źródło|źródła|zdroj|kaynak|sumber|المصدر|مصدر|nguồn|bron|lähde|forrás|источник|πηγή|editor(?:ial)?|redac(?:tor|tat|tare)|redaktor|autor(?:ka)?|text|foto|photos?|zdjęcia|fotos|bild)\s*[:：]\s*\S.{0,80}$",
        100,
        Place.TAIL,
    ),
    _line(
        "copyright",
        r"riproduzione riservata|tutti i diritti riservati|^©.{0,80}|무단\s?전재|todos os direitos reservados|alle rechte vorbehalten|^artikelrechte",
        160,
        Place.TAIL,
    ),
    _line("copyright", r"^(?:©|\(c\)|copyright)\s?.{0,120}$", 140),
    _line(
        "comments",
        r"^(?:\d+ )?(?:comments?|leave a (?:comment|reply)|kommentare|commentaires|comentarios|commenti|reacties|комментари[ия].{0,4}|発言|댓글|post a comment|view comments|show comments|网友评论|发表评论|最新评论|热门评论)\s*[:：(\d)]*$",
        50,
    ),
    _line(
        "correction-link",
        r"^\W?(?:questions\? comments\?|do you (?:have|know) (?:a|any|more)|(?:have you )?got a\b.{0,20}\b(?:tip|story|video|picture)|get in touch (?:with|by)|for more (?:stories|news|articles) like this|share your (?:views|thoughts|story)|email (?:us|our)\b|report (?:a|an) (?:typo|error|correction)|send (?:us|tips)|have you spotted|contact (?:us|the author|this reporter)).{0,160}$",
        200,
        Place.TAIL,
        is_latin=True,
    ),
)

#: Headings of what follows an article; from there on nothing is of it.
TAIL_HEADING = re.compile(
    r"^[\s\[【《■●◆▍丨|#>↓▼☞—-]*(?:(?:相关|延伸|推荐|拓展|扩展|热门|更多|往期|精彩|猜你|为你|编辑|今日|最新|热点|热文|近期|大家|本网|你可能|您可能|还(?:想|在)看|看了又看|新闻|专题|精选|点击(?:查看)?|深度)"
    r"(?:阅读|新闻|推荐|文章|链接|报道|内容|精彩|回顾|喜欢|资讯|专题|热点|视频|图集|精选|都在看|感兴趣|稿件|评论|排行|搜索|话题|热文|好文|主题|标签|动态|信息|关注)+(?:的)?(?:内容|文章|新闻|阅读|推荐)?|延伸阅读|相关链接|热搜|更多\s?\S{0,8}\s?(?:報導|新聞|报道)|(?:推薦閱讀|相關新聞|相關閱讀|熱門新聞|延伸閱讀)|网友评论|发表评论|最新评论|相关附件下载|(?:related|more|recommended|popular|most[- ]read|trending|latest|top) (?:articles?|stories|news|topics|reading|posts?|content|coverage|videos?)|more from .{2,30}|you (?:may|might) (?:also )?like|read next|up next|what to read next|most read|most popular|recommended(?: for you)?|lesen sie auch|mehr zum thema|das könnte sie auch interessieren|sur le même sujet|à lire aussi|noticias relacionadas|te puede interesar|lo más (?:leído|visto)|notícias relacionadas|mais lidas|potrebbe interessarti|articoli correlati|gerelateerd|lees ook|relaterade artiklar|läs mer|похожие (?:статьи|новости)|читайте также|материалы по теме|новини по темі|関連記事|あわせて読みたい|관련 ?기사|많이 본 뉴스|مواضيع ذات صلة|اقرأ أيضا|ilgili haberler|berita terkait|artikel terkait|powiązane|polecamy|zobacz także|související články|kapcsolódó cikkek|about the author|author bio|(?:explore )?more on (?:these|this) topics?|explore more|topics|tags)"
    r"[\s\]】》:：…>»—-]*(?:more|更多)?[\s>»]*$",
    re.IGNORECASE,
)

#: An editor's or reporter's mark behind the last sentence of the text, in brackets.
TRAILING_MARK = re.compile(
    rf"\s*返回\S{{1,6}}[，,]\s*查看更多\s*$|\s*[（(\[【]\s*(?:本文|文章|图文|作者|原标题)?\s*(?:(?:{_EDITOR_ROLE})\s*[:：\s]|来源\s*[:：]|稿源\s*[:：]|原标题\s*[:：])[^（()）\[\]【】]{{1,60}}[）)\]】]\s*$"
)


_RULES = LineRules(LINES)


def rule_for(text: str, place: Place) -> str | None:
    """Return the name of the rule that takes a line out; None keeps it.

    ``place`` tells whether the line stands among the first or last of the body; a rule for one
    end does not strike at the other, nor in the middle.
    """
    return _RULES.find(text, place)
