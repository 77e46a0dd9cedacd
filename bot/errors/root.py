"""What every error of ours is."""

from __future__ import annotations


class XianwenError(Exception):
    """Something went wrong."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


def first_line(error: BaseException) -> str:
    """Return an exception as one line for a log."""
    return f"{type(error).__name__}: {error}".split("\n", 1)[0]
