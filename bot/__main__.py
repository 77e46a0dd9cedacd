"""``python -m bot``, which is the command ``xianwen``."""

from __future__ import annotations

import errno
import os
import sys

from bot.errors import XianwenError
from storage.errors import StorageError

#: what a disk says that is full, over its quota, read-only or broken
_OF_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EFBIG, errno.EIO}


def main() -> None:
    """Run the command line; what an operator can mend ends in one line and exit code 1."""
    # Imported here: processes that only read pages import this file as well.
    from bot.cli.main import app

    try:
        app()
    except (XianwenError, StorageError) as error:
        sys.stderr.write(f"xianwen: {error}\n")
        sys.exit(1)
    except OSError as error:
        if error.errno not in _OF_DISK:
            raise
        what = os.strerror(error.errno)
        sys.stderr.write(
            f"xianwen: {error.filename or 'a file'} cannot be written: {what}; free space on its "
            "disk, or make it writable. What was kept before is kept.\n"
        )
        sys.exit(1)


if __name__ == "__main__":
    main()
