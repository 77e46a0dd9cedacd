"""An archived article as an entry: pure mapping, the same result for the same article."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from hashlib import blake2b
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit, urlunsplit

from bot.publish.characters import excerpt, legal, one_line, plain_title
from bot.publish.feed import Category, Entry, Picture, Publication, Removed
from bot.publish.site import CHINA, Site
from storage.model import Article, Status

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.publish.topic import Catalogue, SourceName

#: schemes of the categories, below the site's own address
DISTRICT_SCHEME = "/feeds/#district"
TOWN_SCHEME = "/feeds/#town"
RUBRIC_SCHEME = "/feeds/#category"
#: what pages give as their source when they mean themselves
OUR_OWN = frozenset(
    {"本站原创", "本站", "本网", "本网站", "本站讯", "本网讯", "原创", "本报", "网站原创"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class EntryContext:
    """What an entry needs to know beside its article."""

    site: Site
    catalogue: Catalogue
    #: other publications of a story, by the story's id, the entry's own page left out later
    publications: Mapping[str, tuple[Article, ...]] = field(default_factory=dict)
    #: what readers are shown instead of a picture's own address; None keeps the address
    picture_at: Callable[[str], Picture | None] | None = None


def entry_of(article: Article, context: EntryContext) -> Entry:
    """Return ``article`` as an entry.

    The id is minted once from the day of first sight (RFC 4151); ``published`` is the page's
    own and never moves; ``updated`` moves with material revisions and with a withdrawal.
    """
    site, catalogue = context.site, context.catalogue
    source = catalogue.sources.get(article.source_id)
    origin = _origin(article, source)
    is_withdrawn = article.status is Status.WITHDRAWN
    title = plain_title(one_line(article.title) or excerpt(article.text, 30)) or "（无标题）"
    original_url = ascii_url(article.url)
    publications = _publications(article, context)
    pictures, body = _pictures(article, context)
    return Entry(
        id=site.tag(article.first_seen_at.date().isoformat(), article.id),
        article_id=article.id,
        title=f"〔原文已撤〕{title}" if is_withdrawn else title,
        url=site.article_url(article.id),
        original_url=original_url,
        origin=origin,
        origin_url=canonical_url(source.url) if source else None,
        authors=tuple(name for name in (plain_title(a) for a in article.authors) if name),
        published=_published(article),
        is_day_only=article.published_at is not None and article.published_precision == "day",
        updated=_updated(article),
        summary="" if article.republish == "link" else _summary(article),
        body=(_withdrawal_note(article) if is_withdrawn else "") + legal(body),
        colophon=_colophon(article, origin, original_url, site, publications),
        categories=_categories(article, context),
        pictures=pictures,
        publications=publications,
        is_withdrawn=is_withdrawn,
        revision_number=article.revision_number,
    )


def removed_of(
    article_id: str, first_seen_at: datetime, removed_at: datetime, site: Site
) -> Removed:
    """Return the tombstone of an entry that was taken down."""
    return Removed(
        id=site.tag(first_seen_at.date().isoformat(), article_id),
        removed_at=removed_at.astimezone(CHINA),
    )


def ascii_url(url: str) -> str:
    """Return an address in ASCII as feeds must write it (RFC 3986): an IRI percent-encoded."""
    if url.isascii() and url.isprintable() and not set(url) & set(' "<>\\^`{|}'):
        return url
    try:
        parts = urlsplit(url)
        host = parts.netloc
        if not host.isascii():
            host = host.encode("idna").decode("ascii")
    except (ValueError, UnicodeError):
        return quote(legal(url), safe="/:?=&%#~")
    safe = "/:@!$&'()*+,;=-._~%"
    return urlunsplit(
        (
            parts.scheme,
            host,
            quote(parts.path, safe=safe, errors="ignore"),
            quote(parts.query, safe=safe + "?", errors="ignore"),
            quote(parts.fragment, safe=safe + "?", errors="ignore"),
        )
    )


def canonical_url(url: str) -> str:
    """Return an address as an id must be written (RFC 3986 section 6.2).

    Its host is in lower case, it has a path even if it is the root's, and no port that goes
    without saying.
    """
    parts = urlsplit(ascii_url(url))
    host = parts.netloc.lower()
    for scheme, port in (("http", ":80"), ("https", ":443")):
        if parts.scheme == scheme:
            host = host.removesuffix(port)
    return urlunsplit((parts.scheme, host, parts.path or "/", parts.query, parts.fragment))


def chinese_date(day: date) -> str:
    """Return a day as Chinese prose writes it."""
    return f"{day.year}年{day.month}月{day.day}日"


def _origin(article: Article, source: SourceName | None) -> str:
    """Return who published it; a page's "our own" means the source that it was found at."""
    said = plain_title(article.source_name or "")
    if said and said not in OUR_OWN:
        return said
    return plain_title(source.name) if source else said


