"""TLS contexts: the strict one for everybody, the legacy one for sources that name it."""

from __future__ import annotations

import ssl
import warnings
from typing import TYPE_CHECKING

import certifi

from bot.fetch.progress import Phase, reached

if TYPE_CHECKING:
    from typing import Any


class _Context(ssl.SSLContext):
    """An SSL context that notes when a handshake begins."""

    def wrap_bio(self, *args: Any, **kwargs: Any) -> ssl.SSLObject:
        """Begin a handshake."""
        reached(Phase.TLS)
        return super().wrap_bio(*args, **kwargs)


def strict_context() -> ssl.SSLContext:
    """Return the context for all sources: TLS 1.2 or newer, certificate and host verified.

    Trusts the certificates of certifi and those of the machine.
    """
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.load_verify_locations(certifi.where())
    context.load_default_certs()
    return context


def legacy_context() -> ssl.SSLContext:
    """Return the context for a source with ``tls_legacy: true``: old protocols, nothing verified.

    TLS 1.0, short keys, SHA-1 and servers without secure renegotiation are accepted, and the
    certificate is not looked at: such servers seldom have a valid one.  Whoever uses this says so.
    """
    context = _Context(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    context.options |= 0x4  # OP_LEGACY_SERVER_CONNECT, unnamed before Python 3.12
    return context
