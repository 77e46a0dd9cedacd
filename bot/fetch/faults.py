"""The libraries' failures as ours, each with a sentence for the operator: the one place for it."""

from __future__ import annotations

import socket
import ssl
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import aiohttp
import httpx

from bot.errors import (
    ConnectError,
    DnsError,
    FetchError,
    FetchTimeoutError,
    ForbiddenAddressError,
    ProtocolError,
    ProxyError,
    ResetError,
    TlsError,
    TooBigError,
    TruncatedError,
    WrongLengthError,
)
from bot.fetch.guard import AddressRefusedError, refused_name
from bot.fetch.progress import Phase, Progress

T = TypeVar("T")

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_QUOTE = 160
_LEGACY = "set `tls_legacy: true` for this source if the page is worth an insecure connection"

#: X509 verification codes, https://docs.openssl.org/3.0/man3/X509_STORE_CTX_get_error/
_CERTIFICATE_PROBLEMS = {
    9: ("not-yet-valid", "its certificate is not valid yet; is the clock of this machine right?"),
    10: ("expired", f"its certificate has expired; {_LEGACY}"),
    18: ("untrusted", f"it signed its certificate itself; {_LEGACY}"),
    19: ("untrusted", f"its certificate chain ends in an unknown issuer; {_LEGACY}"),
    20: ("untrusted", f"it does not send the certificate of its issuer; {_LEGACY}"),
    21: ("untrusted", f"it does not send the certificate of its issuer; {_LEGACY}"),
    62: ("wrong-host", f"its certificate is for another host; correct the url, or {_LEGACY}"),
    64: ("wrong-host", f"its certificate is for another address; correct the url, or {_LEGACY}"),
}
#: OpenSSL reason codes, by what they mean for the operator
_HANDSHAKE_PROBLEMS = {
    "UNSUPPORTED_PROTOCOL": "old-protocol",
    "TLSV1_ALERT_PROTOCOL_VERSION": "old-protocol",
    "NO_PROTOCOLS_AVAILABLE": "old-protocol",
    "WRONG_SSL_VERSION": "old-protocol",
    "UNSAFE_LEGACY_RENEGOTIATION_DISABLED": "old-protocol",
    "DH_KEY_TOO_SMALL": "weak",
    "EE_KEY_TOO_SMALL": "weak",
    "CA_MD_TOO_WEAK": "weak",
    "BAD_ECPOINT": "weak",
    "WRONG_SIGNATURE_TYPE": "weak",
    "WRONG_VERSION_NUMBER": "not-tls",
    "HTTP_REQUEST": "not-tls",
    "PACKET_LENGTH_TOO_LONG": "not-tls",
    "RECORD_LAYER_FAILURE": "not-tls",
}
_HANDSHAKE_SENTENCES = {
    "old-protocol": f"it speaks only TLS older than 1.2; {_LEGACY}",
    "weak": f"its keys are too weak for today's TLS; {_LEGACY}",
    "not-tls": "it does not speak TLS on this port; try the http address",
    "handshake": f"the TLS handshake failed; {_LEGACY}",
}
_PHASE_SENTENCES = {
    Phase.DNS: "the name look-up took longer than {s:g} s; is the name server of this machine up?",
    Phase.CONNECT: "nobody answered at its address within {s:g} s: the server or the way is down",
    Phase.TLS: "the TLS handshake was not finished within {s:g} s; try the http address",
    Phase.HEADERS: "it accepted the request and sent nothing for {s:g} s; raise timeout_s if slow",
    Phase.BODY: "it stopped for {s:g} s in the middle of the page; raise timeout_s if it is slow",
}


