"""What is remembered of a source between two visits, to judge the next one by."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import datetime

from bot.health.states import State

VERSION = 1
#: name of the note that holds a source's memory, before its id
NOTE = "health:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """What a listing was like at one visit."""

    link_count: int
    #: median length of the links' titles
    title_chars: int
    #: share of links with a date, 0 to 1
    dated_share: float
    #: address of most links, blind to numbers
    form: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
    """A source's state now and what is usual for it."""

    state: State = State.NEW
    reason: str = ""
    #: aware; since when it is in this state
    since: datetime | None = None
    #: visits in a row that ended in this state
    count: int = 0
    #: the state that the operator was told of last; None when he knows of no trouble
    told: State | None = None
    #: what would mend it, as lines for the operator; None when nobody knows
    proposal: str | None = None
    #: listings that were as usual, the newest last
    profiles: tuple[Profile, ...] = ()
    #: listings that were not, since they were usual last
    odd: tuple[Profile, ...] = ()
    #: lengths of the newest texts that were as usual
    text_chars: tuple[int, ...] = ()

    def dump(self) -> str:
        """Return it as a line of JSON."""
        content = asdict(self)
        content["since"] = self.since.isoformat() if self.since else None
        return json.dumps({"version": VERSION, **content}, ensure_ascii=False)

    @classmethod
    def load(cls, text: str | None) -> Memory:
        """Return what was dumped; nothing known for nothing, or for another version's."""
        try:
            content = json.loads(text or "")
            if content.pop("version") != VERSION:
                return cls()
            content["state"] = State(content["state"])
            content["told"] = State(content["told"]) if content["told"] else None
            content["since"] = (
                datetime.fromisoformat(content["since"]) if content["since"] else None
            )
            for key in ("profiles", "odd"):
                content[key] = tuple(Profile(**one) for one in content[key])
            content["text_chars"] = tuple(content["text_chars"])
            return cls(**content)
        except (ValueError, TypeError, KeyError):
            return cls()
