"""How a command ends when it cannot go on: in a line that says why, and with exit code 1."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, NoReturn

import typer

from storage.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Iterator


def fail(message: str) -> NoReturn:
    """Print why nothing was done and exit with 1."""
    typer.echo(message, err=True)
    raise typer.Exit(1)


@contextlib.contextmanager
def told() -> Iterator[None]:
    """Tell an error of the archive or of the file system in one line and exit with 1."""
    try:
        yield
    except BrokenPipeError:
        raise  # whoever reads, such as head, has had enough: Typer ends without a word
    except (StorageError, OSError) as error:
        typer.echo(f"xianwen: {error}", err=True)
        raise typer.Exit(1) from None
