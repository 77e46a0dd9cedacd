"""Everything that can go wrong, as one tree; an exception's docstring is its message.

::

    XianwenError
    ├── ConfigError              faults in config/, all of them at once
    ├── AlreadyRunningError      another process works on this data directory
    ├── DataDirectoryError       the data directory cannot be made or written
    ├── RoleError                roles need another database
    ├── AddressTakenError        the web address cannot be listened on
    ├── FetchError               a page could not be had; ``kind`` names the failure
    │   ├── DnsError             the name has no address
    │   ├── ConnectError         nobody answers at the address
    │   ├── ProxyError           the source's proxy does not serve us
    │   ├── TlsError             no secure connection: expired, wrong host, old protocol
    │   ├── FetchTimeoutError    too slow; ``phase`` tells where
    │   ├── ResetError           the connection was cut before an answer
    │   ├── ProtocolError        the answer is not HTTP
    │   ├── TruncatedError       the answer ended too early
    │   │   └── WrongLengthError its length is not the announced one
    │   ├── HttpStatusError      a status that has no treatment of its own
    │   │   ├── ServerError      5xx
    │   │   ├── UnavailableError 503
    │   │   ├── RateLimitedError 429
    │   │   ├── NotFoundError    404
    │   │   ├── GoneError        410
    │   │   └── BlockedError     403 and its kin
    │   │       └── ChallengeError a firewall wants a browser or a person
    │   ├── SoftNotFoundError    an error page with status 200
    │   ├── LoginWallError       the page wants an account
    │   ├── ParkedError          the domain is for sale or lapsed
    │   ├── RedirectedAwayError  the page is now at another site
    │   ├── RedirectLoopError    redirects without end
    │   ├── RenderError          the browser that should draw the page did not
    │   ├── EmptyError           nothing in the answer
    │   ├── WrongTypeError       not the kind of document that was asked for
    │   ├── TooBigError          over a cap, as sent or once unpacked
    │   ├── TooComplexError      markup that would exhaust the parser
    │   ├── ForbiddenAddressError  an address that must never be asked
    │   ├── RobotsDeniedError    robots.txt says no
    │   ├── RobotsUnreachableError robots.txt cannot be read: stay away
    │   ├── HostClosedError      the host rests, by its own wish or after failures
    │   ├── QuietHoursError      the operator's quiet hours
    │   └── BudgetSpentError     this crawl has made all its requests
    ├── DiscoverError            a listing gave no articles
    │   ├── ListingMissingError  the page has no list
    │   ├── ListingEmptyError    the list is there, and empty
    │   └── TakenOverError       the site has become another's
    ├── ExtractError             a page could not be read as an article
    │   └── NotAnArticleError
    │   └── SlowPatternError     an operator's regular expression takes too long; DiscoverError too
    │   └── ReadingStoppedError  reading took too long or ended its process; DiscoverError too
    └── PublishError             a feed could not be written

``storage`` has a small tree of its own in ``storage.errors``: it imports nothing of bot.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, ClassVar, Self

if TYPE_CHECKING:
    from datetime import datetime


class XianwenError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


def first_line(error: BaseException) -> str:
    """Return an exception as one line for a log."""
    return f"{type(error).__name__}: {error}".split("\n", 1)[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault in a configuration file: where it is, what is wrong, what to do."""

    file: str
    #: counted from 1; None when the fault is of the file as a whole
    line: int | None
    #: dotted key, empty for the file as a whole
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return ``file:line: key: problem, remedy`` as compilers and editors read it."""
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        what = f"{self.problem}, {self.remedy}" if self.remedy else self.problem
        return f"{place}: {self.key}: {what}" if self.key else f"{place}: {what}"


class ConfigError(XianwenError):
    """The configuration has faults."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class AlreadyRunningError(XianwenError):
    """Another process works on this data directory."""


class DataDirectoryError(XianwenError):
    """The data directory cannot be made or written."""


class RoleError(XianwenError):
    """A role was asked for that this installation cannot have."""


class AddressTakenError(XianwenError):
    """The address of the web side cannot be listened on."""


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


class DiscoverError(XianwenError):
    """A listing gave no articles."""


class ListingMissingError(DiscoverError):
    """The page has no list of articles where the rules look for one."""


class ListingEmptyError(DiscoverError):
    """The list of articles is there, and empty."""


class TakenOverError(DiscoverError):
    """The site has become another's: nothing of it is published until the operator accepts it."""


class ExtractError(XianwenError):
    """A page could not be read as an article."""


class NotAnArticleError(ExtractError):
    """The page is no article."""


class SlowPatternError(ExtractError, DiscoverError):
    """An operator's regular expression takes too long."""


class ReadingStoppedError(ExtractError, DiscoverError):
    """The process that read a page was stopped, or died of it."""


class PublishError(XianwenError):
    """A feed could not be written."""
