"""Every key of ``config/xianwen.yaml``, in small groups, each handed to the part it is for."""

from __future__ import annotations

import re
from datetime import time
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BeforeValidator, ByteSize, Field, SecretStr, WithJsonSchema

from bot.settings.validation import Duration, HttpUrl, ProxyUrl, Strict, Texts

_SIZE_SCHEMA = {"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}
Size = Annotated[ByteSize, WithJsonSchema(_SIZE_SCHEMA)]


def _span(value: object) -> object:
    """Return the two times of ``01:00-05:30``."""
    if not isinstance(value, str):
        return value
    match = re.fullmatch(r"\s*(\d\d?):(\d\d)\s*[-–]\s*(\d\d?):(\d\d)\s*", value)
    if match is None:
        raise ValueError("is no span of hours")
    try:
        return (
            time(int(match[1]), int(match[2])),
            time(int(match[3]) % 24, int(match[4])),
        )
    except ValueError:
        raise ValueError("is no span of hours") from None


Span = Annotated[
    tuple[time, time],
    BeforeValidator(_span),
    WithJsonSchema({"type": "string", "pattern": r"^\s*\d\d?:\d\d\s*[-–]\s*\d\d?:\d\d\s*$"}),
]


def _authority(value: str) -> str:
    """RFC 4151 section 2.1: the authority's name is a domain name or a mail address."""
    if not re.fullmatch(r"([\w.-]+@)?[a-z0-9-]+(\.[a-z0-9-]+)+", value, re.ASCII):
        raise ValueError("is no domain name in lower case")
    return value


def _without_slash(value: str) -> str:
    return value.rstrip("/")


def _own_address(validated: dict[str, Any]) -> str:
    """Return the address of host and port, by loopback where every address is listened on."""
    host = str(validated.get("host", "127.0.0.1"))
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, f"[{host}]" if ":" in host else host)  # noqa: S104 -- compared, not listened on
    return f"http://{host}:{validated.get('port', 8610)}"


def _database(value: SecretStr) -> SecretStr:
    """Refuse what is no address of a database that we keep archives in; its text is a secret."""
    if not re.match(r"(sqlite|postgresql(\+psycopg)?)://", value.get_secret_value()):
        raise ValueError(
            "is no address of SQLite or PostgreSQL; begin it with sqlite:/// or postgresql://"
        )
    return value


class FetchSettings(Strict):
    """How pages are fetched, where a source says nothing else."""

    contact: str = Field(
        default="",
        description="mail address that a webmaster can write to; part of the User-Agent",
        examples=["crawler@example.org"],
    )
    bot_page_url: HttpUrl | None = Field(
        default=None,
        alias="bot_page",
        description="address of a page that explains this crawler; part of the User-Agent",
        examples=["https://example.org/bot"],
    )
    delay_s: Duration = Field(
        default=2.0,
        alias="delay",
        ge=0,
        description="least pause between two requests to a host",
        examples=["2s"],
    )
    timeout_s: Duration = Field(
        default=30.0,
        alias="timeout",
        gt=0,
        description="longest wait for an answer's next bytes",
        examples=["30s"],
    )
    connect_timeout_s: Duration = Field(
        default=20.0,
        alias="connect_timeout",
        gt=0,
        description="longest wait for name look-up, connection and TLS",
        examples=["20s"],
    )
    total_timeout_s: Duration = Field(
        default=120.0,
        alias="total_timeout",
        gt=0,
        description="longest duration of one request from first to last byte",
        examples=["2m"],
    )
    max_body_bytes: Size = Field(
        default=ByteSize(10 * 1024 * 1024),
        alias="max_body_size",
        gt=0,
        description="largest page that is read, as sent",
        examples=["10MiB"],
    )
    max_redirects: int = Field(
        default=10, ge=0, le=30, description="most redirects that are followed", examples=[10]
    )
    ports: tuple[Annotated[int, Field(ge=1, le=65535)], ...] = Field(
        default=(),
        description="ports that may be asked, besides the port of a source's own url; none means "
        "those that web servers use, such as 80, 443 and 8080",
        examples=[[80, 443, 8080]],
    )
    max_attempts: int = Field(
        default=3, ge=1, le=10, description="tries of one request, the first included", examples=[3]
    )
    max_hosts: int = Field(
        default=32,
        alias="concurrency",
        ge=1,
        le=500,
        description="hosts that are asked at the same time, each by one request",
        examples=[32],
    )
    proxy: ProxyUrl | None = Field(
        default=None,
        description="address of an HTTP or SOCKS proxy for every source that names none",
        examples=["http://127.0.0.1:3128"],
    )
    quiet_hours: Span | None = Field(
        default=None,
        description="hours of the day (Asia/Shanghai) in which nothing is fetched",
        examples=["01:00-05:30"],
    )
    robots_overrides: Texts = Field(
        default=(),
        description="hosts whose robots.txt is not followed, by agreement with them; every use is "
        "logged",
        examples=[["www.example.org"]],
    )
    allowed_addresses: Texts = Field(
        default=(),
        description="addresses outside the public network that may be fetched all the same, as "
        "host:port or network",
        examples=[["127.0.0.1:8620"]],
    )


