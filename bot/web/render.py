"""Pages from templates: one environment, two languages, dates as each of them writes them."""

from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import brotli
import segno
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from starlette.responses import HTMLResponse

from bot.publish.compose import title_of
from bot.publish.document import etag_of
from bot.publish.feed import Format
from bot.publish.site import CHINA
from bot.web.negotiate import coding_of, matches_any
from bot.web.words import Language, reason_in, words_in

if TYPE_CHECKING:
    from datetime import datetime

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.publish.site import Site

_HERE = Path(__file__).parent
STATIC = _HERE / "static"
TEMPLATES = _HERE / "templates"
_WEEKDAYS = "一二三四五六日"
_MONTHS = ("January", "February", "March", "April", "May", "June", "July",
           "August", "September", "October", "November", "December")  # fmt: skip

#: shorter pages travel as they are
_MIN_PACKED_BYTES = 1000
#: a headline of more parts is no headline of clauses
_MAX_CLAUSES = 4

#: Nothing runs and nothing is loaded from elsewhere but pictures and videos of articles.
CONTENT_SECURITY_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self' http: https:; media-src http: https:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
PAGE_HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    # Many sites refuse pictures to visitors of other sites, and give them to those of none.
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}


class Renderer:
    """Renders the templates of this package for one site."""

    def __init__(self, site: Site, *, is_static: bool = False) -> None:
        """``is_static`` leaves out what needs a server: search, and pages by cursor."""
        self.site = site
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._environment.filters.update(
            day=day,
            moment=moment,
            month=month,
            stamp=stamp,
            lazy=lazy,
            breakable=breakable,
            clauses=clauses,
            reason=reason,
        )
        self._environment.globals.update(
            site=site,
            is_static=is_static,
            asset=asset,
            formats=tuple(Format),
            qr=qr_code,
            title_of=lambda topic: title_of(topic, site),
        )

    def html(self, template: str, language: Language, **values: Any) -> str:
        """Return a template's HTML; StrictUndefined raises for a value that it lacks."""
        return self._environment.get_template(template).render(
            w=words_in(language),
            lang=language,
            base="" if language == "zh" else "/en",
            **values,
        )

    def page(
        self,
        request: Request,
        template: str,
        *,
        status_code: int = 200,
        max_age_s: int = 60,
        **values: Any,
    ) -> Response:
        """Return a page with its validators, or 304 when the browser has it already."""
        language = language_of(request)
        path = request.url.path
        bare = path.removeprefix("/en") if language == "en" else path
        body = self.html(template, language, bare_path=bare or "/", **values).encode()
        coding = coding_of(request.headers.get("accept-encoding", "").encode("latin-1"))
        if len(body) < _MIN_PACKED_BYTES:
            coding = ""
        etag = etag_of(body)
        if coding:
            etag = f'{etag[:-1]}-{coding}"'
        headers = {
            **PAGE_HEADERS,
            "ETag": etag,
            "Vary": "Accept-Encoding",
            "Cache-Control": f"public, max-age={max_age_s}",
            "Content-Language": "zh-CN" if language == "zh" else "en",
        }
        known = request.headers.get("if-none-match")
        if status_code == 200 and known and matches_any(known.encode(), (etag.encode(),)):
            return HTMLResponse(status_code=304, headers=headers)
        if coding:
            headers["Content-Encoding"] = coding
            body = _packed(body, coding)
        return HTMLResponse(body, status_code=status_code, headers=headers)


def _packed(body: bytes, coding: str) -> bytes:
    """Return a page as it travels; quickly, for it is made for one reader."""
    if coding == "br":
        return bytes(brotli.compress(body, quality=4))
    return gzip.compress(body, compresslevel=5, mtime=0)


def language_of(request: Request) -> Language:
    """Return the language of an address: ``/en/…`` is English, everything else Chinese."""
    path = request.url.path
    return "en" if path == "/en" or path.startswith("/en/") else "zh"


def asset(name: str) -> str:
    """Return the address of a static file with a digest, so that it can be cached for ever."""
    digest = hashlib.blake2b((STATIC / name).read_bytes(), digest_size=6).hexdigest()
    return f"/static/{name}?v={digest}"


def qr_code(text: str) -> Markup:
    """Return a QR code of ``text`` as SVG without any inline style."""
    code = segno.make(text, error="m", micro=False)
    svg: str = code.svg_inline(scale=4, border=2, dark="#000", light="#fff", omitsize=True)
    return Markup(svg.replace("<svg ", '<svg role="img" aria-label="QR" ', 1))  # noqa: S704


def reason(text: str, language: Language) -> str:
    """Return why a revision was made."""
    return reason_in(language, text)


def clauses(title: str) -> Markup:
    """Return a headline whose clauses, parted by spaces, stay whole where a line has room for them.

    Chinese headlines have two or three of them; a browser would break anywhere, also in a word.
    """
    parts = [part for part in title.split(" ") if part]
    if len(parts) < 2 or len(parts) > _MAX_CLAUSES or title.isascii():
        return escape(title)
    return Markup(" ").join(Markup('<span class="clause">{}</span>').format(part) for part in parts)


def breakable(url: str) -> Markup:
    """Return an address that is broken behind its slashes, where it is too long for a line."""
    return Markup("/<wbr>").join(url.split("/"))


def lazy(html: str) -> Markup:
    """Return an article's sanitised HTML with its pictures loaded as they come into view."""
    return Markup(html.replace("<img ", '<img loading="lazy" decoding="async" '))  # noqa: S704


def day(at: datetime, language: Language) -> str:
    """Return the day of an instant in its own offset, as prose."""
    if language == "en":
        return f"{at.day} {_MONTHS[at.month - 1]} {at.year}"
    return f"{at.year}年{at.month}月{at.day}日 星期{_WEEKDAYS[at.weekday()]}"


def month(text: str, language: Language) -> str:
    """Return ``2026-10`` as prose."""
    year, number = text.split("-")
    return f"{_MONTHS[int(number) - 1]} {year}" if language == "en" else f"{year}年{int(number)}月"


def moment(at: datetime, language: Language) -> str:
    """Return an instant in China's time to the minute, as prose."""
    local = at.astimezone(CHINA)
    if language == "en":
        return f"{local.day} {_MONTHS[local.month - 1]} {local.year}, {local:%H:%M}"
    return f"{local.year}年{local.month}月{local.day}日 {local:%H:%M}"


def stamp(at: datetime) -> str:
    """Return an instant as the ``datetime`` attribute of HTML wants it."""
    return at.isoformat(timespec="seconds")
