"""Everything about fetching that an operator may set, as frozen values."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.fetch.identity import Identity

#: Ports on which county sites are known to serve: the schemes' own and the usual second ones.
WEB_PORTS = frozenset(
    {80, 81, 82, 85, 86, 88, 443, 1080, 8000, 8001, 8008, 8010, 8080, 8081, 8082, 8083, 8085, 8086}
    | {8088, 8089, 8090, 8443, 8800, 8888, 9000, 9001, 9080, 9090, 9443}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """A time of day in which nothing is asked of a host, or of any."""

    start: time
    #: not included; before ``start`` means: of the next day
    end: time
    timezone: str = "Asia/Shanghai"
    #: ``host`` or ``host:port``; None means every host
    host: str | None = None

    def until(self, host: str, now: datetime) -> datetime | None:
        """Return the UTC instant at which they end, None when ``now`` is not within them."""
        if self.host is not None and self.host != host:
            return None
        local = now.astimezone(ZoneInfo(self.timezone))
        for day in (local.date() - timedelta(days=1), local.date()):
            start = datetime.combine(day, self.start, local.tzinfo)
            end = datetime.combine(day, self.end, local.tzinfo)
            if end <= start:
                end += timedelta(days=1)
            if start <= local < end:
                return end.astimezone(UTC)
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchLimits:
    """What one request may cost us."""

    max_redirects: int = 10
    max_header_count: int = 128
    #: of one header line
    max_header_bytes: int = 16 * 1024
    #: of the entity as sent
    max_body_bytes: int = 10 * 1024 * 1024
    #: of the entity once unpacked
    max_unpacked_bytes: int = 30 * 1024 * 1024
    #: name look-up, connection and TLS together; the source's timeout_s when that is less
    connect_timeout_s: float = 20.0
    #: from the first byte sent to the last byte received, whatever the server does
    total_timeout_s: float = 120.0
    #: tries of one request, the first included
    max_attempts: int = 3
    max_cookie_count: int = 50
    max_cookie_bytes: int = 4096
    #: ports that may be asked; a source may always ask the port of its own url
    ports: frozenset[int] = WEB_PORTS
    #: connections kept open, over all hosts
    max_connections: int = 200
    keepalive_s: float = 15.0
    #: robots.txt is read up to here (RFC 9309 section 2.5: at least 500 KiB)
    max_robots_bytes: int = 512_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Politeness:
    """What we owe the servers."""

    #: pause between two requests as a multiple of the server's own answering time
    pace_factor: float = 2.0
    #: longest pause that slow answers lead to
    max_delay_s: float = 60.0
    #: longest Crawl-delay that is followed to the letter
    max_crawl_delay_s: float = 60.0
    #: longest wait inside a fetch; a host that is closed for longer raises HostClosedError
    max_wait_s: float = 60.0
    #: 429 and 503 multiply the pause by 2 up to this; each good answer takes a tenth off
    max_slowdown: float = 16.0
    #: failures of a host in a row that open its circuit
    circuit_threshold: int = 5
    #: first rest of a host whose circuit opened; doubles with each failed probe
    backoff_s: float = 300.0
    #: longest rest: after it the host is probed again, for ever
    max_backoff_s: float = 6 * 3600.0
    #: first rest after a 429 or 503 without Retry-After; doubles likewise
    overload_backoff_s: float = 30.0
    #: longest Retry-After that is believed
    max_retry_after_s: float = 24 * 3600.0
    #: rests and retries are spread by up to this share, so that hosts do not come back as one
    jitter: float = 0.2
    quiet_hours: tuple[QuietHours, ...] = ()
    #: a copy of robots.txt is current for so long (RFC 9309 section 2.4: at most a day)
    robots_max_age_s: float = 24 * 3600.0
    #: a last good copy serves for so long while robots.txt cannot be reached
    robots_grace_s: float = 30 * 24 * 3600.0
    #: hosts whose robots.txt the operator overrides, each by name; every use is logged
    robots_overrides: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchSettings:
    """All of it."""

    identity: Identity = field(default_factory=Identity)
    limits: FetchLimits = field(default_factory=FetchLimits)
    politeness: Politeness = field(default_factory=Politeness)
    #: addresses outside the public network that may be asked all the same, such as
    #: ``127.0.0.1:8620`` or ``127.0.0.0/8``; for the demo and for tests
    allowed_addresses: tuple[str, ...] = ()
    #: time zone whose days the traffic report counts
    timezone: str = "Asia/Shanghai"
