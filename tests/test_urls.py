"""Addresses: resolved, canonicalised, told apart."""

from __future__ import annotations

import pytest
from hypothesis import given, strategies

from bot.urls import canonicalise, host_of, identity, origin_of, resolve, site_of


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("HTTP://WWW.A.cn:80", "http://www.a.cn/"),
        ("https://a.cn:443/x#top", "https://a.cn/x"),
        ("http://a.cn:8080/x", "http://a.cn:8080/x"),
        ("http://a.cn./x", "http://a.cn/x"),
        ("http://a.cn/%7euser/%41", "http://a.cn/~user/A"),
        ("http://a.cn/a%2fb", "http://a.cn/a%2Fb"),
        ("http://a.cn/a/b", "http://a.cn/a/b"),
        ("http://a.cn/%3Fid=1", "http://a.cn/%3Fid=1"),
        ("http://a.cn/100%25", "http://a.cn/100%25"),
        ("http://a.cn/100%", "http://a.cn/100%25"),
        ("http://a.cn/%B0%B2", "http://a.cn/%B0%B2"),
        ("http://a.cn/安康", "http://a.cn/%E5%AE%89%E5%BA%B7"),
        ("http://a.cn/%e5%ae%89", "http://a.cn/%E5%AE%89"),
        ("http://a.cn/a b", "http://a.cn/a%20b"),
        ("http://安康.中国/", "http://xn--49sw7e.xn--fiqs8s/"),
        ("http://[::1]:8610/x", "http://[::1]:8610/x"),
        ("http://a.cn:99999/x", "http://a.cn/x"),
        ("http://" + "安" * 70 + "/", "http://" + "安" * 70 + "/"),
        ("http://a.cn/?id=1&utm_source=x&from=timeline", "http://a.cn/?id=1"),
        ("http://a.cn/?b=2&a=1", "http://a.cn/?b=2&a=1"),
    ],
)
def test_canonical_form(url: str, canonical: str) -> None:
    assert canonicalise(url) == canonical
    assert canonicalise(canonical) == canonical


@given(strategies.text(alphabet="a/%2Ff5安 ?#~", max_size=20))
def test_canonicalising_twice_is_canonicalising_once(path: str) -> None:
    once = canonicalise(f"http://a.cn/{path}")
    assert canonicalise(once) == once


@pytest.mark.parametrize(
    ("reference", "absolute"),
    [
        ("../b.html", "http://a.cn/b.html"),
        ("//b.cn/x", "http://b.cn/x"),
        ("?page=2", "http://a.cn/x/y.html?page=2"),
        ("#top", "http://a.cn/x/y.html"),
        (" /a\n.html ", "http://a.cn/a.html"),
        ("javascript:void(0)", None),
        ("mailto:a@b.cn", None),
        ("http://[", None),
        ("http://a.cn:port/", None),
    ],
)
def test_references_are_resolved_or_refused(reference: str, absolute: str | None) -> None:
    assert resolve("http://a.cn/x/y.html", reference) == absolute


@given(
    strategies.sampled_from(["http://", "https://", "HTTP://", "//", ""]),
    strategies.text(alphabet="ab.-:80/?#;= \u3000é%\\\n", max_size=12),
)
def test_what_is_taken_as_it_stands_is_what_resolving_gives(scheme: str, rest: str) -> None:
    address = scheme + rest
    with_fragment = resolve("http://news.example/a/1.html", address.strip() + "#top")
    assert resolve("http://news.example/a/1.html", address) == with_fragment


def test_schemes_meet_in_identity_alone() -> None:
    assert identity("http://a.cn/x") == identity("https://A.cn/x")
    assert host_of("http://A.cn:80/x") == "a.cn"
    assert host_of("http://a.cn:81/x") == "a.cn:81"
    assert host_of("http://a.cn:443/x") == "a.cn:443"
    assert host_of("https://a.cn:443/x") == "a.cn"
    assert host_of("https://a.cn:0443/x") == "a.cn"
    assert host_of("http://127.1.2.3:43044/x") == "127.1.2.3:43044"
    assert origin_of("https://a.cn:443/x") == "https://a.cn"


@pytest.mark.parametrize(
    ("url", "site"),
    [
        ("http://www.akxw.cn/news/", "akxw.cn"),
        ("http://news.ziyang.gov.cn/", "ziyang.gov.cn"),
        ("http://gov.cn/", "gov.cn"),
        ("http://a.b.co.uk:8080/", "b.co.uk"),
        ("http://localhost/", "localhost"),
        ("http://127.0.0.1:8620/", "127.0.0.1"),
        ("http://[::1]:8620/", "::1"),
    ],
)
def test_a_site_is_what_one_owner_has(url: str, site: str) -> None:
    assert site_of(url) == site
