"""A file of sources saved as it was edited, once the whole configuration holds with it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from bot.cli.endings import fail
from bot.cli.options import config_dir
from bot.errors import ConfigError
from bot.sources import edit
from bot.sources.load import load, source_texts

if TYPE_CHECKING:
    from pathlib import Path


def edited(change: Any, *arguments: Any, **options: Any) -> str:
    """Return the text that a change of ``bot.sources.edit`` makes, or say why it makes none."""
    try:
        text: str = change(*arguments, **options)
    except edit.EditError as error:
        fail(str(error))
    return text


def write(path: Path, before: str | None, after: str, config: Path | None) -> None:
    """Save an edited file once the whole configuration was found to hold with it."""
    texts = source_texts(config_dir(config)) | {str(path): after.encode()}
    try:
        load(config_dir(config), sources=texts)
        edit.save(path, after, expected=before)
    except ConfigError as error:
        fail(f"nothing was saved, for the configuration would not hold:\n{error}")
    except edit.ConflictError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{path}: cannot be written: {error.strerror}; check its rights")
