"""Which configuration is in force: what ``xianwen status`` and the console say of it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

#: name of the note that holds a ``Standing``
NOTE = "configuration"


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """Which configuration is in force, and why a later one is not."""

    #: ISO 8601; when the one in force was read
    loaded_at: str
    source_count: int
    #: ISO 8601; when a later one was refused; None when the files are what is in force
    refused_at: str | None = None
    #: faults of the refused one, as ``file:line: key: problem, remedy``
    faults: tuple[str, ...] = ()
    #: settings that wait for a restart
    waiting: tuple[str, ...] = ()

    def dump(self) -> str:
        """Return it as a line of JSON."""
        return json.dumps(asdict(self), ensure_ascii=False)

    @classmethod
    def load(cls, text: str | None) -> Standing | None:
        """Return what was dumped; None for nothing or for another version's."""
        try:
            content = json.loads(text or "")
            return cls(**{**content, "faults": tuple(content["faults"]),
                          "waiting": tuple(content["waiting"])})  # fmt: skip
        except (ValueError, TypeError, KeyError):
            return None
