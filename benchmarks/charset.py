"""Charsets: pages read right and pages per CPU second, beside charset-normalizer and cchardet.

    python benchmarks/charset.py [--quick] [--json]

The project's golden pages, and the real ones beside the repository where they are, are encoded
anew in UTF-8, GBK, GB18030 and Big5, each without a label, with the right one and with every wrong
one.  Right is a text without a wrong character.  The detectors see bytes alone, as they do.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.fetch.charset import decode  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

RESULTS = Path(__file__).parent / "results" / "charset.md"
CODECS = {"utf-8": "utf-8", "gbk": "gbk", "gb18030": "gb18030", "big5": "big5hkscs"}
LABELS = ("", "utf-8", "gb2312", "gbk", "gb18030", "big5", "iso-8859-1")
_META = re.compile(r"<meta[^>]*charset[^>]*>", re.IGNORECASE)
#: all of them read right
GOAL_RIGHT = 1.0
#: our speed beside the faster detector
GOAL_TIMES = 3.0


def texts() -> Iterator[str]:
    """Yield the pages' texts without their own declarations."""
    shared = Path(os.environ.get("XIANWEN_SHARED", ROOT.parent / "shared"))
    files = sorted((ROOT / "tests" / "data").glob("*/*.html.gz"))
    if shared.is_dir():
        files += sorted((shared / "pages" / "html").iterdir())
    else:
        print("real pages left out: there are none beside the repository", file=sys.stderr)
    for file in files:
        body = file.read_bytes()
        text = decode(gzip.decompress(body) if file.suffix == ".gz" else body).text
        if len(re.findall("[\u4e00-\u9fff]", text)) > 100:
            yield _META.sub("", text)


def cases() -> Iterator[tuple[str, str, bytes, str]]:
    """Yield (codec, label, bytes, right text); Big5 of what it has characters for."""
    for text in texts():
        for name, codec in CODECS.items():
            for label in LABELS:
                meta = f'<meta charset="{label}">' if label else ""
                body = (meta + text).encode(codec, "ignore")
                yield name, label, body, body.decode(codec)


def contenders() -> dict[str, Callable[[bytes], str | None]]:
    found: dict[str, Callable[[bytes], str | None]] = {"ours": lambda body: decode(body).text}
    try:
        import charset_normalizer

        def normalizer(body: bytes) -> str | None:
            best = charset_normalizer.from_bytes(body).best()
            return None if best is None else str(best)

        found["charset-normalizer"] = normalizer
    except ImportError:
        print("charset-normalizer left out: it is not installed", file=sys.stderr)
    try:
        import cchardet

        def faust(body: bytes) -> str | None:
            codec = cchardet.detect(body)["encoding"]
            return None if codec is None else body.decode(codec, "replace")

        found["faust-cchardet"] = faust
    except ImportError:
        print("faust-cchardet left out: it is not installed", file=sys.stderr)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--quick", action="store_true", help="every 9th case, no results file")
    parser.add_argument("--json", action="store_true", help="end with one line of claims")
    options = parser.parse_args()
    chosen = list(cases())[:: 9 if options.quick else 1]
    rows = {}
    for name, read in contenders().items():
        right = dict.fromkeys(CODECS, 0)
        began_s = time.process_time()
        for codec, _, body, wanted in chosen:
            try:
                right[codec] += read(body) == wanted
            except (UnicodeError, LookupError):
                continue
        rows[name] = (right, len(chosen) / (time.process_time() - began_s))
    of = {codec: sum(case[0] == codec for case in chosen) for codec in CODECS}
    table = "\n".join(
        ["| | " + " | ".join(CODECS) + " | pages per CPU second |", "|---|" + "---|" * 5]
        + [
            f"| {name} | "
            + " | ".join(f"{right[codec]} of {of[codec]}" for codec in CODECS)
            + f" | {speed:,.0f} |"
            for name, (right, speed) in rows.items()
        ]
    )
    print(table)
    if not options.quick:
        RESULTS.write_text(
            "# Charsets, measured\n\nMade by `python benchmarks/charset.py`: "
            f"{len(chosen):,} cases, labels {', '.join(label or 'none' for label in LABELS)}.\n\n"
            f"{table}\n"
        )
    if options.json:
        print(json.dumps({"claims": claims(rows, len(chosen))}))


def claims(rows: dict[str, tuple[dict[str, int], float]], count: int) -> list[dict[str, object]]:
    ours_right, ours_speed = rows.pop("ours")
    share = sum(ours_right.values()) / count
    peers = {name: (sum(r.values()) / count, speed) for name, (r, speed) in rows.items()}
    best = max((share for share, _ in peers.values()), default=None)
    fastest = max((speed for _, speed in peers.values()), default=None)
    return [
        {
            "name": "pages read right",
            "ours": round(share, 4),
            "peer": None if best is None else round(best, 4),
            "unit": "share",
            "ratio": None if not best else round(share / best, 3),
            "goal": GOAL_RIGHT,
            "met": share >= GOAL_RIGHT,
        },
        {
            "name": "speed beside the faster detector",
            "ours": round(ours_speed, 1),
            "peer": None if fastest is None else round(fastest, 1),
            "unit": "pages/CPU-s",
            "ratio": None if not fastest else round(ours_speed / fastest, 2),
            "goal": GOAL_TIMES,
            "met": bool(fastest) and ours_speed >= GOAL_TIMES * float(fastest or 0),
        },
    ]


if __name__ == "__main__":
    main()
