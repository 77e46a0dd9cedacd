"""One process a data directory: an advisory lock that dies with its owner."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bot.errors import AlreadyRunningError, DataDirectoryError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def data_directory(path: Path, *, is_shared: bool = False) -> Iterator[Path]:
    """Own the data directory at ``path`` (made if absent) as long as the block lasts.

    With ``is_shared`` any number of processes may have it that all ask so.
    Raises ``AlreadyRunningError`` when another process owns it, naming that process, and
    ``DataDirectoryError`` when the directory cannot be made or written.
    """
    try:
        path.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path / "xianwen.lock", os.O_RDWR | os.O_CREAT, 0o644)
    except OSError as error:
        raise DataDirectoryError(
            f"data_dir {path}: cannot be written by user {os.getuid()} "
            f"({os.strerror(error.errno or 0)}); make it a directory of that user's, or choose "
            "another by data_dir or --data-dir"
        ) from None
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
