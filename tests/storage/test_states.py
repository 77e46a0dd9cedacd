from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from storage.articles import Articles
from storage.checks import Checks, Due
from storage.errors import UnknownArticleError
from storage.following import Followed
from storage.model import Crawl, KeptValidators, SourceState, Status
from storage.notes import Notes
from storage.states import Crawls, States
from storage.stories import Member, Stories
from tests.storage.making import NOON, new_article

if TYPE_CHECKING:
    from sqlalchemy import Engine

DAY = timedelta(days=1)


def test_states_are_read_back(engine: Engine) -> None:
    states = States(engine)
    assert states.get("a") == SourceState(source_id="a")
    state = SourceState(
        source_id="a", etag='W/"x"', last_attempt_at=NOON, failure_count=3, failure_kind="dns",
        failure_text="no such host", is_paused=True,
    )  # fmt: skip
    states.put(SourceState(source_id="b"))
    states.put(SourceState(source_id="a"))
    states.put(state)
    assert states.get("a") == state
    assert states.all() == {"a": state, "b": SourceState(source_id="b")}
    states.forget("a")
    assert list(states.all()) == ["b"]


def test_crawls_newest_first(engine: Engine) -> None:
    crawls = Crawls(engine)
    made = [
        Crawl(source_id=source, started_at=NOON + n * DAY, finished_at=NOON + n * DAY, outcome="ok",
              new_count=n, body_bytes=2**40)
        for n, source in enumerate("aba")
    ]  # fmt: skip
    for crawl in made:
        crawls.add(crawl)
    assert crawls.newest() == tuple(reversed(made))
    assert crawls.newest("a", limit=1) == (made[2],)
    assert crawls.newest(since=NOON + DAY) == (made[2], made[1])
    assert crawls.drop_before(NOON + DAY) == 1
    assert crawls.newest() == (made[2], made[1])


def test_crawls_are_summed_by_day_of_china_and_by_outcome(engine: Engine) -> None:
    crawls = Crawls(engine)
    # 15:59 and 16:01 UTC are two days in China.
    late = datetime(2026, 11, 19, 15, 59, tzinfo=UTC)
    early = late + timedelta(minutes=2)
    for source, at, outcome in (
        ("a", late, "ok"),
        ("a", early, "ok"),
        ("a", early, "dns"),
        ("b", early, "ok"),
    ):
        crawls.add(
            Crawl(source_id=source, started_at=at, finished_at=at, outcome=outcome, new_count=2,
                  reprint_count=1, request_count=5, body_bytes=2**40)
        )  # fmt: skip
    days = {(one.source_id, one.day.day): one for one in crawls.per_day(late - DAY)}
    assert {key: one.article_count for key, one in days.items()} == {
        ("a", 19): 3, ("a", 20): 6, ("b", 20): 3
    }  # fmt: skip
    assert days["a", 20].request_count == 10
    assert crawls.per_day(early + DAY) == ()
    totals = crawls.totals(late)
    assert (totals["ok"]["crawls"], totals["dns"]["crawls"]) == (3, 1)
    assert totals["ok"]["body_bytes"] == 3 * 2**40
    assert crawls.totals(early + DAY) == {}


def test_notes_are_kept_claimed_and_dropped(engine: Engine) -> None:
    notes = Notes(engine)
    assert notes.get("a") is None
    notes.put("a", "1")
    notes.put("a", "2")
    notes.put("health:x_y", "3")
    notes.put("health:xay", "4")
    assert notes.get("a") == "2"
    assert notes.all("health:x_") == {"y": "3"}
    assert notes.claim("digest", "2026-11-20")
    assert not notes.claim("digest", "2026-11-20")
    assert notes.claim("digest", "2026-11-21")
    notes.drop("a")
    assert notes.get("a") is None


def test_a_page_is_withdrawn_when_it_is_gone_twice_over_a_day(engine: Engine) -> None:
    articles, checks = Articles(engine), Checks(engine)
    kept = articles.keep(new_article())
    assert checks.missing(kept.id, at=NOON) is Status.LIVE
    assert checks.missing(kept.id, at=NOON + DAY / 2) is Status.LIVE
    gone = NOON + 2 * DAY
    assert checks.missing(kept.id, at=gone) is Status.WITHDRAWN
    found = articles.get(kept.id)
    assert found is not None
    assert (found.status, found.withdrawn_at, found.changed_at) == (Status.WITHDRAWN, gone, gone)
    assert found.updated_at == kept.updated_at
    assert [one.id for one in articles.changed_since(gone)] == [kept.id]
    assert checks.missing(kept.id, at=gone + DAY) is Status.WITHDRAWN
    assert articles.get(kept.id) == found

    checks.touch(kept.id, at=gone + 2 * DAY)
    back = articles.get(kept.id)
    assert back is not None
    assert (back.status, back.withdrawn_at) == (Status.LIVE, None)


