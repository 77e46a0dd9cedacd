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

from bot.errors.fetch import (
    BlockedError,
    BudgetSpentError,
    ChallengeError,
    ConnectError,
    DnsError,
    EmptyError,
    FetchError,
    FetchTimeoutError,
    ForbiddenAddressError,
    GoneError,
    HostClosedError,
    HttpStatusError,
    LoginWallError,
    NotFoundError,
    ParkedError,
    ProtocolError,
    ProxyError,
    QuietHoursError,
    RateLimitedError,
    RedirectedAwayError,
    RedirectLoopError,
    RenderError,
    ResetError,
    RobotsDeniedError,
    RobotsUnreachableError,
    ServerError,
    SoftNotFoundError,
    TlsError,
    TooBigError,
    TooComplexError,
    Treatment,
    TruncatedError,
    UnavailableError,
    WrongLengthError,
    WrongTypeError,
)
from bot.errors.root import XianwenError, first_line
from bot.errors.setup import (
    AddressTakenError,
    AlreadyRunningError,
    ConfigError,
    DataDirectoryError,
    Fault,
    RoleError,
)
from bot.errors.stages import (
    DiscoverError,
    ExtractError,
    ListingEmptyError,
    ListingMissingError,
    NotAnArticleError,
    PublishError,
    ReadingStoppedError,
    SlowPatternError,
    TakenOverError,
)

__all__ = [
    "AddressTakenError",
    "AlreadyRunningError",
    "BlockedError",
    "BudgetSpentError",
    "ChallengeError",
    "ConfigError",
    "ConnectError",
    "DataDirectoryError",
    "DiscoverError",
    "DnsError",
    "EmptyError",
    "ExtractError",
    "Fault",
    "FetchError",
    "FetchTimeoutError",
    "ForbiddenAddressError",
    "GoneError",
    "HostClosedError",
    "HttpStatusError",
    "ListingEmptyError",
    "ListingMissingError",
    "LoginWallError",
    "NotAnArticleError",
    "NotFoundError",
    "ParkedError",
    "ProtocolError",
    "ProxyError",
    "PublishError",
    "QuietHoursError",
    "RateLimitedError",
    "ReadingStoppedError",
    "RedirectLoopError",
    "RedirectedAwayError",
    "RenderError",
    "ResetError",
    "RobotsDeniedError",
    "RobotsUnreachableError",
    "RoleError",
    "ServerError",
    "SlowPatternError",
    "SoftNotFoundError",
    "TakenOverError",
    "TlsError",
    "TooBigError",
    "TooComplexError",
    "Treatment",
    "TruncatedError",
    "UnavailableError",
    "WrongLengthError",
    "WrongTypeError",
    "XianwenError",
    "first_line",
]
