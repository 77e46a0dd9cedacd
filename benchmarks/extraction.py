"""Extraction: quality and pages per CPU second of ours and of every peer, in one run.

    python benchmarks/extraction.py [--quick] [--json] [--pages] [--only NAME ...]

Each round runs every extractor over the same pages, one after the other, and takes the CPU time
of this process; the figures are medians over the rounds, the ratios medians of the pairs within
a round.  Pages are given decoded; reading the answer is off the clock.  Without ``--quick`` and
``--only`` the tables go to ``results/extraction.md``.  ``--pages`` tells page by page what
ours got wrong.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import platform
import sys
import time
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.extraction_peers import Page, Peer, installed_peers, mozilla  # noqa: E402
from tests.golden.faults import faults  # noqa: E402
from tests.golden.real_pages import read_real_pages  # noqa: E402
from tests.golden.scoring import Gold, Reading, score, summary  # noqa: E402
from tests.golden.stored_pages import stored_pages  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterator

RESULTS = Path(__file__).parent / "results" / "extraction.md"
#: a round repeats fast extractors until they have used this much CPU
LEAST_CPU_S = 0.25
OURS, PARSE = "xianwen", "bare parse"


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Pages with gold under one name."""

    name: str
    pages: tuple[Page, ...]
    golds: tuple[Gold, ...]


def corpora() -> Iterator[Corpus]:
    """Yield the sets of pages that are here."""
    shared = Path(os.environ.get("XIANWEN_SHARED", ROOT.parent / "shared")) / "pages"
    if shared.is_dir():
        real = read_real_pages(shared)
        yield Corpus(
            name="real Chinese news pages",
            pages=tuple(Page(id=g.id, text=text, url=url) for g, text, url in real),
            golds=tuple(g for g, _, _ in real),
        )
    else:
        print(f"no real pages at {shared}: left out", file=sys.stderr)
    yield from golden_corpora()


def golden_corpora() -> Iterator[Corpus]:
    """Yield the project's own golden pages, Chinese ones apart from the others."""
    stored = stored_pages()
    for name, is_chinese in (("golden pages, Chinese", True), ("golden pages, other", False)):
        chosen = [p for p in stored if (p.language == "zh") is is_chinese]
        yield Corpus(
            name=name,
            pages=tuple(
                Page(
                    id=p.gold.id,
                    text=p.text,
                    url=p.url,
                    language=p.language,
                    timezone=p.gold.timezone,
                )
                for p in chosen
            ),
            golds=tuple(p.gold for p in chosen),
        )


def quality(peer: Peer, corpus: Corpus) -> dict[str, Reading]:
    """Return what ``peer`` says of each page; a page that it breaks on counts as empty."""
    readings = {}
    for page in corpus.pages:
        try:
            readings[page.id] = peer.read(peer.run(peer.prepare(page)))  # type: ignore[misc]
        except Exception as error:  # noqa: BLE001  a peer's crash is a result, not ours to raise
            print(f"{peer.name} broke on {page.id}: {error!r}", file=sys.stderr)
            readings[page.id] = Reading(paragraphs=())
    return readings


def cpu_per_page_s(peer: Peer, corpus: Corpus) -> float:
    """Return the CPU seconds that ``peer`` needs for one page, averaged over the corpus."""
    given = [peer.prepare(page) for page in corpus.pages]
    gc.collect()
    passes, start = 0, time.process_time()
    while time.process_time() - start < LEAST_CPU_S or not passes:
        for page in given:
            try:
                peer.run(page)
            except Exception:  # noqa: BLE001, S112  told by ``quality`` already
                continue
        passes += 1
    return (time.process_time() - start) / passes / len(given)


def measure(peers: list[Peer], corpus: Corpus, rounds: int) -> dict[str, list[float]]:
    """Return each peer's CPU seconds per page in every round, rounds interleaved."""
    taken: dict[str, list[float]] = {peer.name: [] for peer in peers}
    for _ in range(rounds):
        for peer in peers:
            taken[peer.name].append(cpu_per_page_s(peer, corpus))
    return taken


