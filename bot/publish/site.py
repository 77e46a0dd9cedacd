"""What every feed of this installation says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import quote
from zoneinfo import ZoneInfo

from bot import __version__

#: The time zone in which readers are told times; China has one.
CHINA = ZoneInfo("Asia/Shanghai")


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """Names and addresses of this installation, as its settings give them."""

    #: where readers reach us, no slash at its end
    public_url: str = "http://127.0.0.1:8610"
    #: domain name in every entry's id (RFC 4151); once feeds are read it must never change
    id_authority: str = "xianwen.invalid"
    title: str = "县闻"
    description: str = "县级新闻，干净地读"
    #: how the people behind it are reached: a mail address or a page; may be empty
    contact: str = ""
    #: WebSub hubs, may be empty
    hubs: tuple[str, ...] = ()
    #: entries in a subscription document
    entry_limit: int = 50
    #: characters of an excerpt, for sources of which feeds may carry no more
    excerpt_chars: int = 200
    #: minutes after which a reader may ask again
    ttl_minutes: int = 15
    language: str = "zh-CN"

    @property
    def generator(self) -> str:
        """Name and version as feeds and the User-Agent give them."""
        return f"Xianwen/{__version__}"

    def url(self, path: str) -> str:
        """Return the absolute address of ``path`` (decoded, begins with a slash)."""
        return self.public_url + quote(path, safe="/-._~!$'()*+,;=:@")

    def article_url(self, article_id: str) -> str:
        """Return the address of an article's page."""
        return f"{self.public_url}/a/{article_id}"

    def tag(self, day: str, specific: str) -> str:
        """Return the tag URI (RFC 4151) of ``specific``, minted on ``day`` (ISO date or year)."""
        return f"tag:{self.id_authority},{day}:{quote(specific, safe='/-._~')}"
