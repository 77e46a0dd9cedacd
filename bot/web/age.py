"""How old the data of a feed are: when one of its sources was last read, whatever that brought."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Protocol

from bot.publish.document import http_date
from bot.publish.topic import Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from bot.publish.topic import Catalogue, Topic
    from storage.model import SourceState

#: A feed that says nothing new is looked at again after so long.
FRESH_S = 60.0
#: on every answer to a poll, also on a 304: the document may be old because nothing happened
HEADER = b"x-last-checked"


class StateReader(Protocol):
    """What is asked of the sources' states; ``storage.states.States`` is one."""

    def all(self) -> Mapping[str, SourceState]:
        """Return the state of every source ever visited, by its id."""
        ...


class FeedAges:
    """When the sources of each topic were last read, known without waiting for the archive."""

    def __init__(
        self,
        catalogue: Catalogue,
        states: StateReader,
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._catalogue = catalogue
        self._states = states
        self._clock = clock
        self._looked_s = clock()
        self._is_looking = threading.Lock()
        self._by_source: dict[str, datetime] = {}
        self._by_code: dict[str, datetime] = {}
        #: header values by the path of their topic
        self._values: dict[str, bytes] = {}

    def look(self) -> None:
        """Read the states: call it off the event loop.  A failure leaves what was known."""
        if not self._is_looking.acquire(blocking=False):
            return
        try:
            by_source: dict[str, datetime] = {}
            by_code: dict[str, datetime] = {}
            for source_id, state in self._states.all().items():
                at = state.last_success_at
                if at is None:
                    continue
                by_source[source_id] = at
                source = self._catalogue.sources.get(source_id)
                # A city's source is read for all of its districts.
                for code in {source.adcode, source.adcode[:4]} if source is not None else ():
                    by_code[code] = max(at, by_code.get(code, at))
            self._by_source, self._by_code, self._values = by_source, by_code, {}
        except Exception:  # noqa: BLE001, S110 -- the archive is away: polls go on all the same
            pass
        finally:
            self._looked_s = self._clock()
            self._is_looking.release()

    def value(self, topic: Topic) -> bytes:
        """Return the header's value; empty while none of the topic's sources was ever read."""
        if self._clock() - self._looked_s >= FRESH_S and not self._is_looking.locked():
            self._looked_s = self._clock()
            threading.Thread(target=self.look, name="feed ages", daemon=True).start()
        known = self._values.get(topic.path)
        if known is None:
            at = self._of(topic)
            known = self._values[topic.path] = http_date(at).encode() if at else b""
        return known

    def _of(self, topic: Topic) -> datetime | None:
        if topic.scope is Scope.SOURCE:
            return self._by_source.get(topic.selection.source_id or "")
        codes = topic.selection.adcodes
        if codes is None:
            return max(self._by_source.values(), default=None)
        own = [self._by_code[code] for code in codes if code in self._by_code]
        cities = {code[:4] for code in codes}
        return max(own or [self._by_code[c] for c in cities if c in self._by_code], default=None)