def ratio(cost: list[float], base: list[float]) -> float:
    """Return the median of the pairwise quotients."""
    return median(c / b for c, b in zip(cost, base, strict=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One extractor's figures on one corpus."""

    name: str
    version: str
    means: dict[str, float | None]
    pages_per_s: float | None
    #: times the cost of the bare parse
    of_parse: float | None


def table(corpus: Corpus, rows: list[Row]) -> str:
    """Return the figures as a Markdown table."""
    columns = (
        ("F1", "f1"), ("precision", "precision"), ("recall", "recall"),
        ("paragraph precision", "paragraph_precision"), ("paragraphs exact", "paragraph_exact"),
        ("no boilerplate", "is_free_of_boilerplate"), ("title", "has_title"), ("day", "has_day"),
        ("minute", "has_minute"), ("source", "has_source"), ("authors", "has_authors"),
        ("editors", "has_editors"),
    )  # fmt: skip
    lines = [
        f"### {corpus.name} ({len(corpus.pages)})",
        "",
        f"| extractor | {' | '.join(c for c, _ in columns)} | pages/CPU-s | × bare parse |",
        f"|---|{'---|' * (len(columns) + 2)}",
    ]
    for row in rows:
        cells = [_cell(row.means.get(key), key) for _, key in columns]
        speed = "–" if row.pages_per_s is None else f"{row.pages_per_s:.0f}"
        cost = "–" if row.of_parse is None else f"{row.of_parse:.1f}"
        lines.append(f"| {row.name} {row.version} | {' | '.join(cells)} | {speed} | {cost} |")
    return "\n".join(lines)


def _cell(value: float | None, key: str) -> str:
    if value is None:
        return "–"
    return f"{value:.3f}" if key in {"f1", "precision", "recall"} else f"{value:.0%}"


def run_corpus(corpus: Corpus, peers: list[Peer], rounds: int, is_paged: bool) -> list[Row]:
    """Measure every peer on ``corpus``; with ``is_paged`` print what ours got wrong."""
    taken = measure(peers, corpus, rounds)
    rows = []
    for peer in peers:
        means: dict[str, float | None] = {}
        if peer.read is not None:
            readings = quality(peer, corpus)
            means = _means(corpus, readings)
            if is_paged and peer.name == OURS:
                _tell(corpus, readings)
        cost = taken[peer.name]
        rows.append(
            Row(
                name=peer.name,
                version=peer.version,
                means=means,
                pages_per_s=1 / median(cost),
                of_parse=ratio(cost, taken[PARSE]) if PARSE in taken else None,
            )
        )
    return rows


def _means(corpus: Corpus, readings: dict[str, Reading]) -> dict[str, float | None]:
    means = summary([score(gold, readings[gold.id]) for gold in corpus.golds])
    for field, keys in _FIELDS.items():
        if all(getattr(reading, field) is None for reading in readings.values()):
            means.update(dict.fromkeys(keys))
    return means


#: figures that are not an extractor's to answer for when it never fills the field
_FIELDS = {
    "published": ("has_day", "has_minute"),
    "source": ("has_source", "has_no_false_source"),
    "authors": ("has_authors", "has_no_false_author"),
    "editors": ("has_editors",),
}


def _tell(corpus: Corpus, readings: dict[str, Reading]) -> None:
    for gold in corpus.golds:
        result = score(gold, readings[gold.id])
        print(f"{gold.id}: F1 {result.f1:.4f} ({result.precision:.4f} / {result.recall:.4f})")
        for line in faults(gold, readings[gold.id]):
            print(f"    {line}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One promise and what was measured of it."""

    name: str
    ours: float
    #: the best peer's figure, or that of the peer that the promise names
    peer: float | None
    unit: str
    goal: float
    is_upper_bound: bool = False

    def as_json(self) -> dict[str, Any]:
        """Return the claim as one JSON object."""
        met = self.ours <= self.goal if self.is_upper_bound else self.ours >= self.goal
        return {
            "name": self.name,
            "ours": round(self.ours, 4),
            "peer": None if self.peer is None else round(self.peer, 4),
            "unit": self.unit,
            "ratio": round(self.ours / self.peer, 3) if self.peer else None,
            "goal": self.goal,
            "met": met,
        }


#: figure, its goal on Chinese news pages, unit
GOALS = (
    ("f1", 0.985, "body F1"),
    ("paragraph_precision", 0.95, "share of paragraphs"),
    ("is_free_of_boilerplate", 0.95, "share of pages"),
    ("has_title", 0.97, "share of pages"),
    ("has_day", 0.99, "share of pages"),
    ("has_source", 0.95, "share of pages"),
    ("has_authors", 0.85, "share of pages"),
)
LEAST_PAGES_PER_S = 300.0
LEAST_TIMES_TRAFILATURA = 10.0
MOST_TIMES_PARSE = 4.0


def claims(corpus: Corpus, rows: list[Row]) -> Iterator[Claim]:
    """Yield what is promised of ours on ``corpus``; nothing when ours was not run."""
    by_name = {row.name: row for row in rows}
    ours = by_name.pop(OURS, None)
    if ours is None:
        return
    for key, goal, unit in GOALS:
        mean = ours.means.get(key)
        others = [v for row in by_name.values() if (v := row.means.get(key)) is not None]
        if mean is not None:
            name = f"{key} on {corpus.name}"
            yield Claim(name=name, ours=mean, peer=max(others, default=None), unit=unit, goal=goal)
    peer = by_name.get("trafilatura")
    if ours.pages_per_s is not None:
        yield Claim(
            name=f"speed on {corpus.name}",
            ours=ours.pages_per_s,
            peer=peer.pages_per_s if peer else None,
            unit="pages/CPU-s",
            goal=LEAST_PAGES_PER_S,
        )
    if peer and peer.pages_per_s and ours.pages_per_s:
        yield Claim(
            name=f"times trafilatura on {corpus.name}",
            ours=ours.pages_per_s / peer.pages_per_s,
            peer=1.0,
            unit="×",
            goal=LEAST_TIMES_TRAFILATURA,
        )
    if ours.of_parse is not None:
        yield Claim(
            name=f"cost in bare parses on {corpus.name}",
            ours=ours.of_parse,
            peer=1.0,
            unit="×",
            goal=MOST_TIMES_PARSE,
            is_upper_bound=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="fewer rounds, no results file")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    parser.add_argument("--pages", action="store_true", help="tell what ours got wrong")
    parser.add_argument("--only", nargs="+", default=[], help="names of extractors to run")
    options = parser.parse_args()
    peers, missing = installed_peers()
    peers = [p for p in peers if not options.only or p.name in options.only]
    for line in missing:
        print(line, file=sys.stderr)
    tables, made = [], []
    for corpus in corpora():
        rows = run_corpus(corpus, peers, 2 if options.quick else 5, options.pages)
        if not options.quick and not options.only:
            rows += _mozilla_row(corpus)
        tables.append(table(corpus, rows))
        print(tables[-1], "\n")
        made += [claim.as_json() for claim in claims(corpus, rows)]
    if not options.quick and not options.only:
        _write(tables, missing)
    if options.json:
        print(json.dumps({"claims": made}, ensure_ascii=False))


def _mozilla_row(corpus: Corpus) -> list[Row]:
    said = mozilla(list(corpus.pages))
    if isinstance(said, str):
        print(said, file=sys.stderr)
        return []
    readings, cpu_s = said
    return [
        Row(
            name="Mozilla Readability",
            version="with jsdom",
            means=_means(corpus, readings),
            pages_per_s=len(corpus.pages) / cpu_s,
            of_parse=None,
        )
    ]


def _write(tables: list[str], missing: list[str]) -> None:
    head = (
        "# Extraction, measured\n\n"
        f"{date.today().isoformat()}, Python {platform.python_version()}, one process, CPU time;"  # noqa: DTZ011
        " made by `benchmarks/extraction.py`. A dash: the extractor does not tell, or no page"
        " shows it. The goals are for real pages; the golden pages were written for this"
        " project, and ours is tested on them. newspaper4k is locked with its Chinese extra only:"
        " what it cannot read without the others counts as empty."
        + "".join(f" {line.partition(';')[0]}." for line in missing)
        + "\n\n"
    )
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(head + "\n\n".join(tables) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
