"""How well reprints are told from forms, on a stream whose truth is known: floors, not a measure.

``benchmarks/dedupe.py`` measures more of it, beside another library.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import UTC, datetime, timedelta

from benchmarks.dedupe import candidate_of
from benchmarks.made_news import Made, labelled_set
from bot.dedupe import decide
from bot.model import KnownArticle, Verdict

COUNT = 700
START = datetime(2026, 3, 1, tzinfo=UTC)


def answers(stream: list[Made]) -> list[int | None]:
    """Return, for each article, the story that it is taken for among those before it."""
    known: list[tuple[KnownArticle, int]] = []
    by_band: dict[int, list[int]] = defaultdict(list)
    found: list[int | None] = []
    for number, one in enumerate(stream):
        at = START + timedelta(minutes=number)
        candidate = candidate_of(one, f"https://{number}.example/1.html", at)
        prints = candidate.fingerprints
        shared = Counter(n for band in prints.bands for n in by_band[band])
        near = [known[n][0] for n, _ in shared.most_common(8)]
        decision = decide(candidate, None, near)
        # A story's number is its id, so that a reprint of a reprint is of the same story.
        story = one.story if decision.verdict is Verdict.NEW else int(decision.story_id or 0)
        found.append(None if decision.verdict is Verdict.NEW else story)
        article = candidate.article
        known.append(
            (
                KnownArticle(
                    article_id=str(number), story_id=str(story), canonical_url=f"u{number}",
                    source_id="bench", title=one.title, source_name=None,
                    published=article.published, first_seen_at=at, text=one.text,
                    content_fingerprint=prints.content, text_fingerprint=prints.text,
                ),
                story,
            )
        )  # fmt: skip
        for band in prints.bands:
            by_band[band].append(number)
    return found


def test_reprints_are_found_and_forms_stay_apart() -> None:
    stream = list(labelled_set(seed=21, count=COUNT))
    given = answers(stream)
    missed = [one.kind for one, story in zip(stream, given, strict=True)
              if one.is_reprint and story != one.story]  # fmt: skip
    wrong = [one.kind for one, story in zip(stream, given, strict=True)
             if story is not None and story != one.story]  # fmt: skip
    reprints = sum(one.is_reprint for one in stream)
    assert reprints > COUNT / 4
    assert len(missed) <= 0.02 * reprints, Counter(missed)
    assert len(wrong) <= 0.02 * reprints, Counter(wrong)
    assert not [kind for kind in wrong if kind in {"form: weather", "moved to another place"}]
