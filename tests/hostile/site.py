"""A small site on loopback with a listing and articles, and a crawler with an archive for it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from bot.app.archive import open_archive
from bot.app.crawling import crawling
from bot.model import Pictures, Source
from bot.settings import Settings
from bot.sources.load import Configuration
from tests.fetch import faultserver as fs
from tests.readside import HANBIN

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path
    from typing import Any

    from bot.app.archive import Archive
    from bot.pipeline.crawl import Crawler
    from storage.model import Article

TITLES = (
    "汉滨区召开防汛工作会议", "五里镇春茶开园采摘忙", "县河镇修通产业路", "区医院新大楼投入使用",
    "江北中学举行运动会", "瀛湖旅游环线全线贯通",
)  # fmt: skip
SENTENCES = (
    "会议强调，要压实防汛责任，加密巡查频次，确保群众生命财产安全。",
    "茶农们手指翻飞，把嫩芽装进竹篓，今年的鲜叶价格比去年好。",
    "产业路打通之后，运输成本降了三成，村里的蔬菜当天就能进城。",
    "新大楼设床位五百张，门诊、急诊、住院各有通道，看病方便多了。",
    "运动会为期两天，全校三十六个班级参加了十二个项目的比赛。",
    "环线全长五十公里，沿线新建观景台七处、停车场九个。",
)


def body_of(number: int) -> str:
    lines = [SENTENCES[number % 6], *(f"第{n}点情况：{SENTENCES[number % 6]}" for n in range(2, 6))]
    return "".join(f"<p>{line}</p>" for line in lines)


def article_page(number: int, *, inside: str = "", after: str = "", title: str = "") -> bytes:
    """Return the page of article ``number``; ``inside`` stands in its body, ``after`` behind it."""
    title = title or TITLES[number % 6]
    return (
        "<!DOCTYPE html><html lang=zh-CN><head><meta charset=utf-8>"
        f"<title>{title}_汉滨新闻网</title></head><body><div class=head>汉滨新闻网</div>"
        f"<div class=main><h1>{title}</h1><div class=info>2026-11-2{number % 6} 来源：汉滨新闻网"
        f"</div><div class=content>{body_of(number)}{inside}</div></div>{after}"
        "<div class=foot>汉滨新闻网 版权所有</div></body></html>"
    ).encode()


def listing_page(count: int = 6, *, after: str = "", title: str = "县区新闻") -> bytes:
    items = "".join(
        f"<li><a href='/n/{1000 + n}.html'>{TITLES[n % 6]}</a><span>2026-11-2{n % 6}</span></li>"
        for n in range(count)
    )
    return (
        "<!DOCTYPE html><html lang=zh-CN><head><meta charset=utf-8>"
        f"<title>{title}_汉滨新闻网</title></head><body><div class=head>汉滨新闻网</div>"
        f"<div class=list><ul>{items}</ul></div>{after}<div class=foot>版权所有</div></body></html>"
    ).encode()


@dataclass(slots=True)
class Installation:
    """A crawler, its archive, and the site that it visits."""

    server: fs.FaultServer
    configuration: Configuration
    archive: Archive
    crawler: Crawler
    source: Source
    now: datetime = datetime(2026, 11, 24, 4, 0, tzinfo=UTC)
    kept: list[Article] = field(default_factory=list)

    def later(self, **much: float) -> None:
        self.now += timedelta(**much)

    def clock(self) -> datetime:
        return self.now

    def serve(self, count: int = 6) -> None:
        served(self.server, count)

    def serve_articles(self, count: int) -> None:
        for number in range(count):
            self.server.behaviours[f"/n/{1000 + number}.html"] = fs.answer(article_page(number))


def served(server: fs.FaultServer, count: int = 6) -> None:
    """Let a server have the listing and its articles."""
    server.behaviours["/list"] = fs.answer(listing_page(count))
    for number in range(count):
        server.behaviours[f"/n/{1000 + number}.html"] = fs.answer(article_page(number))


@asynccontextmanager
async def installation(
    place: Path, *, base: str = "", **source: Any
) -> AsyncIterator[Installation]:
    settings = Settings.model_validate(
        {
            "data_dir": place,
            "fetch": {"allowed_addresses": ["127.0.0.0/8"], "max_attempts": 1},
        }
    )
    configuration = Configuration(settings=settings, sources=(), districts=(HANBIN,), places={})
    archive = open_archive(settings)
    kept: list[Article] = []
    async with (
        fs.fault_server() as server,
        crawling(configuration, archive, kept.append) as crawler,
    ):
        made = Installation(
            server=server,
            configuration=configuration,
            archive=archive,
            crawler=crawler,
            kept=kept,
            source=Source(
                id="hanbin",
                url=f"{base or server.base}/list",
                adcode="610902",
                name="汉滨新闻网",
                delay_s=0,
                timeout_s=5.0,
                pictures=Pictures.LINK,
                **source,
            ),
        )
        made.crawler = replace(crawler, now=made.clock)
        try:
            yield made
        finally:
            archive.raw_pages.close()
            archive.engine.dispose()
