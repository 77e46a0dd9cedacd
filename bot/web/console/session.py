"""Who is logged in: sessions in memory, guesses of the token slowed down. A restart logs out."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import time
from collections import defaultdict, deque
from dataclasses import dataclass

COOKIE = "xianwen_console"
#: a session ends so long after the login
LIFETIME_S = 12 * 3600.0
MOST_SESSIONS = 100
#: wrong tokens from one address, and from all of them, within the window
FEWEST_GUESSES = 5
MOST_GUESSES = 50
WINDOW_S = 900.0


@dataclass(frozen=True, slots=True)
class Session:
    """One login."""

    #: what forms must bring, so that no other site can send them
    csrf: str
    #: digest of the token that it was opened with: another token ends it
    token_digest: str
    ends_at_s: float
    who: str


class Sessions:
    """All logins, known by the digest of their cookie."""

    def __init__(self) -> None:
        self._open: dict[str, Session] = {}

    def open(self, token: str, who: str) -> tuple[str, Session]:
        """Return the cookie of a new session and the session."""
        now = time.monotonic()
        self._open = {key: s for key, s in self._open.items() if s.ends_at_s > now}
        while len(self._open) >= MOST_SESSIONS:
            del self._open[next(iter(self._open))]
        cookie = secrets.token_urlsafe(32)
        session = Session(secrets.token_urlsafe(32), digest_of(token), now + LIFETIME_S, who)
        self._open[digest_of(cookie)] = session
        return cookie, session

    def find(self, cookie: str | None) -> Session | None:
        """Return the session of a cookie; None when there is none or it has ended."""
        session = self._open.get(digest_of(cookie or ""))
        return session if session is not None and session.ends_at_s > time.monotonic() else None

    def close(self, cookie: str | None) -> None:
        """End the session of a cookie."""
        self._open.pop(digest_of(cookie or ""), None)


class Guesses:
    """Wrong tokens of late, by address; too many close the door for a while."""

    def __init__(self) -> None:
        self._wrong: dict[str, deque[float]] = defaultdict(deque)

    def wait_s(self, address: str) -> float:
        """Return how long an address has to wait before its next try; 0 when it may try."""
        now = time.monotonic()
        self._forget(now)
        own = self._wrong.get(address, deque())
        if len(own) >= FEWEST_GUESSES:
            return own[0] + WINDOW_S - now
        everybody = sorted(at for times in self._wrong.values() for at in times)
        if len(everybody) >= MOST_GUESSES:
            return everybody[0] + WINDOW_S - now
        return 0.0

    def add(self, address: str) -> None:
        """Count a wrong token."""
        self._wrong[address].append(time.monotonic())

    def clear(self, address: str) -> None:
        """Forget the wrong tokens of an address that had the right one."""
        self._wrong.pop(address, None)

    def _forget(self, now: float) -> None:
        for address, times in list(self._wrong.items()):
            while times and times[0] <= now - WINDOW_S:
                times.popleft()
            if not times:
                del self._wrong[address]


def is_same(given: str, wanted: str) -> bool:
    """Compare two secrets in constant time, whatever their lengths."""
    return hmac.compare_digest(digest_of(given), digest_of(wanted))


def digest_of(text: str) -> str:
    """Return what stands for a secret where the secret itself must not stand."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
