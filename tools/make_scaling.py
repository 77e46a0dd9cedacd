"""The figures in ``docs/scaling.md``, from what ``benchmarks/nationwide.py`` measured last.

python -m tools.make_scaling
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
MEASURED = ROOT / "benchmarks" / "results" / "nationwide.json"
PAGE = ROOT / "docs" / "scaling.md"
_BLOCK = re.compile(r"(?<=<!-- measured -->\n).*(?=<!-- /measured -->)", re.DOTALL)
_SOURCES, _ARTICLES_A_DAY = 10_000, 200_000


def page(text: str, measured: dict[str, Any]) -> str:
    """Return the page with the figures of ``measured`` between its two marks."""
    return _BLOCK.sub(lambda _: f"\n{_figures(measured)}\n\n", text)


def _figures(measured: dict[str, Any]) -> str:
    runs = {run["name"]: run for run in measured["runs"]}
    alone, *shared = runs.values()
    first = shared[0]
    paced_ms = first["paced_feeds_ms"]
    rows = [
        ("CPU time of an article in a rush, all processes together", _article_ms(alone, first)),
        (
            "of it: crawling and archiving, database, feeds",
            ["·", ", ".join(f"{_part_ms(first, r):.0f} ms" for r in ("worker", "database", "web"))],
        ),
        ("feeds of an article at the country's mean pace", ["·", f"{paced_ms:.0f} ms"]),
        (
            "CPU time of a visit that finds nothing",
            [f"{run['empty_visit_ms']:.0f} ms" for run in (alone, first)],
        ),
        (
            "articles a second, all cores busy",
            [f"{run['articles'] / run['wall_s']:.1f}" for run in (alone, first)],
        ),
        (
            "memory of each process with its readers",
            [
                ", ".join(f"{mb:.0f} MB ({role})" for role, mb in run["memory_mb"].items())
                for run in (alone, first)
            ],
        ),
        (
            "database and raw pages, each article",
            [
                f"{run['database_bytes'] / run['articles'] / 1000:.1f} KB and "
                f"{run['raw_bytes'] / run['articles'] / 1000:.1f} KB"
                for run in (alone, first)
            ],
        ),
    ]
    lines = ["| | SQLite, one process | PostgreSQL, one worker |", "|---|---|---|"]
    lines += [f"| {name} | {' | '.join(cells)} |" for name, cells in rows]
    lines += [
        "",
        f"The schedule visits a source some {measured['visits_a_day']:.0f} times a day "
        "(simulated). From this follows, as a mean over the day, with feeds at what they cost at "
        "the country's pace:",
        "",
        "| | sources | articles a day | share of a machine with two cores, SQLite | PostgreSQL "
        "| disk a day, without pictures |",
        "|---|---|---|---|---|---|",
    ]
    for name, factor in (
        ("a county", 1 / 2978),
        ("a province", 1 / 31),
        ("the country", 1.0),
        ("ten times that", 10.0),
    ):
        cells = [f"{_SOURCES * factor:,.0f}", f"{_ARTICLES_A_DAY * factor:,.0f}"]
        cells += [_share(share * factor) for share in measured["shares"].values()]
        cells.append(" or ".join(_disk(run, factor) for run in (alone, first)))
        lines.append(f"| {name} | {' | '.join(cells)} |")
    more = "; ".join(
        f"{run['workers']} workers {run['articles'] / run['wall_s']:.1f} articles a second at "
        f"{_ms(run):.0f} ms an article"
        for run in shared[1:]
    )
    started = measured["started"]
    lines += [
        "",
        f"More workers on the same two cores, which also carry the database and the sites: {more}.",
        "",
        f"With 10,000 sources the configuration is validated in {started['check_s']:.1f} s "
        f"({started['check_cpu_s']:.1f} s of CPU time) and the daemon says `running` after "
        f"{started['start_s']:.1f} s ({started['start_cpu_s']:.1f} s) with "
        f"{started['memory_mb']:.0f} MB.",
    ]
    return "\n".join(lines)


def _ms(run: dict[str, Any]) -> float:
    return 1000 * float(sum(run["cpu_s"].values())) / int(run["articles"])


def _article_ms(*runs: dict[str, Any]) -> list[str]:
    return [f"{_ms(run):.0f} ms" for run in runs]


def _part_ms(run: dict[str, Any], role: str) -> float:
    return 1000 * float(run["cpu_s"][role]) / int(run["articles"])


def _share(share: float) -> str:
    return f"{100 * share:.2g} %" if share < 1 else f"{share:.1f} machines"


def _disk(run: dict[str, Any], factor: float) -> str:
    each = (run["database_bytes"] + run["raw_bytes"]) / run["articles"]
    gigabytes = each * _ARTICLES_A_DAY * factor / 1e9
    return f"{gigabytes * 1000:.2g} MB" if gigabytes < 0.1 else f"{gigabytes:.2g} GB"


def write() -> None:
    """Bring the page up to date."""
    measured = json.loads(MEASURED.read_text("utf-8"))
    PAGE.write_text(page(PAGE.read_text("utf-8"), measured), "utf-8")


if __name__ == "__main__":
    write()
