"""Measure what each hostile server and document costs, with the limits that are shipped.

``python -m tests.hostile.measure --write benchmarks/results/hostile.md`` visits each in a process
of its own and writes a table of outcome, wall time, CPU time and memory; it fails when one goes
over its bound or ends in another outcome than the table of behaviours says.
``--documents`` reads the documents one after the other in this process, under a limit of memory
and CPU time that the kernel keeps.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import json
import resource
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bot.fetch.fetcher import Fetcher
from bot.fetch.settings import FetchLimits, FetchSettings, Politeness
from bot.model import SourceKind
from tests.fetch import faultserver as fs
from tests.fetch.conftest import IDENTITY
from tests.fetch.faultserver import fault_server
from tests.hostile import wire
from tests.hostile.documents import DOCUMENTS
from tests.hostile.visiting import fetch, fetch_and_read, serve, source_of
from tests.hostile.wire import CASES

ROOT = Path(__file__).parents[2]
#: what one visit may cost; the timeouts are shortened from 30 s and 120 s to be done sometime
TIMEOUT_S, TOTAL_TIMEOUT_S = 2.0, 6.0
MAX_WALL_S, MAX_CPU_S, MAX_MB = 20.0, 15.0, 400
DOCUMENT_BYTES = 20_000_000
#: of the run in one process
ALL_CPU_S, ALL_MEMORY_BYTES = 90, 3 * 1024**3

SETTINGS = FetchSettings(
    identity=IDENTITY,
    limits=FetchLimits(max_attempts=1, total_timeout_s=TOTAL_TIMEOUT_S),
    politeness=Politeness(),
    allowed_addresses=("127.0.0.0/8",),
)


def visit_here(name: str, base: str) -> dict[str, Any]:
    """Visit one behaviour or document at ``base`` and return what it cost this process."""
    began_s, cpu_s = time.perf_counter(), time.process_time()
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    async def visit() -> Any:
        async with Fetcher(SETTINGS) as fetcher:
            if name in CASES:
                source = source_of(base, timeout_s=TIMEOUT_S)
                return await fetch(fetcher, source, CASES[name].purpose)
            source = source_of(base, DOCUMENTS[name].kind, timeout_s=TIMEOUT_S)
            return await fetch_and_read(fetcher, source)

    outcome = asyncio.run(visit())
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "name": name,
        "kind": outcome.kind,
        "sentence": outcome.sentence,
        "wall_s": time.perf_counter() - began_s,
        "cpu_s": time.process_time() - cpu_s + children.ru_utime + children.ru_stime,
        "mb": (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024,
    }


async def visit_apart(name: str) -> dict[str, Any]:
    """Serve one behaviour or document and let another process visit it."""
    wire.bomb_mb = 64
    async with fault_server() as server:
        if name in CASES:
            serve(server, CASES[name])
        else:
            body = DOCUMENTS[name].make(DOCUMENT_BYTES).encode("utf-8", "surrogatepass")
            server.behaviours["/page"] = fs.packed(gzip.compress(body, 1), "gzip")
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.hostile.measure", "--visit", name, server.base,
            cwd=ROOT, stdout=subprocess.PIPE,
        )  # fmt: skip
        out, _ = await child.communicate()
    if child.returncode != 0:
        return {"name": name, "kind": f"died ({child.returncode})", "sentence": "",
                "wall_s": 0.0, "cpu_s": 0.0, "mb": 0.0}  # fmt: skip
    result: dict[str, Any] = json.loads(out)
    return result


def read_documents(size: int) -> None:
    """Read every document in this process and print a line of JSON for each."""
    resource.setrlimit(resource.RLIMIT_CPU, (ALL_CPU_S, ALL_CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (ALL_MEMORY_BYTES, ALL_MEMORY_BYTES))

    async def visit(name: str) -> str:
        document = DOCUMENTS[name]
        body = document.make(size).encode("utf-8", "surrogatepass")
        async with fault_server() as server, Fetcher(SETTINGS) as fetcher:
            server.behaviours["/page"] = fs.packed(gzip.compress(body, 1), "gzip")
            source = source_of(server.base, document.kind, timeout_s=30.0)
            return (await fetch_and_read(fetcher, source)).kind

    for name in DOCUMENTS:
        began = time.process_time()
        kind = asyncio.run(visit(name))
        told = {"name": name, "kind": kind, "cpu_s": round(time.process_time() - began, 2)}
        sys.stdout.write(json.dumps(told, ensure_ascii=False) + "\n")
        sys.stdout.flush()


def allowed(name: str) -> frozenset[str]:
    """Return the outcomes that are right; at full size most documents are too big to be read."""
    if name in CASES:
        return CASES[name].kinds
    bigger = {"too-big", "too-complex"}
    if DOCUMENTS[name].kind is not SourceKind.HTML:
        bigger |= {"listing-missing", "listing-empty"}
    return DOCUMENTS[name].outcomes | bigger


def table(rows: list[dict[str, Any]]) -> str:
    """Return the measurements as a page."""
    worst = {key: max(row[key] for row in rows) for key in ("wall_s", "cpu_s", "mb")}
    lines = [
        "# What hostile servers and pages cost",
        "",
        f"Written by `make hostile`: {len(rows)} behaviours, each visited by a process of its own "
        f"with the shipped limits (10 MB as sent, 30 MB unpacked), but timeouts of {TIMEOUT_S:g} s "
        f"and {TOTAL_TIMEOUT_S:g} s. Documents are served gzipped, {DOCUMENT_BYTES:,} bytes long "
        "where the document has no size of its own. CPU includes the process that sounds a "
        "suspicious page; memory is the growth of the visiting process at its peak.",
        "",
        f"Worst: {worst['wall_s']:.1f} s (bound {MAX_WALL_S:g}), {worst['cpu_s']:.1f} s of CPU "
        f"(bound {MAX_CPU_S:g}), {worst['mb']:.0f} MB (bound {MAX_MB}).",
        "",
        "| behaviour | outcome | s | CPU s | MB |",
        "|---|---|---:|---:|---:|",
    ]
    lines += [
        f"| {row['name']} | {row['kind']} | {row['wall_s']:.2f} | {row['cpu_s']:.2f} "
        f"| {row['mb']:.0f} |"
        for row in rows
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--visit", nargs=2, metavar=("NAME", "BASE"))
    parser.add_argument("--documents", action="store_true")
    parser.add_argument("--size", type=int, default=DOCUMENT_BYTES)
    parser.add_argument("--write", type=Path, help="file for the table")
    parser.add_argument("--only", help="behaviours whose names hold this")
    options = parser.parse_args()
    if options.visit:
        sys.stdout.write(json.dumps(visit_here(*options.visit)))
        return
    if options.documents:
        read_documents(options.size)
        return
    rows, faults = [], []
    for name in [*CASES, *DOCUMENTS]:
        if options.only and options.only not in name:
            continue
        row = asyncio.run(visit_apart(name))
        rows.append(row)
        is_over = row["wall_s"] > MAX_WALL_S or row["cpu_s"] > MAX_CPU_S or row["mb"] > MAX_MB
        if is_over or row["kind"] not in allowed(name):
            faults.append(row)
        sys.stderr.write(
            f"{row['wall_s']:6.2f} s {row['cpu_s']:6.2f} CPU {row['mb']:5.0f} MB  "
            f"{row['kind']:20} {name}\n"
        )
    if options.write:
        options.write.write_text(table(rows), encoding="utf-8")
    for row in faults:
        sys.stderr.write(f"FAULT {row}\n")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
