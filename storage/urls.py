"""Addresses as keys: http and https pages of one address are one page."""

from __future__ import annotations


def url_key(canonical_url: str) -> str:
    """Return a canonical address without its scheme, the key under which it is looked up."""
    return canonical_url.split("://", 1)[-1]
