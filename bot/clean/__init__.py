"""An extracted article made safe to show: no hidden text, no watermark, no furniture."""

from bot.clean.article import clean

__all__ = ["clean"]
