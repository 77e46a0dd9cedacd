"""A soak: the daemon for minutes among faults; memory, files and threads level, nothing lost.

    python -m tests.soak [--seconds 600] [--write FILE]

``xianwen run`` crawls sites that publish all the time.  Each turn saves an edited configuration, so
that every source is visited again at once; an hour of an installation's life passes in minutes.
Meanwhile, one after the other and again and again: the disk is full (a limit on the size of its
files), somebody holds the database, the process sleeps as a suspended machine does, an edit is
faulty.  One name has no address and one host in fifty fails all the time.  In the end everything
that was published must be there once, and what the process holds must not have grown.
"""

from __future__ import annotations

import argparse
import re
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import threading
import time
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.nation import Nation, serving

ROOT = Path(__file__).resolve().parents[1]
SOURCES = 24
#: each source publishes another article every so many seconds
EVERY_S = 8.0
TURN_S = 6.0
FAULT_S = 6.0
#: what counts as level, from the second quarter to the last
MEMORY_SHARE, FILES, THREADS = 0.12, 8, 4
#: so long a daemon warms up, and so small it stays meanwhile
WARM_S, SMALL_MB = 240.0, 400.0
SETTINGS = """
fetch: {{delay: 0s, max_attempts: 1, allowed_addresses: ["127.0.0.0/8"]}}
web: {{port: 0}}
log: {{format: keyvalue}}
schedule: {{max_articles: {most}}}
"""
GONE = '  - id: gone\n    district: "610902"\n    url: http://no-such-host.invalid/\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """What the process holds at an instant."""

    at_s: float
    memory_mb: float
    files: int
    threads: int
    articles: int


