"""``config/xianwen.yaml`` and the environment as one checked value."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

from bot.errors import ConfigError, Fault
from bot.settings import yamlfile
from bot.settings.environment import PLACE, overrides
from bot.settings.keys import Settings
from bot.settings.validation import validate

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from bot.settings.yamlfile import Loc

FILE_NAME = "xianwen.yaml"


def load(config_dir: Path, *, environment: Mapping[str, str]) -> Settings:
    """Return the settings of ``config_dir``, overridden by the environment.

    A missing ``xianwen.yaml`` means the defaults.  Raises ``ConfigError`` with every fault of file
    and environment.
    """
    settings, faults = read(config_dir, environment=environment)
    if faults:
        raise ConfigError(faults)
    return settings


def read(config_dir: Path, *, environment: Mapping[str, str]) -> tuple[Settings, tuple[Fault, ...]]:
    """Return the settings and every fault of them; with faults they are the defaults."""
    path = config_dir / FILE_NAME
    file: yamlfile.YamlFile | None = None
    if path.exists():
        try:
            file = yamlfile.read(path, str(path))
        except ConfigError as error:
            return Settings(), error.faults
    content = file.value if file is not None else {}
    if file is not None and not isinstance(content, dict):
        return Settings(), (file.fault((), "is no mapping", "write lines of `key: value`"),)
    found, faults = overrides(environment)
    for loc, (_, value) in found.items():
        content = _with(content, loc, value)
    fault = partial(_fault, file, str(path), {loc: name for loc, (name, _) in found.items()})
    checked = validate(Settings, content, fault)
    if isinstance(checked, tuple):
        return Settings(), (*faults, *checked)
    if checked.schedule.min_interval_s > checked.schedule.max_interval_s:
        faults.append(
            fault(
                ("schedule", "min_interval"),
                "is longer than max_interval",
                "make it shorter or max_interval longer",
            )
        )
    return (Settings() if faults else checked), tuple(faults)


def _fault(
    file: yamlfile.YamlFile | None,
    name: str,
    variables: Mapping[Loc, str],
    loc: Loc,
    problem: str,
    remedy: str,
) -> Fault:
    """Return a fault of the variable that set the key, or else of the file."""
    for n in range(len(loc), 0, -1):
        if loc[:n] in variables:
            key = variables[loc[:n]]
            return Fault(file=PLACE, line=None, key=key, problem=problem, remedy=remedy)
    if file is not None:
        return file.fault(loc, problem, remedy)
    key = yamlfile.dotted(loc)
    return Fault(file=name, line=None, key=key, problem=problem, remedy=remedy)


def _with(content: Any, loc: Loc, value: object) -> dict[str, Any]:
    """Return ``content`` with ``value`` at ``loc``; what is no mapping on the way gives way."""
    merged: dict[str, Any] = dict(content) if isinstance(content, dict) else {}
    head, *rest = loc
    merged[str(head)] = _with(merged.get(str(head)), tuple(rest), value) if rest else value
    return merged
