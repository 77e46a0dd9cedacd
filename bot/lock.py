"""One process a data directory: an advisory lock that dies with its owner."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.errors import AlreadyRunningError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def data_directory(path: Path, *, is_shared: bool = False) -> Iterator[Path]:
    """Own the data directory at ``path`` (made if absent) as long as the block lasts.

    With ``is_shared`` any number of processes may have it that all ask so.
    Raises ``AlreadyRunningError`` when another process owns it, naming that process.
    """
    path.mkdir(parents=True, exist_ok=True)
    place = path / "xianwen.lock"
    descriptor = os.open(place, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            kind = fcntl.LOCK_SH if is_shared else fcntl.LOCK_EX
            fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            owner = os.read(descriptor, 32).decode("ascii", "replace").strip() or "unknown"
            raise AlreadyRunningError(
                f"{path}: another xianwen (process {owner}) works on this data directory; "
                "stop it first, or choose another with --data-dir"
            ) from None
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, f"{os.getpid()}\n".encode(), 0)
        yield path
    finally:
        os.close(descriptor)
