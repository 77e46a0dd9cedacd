"""Write ``docs/reference/keys.md`` from the models, so that no key is missing and none is wrong."""

from __future__ import annotations

import types
import typing
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, SecretStr
from pydantic_core import PydanticUndefined

from bot.settings import Settings, variable_of
from bot.settings.keys import Size
from bot.settings.validation import Duration
from bot.sources.entry import CmsFile, SourcesFile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic.fields import FieldInfo

KEYS = Path(__file__).parents[1] / "docs" / "reference" / "keys.md"

_HEAD = """# Every key

Written by `python -m tools.make_keys` from the models that check the files; a test holds it to be
current. Durations are written `30s`, `5m`, `1h30m`, `1d`, or as bare seconds; sizes `10MiB`. A key
that is not here is a fault, told with its line and the nearest name. `config/schema/*.json` lets
editors complete and check the same keys.
"""
_PARTS = (
    ("config/xianwen.yaml", Settings, "Settings of the installation. The environment is stronger: "
     "the variable of each key stands beside it, and the same name with `_FILE` names a file that "
     "holds the value, for secrets."),
    ("config/sources/*.yaml", SourcesFile, "Sources. What stands under `defaults` holds for every "
     "source of its file; a source's own keys are stronger, and a rule set in `cms` is weaker than "
     "either."),
    ("config/cms/*.yaml", CmsFile, "Rule sets, named by their files."),
)  # fmt: skip


def page() -> str:
    """Return the whole page, in Markdown."""
    parts = [_HEAD]
    for title, model, told in _PARTS:
        parts += [f"## {title}", "", told, "", *_table(model, is_settings=model is Settings), ""]
    return "\n".join(parts)


def keys_in(
    model: type[BaseModel], prefix: tuple[str, ...] = ()
) -> Iterator[tuple[tuple[str, ...], FieldInfo]]:
    """Yield the path of every key of a file with its field, groups opened."""
    for name, field in model.model_fields.items():
        path = (*prefix, field.alias or name)
        inner = _group(field.annotation)
        if inner is None:
            yield path, field
        else:
            is_list = field.annotation is not inner
            yield from keys_in(inner, (*path[:-1], f"{path[-1]}[]") if is_list else path)


def _table(model: type[BaseModel], *, is_settings: bool) -> list[str]:
    head = ["key", "what it is", "unit or kind", "default", "example"]
    rows = []
    for path, field in keys_in(model):
        row = [
            f"`{'.'.join(path)}`",
            (field.description or "").replace("|", "\\|"),
            _kind(field),
            _default(field),
            f"`{_plain(field.examples[0])}`" if field.examples else "",
        ]
        if is_settings:
            row.append(f"`{variable_of(path)}`")
        rows.append(row)
    if is_settings:
        head.append("variable")
    lines = [head, ["---"] * len(head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _group(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in typing.get_args(annotation):
        if isinstance(part, type) and issubclass(part, BaseModel):
            return part
    return None


def _kind(field: FieldInfo) -> str:
    if _is(field, Duration):
        return "duration"
    return "size" if _is(field, Size) else _words(field.annotation)


def _is(field: FieldInfo, wanted: Any) -> bool:
    """Tell whether a field holds a ``Duration`` or a ``Size``, alone or as one choice."""
    mark = typing.get_args(wanted)[1]
    return any(one is mark for one in field.metadata) or _holds(field.annotation, wanted)


def _holds(annotation: Any, wanted: Any) -> bool:
    return annotation == wanted or any(_holds(part, wanted) for part in typing.get_args(annotation))


def _words(annotation: Any) -> str:
    if annotation is None or annotation is type(None):
        return ""
    if typing.get_origin(annotation) is typing.Literal:
        return ", ".join(f"`{value}`" for value in typing.get_args(annotation))
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return ", ".join(f"`{one.value}`" for one in annotation)
    origin = typing.get_origin(annotation)
    if origin in {typing.Union, types.UnionType}:
        return " or ".join(filter(None, map(_words, typing.get_args(annotation))))
    if origin is typing.Annotated:
        return _words(typing.get_args(annotation)[0])
    if origin in {tuple, list}:
        return "list"
    if origin is dict:
        return "mapping"
    if annotation is SecretStr:
        return "text, secret"
    names = {bool: "true or false", int: "number", float: "number", str: "text", Path: "path"}
    return names.get(annotation, getattr(annotation, "__name__", "text").lower())


def _default(field: FieldInfo) -> str:
    if field.is_required():
        return "required"
    value = field.get_default(call_default_factory=True, validated_data={})
    if value is PydanticUndefined or value is None:
        return ""
    if value in ((), {}, [], ""):
        return "none"
    if _is(field, Duration):
        return f"`{_span(value)}`"
    return f"`{value // 2**20}MiB`" if _is(field, Size) else f"`{_plain(value)}`"


def _span(seconds: float) -> str:
    """Return a duration as an operator writes it, in the largest unit that it is whole in."""
    for unit, length_s in (("d", 86400), ("h", 3600), ("m", 60)):
        if seconds and seconds % length_s == 0:
            return f"{seconds // length_s:g}{unit}"
    return f"{seconds:g}s"


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, float):
        return f"{value:g}s"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(_plain, value))}]"
    return str(value).replace("|", "\\|")


if __name__ == "__main__":
    KEYS.write_text(page(), "utf-8")
