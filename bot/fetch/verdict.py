"""What an answer is: a page, or one of the failures that sites dress up as pages."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from bot.errors import (
    BlockedError,
    ChallengeError,
    EmptyError,
    GoneError,
    HttpStatusError,
    LoginWallError,
    NotFoundError,
    ParkedError,
    ProxyError,
    RateLimitedError,
    ServerError,
    SoftNotFoundError,
    UnavailableError,
    WrongTypeError,
)
from bot.fetch.disguised import CHALLENGE, Disguise, disguise_of

if TYPE_CHECKING:
    from bot.errors import FetchError
    from bot.fetch.exchange import Answer

#: where lapsed and unsold domains lead to
_PARKING_HOSTS = (
    "sedo.com", "sedoparking.com", "dan.com", "afternic.com", "hugedomains.com", "bodis.com",
    "parkingcrew.net", "above.com", "22.cn", "4.cn", "ename.com", "ename.net", "juming.com",
    "mi.aliyun.com", "am.22.cn", "domain.cn", "jm.cn",
)  # fmt: skip
_PICTURE_MAGIC = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF8", b"RIFF", b"BM")
#: beginnings of files that are no page, whatever their type says
_FILE_MAGIC = (b"%PDF-", b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"Rar!", *_PICTURE_MAGIC)
_PAGE_TYPES = ("html", "xml", "json", "text/plain", "javascript")
_DISGUISES = {
    Disguise.CHALLENGE: (
        ChallengeError,
        "a firewall wants a browser or a person; it is not circumvented",
    ),
    Disguise.PARKED: (ParkedError, "the domain is for sale or lapsed"),
    Disguise.SOFT_404: (SoftNotFoundError, "an error page that pretends to be one"),
    Disguise.LOGIN: (LoginWallError, "the page wants an account"),
}


def judge_status(url: str, answer: Answer) -> FetchError | None:
    """Return the failure that the status of an answer means; None for a page."""
    status = answer.status
    if 200 <= status < 300:
        return None
    if status == 404:
        return NotFoundError(url, f"{url}: the page does not exist (404).", status=status)
    if status == 410:
        return GoneError(url, f"{url}: the page was taken down for good (410).", status=status)
    if status == 429:
        return RateLimitedError(
            url, f"{url}: the server asks for fewer requests (429).", status=status
        )
    if status == 407:
        return ProxyError(url, f"{url}: the source's proxy wants a name and a password (407).")
    head = answer.body[:8192].decode("utf-8", "replace")
    if status in {403, 405, 412, 418, 444, 493, 521, 567} or CHALLENGE.search(head):
        if status in {412, 521} or CHALLENGE.search(head):
            return ChallengeError(
                url,
                f"{url}: a firewall wants a browser or a person (status {status}); it is not "
                "circumvented. Ask the webmaster to let this crawler pass, or take another address.",
                status=status,
            )
        return BlockedError(
            url,
            f"{url}: the server refuses us (status {status}); ask the webmaster.",
            status=status,
        )
    if status == 503:
        return UnavailableError(
            url, f"{url}: the server is overloaded or in repair (503).", status=status
        )
    if status >= 500:
        return ServerError(url, f"{url}: the server failed (status {status}).", status=status)
    if status == 401:
        return LoginWallError(url, f"{url}: the page wants an account (401).", status=status)
    return HttpStatusError(url, f"{url}: status {status}.", status=status)


def judge_robots(url: str, answer: Answer) -> FetchError | None:
    """Return why a robots.txt was not given; None when it was.

    The bare class for every 4xx but 407 and 429, and ServerError for 5xx, whatever the page looks like:
    RFC 9309 knows no challenge pages.
    """
    status = answer.status
    if 200 <= status < 300:
        return None
    if status == 407:
        return ProxyError(url, f"{url}: the source's proxy wants a name and a password (407).")
    if status == 429:
        return RateLimitedError(url, f"{url}: status 429.", status=status)
    if status >= 500:
        return ServerError(url, f"{url}: status {status}.", status=status)
    return HttpStatusError(url, f"{url}: status {status}.", status=status)


def judge_redirect(url: str, target: str) -> FetchError | None:
    """Return the failure that a redirect to another site means when it is no move."""
    host = (urlsplit(target).hostname or "").lower()
    if any(host == name or host.endswith(f".{name}") for name in _PARKING_HOSTS):
        return ParkedError(
            url, f"{url}: the domain is for sale or lapsed: it leads to {host}; find the new one."
        )
    return None


def judge_picture(url: str, answer: Answer, media_type: str) -> FetchError | None:
    """Return the failure that an answer instead of a picture is; None for a picture.

    The bytes decide, because many servers send pictures without a type or with a wrong one.
    """
    body = answer.body
    if not body:
        return EmptyError(url, f"{url}: the answer is empty.", status=answer.status)
    if body.startswith(_PICTURE_MAGIC) or body[4:12] in (b"ftypavif", b"ftypheic"):
        return None
    return WrongTypeError(
        url,
        f"{url}: it is no picture but {media_type or 'something without a type'}; "
        "servers answer so when they refuse a picture to other sites.",
        status=answer.status,
    )


def judge_page(url: str, answer: Answer, text: str, media_type: str) -> FetchError | None:
    """Return the failure that a page with a good status really is; None for a real page."""
    if not text.strip():
        return EmptyError(url, f"{url}: the answer is empty.", status=answer.status)
    is_markup = text.lstrip("\ufeff \t\r\n")[:1] in ("<", "{", "[")
    is_page_type = any(kind in media_type for kind in _PAGE_TYPES) or (
        media_type in ("", "application/octet-stream") and is_markup
    )
    if not is_page_type or answer.body.startswith(_FILE_MAGIC):
        return WrongTypeError(
            url,
            f"{url}: it is {media_type or 'a file'}, not a page; block such links with listing.block.",
            status=answer.status,
        )
    disguise = disguise_of(text)
    if disguise is None:
        return None
    make, sentence = _DISGUISES[disguise]
    return make(url, f"{url}: {sentence} (status {answer.status}).", status=answer.status)
