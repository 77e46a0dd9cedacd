"""Why a page could not be had, with what is done about each."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self

from bot.errors.root import XianwenError

if TYPE_CHECKING:
    from datetime import datetime


class Treatment(StrEnum):
    """What is done about a failed fetch."""

    #: a passing trouble: tried again shortly, then after growing pauses, for ever
    RETRY = "retry"
    #: not now: come again at ``retry_at``
    WAIT = "wait"
    #: the page was taken down: an article is withdrawn
    WITHDRAW = "withdraw"
    #: this page is not for us, the others may be
    SKIP = "skip"
    #: mends only if somebody acts
    OPERATOR = "operator"


class FetchError(XianwenError):
    """A page could not be had."""

    #: names the failure; the same word stands in logs, states and ``xianwen status``
    kind: ClassVar[str] = "fetch"
    treatment: ClassVar[Treatment] = Treatment.RETRY
    #: whether it tells of the whole host, and not of one page
    is_of_host: ClassVar[bool] = False

    def __init__(
        self,
        url: str,
        message: str | None = None,
        *,
        status: int | None = None,
        retry_at: datetime | None = None,
    ) -> None:
        self.url = url
        #: the HTTP status that came with it; None when there was no answer
        self.status = status
        #: UTC; the first instant at which another try makes sense; None when any time does
        self.retry_at = retry_at
        super().__init__(message)

    def for_url(self, url: str) -> Self:
        """Return the same error for another page of the host, without its traceback."""
        other = type(self).__new__(type(self), *self.args)
        other.__dict__.update(self.__dict__)
        other.url = url
        return other


class DnsError(FetchError):
    """The name has no address."""

    kind = "dns"
    is_of_host = True


class ConnectError(FetchError):
    """Nobody answers at the address."""

    kind = "connect"
    is_of_host = True


class ProxyError(FetchError):
    """The source's proxy does not serve us."""

    kind = "proxy"
    treatment = Treatment.OPERATOR


class TlsError(FetchError):
    """No secure connection could be made."""

    kind = "tls"
    treatment = Treatment.OPERATOR
    is_of_host = True

    def __init__(self, url: str, message: str | None = None, *, problem: str) -> None:
        #: expired, not-yet-valid, wrong-host, untrusted, old-protocol, weak, not-tls or handshake
        self.problem = problem
        super().__init__(url, message)


class FetchTimeoutError(FetchError):
    """The server was too slow."""

    kind = "timeout"
    is_of_host = True

    def __init__(self, url: str, message: str | None = None, *, phase: str) -> None:
        #: dns, connect, tls, headers, body or total
        self.phase = phase
        super().__init__(url, message)


class ResetError(FetchError):
    """The connection was cut before the answer."""

    kind = "reset"
    is_of_host = True


class ProtocolError(FetchError):
    """The answer is not HTTP."""

    kind = "protocol"
    is_of_host = True


class TruncatedError(FetchError):
    """The answer ended too early."""

    kind = "truncated"


class WrongLengthError(TruncatedError):
    """The answer has not the length that it announced."""

    kind = "wrong-length"


class HttpStatusError(FetchError):
    """The server answered with an error."""

    kind = "http"
    treatment = Treatment.SKIP


class ServerError(HttpStatusError):
    """The server failed."""

    kind = "server-error"
    treatment = Treatment.RETRY
    is_of_host = True


class UnavailableError(HttpStatusError):
    """The server is overloaded or in maintenance."""

    kind = "unavailable"
    treatment = Treatment.WAIT
    is_of_host = True


class RateLimitedError(HttpStatusError):
    """The server asks for fewer requests."""

    kind = "rate-limited"
    treatment = Treatment.WAIT
    is_of_host = True


class NotFoundError(HttpStatusError):
    """There is no such page."""

    kind = "not-found"
    treatment = Treatment.WITHDRAW


class GoneError(HttpStatusError):
    """The page was taken down for good."""

    kind = "gone"
    treatment = Treatment.WITHDRAW


class BlockedError(HttpStatusError):
    """The server refuses us."""

    kind = "blocked"
    treatment = Treatment.OPERATOR


class ChallengeError(BlockedError):
    """A firewall wants a browser or a person."""

    kind = "challenge"


class SoftNotFoundError(FetchError):
    """An error page came with status 200."""

    kind = "soft-404"
    treatment = Treatment.WITHDRAW


class LoginWallError(FetchError):
    """The page wants an account."""

    kind = "login-wall"
    treatment = Treatment.OPERATOR


class ParkedError(FetchError):
    """The domain is for sale or lapsed."""

    kind = "parked"
    treatment = Treatment.OPERATOR


class RedirectedAwayError(FetchError):
    """The page is now at another site."""

    kind = "redirected-away"
    treatment = Treatment.OPERATOR

    def __init__(self, url: str, message: str | None = None, *, target: str) -> None:
        #: absolute address of the other site
        self.target = target
        super().__init__(url, message)


class RedirectLoopError(FetchError):
    """The redirects do not end."""

    kind = "redirect-loop"
    treatment = Treatment.OPERATOR


class RenderError(FetchError):
    """The browser that should draw the page did not."""

    kind = "render"
    treatment = Treatment.OPERATOR


class EmptyError(FetchError):
    """The answer is empty."""

    kind = "empty"


class WrongTypeError(FetchError):
    """The answer is another kind of document."""

    kind = "wrong-type"
    treatment = Treatment.SKIP


class TooBigError(FetchError):
    """The answer is too big."""

    kind = "too-big"
    treatment = Treatment.SKIP


class TooComplexError(FetchError):
    """The page's markup would exhaust the parser."""

    kind = "too-complex"
    treatment = Treatment.SKIP


class ForbiddenAddressError(FetchError):
    """The address must not be asked."""

    kind = "forbidden-address"
    treatment = Treatment.OPERATOR


class RobotsDeniedError(FetchError):
    """robots.txt says no."""

    kind = "robots-denied"
    treatment = Treatment.SKIP


class RobotsUnreachableError(FetchError):
    """robots.txt cannot be read, so we stay away."""

    kind = "robots-unreachable"
    treatment = Treatment.WAIT
    is_of_host = True


class HostClosedError(FetchError):
    """The host rests."""

    kind = "host-closed"
    treatment = Treatment.WAIT


class QuietHoursError(FetchError):
    """It is one of the quiet hours."""

    kind = "quiet-hours"
    treatment = Treatment.WAIT


class BudgetSpentError(FetchError):
    """The crawl has made all its requests."""

    kind = "budget-spent"
    treatment = Treatment.SKIP
