"""Backing up an archive while it is in use, and restoring one that proves itself.

A backup is a folder: ``archive.sqlite``, ``raw/``, ``media/`` and ``manifest.json``, which holds
the digest of every file.  An archive in PostgreSQL is backed up as SQLite, so a backup can be
read with nothing but this program, and restored into either database.
"""

from __future__ import annotations

import hashlib
import json
import os
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from storage.copying import copy_database
from storage.database import connect, connect_unchanging, reading
from storage.errors import ArchiveMismatchError
from storage.media import Media
from storage.migrate import migrate
from storage.opening import open_database
from storage.raw import RawPages
from storage.schema import articles, media, raw_records, revisions
from storage.verify import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Engine

DATABASE_NAME = "archive.sqlite"
_CHUNK = 1 << 20
_MANIFEST = "manifest.json"
_COUNTED = (articles, revisions, raw_records, media)


@dataclass(frozen=True, slots=True, kw_only=True)
class Backup:
    """What a backup holds."""

    made_at: datetime
    #: rows by table
    counts: dict[str, int]
    file_count: int
    byte_count: int


def back_up(
    engine: Engine,
    raw_pages: RawPages,
    pictures: Media,
    directory: Path,
    *,
    progress: Callable[[str], None] = lambda _step: None,
) -> Backup:
    """Write a backup into ``directory``; what an earlier backup left there is brought up to date.

    The database comes first, as of one instant; the files that it names are on disk by then, for
    they are written before it.  The manifest comes last: without one it is no backup.
    Raises ArchiveMismatchError when the directory holds something else.
    """
    manifest = directory / _MANIFEST
    if directory.exists() and any(directory.iterdir()) and not _is_backup(directory):
        raise ArchiveMismatchError(f"{directory} is not empty and holds no backup")
    directory.mkdir(parents=True, exist_ok=True)
    earlier = _read_manifest(directory)["files"] if manifest.exists() else {}
    (directory / ".incomplete").touch()
    manifest.unlink(missing_ok=True)
    progress("database")
    _back_up_database(engine, directory / DATABASE_NAME)
    files = {DATABASE_NAME: _entry(directory / DATABASE_NAME)}
    copied = connect_unchanging(directory / DATABASE_NAME)
    try:
        wanted = {**_raw_files(copied), **_picture_files(copied, pictures)}
        counts = _counts(copied)
    finally:
        copied.dispose()
    for folder in (directory / "raw", directory / "media"):
        folder.mkdir(exist_ok=True)
    for name, byte_count in wanted.items():
        progress(name)
        kind, _, rest = name.partition("/")
        origin = (raw_pages.directory if kind == "raw" else pictures.directory) / rest
        target = directory / name
        former = earlier.get(name)
        # Compared with the file as it is now: a takedown wipes within a file.
        if former and _entry(origin, byte_count) == former == _entry(target):
            files[name] = former
            continue
        _copy_file(origin, target, byte_count)
        files[name] = _entry(target)
    for path in _files_below(directory):
        if str(path.relative_to(directory)) not in files:
            path.unlink()
    made_at = datetime.now(UTC)
    content = {"version": 1, "made_at": made_at.isoformat(), "counts": counts, "files": files}
    _write_whole(manifest, json.dumps(content, indent=1, ensure_ascii=False))
    (directory / ".incomplete").unlink()
    return Backup(
        made_at=made_at,
        counts=counts,
        file_count=len(files),
        byte_count=sum(entry["bytes"] for entry in files.values()),
    )


def restore(
    directory: Path,
    database: str | Path,
    raw_directory: Path,
    media_directory: Path,
    *,
    progress: Callable[[str], None] = lambda _step: None,
) -> Backup:
    """Restore a backup into places that must be empty, and verify what came of it.

    Every file is checked against the manifest before anything is written.
    Raises ArchiveMismatchError when the backup is damaged or the outcome does not verify.
    """
    if not (directory / _MANIFEST).exists():
        raise ArchiveMismatchError(f"{directory} holds no complete backup: no {_MANIFEST}")
    manifest = _read_manifest(directory)
    for name, entry in manifest["files"].items():
        progress(f"check {name}")
        path = directory / name
        if not path.is_file() or _entry(path) != entry:
            raise ArchiveMismatchError(f"{path} is not the file that was backed up")
    for place in (raw_directory, media_directory):
        if place.exists() and any(place.iterdir()):
            raise ArchiveMismatchError(f"{place} is not empty: restore into a new directory")
    for name, entry in manifest["files"].items():
        kind, _, rest = name.partition("/")
        if rest:
            progress(name)
            place = raw_directory if kind == "raw" else media_directory
            _copy_file(directory / name, place / rest, entry["bytes"])
    progress("database")
    engine = _restore_database(directory / DATABASE_NAME, database)
    try:
        if _counts(engine) != manifest["counts"]:
            raise ArchiveMismatchError("the restored archive has other counts than the backup")
        progress("verify")
        outcome = verify(engine, RawPages(engine, raw_directory), Media(engine, media_directory))
    finally:
        engine.dispose()
    faults = [finding for finding in outcome.findings if finding.is_fault]
    if faults:
        raise ArchiveMismatchError(
            f"the restored archive has {len(faults)} faults, the first: "
            f"{faults[0].subject}: {faults[0].problem}"
        )
    return Backup(
        made_at=datetime.fromisoformat(manifest["made_at"]),
        counts=manifest["counts"],
        file_count=len(manifest["files"]),
        byte_count=sum(entry["bytes"] for entry in manifest["files"].values()),
    )


