"""Would a pool of processes for extraction pay?  What reading costs here, and there and back.

    python benchmarks/pool.py [--quick] [--json]

Pages of some 30 KB are read into candidates (extraction, cleaning, districts, fingerprints), once
in this process and once by a pool of one process.  What counts is the CPU time that the process
which crawls still spends itself: in a pool it sends the page and takes the result.  Medians of
interleaved rounds.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.nation import Nation  # noqa: E402
from bot.fetch.saved import read_exchange  # noqa: E402
from bot.locate import Gazetteer  # noqa: E402
from bot.model import HttpExchange, Source  # noqa: E402
from bot.pipeline.read import make_candidate, read_article  # noqa: E402
from bot.sources.load import load  # noqa: E402

if TYPE_CHECKING:
    from bot.model import Candidate, FetchedPage

SOURCE = Source(id="s1", name="示范网", adcode="610924", url="http://127.1.0.0:1/s1/")
GAZETTEER = Gazetteer(load(ROOT / "config").districts)
RESULTS = Path(__file__).parent / "results" / "pool.md"
#: share of the crawling process's time that a pool must save to be worth two more processes
GOAL_SHARE = 0.5


def pages(count: int) -> list[FetchedPage]:
    nation = Nation(sources=2, published=count, port=1)
    made = []
    for number in range(count):
        exchange = HttpExchange(
            method="GET",
            url=f"{SOURCE.url}{number}.html",
            request_headers=(),
            http_version="HTTP/1.1",
            status=200,
            reason="OK",
            response_headers=(("Content-Type", "text/html; charset=utf-8"),),
            payload=nation.page(f"/s1/{number}.html") or b"",
        )
        made.append(read_exchange(exchange, fetched_at=datetime.now(UTC)))
    return made


def read(page: FetchedPage) -> Candidate:
    return make_candidate(read_article([page], SOURCE), SOURCE, GAZETTEER)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="fewer pages, no results file")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    options = parser.parse_args()
    made = pages(60 if options.quick else 200)
    here_ms, there_ms = [], []
    with ProcessPoolExecutor(1) as pool:
        pool.submit(read, made[0]).result()
        read(made[0])
        for _ in range(3 if options.quick else 7):
            began_s = time.process_time()
            for page in made:
                read(page)
            here_ms.append(1000 * (time.process_time() - began_s) / len(made))
            began_s = time.process_time()
            for page in made:
                pool.submit(read, page).result()
            there_ms.append(1000 * (time.process_time() - began_s) / len(made))
    table = "\n".join(
        [
            "| CPU ms an article, in the process that crawls | |",
            "|---|---|",
            f"| reading here | {median(here_ms):.1f} |",
            f"| reading in a pool: what is left here | {median(there_ms):.1f} |",
            f"| saved | {median(here_ms) - median(there_ms):.1f} |",
        ]
    )
    print(table)
    if not options.quick:
        RESULTS.write_text(
            "# A pool for extraction, measured\n\nMade by `python benchmarks/pool.py`: "
            f"{len(made)} pages, medians of {len(here_ms)} interleaved rounds.\n\n{table}\n"
        )
    if options.json:
        claim = {
            "name": "CPU of the crawling process for reading an article, with a pool",
            "ours": round(median(there_ms), 2),
            "peer": round(median(here_ms), 2),
            "unit": "ms",
            "ratio": round(median(there_ms) / median(here_ms), 2),
            "goal": GOAL_SHARE,
            "met": median(there_ms) <= GOAL_SHARE * median(here_ms),
        }
        print(json.dumps({"claims": [claim]}))


if __name__ == "__main__":
    main()
