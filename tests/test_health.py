"""The state of a source, learned from its own history."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.health import Memory, State, due, judge
from bot.health.drift import listing_drift, text_drift
from bot.health.judge import NEW_NORMAL, Visit
from bot.health.memory import Profile
from bot.health.silence import silence
from bot.health.word import word_for
from bot.schedule.learning import learn
from bot.schedule.rhythm import Rhythm
from storage.model import SourceState

NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
USUAL = Profile(link_count=20, title_chars=22, dated_share=1.0, form="http://a.cn/news/#.html")
KNOWN = Memory(state=State.OK, since=NOW, profiles=(USUAL,) * 5, text_chars=(800,) * 10)
FRESH = Rhythm()


def after(memory: Memory, *visits: Visit) -> Memory:
    for number, visit in enumerate(visits):
        memory = judge(memory, visit, FRESH, now=NOW + timedelta(hours=number))
    return memory


@pytest.mark.parametrize(
    ("kind", "state"),
    [("listing-missing", "listing-missing"), ("listing-empty", "listing-empty"),
     ("blocked", "blocked"), ("challenge", "blocked"), ("login-wall", "blocked"),
     ("rate-limited", "blocked"), ("robots-denied", "robots-denied"), ("dns", "dns"),
     ("tls", "tls"), ("timeout", "timeout"), ("server-error", "http"), ("connect", "http"),
     ("not-found", "http"), ("redirected-away", "http"), ("taken-over", "taken-over"),
     ("internal", "internal")],
)  # fmt: skip
def test_a_failure_makes_a_state(kind: str, state: str) -> None:
    memory = after(KNOWN, Visit(outcome=kind, detail="told"))
    assert (memory.state, memory.reason, memory.count) == (state, "told", 1)


@pytest.mark.parametrize("kind", ["host-closed", "quiet-hours", "budget-spent", "stopped"])
def test_staying_away_says_nothing_of_the_source(kind: str) -> None:
    assert after(KNOWN, Visit(outcome=kind)) == KNOWN


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"link_count": 9}, "9 links, usual are 20"),
        ({"title_chars": 3}, "titles of some 3"),
        ({"title_chars": 80}, "titles of some 80"),
        ({"dated_share": 0.1}, "10% of the links have a date"),
        ({"form": "http://a.cn/about/#"}, "links like http://a.cn/about/#"),
    ],
)
def test_drift_is_seen_before_the_listing_is_empty(change: dict[str, object], word: str) -> None:
    odd = replace(USUAL, **change)  # type: ignore[arg-type]
    memory = after(KNOWN, Visit(outcome="ok", profile=odd))
    assert memory.state is State.DEGRADED
    assert word in memory.reason
    assert memory.profiles == KNOWN.profiles, "what is odd must not become usual at once"


@pytest.mark.parametrize(
    "change", [{"link_count": 12}, {"title_chars": 15}, {"dated_share": 0.7}, {"link_count": 40}]
)
def test_what_varies_is_no_drift(change: dict[str, object]) -> None:
    odd = replace(USUAL, **change)  # type: ignore[arg-type]
    assert after(KNOWN, Visit(outcome="ok", profile=odd)).state is State.OK


def test_nothing_is_odd_while_little_is_known() -> None:
    assert listing_drift(replace(USUAL, link_count=1), (USUAL,) * 2) is None
    assert text_drift((10, 10), (800,) * 4) is None
    assert text_drift((10,), (800,) * 9) is None


def test_short_texts_and_unreadable_articles_degrade() -> None:
    short = after(KNOWN, Visit(outcome="ok", profile=USUAL, text_chars=(90, 120), taken_count=2))
    assert (short.state, short.text_chars) == (State.DEGRADED, KNOWN.text_chars)
    unread = after(KNOWN, Visit(outcome="ok", profile=USUAL, failed_count=4))
    assert unread.reason == "none of 4 articles could be read"
    some = after(KNOWN, Visit(outcome="ok", profile=USUAL, failed_count=4, taken_count=1))
    assert some.state is State.OK


def test_a_304_does_not_make_a_degraded_source_well() -> None:
    bad = after(KNOWN, Visit(outcome="ok", profile=replace(USUAL, link_count=3)))
    assert after(bad, Visit(outcome="unchanged")).state is State.DEGRADED
    assert after(bad, Visit(outcome="ok", profile=USUAL)).state is State.OK


def test_a_lasting_change_becomes_the_usual() -> None:
    smaller = Visit(outcome="ok", profile=replace(USUAL, link_count=8), text_chars=(700,))
    assert after(KNOWN, *[smaller] * (NEW_NORMAL - 1)).state is State.DEGRADED
    assert after(KNOWN, *[smaller] * (NEW_NORMAL + 1)).state is State.OK


def test_rules_past_their_day_are_stale() -> None:
    visit = Visit(outcome="ok", profile=USUAL)
    memory = judge(KNOWN, visit, FRESH, now=NOW, valid_until=NOW.date() - timedelta(days=1))
    assert memory.state is State.STALE
    assert judge(KNOWN, visit, FRESH, now=NOW, valid_until=NOW.date()).state is State.OK


def busy_until(last: datetime, days: int = 28) -> Rhythm:
    """A rhythm of a source that brought an article at 9, 11 and 15 h of each working day."""
    from bot.model import Precision, Published
    from bot.schedule.workdays import is_workday

    rhythm, at = Rhythm(), last - timedelta(days=days)
    while at <= last:
        local = at + timedelta(hours=8)
        is_busy = is_workday(local.date()) and local.hour in {9, 11, 15}
        found = (Published(at=at, precision=Precision.MINUTE),) if is_busy else ()
        rhythm = learn(rhythm, at, found)
        at += timedelta(hours=1)
    return rhythm


def test_silence_is_told_by_the_sources_own_rhythm() -> None:
    friday = datetime(2026, 11, 13, 8, 0, tzinfo=UTC)
    rhythm = busy_until(friday)
    monday = friday + timedelta(days=2, hours=14)
    assert silence(rhythm, monday) is None, "a weekend is no silence"
    assert silence(rhythm, friday + timedelta(days=5)) is not None
    assert silence(Rhythm(found_at=friday), friday + timedelta(days=50)) is None, "not known yet"


def test_a_public_holiday_is_no_silence() -> None:
    last = datetime(2026, 9, 30, 8, 0, tzinfo=UTC)
    rhythm = busy_until(last)
    # 1 to 7 October 2026 are the National Day holidays; the same days in November are told.
    assert silence(rhythm, last + timedelta(days=6)) is None
    november = datetime(2026, 11, 4, 8, 0, tzinfo=UTC)
    assert silence(busy_until(november), november + timedelta(days=6)) is not None


def test_half_a_day_is_no_silence_however_busy_it_is() -> None:
    friday = datetime(2026, 11, 13, 8, 0, tzinfo=UTC)
    assert silence(busy_until(friday), friday + timedelta(hours=3)) is None


def test_texts_of_the_usual_length_tell_nothing() -> None:
    assert text_drift((790, 640), (800,) * 5) is None
    assert text_drift((90, 120), (800,) * 5) == "texts of some 105 characters, usual are 800"


def test_what_was_odd_stays_so_while_nothing_changes() -> None:
    odd = after(KNOWN, Visit(outcome="ok", profile=replace(USUAL, link_count=3)))
    still = after(odd, Visit(outcome="unchanged"))
    assert (still.state, still.reason) == (State.DEGRADED, "3 links, usual are 20")
    assert after(still, Visit(outcome="ok", profile=USUAL)).state is State.OK


def test_articles_that_cannot_be_read_are_odd_without_a_listing() -> None:
    unread = after(KNOWN, Visit(outcome="ok", failed_count=4))
    assert (unread.state, unread.odd) == (State.DEGRADED, ())
    assert unread.reason == "none of 4 articles could be read"


def test_silence_beyond_the_rhythm_is_quiet_and_rules_past_their_day_are_stale() -> None:
    friday = datetime(2026, 11, 13, 8, 0, tzinfo=UTC)
    visit, later = Visit(outcome="unchanged"), friday + timedelta(days=5)
    quiet = judge(KNOWN, visit, busy_until(friday), now=later)
    assert quiet.state is State.QUIET
    stale = judge(KNOWN, visit, FRESH, now=later, valid_until=later.date() - timedelta(days=1))
    assert stale.state is State.STALE
    assert judge(KNOWN, visit, FRESH, now=later, valid_until=later.date()).state is State.UNCHANGED


def test_a_message_shows_what_would_mend_it() -> None:
    memory = replace(after(KNOWN, Visit(outcome="dns", detail="no address")), proposal="url: x")
    found = due("a", memory, after_failures=1, url="http://a.cn/")
    assert found is not None
    assert found[0].body == "no address\nhttp://a.cn/\n\nThis would mend it:\nurl: x"


def test_one_message_a_change_and_one_on_recovery() -> None:
    told: list[str] = []
    memory = KNOWN

    def step(visit: Visit) -> None:
        nonlocal memory
        memory = after(memory, visit)
        # A restart in between: what counts is what was kept.
        memory = Memory.load(memory.dump())
        if found := due("a", memory, after_failures=2):
            notice, memory = found
            told.append(notice.title)

    for visit in (
        Visit(outcome="dns"), Visit(outcome="ok", profile=USUAL),  # a single failure
        Visit(outcome="dns"), Visit(outcome="dns"), Visit(outcome="dns"),
        Visit(outcome="tls"), Visit(outcome="tls"),
        Visit(outcome="ok", profile=USUAL), Visit(outcome="unchanged"),
    ):  # fmt: skip
        step(visit)
    assert told == ["a is dns", "a is tls", "a is well again"]


def test_a_memory_is_read_back_and_nonsense_is_nothing() -> None:
    memory = after(KNOWN, Visit(outcome="ok", profile=replace(USUAL, link_count=2)))
    memory = replace(memory, proposal="listing:\n  item: li\n", told=State.DEGRADED)
    assert Memory.load(memory.dump()) == memory
    for text in (None, "", "[]", '{"version": 9}', "{"):
        assert Memory.load(text) == Memory()


@pytest.mark.parametrize(
    ("changes", "memory", "word"),
    [
        pytest.param({"last_attempt_at": None}, Memory(), "never visited", id="never"),
        pytest.param({"is_paused": True}, KNOWN, "paused", id="paused"),
        pytest.param(
            {"is_paused": True, "next_run_at": NOW - timedelta(days=9)}, KNOWN, "paused",
            id="paused long ago",
        ),
        pytest.param({"next_run_at": NOW - timedelta(minutes=59)}, KNOWN, "ok", id="a little late"),
        pytest.param({"next_run_at": NOW - timedelta(minutes=61)}, KNOWN, "stale", id="overdue"),
        pytest.param({}, replace(KNOWN, state=State.BLOCKED), "blocked", id="as remembered"),
        pytest.param({"failure_kind": "dns"}, Memory(), "dns", id="failed at once"),
        pytest.param({}, Memory(), "ok", id="new"),
    ],
)  # fmt: skip
def test_a_source_is_told_in_a_word(changes: dict[str, Any], memory: Memory, word: str) -> None:
    state = replace(SourceState(source_id="a", last_attempt_at=NOW), **changes)
    assert word_for(state, memory, NOW) == word


def test_a_source_without_a_state_was_never_visited() -> None:
    assert word_for(None, KNOWN, NOW) == "never visited"
