"""Posting a form to a server that the operator named: no crawling, so no robots.txt and no pace."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import httpx

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.fetch.identity import Identity

#: a server that takes longer to take a few hundred bytes is tried again later
TIMEOUT_S = 10.0


class FormPoster:
    """Posts forms; connections are kept until ``close``."""

    def __init__(self, identity: Identity, *, timeout_s: float = TIMEOUT_S) -> None:
        self._headers = {"User-Agent": identity.user_agent}
        self._timeout_s = timeout_s
        #: made with the first form: most installations have no hub, and it reads all certificates
        self._client: httpx.AsyncClient | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._client is not None:
            await self._client.aclose()
            self._client = None

    async def post(self, url: str, fields: Mapping[str, str]) -> str | None:
        """Post ``fields`` as ``application/x-www-form-urlencoded``; return None when it was taken.

        Otherwise the reason in a few words: a status that is no success, or why no answer came.
        """
        try:
            # The answer's text is of no interest, however long it is.
            async with self._open().stream("POST", url, data=dict(fields)) as answer:
                return None if answer.is_success else f"status {answer.status_code}"
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            return type(error).__name__

    def _open(self) -> httpx.AsyncClient:
        if self._client is None:
            self._client = httpx.AsyncClient(headers=self._headers, timeout=self._timeout_s)
        return self._client
