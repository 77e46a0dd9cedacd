"""One page from the network: politely, guarded, decoded."""

from bot.fetch.fetcher import Fetcher
from bot.fetch.identity import Identity
from bot.fetch.saved import read_exchange, read_file
from bot.fetch.settings import FetchLimits, FetchSettings, Politeness, QuietHours

__all__ = [
    "FetchLimits",
    "FetchSettings",
    "Fetcher",
    "Identity",
    "Politeness",
    "QuietHours",
    "read_exchange",
    "read_file",
]
