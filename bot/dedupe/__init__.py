"""Whether an article is new, a revision, a reprint or unchanged."""

from bot.dedupe.decide import decide
from bot.dedupe.fingerprint import fingerprint as make_fingerprints

__all__ = ["decide", "make_fingerprints"]
