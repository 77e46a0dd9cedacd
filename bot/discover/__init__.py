"""Article links out of a listing."""

from bot.discover.listing import Dropped, Listing, discover, leads_on, listing_digest

__all__ = ["Dropped", "Listing", "discover", "leads_on", "listing_digest"]
