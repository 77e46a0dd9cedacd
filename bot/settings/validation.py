"""Pydantic's errors as faults with file, line, key and what to do.

A key's own ``description`` and ``examples`` are the remedy, so that a fault teaches what the
reference documents.
"""

from __future__ import annotations

import re
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    SecretStr,
    ValidationError,
    WithJsonSchema,
)

from bot.spelling import nearest
from bot.urls import has_userinfo, resolve, without_userinfo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from pydantic.fields import FieldInfo
    from pydantic_core import ErrorDetails

    from bot.errors import Fault
    from bot.settings.yamlfile import Loc, YamlFile

_DURATION = re.compile(
    r"(?:(\d+(?:\.\d+)?)\s*(d|days?|h|hours?|m|min|minutes?|s|sec|seconds?|ms)(?![a-z])\s*)",
    re.IGNORECASE,
)
_SECONDS = {"d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0}


Model = TypeVar("Model", bound=BaseModel)


class Strict(BaseModel):
    """A group of keys: frozen, and a key that it does not know is a fault."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", populate_by_name=False, hide_input_in_errors=True
    )


def seconds(value: object) -> float:
    """Return a duration such as ``90``, ``2s``, ``5m``, ``1h30m`` or ``1d`` in seconds.

    A bare number is seconds.  Raises ``ValueError`` for everything else.
    """
    if isinstance(value, bool) or not isinstance(value, (int, float, str)):
        raise ValueError("is no duration")  # noqa: TRY004 (pydantic reports ValueError alone)
    if isinstance(value, (int, float)):
        return float(value)
    text = value.strip()
    try:
        return float(text)
    except ValueError:
        pass
    total, end = 0.0, 0
    for match in _DURATION.finditer(text):
        if match.start() != end:
            break
        unit = match[2].lower()
        total += float(match[1]) * (0.001 if unit == "ms" else _SECONDS[unit[0]])
        end = match.end()
    if end == 0 or end != len(text):
        raise ValueError("is no duration")
    return total


def http_url(value: object) -> str:
    """Return an absolute http(s) address unchanged; raises ``ValueError`` for all else."""
    if not isinstance(value, str) or not re.fullmatch(r"https?://[^\s/]\S*", value, re.IGNORECASE):
        raise ValueError("is no http(s) address")
    if resolve("", value) is None:
        raise ValueError("is no http(s) address")
    if has_userinfo(value):
        raise ValueError(
            "holds a user name or a password, and an address is shown to everybody: write it "
            "without, and what a source asks for as one of its headers"
        )
    return value


def proxy_url(value: object) -> str:
    """Return the address of a proxy unchanged; raises ``ValueError`` for all else."""
    if not isinstance(value, str) or not re.fullmatch(
        r"(https?|socks5h?)://[^\s/]+/?", value, re.IGNORECASE
    ):
        raise ValueError("is no address of a proxy, such as http://host:3128 or socks5://host:1080")
    return value


def _one_or_many(value: object) -> object:
    return [value] if isinstance(value, str) else value


#: seconds in the program, ``5m`` in the file
Duration = Annotated[
    float,
    BeforeValidator(seconds),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "number", "minimum": 0},
                {"type": "string", "pattern": r"^\s*(\d+(\.\d+)?\s*(ms|[dhms]|min|sec)\w*\s*)+$"},
            ]
        }
    ),
]
HttpUrl = Annotated[
    str,
    BeforeValidator(http_url),
    WithJsonSchema({"type": "string", "format": "uri", "pattern": "^https?://"}),
]
ProxyUrl = Annotated[
    str,
    BeforeValidator(proxy_url),
    WithJsonSchema({"type": "string", "pattern": "^(https?|socks5h?)://"}),
]
#: one text or a list of texts
Texts = Annotated[
    tuple[str, ...],
    BeforeValidator(_one_or_many),
    WithJsonSchema({"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]}),
]


def validate(
    model: type[Model], value: object, fault: Callable[[Loc, str, str], Fault], prefix: Loc = ()
) -> Model | tuple[Fault, ...]:
    """Return ``value`` as a ``model``, or every fault of it.

    ``fault`` makes a fault of a place; ``prefix`` is where ``value`` stands in the file.
    """
    try:
        return model.model_validate(value)
    except ValidationError as error:
        return tuple(_faults(model, error, fault, prefix))


def validate_file(model: type[Model], file: YamlFile) -> Model | tuple[Fault, ...]:
    """Return a whole file as a ``model``, or every fault of it."""
    return validate(model, file.value, file.fault)


def _faults(
    model: type[BaseModel],
    error: ValidationError,
    fault: Callable[[Loc, str, str], Fault],
    prefix: Loc,
) -> Iterator[Fault]:
    seen: set[Loc] = set()
    for detail in error.errors(include_url=False):
        loc = _real(detail["loc"])
        if loc in seen or detail["type"] == "default_factory_not_called":
            # The latter is a default that waits for a key which has a fault of its own.
            continue
        seen.add(loc)
        problem, remedy = _words(model, loc, detail)
        yield fault((*prefix, *loc), problem, remedy)


def _real(loc: Loc) -> Loc:
    """Return a location without the names that pydantic adds for members of a union."""
    return tuple(
        step for step in loc if isinstance(step, int) or re.fullmatch(r"[\w.-]+", step) is not None
    )


def _words(model: type[BaseModel], loc: Loc, detail: ErrorDetails) -> tuple[str, str]:
    kind = detail["type"]
    last = loc[-1] if loc else ""
    if kind == "extra_forbidden":
        known = keys_of(_model_at(model, loc[:-1]) or model)
        near = nearest(str(last), known)
        remedy = f"did you mean {near}?" if near else f"known keys: {', '.join(known)}"
        return "unknown key", remedy
    info = _field_at(model, loc)
    told = _remedy(info)
    if kind == "missing":
        return "required key is missing", f"add it: {told}" if told else "add it"
    if detail["input"] is None:
        if info is not None and info.is_required():
            return "has no value", f"write one: {told}" if told else "write one"
        return "has no value", f"{told}, or remove the key" if told else "remove the key"
    if info is not None and _is_secret(info.annotation):
        return _problem(detail), told
    return f"{_problem(detail)} (it is {_shown(detail['input'])})", told


def _is_secret(annotation: Any) -> bool:
    """Tell whether a value of this type must never be shown."""
    if annotation is SecretStr:
        return True
    return any(_is_secret(part) for part in typing.get_args(annotation))


#: what pydantic says in the terms of Python, in those of the file
_IN_OUR_WORDS = {
    "model_type": "has to be a mapping, lines of `key: value`",
    "model_attributes_type": "has to be a mapping, lines of `key: value`",
    "dict_type": "has to be a mapping, lines of `key: value`",
    "tuple_type": "has to be a list",
    "list_type": "has to be a list",
    "string_type": "has to be text: put quotes around it",
    "int_type": "has to be a whole number",
    "int_parsing": "has to be a whole number",
    "int_from_float": "has to be a whole number",
    "float_type": "has to be a number",
    "float_parsing": "has to be a number",
    "bool_type": "has to be true or false",
    "bool_parsing": "has to be true or false",
    "string_too_short": "is empty",
}


def _problem(detail: ErrorDetails) -> str:
    if told := _IN_OUR_WORDS.get(detail["type"]):
        return told
    message, told_by = detail["msg"], detail.get("ctx") or {}
    if detail["type"] in {"greater_than", "greater_than_equal"}:
        least = told_by.get("gt", told_by.get("ge"))
        return f"has to be {'more than' if 'gt' in told_by else 'at least'} {least}"
    if detail["type"] in {"less_than", "less_than_equal"}:
        most = told_by.get("lt", told_by.get("le"))
        return f"has to be {'less than' if 'lt' in told_by else 'at most'} {most}"
    if detail["type"] in {"literal_error", "enum"}:
        return f"has to be {told_by.get('expected', 'one of those that are known')}"
    if detail["type"] == "string_pattern_mismatch":
        return "is written in another way than it has to be"
    problem = message.removeprefix("Value error, ")
    return problem[:1].lower() + problem[1:]


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, (list, tuple)):
        return "a list"
    text = "true" if value is True else "false" if value is False else without_userinfo(str(value))
    return text if len(text) <= 80 else text[:77] + "…"


def _remedy(info: FieldInfo | None) -> str:
    if info is None:
        return ""
    told = (info.description or "").rstrip(".")
    if info.examples:
        told += f", such as {info.examples[0]}"
    return told.removeprefix(", ")


def keys_of(model: type[BaseModel]) -> tuple[str, ...]:
    """Return the keys that a group knows, as they stand in a file."""
    return tuple(info.alias or name for name, info in model.model_fields.items())


def _field_at(model: type[BaseModel], loc: Loc) -> FieldInfo | None:
    """Return the field whose value or item stands at ``loc``."""
    current: type[BaseModel] | None = model
    found: FieldInfo | None = None
    for step in loc:
        if isinstance(step, int):
            continue
        if current is None:
            return found
        for name, info in current.model_fields.items():
            if (info.alias or name) == step:
                found, current = info, _nested(info.annotation)
                break
        else:
            return found
    return found


def _model_at(model: type[BaseModel], loc: Loc) -> type[BaseModel] | None:
    if not any(isinstance(step, str) for step in loc):
        return model
    info = _field_at(model, loc)
    return _nested(info.annotation) if info else None


def _nested(annotation: Any) -> type[BaseModel] | None:
    """Return the group that an annotation holds, alone, optional or in a collection."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    for part in typing.get_args(annotation):
        found = _nested(part)
        if found is not None:
            return found
    return None
