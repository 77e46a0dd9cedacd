"""Write ``config/schema/*.json``, by which editors complete and check the files in ``config/``."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

from bot.settings import Settings
from bot.sources.entry import CmsFile, SourcesFile

if TYPE_CHECKING:
    from pydantic import BaseModel

SCHEMA_DIR = Path(__file__).parents[1] / "config" / "schema"
_MODELS: dict[str, type[BaseModel]] = {
    "xianwen.json": Settings,
    "sources.json": SourcesFile,
    "cms.json": CmsFile,
}


def schemas() -> dict[str, str]:
    """Return the text of each schema by its file name."""
    return {name: _text(model) for name, model in _MODELS.items()}


def _text(model: type[BaseModel]) -> str:
    schema = {"$schema": "https://json-schema.org/draft/2020-12/schema"} | model.model_json_schema()
    return json.dumps(schema, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    SCHEMA_DIR.mkdir(exist_ok=True)
    for file_name, text in schemas().items():
        (SCHEMA_DIR / file_name).write_text(text, "utf-8")
