"""Settings from the environment.

The variable of the key ``web.port`` is ``XIANWEN_WEB_PORT``; ``XIANWEN_WEB_CONSOLE_TOKEN_FILE``
names a file that holds the value, so that a secret need not stand in the environment.  Items of a
list are parted by spaces or line ends.
"""

from __future__ import annotations

import typing
from pathlib import Path
from typing import TYPE_CHECKING

from bot.errors import Fault
from bot.settings.keys import Settings
from bot.settings.validation import Strict
from bot.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from pydantic.fields import FieldInfo

    from bot.settings.yamlfile import Loc

#: what a fault calls the place
PLACE = "environment"
PREFIX = "XIANWEN_"
#: so near must an unknown variable be to a known one to be taken for a slip; others are left
#: alone, because Kubernetes names variables of its own after a service (XIANWEN_SERVICE_HOST)
_SLIP = 0.88


def variable_of(loc: Loc) -> str:
    """Return ``XIANWEN_WEB_PORT`` for ``("web", "port")``."""
    return PREFIX + "_".join(str(step) for step in loc).upper()


def keys(group: type[Strict] = Settings, prefix: Loc = ()) -> Iterator[tuple[Loc, FieldInfo]]:
    """Yield every key of the settings with its field, groups opened, in the order of the file."""
    for name, info in group.model_fields.items():
        loc = (*prefix, info.alias or name)
        if isinstance(info.annotation, type) and issubclass(info.annotation, Strict):
            yield from keys(info.annotation, loc)
        else:
            yield loc, info


def overrides(environ: Mapping[str, str]) -> tuple[dict[Loc, tuple[str, object]], list[Fault]]:
    """Return, per key, the variable that sets it and its value; and what is wrong with them."""
    found: dict[Loc, tuple[str, object]] = {}
    faults: list[Fault] = []
    known: set[str] = set()
    for loc, info in keys():
        name = variable_of(loc)
        known |= {name, f"{name}_FILE"}
        text = environ.get(name)
        if f"{name}_FILE" in environ:
            if text is not None:
                faults.append(_fault(f"{name}_FILE", f"{name} is set too", "unset one of them"))
                continue
            name = f"{name}_FILE"
            try:
                text = Path(environ[name]).read_text("utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                why = error.strerror if isinstance(error, OSError) else "is not UTF-8"
                faults.append(
                    _fault(name, f"{environ[name]}: {why}", "name a file that can be read")
                )
                continue
        if text:
            found[loc] = (name, text.split() if _is_list(info) else text)
    for name in sorted(environ.keys() - known):
        near = nearest(name, known, _SLIP) if name.startswith(PREFIX) else None
        if near:
            faults.append(_fault(name, "unknown variable", f"did you mean {near}?"))
    return found, faults


def _is_list(info: FieldInfo) -> bool:
    return typing.get_origin(info.annotation) is tuple


def _fault(variable: str, problem: str, remedy: str) -> Fault:
    return Fault(file=PLACE, line=None, key=variable, problem=problem, remedy=remedy)
