"""The console's routes: login, table, a page per source, workbench, log."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from bot.web.console.session import COOKIE, LIFETIME_S, Guesses, Session, Sessions, is_same

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from starlette.requests import Request
    from starlette.responses import Response

    from bot.web.console.desk import Desk

_HERE = Path(__file__).parent
#: largest form or JSON that is read
MOST_BYTES = 256 * 1024
HEADERS = {
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}
_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; style-src 'self'"
)
#: the workbench shows pages of sites in sandboxed frames, marked by a style element of ours
_WORKBENCH_POLICY = _POLICY + " 'unsafe-inline'"


def create_console(desk: Desk, *, is_https: bool) -> Starlette:
    """Return the console; mount it at ``/console``. ``is_https``: cookies travel by TLS alone."""
    console = _Console(desk, is_https=is_https)
    return Starlette(
        routes=[
            Route("/", console.table),
            Route("/login", console.login, methods=["GET", "POST"]),
            Route("/logout", console.logout, methods=["POST"]),
            Route("/log", console.log),
            Route("/source/{source_id}", console.source),
            Route("/source/{source_id}/workbench", console.workbench),
            Route("/source/{source_id}/preview", console.preview, methods=["POST"]),
            Route("/source/{source_id}/save", console.save, methods=["POST"]),
            Route("/source/{source_id}/{action}", console.act, methods=["POST"]),
            Mount("/static", StaticFiles(directory=_HERE / "static")),
        ],
        exception_handlers={HTTPException: console.failed},
    )


class _Console:
    """The endpoints and what they share."""

    def __init__(self, desk: Desk, *, is_https: bool) -> None:
        self._desk = desk
        self._is_https = is_https
        self._sessions = Sessions()
        self._guesses = Guesses()
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters.update(ago=_ago, stamp=_stamp)

    # ── login ────────────────────────────────────────────────────────────────────────────

    async def login(self, request: Request) -> Response:
        """Show the form, or take the token and open a session."""
        if self._desk.token_digest() is None:
            raise HTTPException(404, "There is no console here: set web.console_token.")
        if request.method == "GET":
            return self._page(request, "login.html", None, wrong="")
        self._same_origin(request)
        address = request.client.host if request.client else "?"
        wait_s = self._guesses.wait_s(address)
        if wait_s > 0:
            minutes = max(1, round(wait_s / 60))
            answer = self._page(
                request,
                "login.html",
                None,
                wrong=f"Too many wrong tokens. Try again in {minutes} minutes.",
                status_code=429,
            )
            answer.headers["Retry-After"] = str(round(wait_s) + 1)
            return answer
        token = (await self._form(request)).get("token", "")
        if not self._desk.is_token(token):
            self._guesses.add(address)
            self._desk.note(address, "wrong token", "")
            return self._page(
                request, "login.html", None, wrong="That is not the token.", status_code=403
            )
        self._guesses.clear(address)
        cookie, _ = self._sessions.open(token, address)
        self._desk.note(address, "login", "")
        answer = RedirectResponse(self._to(request, "/"), status_code=303, headers=HEADERS)
        answer.set_cookie(
            COOKIE,
            cookie,
            max_age=int(LIFETIME_S),
            path=self._to(request, "") or "/",
            secure=self._is_https,
            httponly=True,
            samesite="strict",
        )
        return answer

    async def logout(self, request: Request) -> Response:
        """End the session."""
        self._csrf(request, self._session(request), await self._form(request))
        self._sessions.close(request.cookies.get(COOKIE))
        answer = RedirectResponse(self._to(request, "/login"), status_code=303, headers=HEADERS)
        answer.delete_cookie(COOKIE, path=self._to(request, "") or "/")
        return answer

    # ── pages ────────────────────────────────────────────────────────────────────────────

    async def table(self, request: Request) -> Response:
        """Show every source with its state."""
        session = self._entered(request)
        if session is None:
            return self._to_login(request)
        lines = await asyncio.to_thread(self._desk.lines)
        hosts = await asyncio.to_thread(self._desk.hosts)
        lines = tuple(sorted(lines, key=lambda line: (not line.is_bad, line.id)))
        return self._page(request, "table.html", session, lines=lines, hosts=hosts)

    async def source(self, request: Request) -> Response:
        """Show one source."""
        session = self._entered(request)
        if session is None:
            return self._to_login(request)
        page = await asyncio.to_thread(self._desk.page, request.path_params["source_id"])
        if page is None:
            raise HTTPException(404, "There is no such source.")
        return self._page(request, "source.html", session, page=page)

    async def workbench(self, request: Request) -> Response:
        """Show the entry to be edited."""
        session = self._entered(request)
        if session is None:
            return self._to_login(request)
        page = await asyncio.to_thread(self._desk.page, request.path_params["source_id"])
        if page is None:
            raise HTTPException(404, "There is no such source.")
        return self._page(request, "workbench.html", session, page=page, policy=_WORKBENCH_POLICY)

    async def log(self, request: Request) -> Response:
        """Show what operators did."""
        session = self._entered(request)
        if session is None:
            return self._to_login(request)
        noted = await asyncio.to_thread(self._desk.noted, 300)
        return self._page(request, "log.html", session, noted=noted)

    # ── deeds ────────────────────────────────────────────────────────────────────────────

    async def preview(self, request: Request) -> Response:
        """Send what an edited entry would yield, or its faults."""
        form = await self._form(request)
        self._csrf(request, self._session(request), form)
        source_id, block = request.path_params["source_id"], form.get("block", "")
        faults = await asyncio.to_thread(self._desk.check, source_id, block)
        if faults or form.get("only") == "check":
            return JSONResponse({"faults": faults, "trial": None}, headers=HEADERS)
        trial = await self._desk.preview(source_id, block)
        return JSONResponse({"faults": [], "trial": trial}, headers=HEADERS)

    async def save(self, request: Request) -> Response:
        """Save an edited entry; 409 when the file changed meanwhile, 422 when it has faults."""
        form = await self._form(request)
        session = self._session(request)
        self._csrf(request, session, form)
        source_id = request.path_params["source_id"]
        outcome = await asyncio.to_thread(
            self._desk.save, source_id, form.get("block", ""), form.get("digest", "")
        )
        if outcome.word == "saved":
            self._desk.note(session.who, "save", source_id)
        status = {"saved": 200, "conflict": 409}.get(outcome.word, 422)
        content = {"outcome": outcome.word, "faults": outcome.faults, "digest": outcome.digest}
        return JSONResponse(content, status_code=status, headers=HEADERS)

    async def act(self, request: Request) -> Response:
        """Do one of the simple deeds and go back to the source."""
        form = await self._form(request)
        session = self._session(request)
        self._csrf(request, session, form)
        source_id, action = request.path_params["source_id"], request.path_params["action"]
        deeds: dict[str, Callable[[], Awaitable[None]]] = {
            "pause": lambda: self._desk.pause(source_id, is_paused=True),
            "resume": lambda: self._desk.pause(source_id, is_paused=False),
            "run": lambda: self._desk.run_now(source_id),
            "reextract": lambda: self._desk.reextract(source_id),
        }
        known = await asyncio.to_thread(self._desk.page, source_id)
        if action not in deeds or known is None:
            raise HTTPException(404, "There is no such thing to do.")
        await deeds[action]()
        self._desk.note(session.who, action, source_id)
        return RedirectResponse(
            self._to(request, f"/source/{source_id}"), status_code=303, headers=HEADERS
        )

    def failed(self, request: Request, error: Exception) -> Response:
        """Show an error as a page."""
        status = error.status_code if isinstance(error, HTTPException) else 500
        told = error.detail if isinstance(error, HTTPException) else "Something broke."
        return self._page(request, "failed.html", None, told=told, status_code=status)

    # ── what the endpoints share ─────────────────────────────────────────────────────────

    def _entered(self, request: Request) -> Session | None:
        session = self._sessions.find(request.cookies.get(COOKIE))
        # Another token in the settings ends every session of the former one.
        if session is None or session.token_digest != self._desk.token_digest():
            return None
        return session

    def _session(self, request: Request) -> Session:
        session = self._entered(request)
        if session is None:
            raise HTTPException(401, "You are not logged in, or not any more.")
        return session

    def _csrf(self, request: Request, session: Session, form: dict[str, str]) -> None:
        """Refuse what was not sent by a page of ours; raises HTTPException."""
        self._same_origin(request)
        given = request.headers.get("x-csrf") or form.get("csrf", "")
        if not is_same(given, session.csrf):
            raise HTTPException(403, "The form is stale: go back and load the page again.")

    def _same_origin(self, request: Request) -> None:
        """Refuse a request that another site's page sends; browsers say so themselves."""
        site = request.headers.get("sec-fetch-site", "same-origin")
        origin = request.headers.get("origin")
        host = request.headers.get("host", "")
        if site not in {"same-origin", "none"} or (
            origin not in {None, "null"} and urlsplit(str(origin)).netloc != host
        ):
            raise HTTPException(403, "The request comes from another site.")

    async def _form(self, request: Request) -> dict[str, str]:
        body = bytearray()
        async for chunk in request.stream():
            body += chunk
            if len(body) > MOST_BYTES:
                raise HTTPException(413, "That is too much.")
        pairs = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True)
        return {key: values[-1] for key, values in pairs.items()}

    def _to(self, request: Request, path: str) -> str:
        return f"{request.scope.get('root_path', '')}{path}"

    def _to_login(self, request: Request) -> Response:
        return RedirectResponse(self._to(request, "/login"), status_code=303, headers=HEADERS)

    def _page(
        self,
        request: Request,
        template: str,
        session: Session | None,
        *,
        status_code: int = 200,
        policy: str = _POLICY,
        **values: Any,
    ) -> Response:
        body = self._templates.get_template(template).render(
            root=self._to(request, ""),
            session=session,
            refused=self._desk.refused() if session is not None else (),
            now=datetime.now(UTC),
            **values,
        )
        headers = {**HEADERS, "Content-Security-Policy": policy}
        return HTMLResponse(body, status_code=status_code, headers=headers)


def _ago(at: datetime | None, now: datetime) -> str:
    """Return how long ago an instant is, or how far ahead."""
    if at is None:
        return "never"
    seconds = (now - at).total_seconds()
    word = "ago" if seconds >= 0 else "ahead"
    seconds = abs(seconds)
    for unit, length in (("d", 86400), ("h", 3600), ("min", 60)):
        if seconds >= length:
            return f"{seconds / length:.0f} {unit} {word}"
    return "now"


def _stamp(at: datetime | None) -> str:
    return "" if at is None else at.astimezone().strftime("%Y-%m-%d %H:%M")
