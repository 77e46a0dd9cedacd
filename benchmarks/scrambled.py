"""How much reading leans on names: the same pages with what their makers called things taken away.

    python benchmarks/scrambled.py [--quick] [--json]

An unseen site has names that no list knows.  Each page is read as it is; with every class and id
replaced by letters that say nothing; without its meta elements and JSON-LD; with ``<article>``,
``<nav>`` and their like made ``<div>``; and with all three.  The table goes to
``results/scrambled.md``, with trafilatura beside where it is installed.  ``--quick`` reads each
page as it is and with all three changes, and writes no file.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import re
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.extraction import Corpus, corpora, quality  # noqa: E402
from benchmarks.extraction_peers import Peer, installed_peers  # noqa: E402
from tests.golden.scoring import score, summary  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable

RESULTS = Path(__file__).parent / "results" / "scrambled.md"
NAMED = re.compile(r'\b(class|id)\s*=\s*"([^"]*)"')
SEMANTIC = re.compile(r"<(/?)(?:article|main|section|header|footer|nav|aside)\b")
JSON_LD = re.compile(r"<script[^>]*ld\+json.*?</script>", re.DOTALL)
META = re.compile(r"<meta(?![^>]*charset)[^>]*>")
#: body F1 of the real pages with all three changes: what an unseen site may be like
GOAL = 0.96
FIGURES = ("f1", "precision", "recall", "has_title", "has_day", "has_authors")


def without_names(text: str) -> str:
    """Return a page whose classes and ids say nothing, equal ones still equal."""

    def scrambled(match: re.Match[str]) -> str:
        words = (hashlib.sha256(word.encode()).hexdigest()[:6] for word in match[2].split())
        return f'{match[1]}="{" ".join(f"x{word}" for word in words)}"'

    return NAMED.sub(scrambled, text)


def without_metadata(text: str) -> str:
    """Return a page that tells machines nothing but its charset."""
    return META.sub("", JSON_LD.sub("", text))


def without_semantics(text: str) -> str:
    """Return a page of ``<div>`` where HTML has names for the parts of a page."""
    return SEMANTIC.sub(r"<\1div", text)


ALL = "all three"
WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "names scrambled": without_names,
    "no metadata": without_metadata,
    "no semantic tags": without_semantics,
    ALL: lambda text: without_semantics(without_metadata(without_names(text))),
}


def read_changed(peer: Peer, corpus: Corpus, way: str) -> dict[str, float | None]:
    """Return the means of what ``peer`` reads of the pages changed in one way."""
    change = WAYS[way]
    changed = Corpus(
        name=way,
        pages=tuple(replace(page, text=change(page.text)) for page in corpus.pages),
        golds=corpus.golds,
    )
    said = quality(peer, changed)
    return summary([score(gold, said[gold.id]) for gold in corpus.golds])


def row(corpus: str, peer: str, way: str, means: dict[str, float | None]) -> str:
    """Return one row of the table."""
    cells = [means[key] for key in FIGURES]
    shown = " | ".join("–" if cell is None else f"{cell:.3f}" for cell in cells)
    return f"| {corpus} | {peer} | {way} | {shown} |"


def main() -> None:
    """Measure, print and write the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="two of the changes; write no file")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args()
    ways = ["as it is", ALL] if options.quick else list(WAYS)
    peers = [peer for peer in installed_peers()[0] if peer.name.startswith(("xianwen", "trafil"))]
    told = {
        (corpus.name, peer.name, way): read_changed(peer, corpus, way)
        for corpus in corpora()
        for peer in peers
        for way in ways
    }
    lines = [
        "# Reading without names\n",
        f"`python benchmarks/scrambled.py`, {datetime.now(UTC).date().isoformat()}; what is",
        "changed is told in the script.\n",
        "| pages | extractor | changed | body F1 | precision | recall | title | day | authors |",
        "|---|---|---|---|---|---|---|---|---|",
        *[row(*key, means) for key, means in told.items()],
    ]
    if not options.quick:
        RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))
    if options.json:
        print(json.dumps({"claims": claims(told)}, ensure_ascii=False))


def claims(told: dict[tuple[str, str, str], dict[str, float | None]]) -> list[dict[str, object]]:
    """Return what is claimed of each set of pages with all three changes."""
    found: list[dict[str, object]] = []
    for (corpus, peer, way), means in told.items():
        if not peer.startswith("xianwen") or way != ALL:
            continue
        theirs = next(
            (m["f1"] for (c, p, w), m in told.items() if (c, w) == (corpus, ALL) and p != peer),
            None,
        )
        ours = means["f1"] or 0.0
        found.append(
            {
                "name": f"body F1 without names: {corpus}",
                "ours": round(ours, 4),
                "peer": None if theirs is None else round(theirs, 4),
                "unit": "F1",
                "ratio": None if not theirs else round(ours / theirs, 3),
                "goal": GOAL,
                "met": ours >= GOAL,
            }
        )
    return found


if __name__ == "__main__":
    main()