class WebSettings(Strict):
    """Where feeds and pages are served."""

    host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="address to listen on; 0.0.0.0 means every one of this machine",
        examples=["127.0.0.1"],
    )
    port: int = Field(
        default=8610, ge=0, le=65535, description="port to listen on", examples=[8610]
    )
    public_url: Annotated[HttpUrl, AfterValidator(_without_slash)] = Field(
        default_factory=_own_address,
        description="address under which readers see this server; stands in every feed. Without "
        "it: host and port, which reach readers on this machine alone",
        examples=["https://news.example.org"],
    )
    console_token: SecretStr | None = Field(
        default=None,
        min_length=8,
        description="what an operator logs in to /console with, at least 8 characters; without it "
        "there is no console",
        examples=["a long random text"],
    )
    trusted_proxies: Texts = Field(
        default=("127.0.0.1",),
        description="addresses or networks of proxies whose X-Forwarded headers are believed; they "
        "speak for many readers, and no limit holds for them",
        examples=[["127.0.0.1"]],
    )
    max_connections: int = Field(
        default=100,
        ge=0,
        description="connections from one address at the same time; 0 for any number",
        examples=[100],
    )
    requests_per_minute: int = Field(
        default=600,
        ge=0,
        description="requests from one address that need the archive, of which a search or a "
        "narrowed feed counts ten; plain feeds and pictures cost nothing; 0 for any number",
        examples=[600],
    )
    operator_host: str = Field(
        default="127.0.0.1",
        min_length=1,
        description="address to listen on for operators, where operator_port is set",
        examples=["127.0.0.1"],
    )
    operator_port: int | None = Field(
        default=None,
        ge=0,
        le=65535,
        description="port for /console and /metrics alone; without it they are served at web.host "
        "and web.port",
        examples=[8611],
    )


class PublishSettings(Strict):
    """What the feeds are like."""

    title: str = Field(
        default="县闻",
        min_length=1,
        description="name of this service, in titles of feeds and pages",
        examples=["县闻"],
    )
    id_authority: Annotated[str, AfterValidator(_authority)] = Field(
        default="xianwen.invalid",
        description="domain that you own, part of every entry's id (RFC 4151); never change it "
        "once feeds are read",
        examples=["news.example.org"],
    )
    entries: int = Field(
        default=50, ge=1, le=1000, description="newest articles in a feed", examples=[50]
    )
    excerpt_chars: int = Field(
        default=200,
        ge=20,
        le=2000,
        description="length of an excerpt in characters, for sources with republish: excerpt",
        examples=[200],
    )
    ttl_s: Duration = Field(
        default=900.0,
        alias="ttl",
        ge=60,
        description="how long a reader may keep a feed before it asks again",
        examples=["15m"],
    )
    hubs: tuple[HttpUrl, ...] = Field(
        default=(),
        description="WebSub hubs that are told of new entries",
        examples=[["https://pubsubhubbub.appspot.com/"]],
    )


