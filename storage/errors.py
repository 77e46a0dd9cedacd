"""What can go wrong in the archive, as one tree; an exception's docstring is its message.

::

    StorageError
    ├── DatabaseUnreachableError   the database could not be opened
    ├── NoArchiveError             there is no archive at this place
    ├── DatabaseDamagedError       the database is damaged: nothing more is written to it
    ├── DiskError                  the disk is full, read-only or failing
    ├── SchemaTooNewError          the archive was written by a newer release
    ├── UnknownArticleError        no article has this id
    ├── TakenDownError             the article was taken down and must not come back
    ├── RawRecordError             a raw page cannot be read back as it was written
    └── ArchiveMismatchError       a copy or a backup is not what it was made from
"""

from __future__ import annotations


class StorageError(Exception):
    """Something went wrong in the archive."""

    def __init__(self, message: str | None = None) -> None:
        super().__init__(message or type(self).__doc__)


class DatabaseUnreachableError(StorageError):
    """The database could not be opened."""


class NoArchiveError(StorageError):
    """There is no archive at this place."""


class DatabaseDamagedError(StorageError):
    """The database is damaged: nothing more is written to it."""


class DiskError(StorageError):
    """The disk is full, read-only or failing; what was kept before is kept."""


class SchemaTooNewError(StorageError):
    """The archive was written by a newer release; install that release or restore a backup."""


class UnknownArticleError(StorageError):
    """No article has this id."""


class TakenDownError(StorageError):
    """The article was taken down and must not come back."""


class RawRecordError(StorageError):
    """A raw page cannot be read back as it was written."""


class ArchiveMismatchError(StorageError):
    """A copy or a backup is not what it was made from."""
