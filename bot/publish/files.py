"""Files that readers are served: written whole or not at all, and only when they change."""

from __future__ import annotations

import gzip
import os
import time
from pathlib import Path
from tempfile import mkstemp
from typing import TYPE_CHECKING

import brotli

from bot.errors import PublishError

if TYPE_CHECKING:
    from datetime import datetime

#: what stands beside each file, for servers that hand out what was packed before
#: (nginx ``gzip_static`` and ``brotli_static``, Caddy ``precompressed``)
VARIANTS = (".gz", ".br")


def pack(body: bytes, *, is_final: bool = False) -> dict[str, bytes]:
    """Return the packed variants of ``body`` by file ending, the same bytes for the same body.

    ``is_final`` is for what changes seldom and is worth the time: at brotli 11 a feed of 60 KB
    takes some 100 ms and is a tenth smaller than at 5, which takes 2 ms.
    """
    level, quality = (9, 10) if is_final else (6, 5)
    return {
        ".gz": gzip.compress(body, compresslevel=level, mtime=0),
        ".br": brotli.compress(body, quality=quality),
    }


def write_if_changed(
    path: Path, body: bytes, *, changed_at: datetime | None = None, is_final: bool = False
) -> bool:
    """Put ``body`` at ``path`` with its packed variants; return False when it stood there.

    The plain file is replaced in one step and last, so that who sees a new one finds its variants.
    Those are removed before they are put in place: who looks just then takes the plain one, and the
    file system (ext4) need not flush each.  After a loss of power one may be empty, which counts as
    missing.  The modification time becomes ``changed_at``, or now when a file with a later or
    equal one is replaced: it is what ``Last-Modified`` says, and must move when bytes do.
    Raises PublishError when the place can't be written to.
    """
    variants = pack_paths(path)
    try:
        known = path.stat()
        is_packed = all(size_of(variant) > 0 for variant in variants.values())
        if is_packed and known.st_size == len(body) and path.read_bytes() == body:
            return False
    except FileNotFoundError:
        known = None
    except OSError as error:
        raise PublishError(f"{path}: cannot be read ({error.strerror}), check its owner") from error
    mtime_s = changed_at.timestamp() if changed_at is not None else time.time()
    if known is not None and int(mtime_s) <= int(known.st_mtime):
        mtime_s = time.time()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        for ending, packed in pack(body, is_final=is_final).items():
            replace_file(variants[ending], packed, mtime_s, has_gap=True)
        replace_file(path, body, mtime_s)
    except OSError as error:
        raise PublishError(
            f"{path}: cannot be written ({error.strerror}), check space and owner"
        ) from error
    return True


def size_of(path: Path) -> int:
    """Return how many bytes a file has; 0 without one."""
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def remove(path: Path) -> bool:
    """Remove a file and its variants; return False when there was none."""
    was_there = path.exists()
    for each in (path, *pack_paths(path).values()):
        each.unlink(missing_ok=True)
    return was_there


def pack_paths(path: Path) -> dict[str, Path]:
    """Return where the packed variants of ``path`` stand, by file ending."""
    return {ending: path.with_name(path.name + ending) for ending in VARIANTS}


def replace_file(path: Path, body: bytes, mtime_s: float, *, has_gap: bool = False) -> None:
    """Put ``body`` at ``path`` in one step, readable by everyone, with a modification time.

    With ``has_gap`` the former file is removed an instant before.
    A file and its variants carry the same time, by which a server can tell that they belong
    together.
    """
    descriptor, name = mkstemp(dir=path.parent, prefix=".", suffix=".part")
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(body)
            file.flush()
            # By the descriptor: three ways through the directories less for each file.
            os.fchmod(descriptor, 0o644)
            os.utime(descriptor, (mtime_s, mtime_s))
        if has_gap:
            path.unlink(missing_ok=True)
        os.replace(name, path)  # noqa: PTH105 -- half the price of Path's
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