class ScheduleSettings(Strict):
    """When sources are looked at, where a source says nothing else."""

    min_interval_s: Duration = Field(
        default=300.0,
        alias="min_interval",
        ge=10,
        description="shortest time between two looks at a source",
        examples=["5m"],
    )
    max_interval_s: Duration = Field(
        default=86400.0,
        alias="max_interval",
        ge=10,
        description="longest time between two looks at a source",
        examples=["1d"],
    )
    max_articles: int = Field(
        default=100, ge=1, description="most articles fetched in one visit", examples=[100]
    )


class ReadingSettings(Strict):
    """How the daemon reads pages: apart from fetching and serving, within bounds."""

    processes: int = Field(
        default=1,
        ge=0,
        le=64,
        description="processes of their own that read pages; 0 reads them in threads of the "
        "daemon, where nothing stops a page that never ends",
        examples=[2],
    )
    page_timeout_s: Duration = Field(
        default=30.0,
        alias="page_timeout",
        ge=1,
        description="longest time to read one page; then its process is stopped and another begins",
        examples=["30s"],
    )
    pages_per_process: int = Field(
        default=5000,
        ge=1,
        description="pages after which a process makes way for a fresh one",
        examples=[5000],
    )


class JobsSettings(Strict):
    """How several processes share the work, on PostgreSQL."""

    stalled_after_s: Duration = Field(
        default=30.0,
        alias="stalled_after",
        ge=1,
        description="a worker or scheduler that is silent for so long counts as dead, and another "
        "takes over",
        examples=["30s"],
    )


class ArchiveSettings(Strict):
    """How long the archive keeps what is not an article."""

    keep_unused_pictures_s: Duration = Field(
        default=30 * 86400.0,
        alias="keep_unused_pictures",
        ge=86400,
        description="how long a picture that no revision of any article shows is kept; "
        "`xianwen archive gc` drops it afterwards",
        examples=["30d"],
    )
    keep_visits_s: Duration = Field(
        default=90 * 86400.0,
        alias="keep_visits",
        ge=7 * 86400,
        description="how long it is remembered what came of each visit to a source; older ones are "
        "dropped once a day. Articles and their revisions are kept for ever",
        examples=["90d"],
    )


class LogSettings(Strict):
    """What is logged and how."""

    style: Literal["console", "keyvalue", "json"] = Field(
        default="console",
        alias="format",
        description="console (coloured on a terminal), keyvalue or json, one event a line",
        examples=["json"],
    )
    level: Literal["debug", "info", "warning", "error"] = Field(
        default="info", description="least severity that is logged", examples=["info"]
    )


class NotifySettings(Strict):
    """Whom to tell when a source breaks."""

    urls: tuple[SecretStr, ...] = Field(
        default=(),
        description="Apprise addresses that are told of a change of state",
        examples=[["mailto://user:password@example.org"]],
    )
    after_failures: int = Field(
        default=3, ge=1, description="failures in a row before somebody is told", examples=[3]
    )
    digest_at: Annotated[
        time | None, WithJsonSchema({"type": ["string", "null"], "format": "time"})
    ] = Field(
        default=None,
        description="hour of a daily digest (Asia/Shanghai); none without it",
        examples=["08:00"],
    )


class Settings(Strict):
    """Everything that is no source and no district."""

    data_dir: Path = Field(
        default=Path("data"),
        description="directory of archive, raw pages and feeds, seen from where the program starts",
        examples=["/var/lib/xianwen"],
    )
    database: Annotated[SecretStr, AfterValidator(_database)] | None = Field(
        default=None,
        description="address of the database; SQLite in data_dir without it",
        examples=["postgresql://xianwen@/xianwen"],
    )
    fetch: FetchSettings = Field(default_factory=FetchSettings)
    schedule: ScheduleSettings = Field(default_factory=ScheduleSettings)
    publish: PublishSettings = Field(default_factory=PublishSettings)
    web: WebSettings = Field(default_factory=WebSettings)
    reading: ReadingSettings = Field(default_factory=ReadingSettings)
    jobs: JobsSettings = Field(default_factory=JobsSettings)
    archive: ArchiveSettings = Field(default_factory=ArchiveSettings)
    log: LogSettings = Field(default_factory=LogSettings)
    notify: NotifySettings = Field(default_factory=NotifySettings)
