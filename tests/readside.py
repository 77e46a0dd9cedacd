"""Articles, districts and a small archive in memory for the tests of publish and web."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

from bot.model import District
from bot.publish.site import Site
from bot.publish.topic import Catalogue, SourceName
from storage.model import (
    Article,
    Cursor,
    KeptBlock,
    KeptDistrict,
    Placed,
    Revision,
    Selection,
    Status,
)

CST = timezone(timedelta(hours=8))
NOW = datetime(2026, 11, 20, 2, 30, 0, 250_000, tzinfo=UTC)


def district(adcode: str, slug: str, name: str, towns: tuple[str, ...] = ()) -> District:
    return District(
        adcode=adcode,
        slug=slug,
        name=name,
        short_name=name[:-1],
        city="安康市",
        city_adcode="610900",
        city_slug="ankang",
        province="陕西省",
        towns=towns,
    )


HANBIN = district("610902", "hanbin", "汉滨区", ("五里镇", "县河镇"))
ZIYANG = district("610924", "ziyang", "紫阳县", ("蒿坪镇",))
XUNYANG = district("610981", "xunyang", "旬阳市")
SOURCES = (
    SourceName(
        id="akxw-hanbin",
        name="安康新闻网汉滨",
        url="https://www.akxw.cn/news/xianqu/hanbin/",
        adcode="610902",
    ),
    SourceName(
        id="akxw-ziyang", name="安康新闻网紫阳", url="https://www.akxw.cn/news/xianqu/ziyang/"
    ),
)
CATALOGUE = Catalogue((HANBIN, ZIYANG, XUNYANG), SOURCES)
SITE = Site(
    public_url="https://news.example",
    id_authority="news.example",
    hubs=("https://hub.example/",),
    contact="https://news.example/contact",
)


def article(number: int, **changes: object) -> Article:
    """Return article ``number``: the higher the number, the newer."""
    seen = NOW + timedelta(minutes=number)
    text = f"这是第{number}篇报道的正文。汉滨区五里镇的茶农正在采摘。\n第二段讲茶叶的销路。"
    picture = f"https://img.akxw.cn/2026/{number}.jpg"
    base = Article(
        id=f"01JD{number:022}",
        story_id=f"S{number:025}",
        source_id="akxw-hanbin",
        canonical_url=f"https://www.akxw.cn/news/xianqu/hanbin/{number}.html",
        url=f"https://www.akxw.cn/news/xianqu/hanbin/{number}.html",
        title=f"五里镇第{number}届采茶节开幕",
        published_at=seen.astimezone(CST).replace(hour=0, minute=0, second=0, microsecond=0),
        published_precision="day",
        first_seen_at=seen,
        revised_at=None,
        revision_number=1,
        sorted_at=seen,
        source_name="本站原创",
        authors=("周娟", "雷田民"),
        editors=(("责编", "殷婷"), ("一审", "许安")),
        breadcrumb=("新闻", "县区", "汉滨"),
        districts=(KeptDistrict(adcode="610902", evidence="source", town="五里镇"),),
        blocks=(
            KeptBlock(
                kind="paragraph",
                text=text.split("\n")[0],
                html=f"<p>{text.split(chr(10))[0]}</p>",
            ),
            KeptBlock(kind="image", text="", html="", url=picture, alt="采茶"),
            KeptBlock(
                kind="paragraph",
                text=text.split("\n")[1],
                html=f"<p>{text.split(chr(10))[1]}</p>",
            ),
        ),
        text=text,
        html=(
            f'<p>{text.split(chr(10))[0]}</p><figure><img src="{picture}" alt="采茶"></figure>'
            f"<p>{text.split(chr(10))[1]}</p>"
        ),
        republish="full",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def withdrawn(given: Article) -> Article:
    return replace(
        given, status=Status.WITHDRAWN, withdrawn_at=given.first_seen_at + timedelta(days=2)
    )


def revised(given: Article, title: str) -> Article:
    return replace(
        given,
        title=title,
        revised_at=given.first_seen_at + timedelta(hours=5),
        revision_number=given.revision_number + 1,
    )


class Shelf:
    """An archive in memory that answers as ``storage.articles.Articles`` does."""

    def __init__(self, *articles: Article) -> None:
        self.articles = {a.id: a for a in articles}
        self.history: dict[str, tuple[Revision, ...]] = {}
        self.reads = 0

    def put(self, *articles: Article) -> None:
        self.articles |= {a.id: a for a in articles}

    def get(self, article_id: str) -> Article | None:
        return self.articles.get(article_id)

    def newest(
        self,
        selection: Selection,
        *,
        limit: int,
        before: Cursor | None = None,
        held: dict[int, Article] | None = None,
    ) -> tuple[Article, ...]:
        self.reads += 1
        wanted = selection
        found = [
            a
            for a in self.articles.values()
            if (wanted.adcodes is None or {d.adcode for d in a.districts} & set(wanted.adcodes))
            and (wanted.source_id is None or a.source_id == wanted.source_id)
            and (wanted.category is None or a.breadcrumb[-1:] == (wanted.category,))
            and (wanted.town is None or any(d.town == wanted.town for d in a.districts))
        ]
        if wanted.is_live:
            found = [a for a in found if not a.is_backfilled]
        if wanted.story_heads_only:
            heads: dict[str, Article] = {}
            for a in sorted(found, key=lambda a: a.id):
                heads.setdefault(a.story_id, a)
            found = list(heads.values())
        found.sort(key=lambda a: (a.sorted_at, a.id), reverse=True)
        if before is not None:
            found = [a for a in found if (a.sorted_at, a.id) < (before.sorted_at, before.id)]
        return tuple(found[:limit])

    def timeline(
        self, selection: Selection, *, since: datetime | None = None
    ) -> tuple[Placed, ...]:
        found = self.newest(selection, limit=10**9)[::-1]
        return tuple(
            Placed(int(a.id[4:]), a.sorted_at, a.changed_at or a.updated_at, a.is_backfilled)
            for a in found
            if since is None or a.sorted_at >= since
        )

    def extent(self, selection: Selection, *, before: datetime) -> tuple[int, datetime | None]:
        past = [p for p in self.timeline(selection) if p.sorted_at < before]
        return len(past), max((p.changed_at for p in past), default=None)

    def stretch(
        self, start: datetime, end: datetime, selection: Selection, *, offset: int, limit: int
    ) -> tuple[Article, ...]:
        found = self.newest(selection, limit=10**9)[::-1]
        held = [a for a in found if start <= a.sorted_at < end]
        return tuple(held[offset : offset + limit])

    def towns(self, adcode: str) -> tuple[str, ...]:
        kept = (d for a in self.articles.values() for d in a.districts if d.adcode == adcode)
        return tuple({d.town for d in kept if d.town})

    def changed_since(self, at: datetime):
        for one in sorted(self.articles.values(), key=lambda a: a.id):
            if (one.changed_at or one.updated_at) >= at:
                yield one

    def publications(self, story_id: str) -> tuple[Article, ...]:
        return tuple(
            sorted(
                (a for a in self.articles.values() if a.story_id == story_id), key=lambda a: a.id
            )
        )

    def publications_of(self, story_ids) -> dict[str, tuple[Article, ...]]:
        found = {story: self.publications(story) for story in story_ids}
        return {story: members for story, members in found.items() if len(members) > 1}

    def revisions(self, article_id: str) -> tuple[Revision, ...]:
        return self.history.get(article_id, ())
