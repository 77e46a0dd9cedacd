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
