"""``xianwen doctor``: whether this machine can run the daemon, and what to do where it cannot."""

from __future__ import annotations

import importlib.util
import os
import shutil
import socket
import ssl
import stat
import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from urllib.parse import urlsplit

import typer

from bot.app.archive import database_url, open_archive
from bot.cli.options import ConfigOption, DataDirOption, config_dir
from bot.errors import ConfigError
from bot.settings import PublishSettings
from bot.sources.load import load
from storage.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from bot.settings import Settings
    from bot.sources.load import Configuration

#: free room on the disk of the archive
LEAST_FREE_BYTES = 1 << 30
#: hosts whose names are looked up
MOST_HOSTS = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that was looked at."""

    #: ``ok``, ``warn`` or ``fail``
    verdict: str
    what: str
    told: str
    #: what to do; empty when all is well
    remedy: str = ""


def doctor(
    is_offline: Annotated[
        bool, typer.Option("--offline", help="Look up no names and ask no server.")
    ] = False,
    config: ConfigOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Check the machine: configuration, disk, rights, database, clock, DNS, TLS, ports, extras.

    Says what to do about each thing that is not well. Exits with 1 when the daemon could not run.
    """
    worst = 0
    for found in examine(config_dir(config), data_dir, is_offline=is_offline):
        colour = {"ok": "green", "warn": "yellow", "fail": "red"}[found.verdict]
        typer.secho(f"{found.verdict:<5}", fg=colour, nl=False)
        typer.echo(f"{found.what:<14} {found.told}")
        if found.remedy:
            typer.echo(f"{'':<20}{found.remedy}")
        worst = max(worst, found.verdict == "fail")
    if worst:
        raise typer.Exit(1)


def examine(folder: Path, data_dir: Path | None, *, is_offline: bool) -> Iterator[Finding]:
    """Yield what was found, from the configuration to the network."""
    version = ".".join(map(str, sys.version_info[:3]))
    yield Finding(verdict="ok", what="python", told=version)
    try:
        configuration = load(folder)
    except ConfigError as error:
        yield Finding(
            verdict="fail",
            what="configuration",
            told=f"{len(error.faults)} faults, the first: {error.faults[0]}",
            remedy="`xianwen check` tells them all",
        )
        return
    if data_dir is not None:
        configuration = configuration.with_data_dir(data_dir)
    settings = configuration.settings
    enabled = [source for source in configuration.sources if source.is_enabled]
    yield Finding(verdict="ok", what="configuration", told=f"{folder}: {len(enabled)} sources")
    yield from _settings(settings, folder)
    yield from _disk(settings.data_dir)
    yield from _database(settings)
    yield from _port(settings)
    yield _clock()
    yield from _extras(configuration)
    yield _tls()
    if not is_offline:
        yield from _names(configuration)
        yield from _clock_of_others(configuration)


def _settings(settings: Settings, folder: Path) -> Iterator[Finding]:
    if not settings.fetch.contact and settings.fetch.bot_page_url is None:
        yield Finding(
            verdict="warn",
            what="contact",
            told="webmasters cannot reach you",
            remedy="set fetch.contact to a mail address; sites block crawlers without one",
        )
    if settings.publish.id_authority == PublishSettings().id_authority:
        yield Finding(
            verdict="warn",
            what="ids",
            told="publish.id_authority is not set",
            remedy="set it to a domain of yours before anybody subscribes, and never change it",
        )
    if settings.web.console_token is None:
        yield Finding(
            verdict="warn",
            what="console",
            told="there is none without web.console_token",
            remedy="set XIANWEN_WEB_CONSOLE_TOKEN_FILE to a file with a long random text",
        )
    path = folder / "xianwen.yaml"
    if path.is_file() and "token:" in path.read_text("utf-8", "replace"):
        mode = path.stat().st_mode
        is_set = any(
            line.strip().startswith("console_token:")
            for line in path.read_text("utf-8", "replace").splitlines()
        )
        if is_set and mode & (stat.S_IRGRP | stat.S_IROTH):
            yield Finding(
                verdict="warn",
                what="rights",
                told=f"{path} holds a token and others may read it",
                remedy=f"chmod 600 {path}, or keep the token in a file of its own",
            )


def _disk(data_dir: Path) -> Iterator[Finding]:
    place = data_dir
    while not place.exists() and place != place.parent:
        place = place.parent
    usage = shutil.disk_usage(place)
    if not place.is_dir() or not os.access(place, os.W_OK | os.X_OK) or not usage.total:
        yield Finding(
            verdict="fail",
            what="rights",
            told=f"{place} is no directory that user {os.getuid()} can write",
            remedy="change its owner, or choose another data_dir",
        )
        return
    share = usage.free / usage.total
    is_low = usage.free < LEAST_FREE_BYTES or share < 0.05
    yield Finding(
        verdict="warn" if is_low else "ok",
        what="disk",
        told=f"{usage.free / 2**30:.1f} GiB free ({share:.0%}) at {data_dir}",
        remedy="make room: a full disk stops the archive, and the feeds with it" if is_low else "",
    )


