"""Polls answered by the protocol itself: the same bytes as the application's, in the same order."""

from __future__ import annotations

import socket
from contextlib import closing
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import pytest

from tests.readside import article
from tests.web.live import live

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.web.live import Live

FEED = "/feeds/hanbin/atom.xml"
TOWN = "/feeds/hanbin/town/%E4%BA%94%E9%87%8C%E9%95%87/rss.xml"


@pytest.fixture(scope="module")
def given():
    return [article(n) for n in range(3)]


@pytest.fixture(scope="module")
def site(tmp_path_factory, given) -> Iterator[Live]:
    with live(tmp_path_factory.mktemp("polled"), *given, is_noting=False) as running:
        yield running


@pytest.fixture(scope="module")
def slow(tmp_path_factory, given) -> Iterator[Live]:
    """The same, where the application answers everything."""
    with live(tmp_path_factory.mktemp("asked"), *given) as running:
        yield running


def say(site: Live, *requests: str) -> list[tuple[str, dict[str, str], bytes]]:
    """Send requests in one write; return status line, headers and body of each answer."""
    parts = urlsplit(site.origin)
    answers = []
    with closing(socket.create_connection((parts.hostname, parts.port), timeout=10)) as line:
        line.sendall("".join(request.format(host=parts.netloc) for request in requests).encode())
        stream = line.makefile("rb")
        for request in requests:
            status = stream.readline().decode().strip()
            headers = {}
            while (header := stream.readline().decode().strip()) != "":
                name, _, value = header.partition(": ")
                headers[name.lower()] = value
            is_bodiless = request.startswith("HEAD") or " 304 " in status
            length = 0 if is_bodiless else int(headers.get("content-length", 0))
            answers.append((status, headers, stream.read(length)))
    return answers


def request(path: str = FEED, method: str = "GET", **headers: str) -> str:
    lines = [f"{method} {path} HTTP/1.1", "Host: {host}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join(lines) + "\r\n\r\n"


REQUESTS = {
    "plain": request(),
    "gzip": request(accept_encoding="gzip"),
    "brotli": request(accept_encoding="gzip, br"),
    "head": request(method="HEAD"),
    "percent-encoded": request(TOWN),
    "dated": request(if_modified_since="Fri, 01 Jan 2027 00:00:00 GMT"),
    "another tag": request(if_none_match='"other"'),
    "person": request(upgrade_insecure_requests="1"),
    "narrowed": request(FEED + "?limit=1"),
    "missing": request("/feeds/nowhere/atom.xml"),
    "not a file": request("/feeds/hanbin/../../x"),
    "bad encoding": request("/feeds/%ff/atom.xml"),
    "post": request(method="POST", content_length="0"),
    "body": request(content_length="3") + "abc",
    "a page": request("/about"),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_the_answer_is_the_applications(site: Live, slow: Live, name: str) -> None:
    def of(running: Live):
        [(status, headers, body)] = say(running, REQUESTS[name])
        port = running.origin.rpartition(":")[2]
        headers.pop("date", None)
        # The addresses in a document name the port, and its tag names the document.
        for differing in ("etag", "content-length"):
            headers.pop(differing, None)
        # A packed body can't be compared without its port, nor can a page: its QR code names it.
        is_plain = "content-encoding" not in headers and "html" not in headers.get(
            "content-type", ""
        )
        return (
            status,
            {key: value.replace(port, "") for key, value in headers.items()},
            body.replace(port.encode(), b"") if is_plain else b"",
        )

    assert of(site) == of(slow)


def test_a_poll_without_news(site: Live) -> None:
    [(_, first, body)] = say(site, REQUESTS["plain"])
    assert len(body) == int(first["content-length"])
    [(status, headers, _)] = say(site, request(if_none_match=first["etag"]))
    assert status == "HTTP/1.1 304 Not Modified"
    assert headers["etag"] == first["etag"]
    assert headers["cache-control"] == first["cache-control"]
    assert "date" in headers
    assert "content-length" not in headers


def test_requests_in_one_write_are_answered_in_order(site: Live) -> None:
    """A page, which takes a thread, before polls that could be answered at once."""
    answers = say(site, REQUESTS["a page"], REQUESTS["plain"], REQUESTS["gzip"],
                  REQUESTS["missing"], REQUESTS["plain"])  # fmt: skip
    kinds = [headers["content-type"].partition(";")[0] for _, headers, _ in answers]
    assert kinds == ["text/html", "application/atom+xml", "application/atom+xml", "text/html",
                     "application/atom+xml"]  # fmt: skip
    assert answers[1][2] == answers[4][2]


def test_a_new_article_is_served_at_once(tmp_path) -> None:
    with live(tmp_path, article(1), is_noting=False) as site:
        [(_, before, _)] = say(site, REQUESTS["plain"])
        site.change(article(7))
        [(status, _, body)] = say(site, request(if_none_match=before["etag"]))
    assert status == "HTTP/1.1 200 OK"
    assert article(7).title.encode() in body


def test_a_connection_ends_when_it_is_asked_to(site: Live) -> None:
    parts = urlsplit(site.origin)
    with closing(socket.create_connection((parts.hostname, parts.port), timeout=10)) as line:
        line.sendall(request(connection="close").replace("{host}", parts.netloc).encode())
        answer = b""
        while chunk := line.recv(65536):
            answer += chunk
    assert b"connection: close" in answer
    assert b"</feed>" in answer
