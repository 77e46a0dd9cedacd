"""Whether an article is new, a revision, a reprint or unchanged, and whose text it is."""

from bot.dedupe.decide import decide, reprints_since
from bot.dedupe.fingerprint import fingerprint as make_fingerprints
from bot.dedupe.original import Publication, original_of

__all__ = ["Publication", "decide", "make_fingerprints", "original_of", "reprints_since"]