def _database(settings: Settings) -> Iterator[Finding]:
    place = database_url(settings)
    if isinstance(place, Path) and not place.is_file():
        yield Finding(verdict="ok", what="database", told=f"{place} is made at the first start")
        return
    try:
        archive = open_archive(settings)
    except StorageError as error:
        yield Finding(
            verdict="fail",
            what="database",
            told=str(error),
            remedy="check address, rights and whether the server runs; `xianwen archive verify`",
        )
        return
    try:
        newest = archive.articles.newest(limit=1)
    finally:
        archive.close()
    told = f"opens; newest article of {newest[0].first_seen_at:%Y-%m-%d %H:%M} UTC" if newest else (
        "opens; holds no article yet"
    )  # fmt: skip
    yield Finding(verdict="ok", what="database", told=told)
    if newest and newest[0].first_seen_at > datetime.now(UTC) + timedelta(minutes=5):
        yield Finding(
            verdict="fail",
            what="clock",
            told="the newest article was seen in the future: the clock went back",
            remedy="set the clock, switch on NTP",
        )


def _port(settings: Settings) -> Iterator[Finding]:
    host, port = settings.web.host, settings.web.port
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            yield Finding(
                verdict="warn",
                what="port",
                told=f"{host}:{port}: {error.strerror}",
                remedy="all right when the daemon runs; else choose another web.port",
            )
            return
    yield Finding(verdict="ok", what="port", told=f"{host}:{port} is free")


def _clock() -> Finding:
    """Ask systemd whether the clock is kept by NTP, where there is systemd."""
    try:
        done = subprocess.run(
            ["timedatectl", "show", "--property=NTPSynchronized", "--value"],  # noqa: S607
            capture_output=True,
            text=True,
            check=False,
            timeout=5,
        )
        answer = done.stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        answer = ""
    if answer == "no":
        return Finding(
            verdict="warn",
            what="clock",
            told="is not kept by NTP",
            remedy="timedatectl set-ntp true; dates and rhythms depend on it",
        )
    told = "kept by NTP" if answer == "yes" else "nobody here tells whether NTP keeps it"
    return Finding(verdict="ok", what="clock", told=f"{datetime.now(UTC):%H:%M:%S} UTC, {told}")


def _extras(configuration: Configuration) -> Iterator[Finding]:
    if configuration.settings.notify.urls and importlib.util.find_spec("apprise") is None:
        yield Finding(
            verdict="fail",
            what="notify",
            told="notify.urls is set and Apprise is not installed",
            remedy="pip install 'xianwen[notify]'",
        )
    rendered = [source.id for source in configuration.sources if source.is_rendered]
    if rendered and importlib.util.find_spec("playwright") is None:
        yield Finding(
            verdict="fail",
            what="browser",
            told=f"{rendered[0]} wants a browser and Playwright is not installed",
            remedy="pip install 'xianwen[browser]' && playwright install chromium",
        )


def _tls() -> Finding:
    count = ssl.create_default_context().cert_store_stats()["x509_ca"]
    if not count:
        return Finding(
            verdict="fail",
            what="tls",
            told="the machine trusts no certificate authority",
            remedy="install ca-certificates",
        )
    return Finding(verdict="ok", what="tls", told=f"{count} authorities, {ssl.OPENSSL_VERSION}")


def _names(configuration: Configuration) -> Iterator[Finding]:
    hosts = dict.fromkeys(
        host for s in configuration.sources if s.is_enabled and (host := urlsplit(s.url).hostname)
    )
    failed = []
    for host in list(hosts)[:MOST_HOSTS]:
        try:
            socket.getaddrinfo(host, None)
        except OSError as error:
            failed.append(f"{host} ({error.strerror or error})")
    if not hosts:
        return
    if failed:
        yield Finding(
            verdict="fail" if len(failed) == len(hosts) else "warn",
            what="dns",
            told=f"no address for {', '.join(failed[:3])}",
            remedy="check /etc/resolv.conf and the network; a single name may be the site's own",
        )
    else:
        yield Finding(verdict="ok", what="dns", told=f"{len(hosts)} hosts have addresses")


def _clock_of_others(configuration: Configuration) -> Iterator[Finding]:
    """Compare the clock with what one of the sources' servers says, by one request to it."""
    first = next((s.url for s in configuration.sources if s.is_enabled), None)
    if first is None:
        return
    parts = urlsplit(first)
    kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
    connection = kind(parts.netloc, timeout=10)
    try:
        connection.request("HEAD", "/robots.txt")
        told = parsedate_to_datetime(connection.getresponse().headers["date"])
    except (OSError, HTTPException, TypeError, ValueError):
        return
    finally:
        connection.close()
    off_s = (datetime.now(UTC) - told).total_seconds()
    if abs(off_s) > 120:
        yield Finding(
            verdict="warn",
            what="clock",
            told=f"{off_s:+.0f} s beside that of {parts.netloc}",
            remedy="one of the two is wrong; look at `date -u`",
        )
