"""What the pages and figures for operators are made from: archive, health, configuration."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from bot import __version__
from bot.health import Memory
from bot.health.memory import NOTE as HEALTH_NOTE
from bot.health.word import word_for
from bot.sources.standing import NOTE as CONFIGURATION_NOTE
from bot.sources.standing import Standing as ConfigurationStanding
from bot.web.metrics import Standing

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.sources.load import Configuration
    from storage.links import PendingLinks
    from storage.model import SourceState
    from storage.notes import Notes
    from storage.states import Crawls, States


@dataclass(frozen=True, slots=True, kw_only=True)
class ArchiveFacts:
    """Figures of one installation, read anew at each call."""

    configuration: Configuration
    all_states: States
    crawls: Crawls
    links: PendingLinks
    notes: Notes

    def memories(self) -> dict[str, Memory]:
        """Return what is remembered of each source's health."""
        found = self.notes.all(HEALTH_NOTE)
        return {key: Memory.load(text) for key, text in found.items()}

    def words(self) -> dict[str, str]:
        """Return the state of each source in a word, resting ones included."""
        memories, states, now = self.memories(), self.all_states.all(), datetime.now(UTC)
        return {
            s.id: word_for(states.get(s.id), memories.get(s.id, Memory()), now)
            if s.is_enabled
            else "disabled"
            for s in self.configuration.sources
        }

    def standing(self) -> Standing:
        """Return what is known beside the archive's tables."""
        words = self.words()
        held = ConfigurationStanding.load(self.notes.get(CONFIGURATION_NOTE))
        return Standing(
            version=__version__,
            health={key: word for key, word in words.items() if word != "disabled"},
            waiting=self.links.counts(),
            is_refused=held is not None and bool(held.faults),
        )

    def states(self) -> Mapping[str, SourceState]:
        """Return the state of every source ever visited."""
        return self.all_states.all()

    def totals(self, since: datetime) -> Mapping[str, Mapping[str, int]]:
        """Return the sums of all visits that ended since ``since``, by outcome."""
        return self.crawls.totals(since)
