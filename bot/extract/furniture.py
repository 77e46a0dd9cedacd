"""What the names of elements tell: which are furniture, which are the article.

Rules as data.  A name is what stands in ``class`` and ``id``, in lower case, cut into words at
case changes, digits, hyphens and underscores, so that ``articleBody`` and ``article-body`` are
the same two words and ``ad`` is never found inside ``read``.
"""

from __future__ import annotations

import re
from enum import IntEnum
from functools import lru_cache


class Role(IntEnum):
    """What an element is by its name, before anything of its text is looked at."""

    #: taken out whole, whatever it holds
    FURNITURE = -2
    #: rather not the article
    DOUBTFUL = -1
    PLAIN = 0
    #: rather the article
    LIKELY = 1
    #: the body of the article by the words of its makers
    BODY = 2


_FURNITURE, _DOUBTFUL, _PLAIN, _LIKELY, _BODY = Role

#: Tags whose content is never an article's.
FURNITURE_TAGS = frozenset(
    {"nav", "footer", "aside", "form", "button", "select", "textarea", "menu", "dialog",
     "amp-ad", "amp-sidebar", "ins", "label", "input", "template", "object", "fieldset"}
)  # fmt: skip

#: Tags that are dropped before the page is walked: they hold no text that a reader sees.
SILENT_TAGS = [
    "script", "style", "noscript", "iframe", "svg", "template", "canvas", "link", "textarea",
    "select", "datalist", "xmp", "noembed", "noframes", "plaintext", "math",
]  # fmt: skip

#: Words that alone make an element furniture.
_FURNITURE_WORDS = frozenset(
    """
    nav navbar navigation navi topnav subnav menu submenu breadcrumb breadcrumbs crumb crumbs
    footer foot bottombar copyright copyrights colophon masthead topbar toolbar sidebar
    comment comments commentlist commenting disqus reply replies respond livefyre viafoura coral
    related relate relates relation recommend recommends recommended recommendation
    recommendations recirculation recirc readmore morenews morelikethis outbrain taboola mgid
    share shares sharing sharebar sharebox social socials sns addthis addtoany jiathis bdshare
    sharethis
    ad ads adv advert adverts advertisement advertising advertorial adbox adsbygoogle adsense
    adslot adcontainer adwrapper admarker gpt dfp sponsor sponsored promo promos promotion
    promobox
    newsletter newsletters subscribe subscription signup paywall regwall login signin
    cookie cookies gdpr consent cmpbox cmpwrapper cmpboxbg
    popup modal overlay lightbox tooltip dropdown offcanvas
    pagination pager paging pagenav prevnext nextprev
    qrcode erweima ewm weixincode tags tag taglist hashtags keywords
    cta ctas factbox faktabox faktaboks faktaruta infokasten sidebox toc tableofcontents
    inhaltsverzeichnis donations talkbacks authorbio authorprofile authorbox authorcard aboutauthor abouttheauthor bylinebio
    comentarios commentaires kommentare kommentarer reacties reactions
    commenti komentarze komentare comentarii relacionados relacionadas relacionado correlati verwandte
    lesetipps leestips leesook lesauch lireaussi alireaussi leiamais leiatambem saibamais vejatambem
    tepuedeinteresar lasmer lesogsa laesogsaa polecane powiazane czytajtakze souvisejici ilgili
    bacajuga terkait boletin boletines suscripcion anzeige anzeigen werbung publicidad publicite
    pubblicita publicidade reklama reklam annons annonce mainos compartir partager teilen condividi
    compartilhar etiquetas schlagworte motscles etiketler
    poll vote voting survey quiz rating ratings likes
    widget widgets banner banners toplist hotlist hotnews ranklist ranking rank mostread
    mostpopular trending popular skiplink skip print printonly
    statement disclaimer shengming mianze gallerythumbs thumbnails ticker marquee
    audioplayer inread pswp lightgallery wxfollow diggbox newdigg digg boxoff readmore hotsearch pinglun fenxiang xiangguan tuijian dingyue guanggao zan ewmbox donate donation membership
    """.split()
)
#: Words that weigh against an element that has none of the other kind.
_DOUBTFUL_WORDS = frozenset(
    """
    side aside right rightside r_side header head top bottom foot list lists links link more hot
    tool tools function extra meta info about bio profile author authors byline teaser teasers
    card cards promo module box_r aside rail secondary supplementary supplemental latest news-list
    notice tips tip guide video videos player gallery carousel slider slide slideshow swiper
    infobox publish other others next prev previous
    """.split()
)
_LIKELY_WORDS = frozenset(
    """
    article art artical post entry story content contents con main body text txt detail details
    zoom news page prose wysiwyg richtext rich editor paragraph paragraphs copy
    """.split()
)
#: Whole names (one class or one id), without hyphens and underscores, that CMSs and big sites
#: give to the body: TRS, EmpireCMS, DedeCMS, PHPCMS, Founder, WordPress, Drupal, Arc, and others.
_BODY_NAMES = frozenset(
    """
    articlebody articlecontent articletext articlecon artibody artbody artcontent
    articlebodycontent articlebodytext articledetailcontent articlecontents
    articleinnercontent articlepagecontent articleparagraphs articletextcontent articlewysiwyg
    newsarticlebody bodycontent bodytext bodycopy maintext contentbody contenttext
    contentarticle textcontent textcon textbox texttext textdetail
    newscontent newstext newscon newsbody newstxt detailcontent detailtext
    detailcon detailbody postcontent posttext postbody entrycontent entrybody
    entrytext storybody storycontent storytext storybodytext storybodycopy rtejustify
    trseditor trsuieditor ucapcontent ozoom zoom zoomcon zooming jscontent richmediacontent
    conttext contnet endtext postend qqarticle contentarticlemain arttext
    fontzoom pagescontent vsbcontent vsbcontent2 vcontent pcontent wpcontent jcontent rwbzw
    boxcon cententcon cntcon leftzw leftzwtext smltxt tdcontent rmtxtcon textzw
    fieldnamebody fieldbody textlong nodecontent singlecontent thecontent tdpostcontent
    articlebodyinner articlebodywrapper articlebodycontainer
    infoarticlebody showcontent showtext contentshow viewcontent viewbody
    dokumentbody prosearticle wysiwyg ckeditor
    """.split()
)
#: Whole names with a furniture word that say who may read a part of the text: ``paywall`` marks
#: it in Google's example of JSON-LD for paywalled content, and so do the templates that follow it.
_NAMES_OF_TEXT = frozenset({"paywall", "postpaywall", "paywalled", "paidcontent", "premiumcontent",
                            # what Magnific Popup and its like make of a picture in the text
                            "imagepopup", "imagepopupverticalfit", "popupimage", "imgpopup"})  # fmt: skip