def test_a_page_that_answers_in_between_begins_anew(engine: Engine) -> None:
    kept, checks = Articles(engine).keep(new_article()), Checks(engine)
    checks.missing(kept.id, at=NOON)
    checks.touch(kept.id, at=NOON + DAY)
    assert checks.missing(kept.id, at=NOON + 2 * DAY) is Status.LIVE


def test_due_pages_longest_due_first(engine: Engine) -> None:
    articles, checks = Articles(engine), Checks(engine)
    a, b, c = (articles.keep(new_article(n, source_id="ab"[n % 2])) for n in (1, 2, 3))
    checks.schedule(a.id, NOON + 2 * DAY, at=NOON)
    checks.touch(b.id, at=NOON, next_check_at=NOON + DAY)
    checks.touch(c.id, at=NOON)
    assert checks.due(NOON) == ()

    def due(source_id: str | None = None) -> list[str]:
        return [one.article.id for one in checks.due(NOON + 3 * DAY, source_id=source_id)]

    assert due() == [b.id, a.id]
    assert due("b") == [a.id]
    checks.schedule(b.id, None, at=NOON)
    assert due() == [a.id]
    with pytest.raises(UnknownArticleError):
        checks.touch("0" * 26, at=NOON)


def test_validators_are_kept_until_the_page_is_missing(engine: Engine) -> None:
    kept, checks = Articles(engine).keep(new_article()), Checks(engine)
    stamped = KeptValidators(etag='W/"5f-1a"', last_modified="Thu, 26 Nov 2026 03:00:00 GMT")
    followed = Followed(url_key=None, next_check=lambda _, at: at, validators=stamped)
    checks.touch(kept.id, at=NOON, followed=followed)
    assert checks.due(NOON) == (Due(article=kept, validators=stamped),)
    checks.schedule(kept.id, NOON + DAY, at=NOON)
    assert checks.due(NOON + DAY) == (Due(article=kept, validators=stamped),)
    checks.missing(kept.id, at=NOON + DAY, next_check_at=NOON + 2 * DAY)
    assert checks.due(NOON + 2 * DAY) == (Due(article=kept, validators=KeptValidators()),)


def test_touch_learns_another_address(engine: Engine) -> None:
    articles, checks = Articles(engine), Checks(engine)
    kept = articles.keep(new_article())
    checks.touch(kept.id, at=NOON, canonical_url="https://www.example.cn/moved/1.html")
    assert articles.by_url("http://www.example.cn/moved/1.html") == kept


def test_a_story_tells_its_original_and_why(engine: Engine) -> None:
    articles, stories = Articles(engine), Stories(engine)
    first = articles.keep(new_article(1))
    second = articles.keep(new_article(2, story_id=first.story_id))
    story = stories.get(first.story_id)
    assert story is not None
    assert story.article_ids == (first.id, second.id)
    assert (story.original_id, story.original_reason) == (first.id, "first seen")
    assert [a.id for a in stories.publications(first.story_id)] == [first.id, second.id]
    assert stories.get("0" * 26) is None


def test_a_story_gets_its_original_in_the_transaction_that_joins_it(engine: Engine) -> None:
    articles, stories = Articles(engine), Stories(engine)
    asked: list[tuple[str, ...]] = []

    def choose(members: tuple[Member, ...]) -> tuple[str, str]:
        asked.append(tuple(f"{one.source_id} {one.published_precision}" for one in members))
        return members[-1].article_id, "来源 names its site"

    first = articles.keep(new_article(1), choose_original=choose)
    assert asked == []
    second = articles.keep(
        new_article(2, story_id=first.story_id, source_id="city"), choose_original=choose
    )
    assert asked == [("hanbin day", "city day")]
    story = stories.get(first.story_id)
    assert story is not None
    assert (story.original_id, story.original_reason) == (second.id, "来源 names its site")
    assert stories.publications(first.story_id)[0].is_story_head
