"""How much reading leans on names: the same pages with what their makers called things taken away.

    python benchmarks/scrambled.py

An unseen site has names that no list knows.  Each page is read as it is; with every class and id
replaced by letters that say nothing; without its meta elements and JSON-LD; with ``<article>``,
``<nav>`` and their like made ``<div>``; and with all three.  The table goes to
``results/scrambled.md``, with trafilatura beside where it is installed.
"""

from __future__ import annotations

import hashlib
import re
import sys
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


WAYS: dict[str, Callable[[str], str]] = {
    "as it is": lambda text: text,
    "names scrambled": without_names,
    "no metadata": without_metadata,
    "no semantic tags": without_semantics,
    "all three": lambda text: without_semantics(without_metadata(without_names(text))),
}


def rows(peer: Peer, corpus: Corpus) -> list[str]:
    """Return one row of the table for each way."""
    found = []
    for name, change in WAYS.items():
        changed = Corpus(
            name=name,
            pages=tuple(
                type(page)(
                    id=page.id,
                    text=change(page.text),
                    url=page.url,
                    language=page.language,
                    timezone=page.timezone,
                )
                for page in corpus.pages
            ),
            golds=corpus.golds,
        )
        said = quality(peer, changed)
        means = summary([score(gold, said[gold.id]) for gold in corpus.golds])
        cells = [means[key] for key in FIGURES]
        shown = " | ".join("–" if cell is None else f"{cell:.3f}" for cell in cells)
        found.append(f"| {corpus.name} | {peer.name} | {name} | {shown} |")
    return found


def main() -> None:
    """Measure, print and write the table."""
    peers = [peer for peer in installed_peers()[0] if peer.name.startswith(("xianwen", "trafil"))]
    lines = [
        "# Reading without names\n",
        f"`python benchmarks/scrambled.py`, {datetime.now(UTC).date().isoformat()}; what is",
        "changed is told in the script.\n",
        "| pages | extractor | changed | body F1 | precision | recall | title | day | authors |",
        "|---|---|---|---|---|---|---|---|---|",
        *[row for corpus in corpora() for peer in peers for row in rows(peer, corpus)],
    ]
    RESULTS.write_text("\n".join(lines) + "\n", encoding="utf-8")
    print("\n".join(lines))


if __name__ == "__main__":
    main()