#: Words that make a furniture word harmless when they stand in the same class: the maker of
#: ``content-with-sidebar`` did not mean the sidebar.
_HARMLESS_BESIDE = frozenset(
    "with has have no not without is layout theme template type style enabled disabled elementor".split()
)
#: WordPress ``post_class()`` and ``body_class()`` put a post's terms among its classes.
_TERM = re.compile(
    r"(?:tag(?!-(?:list|cloud|box|links?|wrapper|container|bar|s)\b)|category|post|format|status|type|term|author|page|single)-",
    re.ASCII,
)
_LOWER_WORD = re.compile(r"[a-z]+|[\u4e00-\u9fff]+")
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|[\u4e00-\u9fff]+|\d+")
_NOT_A_NAME_LETTER = re.compile(r"[^a-z0-9]")
#: ``display:none`` by habit of a framework, when the page is seen by a browser without script.
HIDDEN_WORDS = frozenset(
    {"hidden", "hide", "visuallyhidden", "screenreader", "sronly", "screenreadertext",
     "visually-hidden", "sr-only", "screen-reader-text", "u-hidden", "is-hidden", "d-none",
     "displaynone", "undis", "dn", "none",
     # Discuz writes its anti-copy text in it, and hides it in a style sheet of its own.
     "jammer"}
)  # fmt: skip


_FOR_FURNITURE, _AGAINST, _FOR, _HARMLESS, _IS_BODY = 1, 2, 4, 8, 16
#: What each word weighs for, in one table.
_WEIGHTS: dict[str, int] = {}
for _words, _weight in (
    (_FURNITURE_WORDS, _FOR_FURNITURE),
    (_DOUBTFUL_WORDS, _AGAINST),
    (_LIKELY_WORDS, _FOR),
    (_HARMLESS_BESIDE, _HARMLESS),
):
    for _one in _words:
        _WEIGHTS[_one] = _WEIGHTS.get(_one, 0) | _weight


@lru_cache(maxsize=16384)
def role_of(name: str) -> Role:
    """Return what the value of one ``class`` or ``id`` attribute tells of its element.

    It is read class by class: the name of a body wins, then a furniture word, then the balance
    of words for and against.
    """
    is_furniture = False
    balance = 0
    for token in name.split()[:12]:
        weight = _weigh(token)
        if weight == _IS_BODY:
            return _BODY
        if weight & _FOR_FURNITURE:
            is_furniture = is_furniture or not weight & _HARMLESS
        else:
            balance += bool(weight & _FOR) - bool(weight & _AGAINST)
    if is_furniture:
        return _FURNITURE
    return _LIKELY if balance > 0 else _DOUBTFUL if balance < 0 else _PLAIN


@lru_cache(maxsize=16384)
def _weigh(token: str) -> int:
    """Return the weights of the words of one class or id, joined, or ``_IS_BODY``."""
    lowered = token.lower()
    joined = lowered if lowered.isalnum() else _NOT_A_NAME_LETTER.sub("", lowered)
    if joined in _BODY_NAMES or joined.rstrip("0123456789") in _BODY_NAMES:
        return _IS_BODY
    if joined in _NAMES_OF_TEXT or ("-" in lowered and _TERM.match(token)):
        return 0
    weight = _WEIGHTS.get(joined, 0)
    if not lowered.isalpha() or lowered != token or not lowered.isascii():
        words = _LOWER_WORD.findall(token) if lowered == token else _WORD.findall(token)
        for word in words:
            weight |= _WEIGHTS.get(word.lower(), 0)
    return weight


@lru_cache(maxsize=16384)
def words_of(name: str) -> frozenset[str]:
    """Return the words of a name, in lower case, and each of its classes and ids as one word."""
    words = {word.lower() for word in _WORD.findall(name)}
    words.update(_NOT_A_NAME_LETTER.sub("", token.lower()) for token in name.split())
    return frozenset(words)


@lru_cache(maxsize=16384)
def read_class(name: str) -> tuple[Role, bool, frozenset[str]]:
    """Return what a ``class`` attribute tells, and its classes in lower case.

    The role of its element, and whether one of the classes hides it by the habit of a framework.
    """
    classes = frozenset(name.lower().split())
    return role_of(name), not HIDDEN_WORDS.isdisjoint(classes), classes
