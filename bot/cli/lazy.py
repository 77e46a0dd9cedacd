"""A group of commands that are imported when they are called, and not to be listed."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

import typer
from typer.core import TyperCommand, TyperGroup

from bot.garbage import uncollected

if TYPE_CHECKING:
    from collections.abc import Mapping


class Deferred(NamedTuple):
    """A command that is not imported yet."""

    #: ``module:name`` of a function, or of a Typer application, which is a group
    place: str
    #: the first line of its help, with which the group lists it
    told: str


class LazyGroup(TyperGroup):
    """Lists its commands by a table; the one that is called is imported then.

    A subclass says in ``DEFERRED`` which there are, by name, in the order of the help.
    """

    DEFERRED: ClassVar[Mapping[str, Deferred]]

    def __init__(self, **attributes: Any) -> None:
        super().__init__(**attributes)
        for name, one in self.DEFERRED.items():
            self.commands[name] = TyperCommand(name, help=one.told)

    def resolve_command(self, ctx: Any, args: list[str]) -> tuple[str | None, Any, list[str]]:
        """Return the name of the command that is called, the command, and what is left for it."""
        name, listed, rest = super().resolve_command(ctx, args)
        return name, self.load(name) if name and name in self.DEFERRED else listed, rest

    def load(self, name: str) -> Any:
        """Return the command ``name``, imported."""
        module, _, attribute = self.DEFERRED[name].place.partition(":")
        with uncollected():
            found = getattr(import_module(module), attribute)
        if isinstance(found, typer.Typer):
            group = typer.main.get_group(found)
            group.name = name
            return group
        alone = typer.Typer(add_completion=False, pretty_exceptions_show_locals=False)
        alone.command(name)(found)
        return typer.main.get_command(alone)
