"""Settings: read once, frozen, validated.

Two places, the stronger first: the environment and ``config/xianwen.yaml``.  Groups are small, so
that each part of the program is handed its own and nothing receives them all.
"""

from bot.settings.environment import variable_of
from bot.settings.keys import (
    ArchiveSettings,
    FetchSettings,
    JobsSettings,
    LogSettings,
    NotifySettings,
    PublishSettings,
    ScheduleSettings,
    Settings,
    WebSettings,
)
from bot.settings.load import FILE_NAME, load, read

__all__ = [
    "FILE_NAME",
    "ArchiveSettings",
    "FetchSettings",
    "JobsSettings",
    "LogSettings",
    "NotifySettings",
    "PublishSettings",
    "ScheduleSettings",
    "Settings",
    "WebSettings",
    "load",
    "read",
    "variable_of",
]
