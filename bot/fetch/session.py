"""What one crawl of one source carries from request to request, and forgets at its end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import httpx

from bot.errors import BudgetSpentError

if TYPE_CHECKING:
    from bot.fetch.fields import Fields


class CrawlSession:
    """Cookies, the page budget and the counts of one crawl; never shared by two crawls."""

    def __init__(
        self,
        *,
        max_requests: int | None = None,
        max_cookie_count: int = 50,
        max_cookie_bytes: int = 4096,
    ) -> None:
        """Begin without cookies; ``max_requests`` None sets no budget."""
        self._max_requests = max_requests
        self._max_cookie_count = max_cookie_count
        self._max_cookie_bytes = max_cookie_bytes
        self._jar = httpx.Cookies()
        self.request_count = 0
        #: of entities, as sent
        self.body_bytes = 0
        self.not_modified_count = 0

    def spend(self, url: str) -> None:
        """Take one request off the budget; raises BudgetSpentError when none is left."""
        if self._max_requests is not None and self.request_count >= self._max_requests:
            raise BudgetSpentError(
                url,
                f"{url}: this crawl has made its {self._max_requests} requests; "
                "the rest follows with the next one.",
            )
        self.request_count += 1

    def cookie_header(self, url: str) -> str | None:
        """Return the Cookie header for a request, None when no cookie is for it."""
        if not self._jar.jar:
            return None
        request = httpx.Request("GET", url)
        self._jar.set_cookie_header(request)
        found: str | None = request.headers.get("cookie")
        return found

    def keep_cookies(self, url: str, headers: Fields) -> bool:
        """Keep the cookies of an answer; returns whether one of them was new or changed.

        Cookies over the caps are dropped: a site that floods us gets none back.
        """
        if "set-cookie" not in headers:
            return False
        values = [
            value for value in headers.all("set-cookie") if len(value) <= self._max_cookie_bytes
        ][: max(0, self._max_cookie_count - len(self._jar.jar))]
        if not values:
            return False
        before = self.cookie_header(url)
        self._jar.extract_cookies(
            httpx.Response(
                200,
                headers=[("set-cookie", value) for value in values],
                request=httpx.Request("GET", url),
            )
        )
        return self.cookie_header(url) != before
