"""What keeps the program from starting: its configuration, or the machine that it is on."""

from __future__ import annotations

from dataclasses import dataclass

from bot.errors.root import XianwenError


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One fault in a configuration file: where it is, what is wrong, what to do."""

    file: str
    #: counted from 1; None when the fault is of the file as a whole
    line: int | None
    #: dotted key, empty for the file as a whole
    key: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        """Return ``file:line: key: problem, remedy`` as compilers and editors read it."""
        place = f"{self.file}:{self.line}" if self.line is not None else self.file
        what = f"{self.problem}, {self.remedy}" if self.remedy else self.problem
        return f"{place}: {self.key}: {what}" if self.key else f"{place}: {what}"


class ConfigError(XianwenError):
    """The configuration has faults."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        super().__init__("\n".join(str(fault) for fault in faults))


class AlreadyRunningError(XianwenError):
    """Another process works on this data directory."""


class DataDirectoryError(XianwenError):
    """The data directory cannot be made or written."""


class RoleError(XianwenError):
    """A role was asked for that this installation cannot have."""


class AddressTakenError(XianwenError):
    """The address of the web side cannot be listened on."""
