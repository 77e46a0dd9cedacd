"""Only http and https, only web ports, only public addresses, decided where the socket is made."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

import pytest
from aiohttp.abc import AbstractResolver

from bot.errors import ForbiddenAddressError
from bot.fetch.fetcher import Fetcher
from bot.fetch.guard import AddressRefusedError, Guard, literal_address, why_closed
from bot.fetch.settings import WEB_PORTS, FetchSettings
from tests.fetch import faultserver as fs
from tests.fetch.conftest import fetcher_for, source_at
from tests.fetch.virtualtime import InstantClock

if TYPE_CHECKING:
    from tests.fetch.faultserver import FaultServer

CLOSED = [
    "0.0.0.0",
    "10.1.2.3",
    "100.100.100.200",
    "127.0.0.1",
    "127.255.255.254",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.8",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.1.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "64:ff9b::7f00:1",
    "64:ff9b:1::a00:1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "2001::1",
    "2001:db8::1",
    "3fff::1",
    "fc00::1",
    "fd12::1",
    "fe80::1",
    "fec0::1",
    "ff02::1",
    "100::1",
    "::127.0.0.1",
    "5f00::1",
]
OPEN = [
    "1.1.1.1",
    "8.8.8.8",
    "114.114.114.114",
    "172.32.0.1",
    "100.128.0.1",
    "192.0.1.1",
    "223.255.255.254",
    "2606:4700::1111",
    "240e::1",
    "2408::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


@pytest.mark.parametrize("address", CLOSED)
def test_addresses_that_are_not_public(address: str) -> None:
    assert why_closed(ipaddress.ip_address(address))
    with pytest.raises(AddressRefusedError):
        Guard(ports=WEB_PORTS).check_socket(address, 80)


@pytest.mark.parametrize("address", OPEN)
def test_addresses_that_are_public(address: str) -> None:
    assert why_closed(ipaddress.ip_address(address)) is None


@pytest.mark.parametrize(
    "url",
    [
        "ftp://example.com/", "file:///etc/passwd", "gopher://example.com/", "data:text/html,x",
        "javascript:alert(1)", "http://", "http:///path", "http://example.com:22/",
        "http://example.com:99999/", "http://2130706433/", "http://0x7f000001/", "http://0177.0.0.1/",
        "http://127.1/", "http://0x7f.1/", "http://127.0.0.1./", "http://[::1]/",
        "http://[::ffff:127.0.0.1]/", "http://[fe80::1]/", "http://10.0.0.1/",
        "http://169.254.169.254/latest/meta-data/", "http://0/", "http://134744072/",
    ],
)  # fmt: skip
def test_urls_that_are_never_asked(url: str) -> None:
    with pytest.raises(ForbiddenAddressError):
        Guard(ports=WEB_PORTS).check_url(url)


def test_urls_that_may_be_asked() -> None:
    guard = Guard(ports=WEB_PORTS)
    guard.check_url("http://www.example.com/")
    guard.check_url("https://8.8.8.8/")
    guard.check_url("http://www.example.com:8765/", own_port=8765)
    with pytest.raises(ForbiddenAddressError, match=r"fetch\.ports"):
        guard.check_url("http://www.example.com:8765/")


def test_the_allow_list_opens_one_address_and_port_and_no_other() -> None:
    guard = Guard(ports=WEB_PORTS, allowed_addresses=("127.0.0.1:8620", "[::1]:8620"))
    guard.check_url("http://127.0.0.1:8620/")
    guard.check_socket("127.0.0.1", 8620)
    guard.check_socket("::1", 8620)
    for host, port in (("127.0.0.1", 8621), ("127.0.0.2", 8620), ("10.0.0.1", 8620)):
        with pytest.raises(AddressRefusedError):
            guard.check_socket(host, port)
    with pytest.raises(ValueError, match="localhost"):
        Guard(ports=WEB_PORTS, allowed_addresses=("localhost",))


def test_names_are_no_literals() -> None:
    assert literal_address("www.1234.cn") is None
    assert literal_address("face.bad") is None
    assert str(literal_address("0x08.0x08.0x08.0x08")) == "8.8.8.8"


class Liar(AbstractResolver):
    """A name server that answers what it is told to, another address each time."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[object]:  # type: ignore[override]
        address = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        family = socket.AF_INET6 if ":" in address else socket.AF_INET
        return [{"hostname": host, "host": address, "port": port, "family": family, "proto": 0,
                 "flags": 0}]  # fmt: skip

    async def close(self) -> None:
        pass


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1", "169.254.169.254", "::1"])
async def test_a_public_name_that_leads_inside_is_refused_before_it_connects(
    address: str, server: FaultServer
) -> None:
    port = int(server.base.rsplit(":", 1)[1])
    base = f"http://rebind.example:{port}"
    async with Fetcher(FetchSettings(), clock=InstantClock(), resolver=Liar(address)) as fetcher:
        with pytest.raises(ForbiddenAddressError, match="Only public"):
            await fetcher.fetch(f"{base}/page", source=source_at(base))
    assert server.asked == []


@pytest.mark.parametrize(
    "target",
    ["http://10.0.0.1/", "http://[::ffff:10.0.0.1]/", "http://2130706433/", "http://0x7f.1:22/"],
)
async def test_redirects_are_guarded_too(target: str, server: FaultServer) -> None:
    server.behaviours["/page"] = fs.redirect(target)
    async with fetcher_for() as (fetcher, _):
        with pytest.raises(ForbiddenAddressError):
            await fetcher.fetch(
                f"{server.base}/page", source=source_at(server.base), purpose="picture"
            )