def fetch_error(
    url: str, exc: Exception, progress: Progress, *, connect_s: float, read_s: float
) -> FetchError:
    """Return the FetchError for what a transport raised; the caller chains the original to it.

    ``connect_s`` and ``read_s`` are the time limits that were in force.
    """
    host = urlsplit(url).netloc or url
    causes = tuple(_chain(exc))
    if isinstance(exc, httpx.TimeoutException):
        phase = Phase.BODY if isinstance(exc, httpx.WriteTimeout) else progress.phase
        limit = read_s if phase in (Phase.HEADERS, Phase.BODY) else connect_s
        sentence = _PHASE_SENTENCES[phase].format(s=limit)
        return FetchTimeoutError(url, f"{host}: {sentence}.", phase=phase.value)
    refusal = progress.refusal or _first(causes, AddressRefusedError)
    if refusal is not None and progress.phase is Phase.DNS:
        return refused_name(url, refusal)
    if isinstance(exc, httpx.ProxyError):
        return ProxyError(url, f"{host}: the source's proxy did not let us through ({_told(exc)}).")
    if isinstance(exc, (httpx.UnsupportedProtocol, httpx.InvalidURL)):
        return ForbiddenAddressError(
            url, f"{url!r} is not an address that can be asked: {_told(exc)}."
        )
    if (gai := _first(causes, socket.gaierror)) is not None:
        return DnsError(url, _dns_sentence(host, gai))
    if (tls := _first(causes, ssl.SSLError)) is not None and not isinstance(
        exc, httpx.RemoteProtocolError
    ):
        return _tls_error(url, host, tls)
    if isinstance(exc, httpx.ConnectError):
        if progress.phase is Phase.TLS:
            return TlsError(
                url, f"{host}: it hung up during the TLS handshake; {_LEGACY}.", problem="handshake"
            )
        return ConnectError(url, _connect_sentence(host, causes))
    if isinstance(exc, httpx.ProtocolError):
        return _protocol_error(url, host, exc, causes, progress)
    if progress.phase is Phase.BODY:
        return TruncatedError(url, f"{host}: the connection was cut in the middle of the page.")
    return ResetError(url, f"{host}: the connection was cut before an answer came ({_told(exc)}).")


def _told(exc: BaseException) -> str:
    """Return a library's message on one short printable line: it may quote what the server sent."""
    text = "".join(char if char.isprintable() else " " for char in str(exc)[:1000])
    text = " ".join(text.split())
    return text if len(text) <= _LONGEST_QUOTE else f"{text[:_LONGEST_QUOTE]}…"


def _chain(exc: BaseException | None) -> Iterator[BaseException]:
    seen: set[int] = set()
    while exc is not None and id(exc) not in seen:
        seen.add(id(exc))
        yield exc
        inner = getattr(exc, "os_error", None)
        if isinstance(inner, BaseException):
            yield inner
        exc = exc.__cause__ or exc.__context__


def _first(causes: tuple[BaseException, ...], kind: type[T]) -> T | None:
    # aiohttp's wrappers inherit from what they wrap, without its fields.
    return next(
        (
            cause
            for cause in causes
            if isinstance(cause, kind)
            and (
                not isinstance(cause, aiohttp.ClientError) or issubclass(kind, aiohttp.ClientError)
            )
        ),
        None,
    )


def _dns_sentence(host: str, gai: socket.gaierror) -> str:
    if gai.errno in (socket.EAI_AGAIN, socket.EAI_FAIL):
        return (
            f"{host}: the name could not be looked up just now ({gai.strerror}); "
            "is the network of this machine up?"
        )
    return (
        f"{host}: the name has no address ({gai.strerror}): mistyped, moved or lapsed; "
        "look for the site's new address."
    )


def _connect_sentence(host: str, causes: tuple[BaseException, ...]) -> str:
    if _first(causes, ConnectionRefusedError) is not None:
        return f"{host}: the server refuses connections on this port: down, or serving elsewhere."
    return f"{host}: the server cannot be reached ({_told(causes[0])})."


def _tls_error(url: str, host: str, exc: ssl.SSLError) -> TlsError:
    if isinstance(exc, ssl.SSLCertVerificationError):
        problem, sentence = _CERTIFICATE_PROBLEMS.get(
            exc.verify_code, ("untrusted", f"its certificate is refused: {exc.verify_message}")
        )
    else:
        problem = _HANDSHAKE_PROBLEMS.get(exc.reason or "", "handshake")
        sentence = _HANDSHAKE_SENTENCES[problem]
    return TlsError(url, f"{host}: {sentence}.", problem=problem)


def _protocol_error(
    url: str,
    host: str,
    exc: httpx.ProtocolError,
    causes: tuple[BaseException, ...],
    progress: Progress,
) -> FetchError:
    text = " ".join(str(cause) for cause in causes)
    if (
        "ContentLengthError" in text
        or "InvalidBodyLength" in text
        or ("received" in text and "expected" in text)
    ):
        return WrongLengthError(
            url, f"{host}: the page is shorter than the length that the server announced."
        )
    if progress.phase is Phase.BODY:
        return TruncatedError(url, f"{host}: the page ended in the middle ({_told(exc)}).")
    if _first(causes, aiohttp.ServerDisconnectedError) is not None or "disconnected" in text:
        return ResetError(url, f"{host}: it hung up without an answer.")
    if (
        "Got more than" in text
        or "Too many" in text
        or ("headers" in text.lower() and "max" in text)
    ):
        return TooBigError(
            url, f"{host}: the headers of its answer are too big ({_told(causes[-1])})."
        )
    return ProtocolError(url, f"{host}: its answer is not proper HTTP ({_told(exc)}).")
