"""Sources and districts: load, validate with file, line and key."""

from bot.sources.load import Configuration, load

__all__ = ["Configuration", "load"]
