"""Coverage-guided fuzzing of what reads foreign bytes: atheris over the invariants.

    python -m tests.hostile.fuzz [STAGE ...] [--seconds 60 | --runs 500] [--corpus DIR]

Every stage runs in a process of its own from the pages, feeds and files of tests/ and config/ as
seeds, with the tags and words of Chinese CMSs as a dictionary.  An input that breaks an invariant,
takes longer than ten seconds or more than 1.5 GB is kept below the corpus and told; exit code 1.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

if "--one" in sys.argv:
    # Only the process that fuzzes pays for it, and needs the library.
    import atheris

    watched: Any = atheris.instrument_imports(include=["bot"])
else:
    watched = contextlib.nullcontext()

with watched:
    from bot.errors import ConfigError
    from bot.fetch.charset import decode
    from bot.model import SourceKind
    from bot.sources.load import load
    from tests.hostile import invariants

ROOT = Path(__file__).parents[2]
LONGEST = 60_000
PART_SEPARATOR = b"\x00\x01\x00"
WORDS = (
    "<p>", "</p>", "<div>", "</div>", "<br>", "<table>", "<tr>", "<td>", "<li>", "<a href=/n/1.html>", "<img src=/a.jpg>",
    "<span style='display:none'>", "<style>.a{display:none}</style>", "<noscript>", "<template>", "<svg>", "<math>",
    "<script type=application/ld+json>", "<!--", "-->", "<![CDATA[", "]]>", "<record>", "</record>", "<base href=", "<title>",
    "来源：", "责编:", "记者", "发布时间", "2026-11-24", "11月24日", "今天 10:00", "3小时前", "下一页", "createPageHTML(5,0,'index','html')",
    "&nbsp;", "&#xD800;", "&#0;", "charset=gb2312", "charset=gbk", "charset=utf-16", "\ufeff", "\u200b", "\u202e",
    "sources:", "  - id: a", "    district: hanbin", "    url: http://a.cn/", "listing:", "article:", "!!python/object:", "&a", "*a", "? ", "|-",
    "<rss>", "<channel>", "<item>", "<link>", "<pubDate>", "<urlset>", "<loc>", "<sitemapindex>", '{"data":[{"url":"', '"title":"',
)  # fmt: skip


def _text(data: bytes) -> str:
    return data.decode("utf-8", "surrogatepass") if _is_utf8(data) else data.decode("latin-1")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return False
    return True


def charset(data: bytes) -> None:
    head, _, body = data.partition(b"\n")
    invariants.charset(body, head.decode("latin-1")[:60])


def discover(data: bytes) -> None:
    kinds = list(SourceKind)
    kind = kinds[data[0] % len(kinds)] if data else kinds[0]
    invariants.listing(_text(data[1:]), kind)


def extract(data: bytes) -> None:
    """Bytes of a page as a server sends them: decoded, extracted and cleaned."""
    text = decode(data, content_type="text/html").text
    invariants.reading(text)
    invariants.face(text)


def clean(data: bytes) -> None:
    invariants.sanitising(_text(data))


def feeds(data: bytes) -> None:
    parts = [_text(part) for part in data.split(PART_SEPARATOR)] + [""] * 4
    invariants.feeds(parts[0][:300], [parts[1][:60]], parts[2], parts[2], parts[3][:200])


def config(data: bytes) -> None:
    """A file of sources: read whole, or refused with faults of one line."""
    invariants.yaml(data)
    try:
        load(ROOT / "config", environment={}, sources={"any.yaml": data})
    except ConfigError as error:
        for fault in error.faults:
            assert "\n" not in str(fault), fault


STAGES: dict[str, Callable[[bytes], None]] = {
    "charset": charset,
    "discover": discover,
    "extract": extract,
    "clean": clean,
    "feeds": feeds,
    "config": config,
}


def seeds(stage: str) -> Iterator[bytes]:
    """Yield what a stage begins with."""
    from tests.hostile.vectors import vectors
    from tests.trial.layouts import LAYOUTS
    from tests.trial.wild import WILD

    pages = [gzip.decompress(p.read_bytes()) for p in sorted((ROOT / "tests/data").rglob("*.gz"))]
    if stage == "charset":
        yield from (b"text/html; charset=gb2312\n" + page[:4000] for page in pages)
        yield "text/html\n汉滨区召开会议".encode("gb18030")
    elif stage == "discover":
        for layout in (*LAYOUTS, *WILD):
            yield b"\x00" + layout.pages[layout.url].encode()
        for number, text in enumerate(
            (
                json.dumps({"data": {"list": [{"url": "/n/1.html", "title": "题", "date": 1}]}}),
                "<rss><channel><item><title>题</title><link>/n/1.html</link></item></channel></rss>",
                "<urlset><url><loc>http://a.cn/1.html</loc></url></urlset>",
            ),
            start=1,
        ):
            yield bytes([number]) + text.encode()
    elif stage == "extract":
        yield from pages
    elif stage == "clean":
        yield from (vector.encode() for vector in vectors()[::8])
    elif stage == "feeds":
        yield PART_SEPARATOR.join([b"a", b"b", "<p>汉滨</p>".encode(), b"n/1.html"])
    else:
        yield from (path.read_bytes() for path in sorted((ROOT / "config").rglob("*.yaml")))
        for block in re.findall(
            r"```yaml\n(.*?)```",
            (ROOT / "docs/how-to/cookbook.md").read_text("utf-8"),
            re.DOTALL,
        ):
            yield block.encode()


def run(stage: str, corpus: Path, seconds: int, runs: int) -> None:
    """Fuzz one stage in this process; never returns."""
    place = corpus / stage
    place.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(seeds(stage)):
        (place / f"seed-{number:03}").write_bytes(seed[:LONGEST])
    words = corpus / "words.dict"
    quoted = ("".join(f"\\x{byte:02x}" for byte in word.encode()) for word in WORDS)
    words.write_text("".join(f'"{word}"\n' for word in quoted), "ascii")
    atheris.Setup(
        [
            "fuzz",
            str(place),
            f"-dict={words}",
            # So many inputs and always the same ones, or as many as go into the time.
            *((f"-runs={runs}", "-seed=1") if runs else (f"-max_total_time={seconds}",)),
            f"-max_len={LONGEST}",
            f"-artifact_prefix={corpus}/{stage}-broke-",
            "-timeout=10",
            "-rss_limit_mb=1500",
            "-print_final_stats=1",
            "-verbosity=1",
        ],
        STAGES[stage],
    )
    atheris.Fuzz()


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stages", nargs="*", choices=[*STAGES, []])
    parser.add_argument("--seconds", type=int, default=60, help="for each stage")
    parser.add_argument(
        "--runs", type=int, default=0, help="inputs for each stage, always the same"
    )
    parser.add_argument("--corpus", type=Path, help="what is kept from run to run")
    parser.add_argument("--one", choices=list(STAGES), help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    corpus = chosen.corpus or Path(tempfile.mkdtemp(prefix="xianwen-fuzz-"))
    corpus.mkdir(parents=True, exist_ok=True)
    if chosen.one:
        run(chosen.one, corpus, chosen.seconds, chosen.runs)
    broken = 0
    for stage in chosen.stages or STAGES:
        command = [sys.executable, "-m", "tests.hostile.fuzz", "--one", stage,
                   "--seconds", str(chosen.seconds), "--runs", str(chosen.runs), "--corpus", str(corpus)]  # fmt: skip
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, errors="replace")
        told: dict[str, Any] = dict(re.findall(r"stat::(\w+):\s+(\d+)", done.stderr))
        covered = re.findall(r"cov: (\d+)", done.stderr)
        sys.stdout.write(
            f"{stage:<9} {told.get('number_of_executed_units', '?'):>8} inputs, "
            f"{covered[-1] if covered else '?':>6} branches, "
            f"{told.get('peak_rss_mb', '?'):>5} MB  {'broke' if done.returncode else 'held'}\n"
        )
        sys.stdout.flush()
        if done.returncode:
            broken += 1
            sys.stdout.write(done.stdout[done.stdout.find("Uncaught") :][:3000])
            sys.stdout.writelines(
                f"{line}\n"
                for line in done.stderr.splitlines()
                if "written to" in line or "SUMMARY" in line
            )
    sys.stdout.write(f"corpus and inputs that broke: {corpus}\n")
    return 1 if broken else 0


if __name__ == "__main__":
    os.environ.setdefault("PYTHONWARNINGS", "ignore")
    sys.exit(main())
