"""An extracted article made safe to show: no hidden text, no watermark, no furniture."""

from bot.clean.article import clean
from bot.clean.pictures import without_pictures

__all__ = ["clean", "without_pictures"]
