"""Starting a command: processor time from nothing to its end, beside commands of the like.

    python benchmarks/start.py [--quick] [--json]

Each command is a process of its own; all take their turns, so that what else the machine does
meets all of them.  The page is the same for every extractor, a golden one.  What Python compiles is
there from a first run that does not count.  ``--quick`` runs each three times and writes no file.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
RESULTS = Path(__file__).parent / "results" / "start.md"
PAGE = ROOT / "tests" / "data" / "empirecms" / "2026-03-04-mushroom.html.gz"
#: CPU seconds
GOALS = {"xianwen --help": 0.25, "xianwen extract": 0.5}
#: which command of another does the like
PEERS = {"xianwen --help": "trafilatura --help", "xianwen extract": "trafilatura (a page)"}
RUNS, QUICK_RUNS = 9, 3


def commands(page: Path) -> dict[str, list[str]]:
    """Return what is started, by its name; a peer that is not installed is left out."""
    ours = [sys.executable, "-m", "bot"]
    (page.parent / "in.jsonl").write_text(json.dumps({"id": 1, "file": page.name}), "utf-8")
    batch = [str(page.parent / "in.jsonl"), str(page.parent / "out.jsonl")]
    found = {
        "python -c pass": [sys.executable, "-c", "pass"],
        "xianwen --version": [*ours, "--version"],
        "xianwen --help": [*ours, "--help"],
        "xianwen check": [*ours, "check"],
        "xianwen extract": [*ours, "extract", str(page), "--json"],
        "xianwen extract --batch": [*ours, "extract", "--batch", *batch],
    }
    peers = {
        "trafilatura --help": ["-m", "trafilatura.cli", "--help"],
        "trafilatura (a page)": ["-m", "trafilatura.cli", "--json", "--with-metadata"],
        "scrapy version": ["-m", "scrapy", "version"],
    }
    for name, words in peers.items():
        module = words[1].partition(".")[0]
        if subprocess.run([sys.executable, "-c", f"import {module}"], check=False).returncode:
            print(f"{name} left out: it is not installed", file=sys.stderr)
        else:
            found[name] = [sys.executable, *words]
    return found


def cpu_s(command: list[str], page: Path) -> float:
    """Run a command to its end, the page on its standard input, and return what it cost."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    with page.open("rb") as file:
        subprocess.run(
            command, stdin=file, capture_output=True, check=True, cwd=ROOT, env=environment
        )
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def report(spent_s: dict[str, list[float]]) -> str:
    runs = len(next(iter(spent_s.values())))
    lines = [
        "# Starting a command",
        "",
        "Written by `python benchmarks/start.py`: CPU seconds of a process from nothing to its",
        f"end, {runs} runs in turns.",
        "",
        "| command | median | least | goal |",
        "|---|---|---|---|",
    ]
    for name, values in spent_s.items():
        goal = GOALS.get(name)
        word = (
            ""
            if goal is None
            else f"{goal:g}: {'reached' if _mid(values) <= goal else 'not reached'}"
        )
        lines.append(f"| `{name}` | {_mid(values):.2f} | {min(values):.2f} | {word} |")
    return "\n".join([*lines, ""])


def claims(spent_s: dict[str, list[float]]) -> list[dict[str, object]]:
    """Return what is claimed, beside the command of a peer where it is installed."""
    found: list[dict[str, object]] = []
    for name, goal in GOALS.items():
        ours, theirs = spent_s[name], spent_s.get(PEERS[name])
        found.append(
            {
                "name": f"start and end of {name}",
                "ours": round(_mid(ours), 3),
                "peer": None if theirs is None else round(_mid(theirs), 3),
                "unit": "CPU s",
                "ratio": None
                if theirs is None
                else round(_mid([a / b for a, b in zip(ours, theirs, strict=True)]), 3),
                "goal": goal,
                "met": _mid(ours) <= goal,
            }
        )
    return found


def _mid(values: list[float]) -> float:
    return statistics.median(values)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="three runs; write no file")
    parser.add_argument("--json", action="store_true", help="end with one line of JSON")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as place:
        page = Path(place) / "page.html"
        page.write_bytes(gzip.decompress(PAGE.read_bytes()))
        chosen = commands(page)
        spent_s: dict[str, list[float]] = {name: [] for name in chosen}
        for number in range((QUICK_RUNS if options.quick else RUNS) + 1):
            for name, command in chosen.items():
                spent = cpu_s(command, page)
                if number:
                    spent_s[name].append(spent)
    if not options.quick:
        RESULTS.write_text(report(spent_s), "utf-8")
    print(report(spent_s))
    if options.json:
        print(json.dumps({"claims": claims(spent_s)}))


if __name__ == "__main__":
    main()
