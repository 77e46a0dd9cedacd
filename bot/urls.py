"""Addresses: resolve, canonicalise, strip what only tracks."""

from __future__ import annotations

import re
import string
from functools import lru_cache
from urllib.parse import parse_qsl, quote, urlencode, urljoin, urlsplit, urlunsplit

#: Query parameters that name the visitor's way to a page and not the page:
#: https://github.com/AdguardTeam/AdguardFilters (TrackParamFilter) and the share links of
#: WeChat, Weibo and Baidu.
TRACKING_PARAMETERS = frozenset(
    {
        "spm", "scm", "from", "isappinstalled", "fbclid", "gclid", "msclkid", "yclid",
        "_ga", "share_token", "sharefrom", "wxfrom", "scene", "subscene", "clicktime",
        "bd_vid", "hmsr", "hmpl", "hmcu", "hmkw", "hmci", "tdsourcetag", "weibo_id",
    }
)  # fmt: skip
TRACKING_PREFIXES = ("utm_", "pk_", "mtm_")

#: RFC 3986 section 2.3
_UNRESERVED = frozenset(string.ascii_letters + string.digits + "-._~")
#: an escape, or a percent sign that begins none
_ESCAPE = re.compile(r"%(?:([0-9A-Fa-f]{2}))?")
#: a name and a password before a host; the latter need no scheme before them when both stand there
_USERINFO = re.compile(r"(?<=://)[^/@\s]+@|^[^/@\s:]+:[^/@\s]+@")
#: An absolute address that means itself: in the form that resolving gives, and the usual one.
_ABSOLUTE = re.compile(
    r"https?://[a-z0-9][a-z0-9.-]*(?::[0-9]{1,4})?/[^\s\x00-\x20\x7f#;?]*(?:\?[^\s\x00-\x20\x7f#;]+)?"
)
#: the root of an address that is canonical but for its scheme's own port
_PLAIN_ROOT = re.compile(r"(https?)://([a-z0-9-]+(?:\.[a-z0-9-]+)*)(?::([1-9][0-9]{0,3}))?")
_DEFAULT_PORTS = {"http": 80, "https": 443}
#: how registrable names end below which a site is one: enough to tell www.a.gov.cn from b.gov.cn
_SECOND_LEVEL = frozenset({"com", "gov", "net", "org", "edu", "ac", "co"})
#: the second levels of .cn: CNNIC's categories and provinces
_SECOND_LEVEL_CN = frozenset(
    {"com", "gov", "net", "org", "edu", "ac", "mil", "bj", "sh", "tj", "cq", "he", "sx", "nm"}
    | {"ln", "jl", "hl", "js", "zj", "ah", "fj", "jx", "sd", "ha", "hb", "hn", "gd", "gx", "hi"}
    | {"sc", "gz", "yn", "xz", "sn", "gs", "qh", "nx", "xj", "tw", "hk", "mo"}
)


def resolve(base: str, reference: str) -> str | None:
    """Return ``reference`` as an absolute http(s) address seen from ``base``, without fragment.

    None for every other scheme (``javascript:``, ``mailto:``, ``data:``) and for what is no
    address at all.  Source: RFC 3986 section 5; white space inside is dropped as browsers do
    (WHATWG URL, basic URL parser).
    """
    if _ABSOLUTE.fullmatch(reference):
        return reference
    reference = "".join(reference.split("\n")).replace("\r", "").replace("\t", "").strip()
    try:
        parts = urlsplit(urljoin(base, reference))
        if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
            return None
        _ = parts.port
    except ValueError:
        return None
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


@lru_cache(maxsize=2048)
def canonicalise(url: str) -> str:
    """Return the form of an absolute address that identifies the page to us.

    Scheme and host in lower case, default port and fragment gone, percent-encoding normalised,
    tracking parameters dropped; the other parameters keep their order, because some servers
    mind it.  ``http`` and ``https`` stay apart here and are matched by ``identity``.
    Source: RFC 3986 section 6.2.2 and 6.2.3.
    """
    parts = urlsplit(url)
    scheme = parts.scheme.lower()
    host = (parts.hostname or "").lower().rstrip(".")
    if ":" in host:
        host = f"[{host}]"
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
        port = parts.port
    except (UnicodeError, ValueError):
        port = None
    if port is not None and port != _DEFAULT_PORTS.get(scheme):
        host = f"{host}:{port}"
    path = _normal_encoding(parts.path) or "/"
    return urlunsplit((scheme, host, path, _strip_tracking(parts.query), ""))


def _normal_encoding(path: str) -> str:
    """Decode what RFC 3986 section 6.2.2.2 says to: unreserved characters alone.

    ``%2F`` stays apart from ``/`` because it names another page; hexadecimal digits become upper
    case, and what may not stand in a path is encoded as UTF-8.
    """
    decoded = _ESCAPE.sub(_unescape, path)
    return quote(decoded, safe="%/:@!$&'()*+,;=~-._", errors="surrogatepass")


def _unescape(match: re.Match[str]) -> str:
    if match[1] is None:
        return "%25"
    char = chr(int(match[1], 16))
    return char if char in _UNRESERVED else f"%{match[1].upper()}"


def identity(url: str) -> str:
    """Return the key under which http and https addresses of the same page meet."""
    canonical = canonicalise(url)
    return canonical.split("://", 1)[-1]


def host_of(url: str) -> str:
    """Return ``host`` or ``host:port`` in lower case: the unit of politeness.

    The port is there only when it is not the scheme's own.
    """
    return _root(root_of(url))[1]


def root_of(url: str) -> str:
    """Return an address up to its path, as it is written; many pages have it in common.

    The whole address where the path does not begin at the first slash.
    """
    end = url.find("/", len("https://")) if url.startswith(("http://", "https://")) else -1
    return url if end < 0 else url[:end]


@lru_cache(maxsize=4096)
def _root(url: str) -> tuple[str, str]:
    if plain := _PLAIN_ROOT.fullmatch(url):
        scheme, host, port = plain.groups()
        is_usual = port is None or int(port) == _DEFAULT_PORTS[scheme]
        return scheme, host if is_usual else f"{host}:{port}"
    parts = urlsplit(canonicalise(url))
    return parts.scheme, parts.netloc


def site_of(url: str) -> str:
    """Return the part of a host name that one owner has: the last two labels, or three."""
    host = (urlsplit(url).hostname or "").lower()
    if host.replace(".", "").isdigit() or ":" in host:
        return host
    labels = host.split(".")
    seconds = _SECOND_LEVEL_CN if labels[-1] == "cn" else _SECOND_LEVEL
    count = 3 if len(labels) > 2 and labels[-2] in seconds else 2
    return ".".join(labels[-count:])


def has_userinfo(url: str) -> bool:
    """Tell whether an address holds a user name or a password."""
    return _USERINFO.search(url) is not None


def without_userinfo(url: str) -> str:
    """Return an address that may be shown: with ``…@`` in the place of a name and a password."""
    return _USERINFO.sub("…@", url)


def origin_of(url: str) -> str:
    """Return ``scheme://host[:port]``: the unit of robots.txt (RFC 9309 section 2.3)."""
    return "{}://{}".format(*_root(root_of(url)))


def _strip_tracking(query: str) -> str:
    if not query:
        return ""
    pairs = parse_qsl(query, keep_blank_values=True)
    kept = [
        (name, value)
        for name, value in pairs
        if name.lower() not in TRACKING_PARAMETERS
        and not name.lower().startswith(TRACKING_PREFIXES)
    ]
    if len(kept) == len(pairs):
        return query
    return urlencode(kept)
