"""Who we are: the User-Agent, and what a webmaster is told about us."""

from __future__ import annotations

from dataclasses import dataclass

from bot import __version__


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """How the bot names itself to servers."""

    #: the name in User-Agent and in robots.txt groups (RFC 9309 section 2.2.1: letters, - and _)
    product: str = "Xianwen"
    version: str = __version__
    #: page that says who we are; None when the operator has none
    about_url: str | None = None
    #: e-mail address of the operator; None when the operator gives none
    contact: str | None = None

    def __post_init__(self) -> None:
        if not self.product or not all(
            char.isascii() and (char.isalpha() or char in "-_") for char in self.product
        ):
            raise ValueError(f"product {self.product!r} may hold only letters, - and _")
        for text in (self.version, self.about_url or "", self.contact or ""):
            if not text.isascii() or not text.isprintable():
                raise ValueError(f"{text!r} cannot stand in a User-Agent: printable ASCII only")

    @property
    def user_agent(self) -> str:
        """The User-Agent header, such as ``Xianwen/0.1.0 (+https://…/bot; mailto:…)``."""
        ways = []
        if self.about_url:
            ways.append(f"+{self.about_url}")
        if self.contact:
            ways.append(f"mailto:{self.contact}")
        comment = f" ({'; '.join(ways)})" if ways else ""
        return f"{self.product}/{self.version}{comment}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotDescription:
    """What the page ``/bot`` tells a webmaster."""

    user_agent: str
    product: str
    about_url: str | None
    contact: str | None
    #: least pause between two requests to a host, in seconds
    delay_s: float
    #: longest robots.txt Crawl-delay that is followed to the letter, in seconds
    max_crawl_delay_s: float
    #: what keeps us out of a whole site, ready for robots.txt
    robots_txt: str
    #: what we promise, one sentence each
    promises: tuple[str, ...]


def describe(identity: Identity, *, delay_s: float, max_crawl_delay_s: float) -> BotDescription:
    """Return what a webmaster should know of us, from the very values that fetching obeys."""
    return BotDescription(
        user_agent=identity.user_agent,
        product=identity.product,
        about_url=identity.about_url,
        contact=identity.contact,
        delay_s=delay_s,
        max_crawl_delay_s=max_crawl_delay_s,
        robots_txt=f"User-agent: {identity.product}\nDisallow: /\n",
        promises=(
            "robots.txt is read before anything else, at most a day old, and obeyed (RFC 9309).",
            f"Crawl-delay is honoured up to {max_crawl_delay_s:g} seconds.",
            "One request at a time to a host, whatever number of its sections are read.",
            f"At least {delay_s:g} seconds between two requests, more when the server is slow.",
            "Retry-After is honoured; 429 and 503 slow down everything sent to the host.",
            "Pages that did not change are asked for with If-None-Match and If-Modified-Since.",
            "noindex and noarchive, in X-Robots-Tag or in the page, are honoured.",
            "Challenges, logins and other barriers are never circumvented.",
        ),
    )
