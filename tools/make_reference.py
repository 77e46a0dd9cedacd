"""Write ``docs/reference/commands.md`` from the command line itself, so that neither can lie."""

from __future__ import annotations

import inspect
from pathlib import Path
from typing import TYPE_CHECKING, Any

import typer

from bot.cli.lazy import LazyGroup
from bot.cli.main import app

if TYPE_CHECKING:
    from collections.abc import Iterator

REFERENCE = Path(__file__).parents[1] / "docs" / "reference" / "commands.md"

_HEAD = """# Commands

Written by `python -m tools.make_reference`; a test holds it to be current. Every command says the
same with `--help`. Exit codes: 0 it is done, 1 it is not and a line says why, 2 it was called
wrongly.
"""


def reference() -> str:
    """Return the whole page, in Markdown."""
    root = typer.main.get_command(app)
    parts = [_HEAD, *(_section(names, command) for names, command in commands(root))]
    return "\n".join(parts)


def commands(root: Any, names: tuple[str, ...] = ("xianwen",)) -> Iterator[tuple[str, Any]]:
    """Yield each command that does something with its full name, groups opened, by name."""
    for name, listed in sorted(root.commands.items()):
        command = root.load(name) if isinstance(root, LazyGroup) else listed
        if command.hidden:
            continue
        if hasattr(command, "commands"):
            yield from commands(command, (*names, name))
        else:
            yield " ".join((*names, name)), command


def _section(name: str, command: Any) -> str:
    arguments = [p for p in command.params if p.param_type_name == "argument"]
    options = [p for p in command.params if p.param_type_name == "option" and not p.hidden]
    usage = " ".join([name, "[OPTIONS]" if options else "", *(_usage(a) for a in arguments)])
    lines = [f"## {name}", "", f"`{' '.join(usage.split())}`", ""]
    lines += [inspect.cleandoc(command.help or "").split("\f")[0].strip(), ""]
    rows = [(f"`{_usage(a)}`", a) for a in arguments]
    rows += [(_flags(o), o) for o in options]
    if rows:
        lines += ["| | |", "|---|---|"]
        lines += [f"| {flags} | {_help(parameter)} |" for flags, parameter in rows]
        lines.append("")
    return "\n".join(lines)


def _usage(argument: Any) -> str:
    return str(argument.metavar or argument.name.upper())


def _flags(option: Any) -> str:
    flags = ", ".join(f"`{flag}`" for flag in (*option.opts, *option.secondary_opts))
    kind = option.type_descriptor.annotation
    if kind is bool:
        return flags
    return f"{flags} `{option.metavar or getattr(kind, '__name__', 'value').upper()}`"


def _help(parameter: Any) -> str:
    text = " ".join((getattr(parameter, "help", None) or "").split()).replace("|", "\\|")
    default = parameter.default
    if default not in (None, False, ()) and not callable(default):
        text += f" Default: `{default}`."
    variable = getattr(parameter, "envvar", None)
    if variable:
        text += f" Environment: `{variable}`."
    return text.strip()


if __name__ == "__main__":
    REFERENCE.parent.mkdir(exist_ok=True)
    REFERENCE.write_text(reference(), "utf-8")