def _published(article: Article) -> datetime:
    """Return the page's instant, or for a mere day the stable instant of that day.

    A page that gives only a day is placed at the time of day at which it was first ordered, if
    that was on the same day; otherwise at the day's midnight.  A date that lies ahead of first
    sight is a clock gone wrong, and first sight is what is known.
    """
    stable = article.sorted_at.astimezone(CHINA).replace(microsecond=0)
    said = article.published_at
    if said is None:
        return stable
    if said > article.first_seen_at + timedelta(minutes=5):
        return article.first_seen_at.astimezone(said.tzinfo).replace(microsecond=0)
    if article.published_precision == "day":
        local = stable.astimezone(said.tzinfo)
        return local if local.date() == said.date() else said
    return said


def _updated(article: Article) -> datetime:
    """Return the last change that a reader would notice, distinct among entries.

    Several articles are first seen in one second, and two entries with one ``updated`` leave a
    reader without an order: the second is true, its fraction is made of the article's id.
    """
    at = article.updated_at
    if article.withdrawn_at is not None and article.withdrawn_at > at:
        at = article.withdrawn_at
    digest = blake2b(article.id.encode(), digest_size=8).digest()
    return at.replace(microsecond=int.from_bytes(digest) % 1_000_000).astimezone(CHINA)


def _summary(article: Article) -> str:
    return plain_title(excerpt(article.text))


def _publications(article: Article, context: EntryContext) -> tuple[Publication, ...]:
    sources = context.catalogue.sources
    found = []
    for other in context.publications.get(article.story_id, ()):
        if other.id == article.id:
            continue
        source = sources.get(other.source_id)
        name = plain_title((source.name if source else "") or other.source_name or "另一处")
        found.append(Publication(name=name, url=ascii_url(other.url)))
    return tuple(found)


def _pictures(article: Article, context: EntryContext) -> tuple[tuple[Picture, ...], str]:
    """Return the pictures and the body with their addresses in it."""
    if article.republish == "link":
        return (), ""
    if article.republish == "excerpt":
        beginning = plain_title(excerpt(article.text, context.site.excerpt_chars))
        return (), f"<p>{escape(beginning)}</p>" if beginning else ""
    pictures: dict[str, Picture] = {}
    body = article.html
    for block in article.blocks:
        if block.kind != "image" or not block.url:
            continue
        kept = context.picture_at(block.url) if context.picture_at else None
        if kept is None:
            picture = Picture(url=ascii_url(block.url), description=plain_title(block.alt))
        else:
            picture = replace(kept, description=plain_title(block.alt))
            body = body.replace(f'src="{escape(block.url)}"', _source_of(kept))
        pictures.setdefault(picture.url, picture)
    return tuple(pictures.values()), body


def _source_of(picture: Picture) -> str:
    """Return the attributes of a kept picture; with its size nothing moves when it is loaded."""
    size = ""
    if picture.width and picture.height:
        size = f' width="{picture.width}" height="{picture.height}"'
    return f'src="{escape(picture.url)}"{size}'


def _withdrawal_note(article: Article) -> str:
    at = article.withdrawn_at
    when = f"于{chinese_date(at.astimezone(CHINA).date())}" if at else ""
    return f"<p><strong>原网页已{when}撤下，以下是撤下之前的存档。</strong></p>"


def _colophon(
    article: Article,
    origin: str,
    original_url: str,
    site: Site,
    publications: tuple[Publication, ...],
) -> str:
    parts = []
    if origin:
        parts.append(f"来源：{escape(origin)}")
    parts += [
        f"{escape(one_line(role))}：{escape(one_line(name))}" for role, name in article.editors
    ]
    parts.append(f'<a href="{escape(original_url)}">原文</a>')
    parts.append(f'<a href="{escape(site.article_url(article.id))}">存档</a>')
    line = f"<p><small>{'　'.join(parts)}</small></p>"
    if publications:
        links = "　".join(
            f'<a href="{escape(other.url)}">{escape(other.name)}</a>' for other in publications
        )
        line += f"<p><small>同一报道也见：{links}</small></p>"
    return legal(line)


def _categories(article: Article, context: EntryContext) -> tuple[Category, ...]:
    base = context.site.public_url
    found: dict[tuple[str, str], Category] = {}
    places = set()
    for kept in article.districts:
        district = context.catalogue.district(kept.adcode)
        if district is not None:
            found["district", kept.adcode] = Category(
                term=kept.adcode, label=district.name, scheme=base + DISTRICT_SCHEME
            )
            places |= {district.name, district.short_name}
        if kept.town:
            town = one_line(kept.town)
            found["town", town] = Category(term=town, label=town, scheme=base + TOWN_SCHEME)
    if article.breadcrumb:
        rubric = plain_title(article.breadcrumb[-1])
        if rubric and rubric not in places:
            found["rubric", rubric] = Category(
                term=rubric, label=rubric, scheme=base + RUBRIC_SCHEME
            )
    return tuple(found.values())