class Subject:
    """The daemon, and what is done to it."""

    def __init__(self, place: Path, nation: Nation) -> None:
        self.place, self.nation = place, nation
        self.config = nation.configure(place, SETTINGS.format(most=100))
        with (self.config / "sources" / "11.yaml").open("a") as file:
            file.write(GONE)
        self.database = place / "data" / "xianwen.sqlite3"
        self.lines: list[str] = []
        self._turn = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "bot", "run", "--config", str(self.config)]
        command += ["--data-dir", str(self.place / "data")]
        self.process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        threading.Thread(target=self._listen, daemon=True).start()
        while not self.count(r"event=running"):
            self.check_alive()
            time.sleep(0.1)

    def _listen(self) -> None:
        assert self.process.stderr is not None
        self.lines.extend(self.process.stderr)

    def check_alive(self) -> None:
        if self.process.poll() is not None:
            sys.exit("the daemon ended:\n" + "".join(self.lines[-30:]))

    def count(self, pattern: str) -> int:
        return sum(re.search(pattern, line) is not None for line in self.lines)

    def edit(self) -> None:
        """Save a configuration in which every source reads as many articles, or one more."""
        self._turn += 1
        text = SETTINGS.format(most=100 + self._turn % 2)
        (self.config / "xianwen.yaml").write_text(text)

    def articles(self) -> int:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as connection:
            try:
                return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
            except sqlite3.OperationalError:
                return 0

    def sample(self, at_s: float) -> Sample:
        proc = Path(f"/proc/{self.process.pid}")
        status = (proc / "status").read_text()
        return Sample(
            at_s=at_s,
            memory_mb=int(re.findall(r"VmRSS:\s+(\d+)", status)[0]) / 1024,
            files=sum(1 for _ in (proc / "fd").iterdir()),
            threads=int(re.findall(r"Threads:\s+(\d+)", status)[0]),
            articles=self.articles(),
        )

    def fill_disk(self) -> None:
        """Let no file of the process grow beyond a few kilobytes."""
        before = resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (4096, before[1]))
        time.sleep(FAULT_S)
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, before)

    def hold_database(self) -> None:
        """Write to the database for a while and let nobody else."""
        with closing(sqlite3.connect(self.database, timeout=30, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            time.sleep(FAULT_S)
            other.execute("ROLLBACK")

    def suspend(self) -> None:
        """Let the process sleep while the clocks go on."""
        self.process.send_signal(signal.SIGSTOP)
        time.sleep(FAULT_S)
        self.process.send_signal(signal.SIGCONT)

    def spoil_configuration(self) -> None:
        """Save an edit with a fault; the next one mends it."""
        (self.config / "xianwen.yaml").write_text("fetch: {delay: soon}\n")
        time.sleep(FAULT_S)
        self.edit()


def level(samples: list[Sample]) -> list[str]:
    """Return what grew between the second quarter and the last, as lines; none is good.

    Of a run too short for that, whether the process stayed small.
    """
    if samples[-1].at_s < WARM_S:
        # Caches and pools still fill: only that it stays small can be told.
        most_mb = max(one.memory_mb for one in samples)
        return [f"memory came to {most_mb:.0f} MB"] if most_mb > SMALL_MB else []
    quarter = len(samples) // 4
    early, late = samples[quarter : 2 * quarter], samples[-quarter:]
    faults = []
    for name, most in (("memory_mb", None), ("files", FILES), ("threads", THREADS)):
        before = median(getattr(one, name) for one in early)
        after = median(getattr(one, name) for one in late)
        allowed = before * MEMORY_SHARE if most is None else most
        if after > before + allowed:
            faults.append(f"{name} grew from {before:.0f} to {after:.0f}")
    return faults


def missing(subject: Subject, published: int) -> list[str]:
    """Return the articles that are not in the archive, or there twice."""
    wanted = {
        f"{subject.nation.url_of(source).removeprefix('http://')}{number}.html"
        for source in range(SOURCES)
        if not subject.nation.is_failing(source)
        for number in range(published)
    }
    with closing(sqlite3.connect(subject.database)) as connection:
        found = [row[0] for row in connection.execute("SELECT url_key FROM article_urls")]
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        doubled = connection.execute(
            "SELECT count(*) - count(DISTINCT canonical_url) FROM articles"
        ).fetchone()[0]
    return sorted(wanted - set(found)) + ["twice"] * int(doubled)


def soak(seconds: float, place: Path) -> tuple[list[Sample], list[str], dict[str, int]]:
    """Run the daemon among faults; return its samples, what is wrong, and what it said."""
    with serving(SOURCES, 5, every_s=EVERY_S) as nation:
        subject = Subject(place, nation)
        faults = [
            subject.fill_disk,
            subject.hold_database,
            subject.suspend,
            subject.spoil_configuration,
        ]
        samples: list[Sample] = []
        began_s = time.monotonic()
        turn = 0
        while time.monotonic() < began_s + seconds:
            subject.edit()
            time.sleep(TURN_S)
            samples.append(subject.sample(time.monotonic() - began_s))
            if turn % 3 == 2:
                faults[turn // 3 % len(faults)]()
            subject.check_alive()
            turn += 1
        published = nation.published_now()
        wrong = level(samples)
        deadline_s = time.monotonic() + 240
        while missing(subject, published) and time.monotonic() < deadline_s:
            subject.edit()
            time.sleep(TURN_S)
            subject.check_alive()
        wrong += [f"not in the archive: {url}" for url in missing(subject, published)[:10]]
        subject.process.terminate()
        try:
            if subject.process.wait(30) != 0:
                wrong.append("it did not stop as it should")
        except subprocess.TimeoutExpired:
            subject.process.kill()
            wrong.append("it did not stop within 30 s; last: " + "".join(subject.lines[-3:]))
        said = {
            "visits": subject.count("event=crawled"),
            "of them failed by the disk": subject.count(r"disk is full|disk I/O|File too large"),
            "edits refused": subject.count("configuration refused"),
            "names without address": subject.count("no-such-host"),
        }
    return samples, wrong, said


def table(samples: list[Sample]) -> str:
    lines = ["| after, s | memory, MB | files | threads | articles |", "|---|---|---|---|---|"]
    step = max(1, len(samples) // 12)
    lines += [
        f"| {one.at_s:.0f} | {one.memory_mb:.0f} | {one.files} | {one.threads} | {one.articles:,} |"
        for one in samples[::step]
    ]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--write", type=Path, help="put the table there")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xianwen-soak-") as scratch:
        samples, wrong, said = soak(options.seconds, Path(scratch))
    told = f"{table(samples)}\n\n" + "".join(f"- {name}: {n:,}\n" for name, n in said.items())
    print(told)  # noqa: T201
    if options.write:
        options.write.write_text(
            f"# Soak\n\nMade by `python -m tests.soak --seconds {options.seconds:g}`.\n\n{told}"
        )
    if wrong:
        sys.exit("\n".join(wrong))


if __name__ == "__main__":
    main()