def _back_up_database(engine: Engine, target: Path) -> None:
    temporary = target.with_suffix(".new")
    temporary.unlink(missing_ok=True)
    if engine.name == "sqlite":
        _run_outside_transaction(engine, "VACUUM INTO ?", str(temporary))
    else:
        copy = open_database(temporary)
        try:
            copy_database(engine, copy)
            # One file, without a log beside it.
            _run_outside_transaction(copy, "PRAGMA journal_mode=DELETE")
        finally:
            copy.dispose()
    with temporary.open("rb") as file:
        os.fsync(file.fileno())
    temporary.replace(target)


def _run_outside_transaction(engine: Engine, statement: str, *values: str) -> None:
    with closing(engine.raw_connection()) as connection:
        connection.cursor().execute(statement, values)


def _restore_database(backup: Path, database: str | Path) -> Engine:
    engine = connect(database)
    path = engine.url.database
    if engine.name == "sqlite" and path:
        if Path(path).exists():
            engine.dispose()
            raise ArchiveMismatchError(f"{path} exists: restore into a new directory")
        _copy_file(backup, Path(path), backup.stat().st_size)
        migrate(engine)
        return engine
    migrate(engine)
    source = connect_unchanging(backup)
    try:
        copy_database(source, engine)
    finally:
        source.dispose()
    return engine


def _raw_files(engine: Engine) -> dict[str, int]:
    """Return how many bytes of each WARC file the index names."""
    with reading(engine) as connection:
        rows = connection.execute(
            select(
                raw_records.c.file, func.max(raw_records.c.offset + raw_records.c.length)
            ).group_by(raw_records.c.file)
        )
        return {f"raw/{name}": int(end) for name, end in rows}


def _picture_files(engine: Engine, pictures: Media) -> dict[str, int]:
    return {
        f"media/{pictures.path(picture).relative_to(pictures.directory)}": picture.byte_count
        for picture in Media(engine, pictures.directory).all()
    }


def _counts(engine: Engine) -> dict[str, int]:
    with reading(engine) as connection:
        return {
            table.name: connection.scalar(select(func.count()).select_from(table)) or 0
            for table in _COUNTED
        }


def _copy_file(origin: Path, target: Path, byte_count: int) -> None:
    """Copy the first bytes of a file, whole or not at all."""
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".new-{target.name}")
    with origin.open("rb") as source, temporary.open("wb") as sink:
        left = byte_count
        while left and (data := source.read(min(left, _CHUNK))):
            sink.write(data)
            left -= len(data)
        sink.flush()
        os.fsync(sink.fileno())
    if left:
        temporary.unlink()
        raise ArchiveMismatchError(f"{origin} is {left} bytes short")
    temporary.replace(target)


def _entry(path: Path, byte_count: int | None = None) -> dict[str, Any]:
    """Return size and digest of a file, or of its first bytes; those of nothing if it is gone."""
    hashed = hashlib.sha256()
    done = 0
    if path.is_file():
        with path.open("rb") as file:
            while data := file.read(
                _CHUNK if byte_count is None else min(_CHUNK, byte_count - done)
            ):
                hashed.update(data)
                done += len(data)
    return {"bytes": done, "sha256": hashed.hexdigest()}


def _is_backup(directory: Path) -> bool:
    return (directory / _MANIFEST).exists() or (directory / ".incomplete").exists()


def _read_manifest(directory: Path) -> dict[str, Any]:
    path = directory / _MANIFEST
    try:
        manifest: dict[str, Any] = json.loads(path.read_text())
        if manifest["version"] != 1:
            raise ArchiveMismatchError(f"{path} is of version {manifest['version']}, not 1")
    except (ValueError, KeyError, TypeError) as error:
        raise ArchiveMismatchError(f"{path} is no manifest of a backup") from error
    return manifest


def _files_below(directory: Path) -> Iterator[Path]:
    for name in ("raw", "media"):
        yield from (path for path in (directory / name).rglob("*") if path.is_file())


def _write_whole(path: Path, content: str) -> None:
    temporary = path.with_suffix(".new")
    with temporary.open("w", encoding="utf-8") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(path)
