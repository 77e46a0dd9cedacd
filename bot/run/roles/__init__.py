"""One installation as many processes: what each role does, and the process that has some."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """What a process does."""

    #: decides when; one of them leads
    SCHEDULER = "scheduler"
    #: visits sources
    WORKER = "worker"
    #: serves feeds and pages
    WEB = "web"
    #: everything
    ALL = "all"
