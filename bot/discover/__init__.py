"""Article links out of a listing, and whether the site is still the one that it was."""

from bot.discover.face import face_from, face_of, why_taken_over
from bot.discover.listing import Dropped, Listing, discover, leads_on, listing_digest

__all__ = [
    "Dropped",
    "Listing",
    "discover",
    "face_from",
    "face_of",
    "leads_on",
    "listing_digest",
    "why_taken_over",
]
