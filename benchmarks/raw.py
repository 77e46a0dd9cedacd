"""Raw pages: bytes an article as .warc.gz and as .warc.zst with a dictionary, and who reads them.

    python benchmarks/raw.py [--quick] [--json]

The pages are those of the replica, in the markup of three content management systems, each fetched
page one exchange as the archive keeps it.  Records are written by ``storage.warc``; the variants
compress the very same records, each a frame of its own as both conventions demand.  A dictionary
is trained on one half of a site's pages and measured on the other half, and its own bytes, once a
file, are told apart.  Readers are asked for every record of each file.
"""

from __future__ import annotations

import argparse
import asyncio
import gzip
import io
import json
import sys
import tempfile
import zlib
from collections import defaultdict
from pathlib import Path
from urllib.parse import urlsplit

import zstandard

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from bot.app.archive import open_archive  # noqa: E402
from bot.app.crawling import crawl_once  # noqa: E402
from bot.sources.load import load  # noqa: E402
from replica import ReplicaWorld, serve, system_clock  # noqa: E402
from replica import config as replica_config  # noqa: E402
from storage.raw import walk  # noqa: E402

RESULTS = Path(__file__).parent / "results"
#: https://iipc.github.io/warc-specifications/specifications/warc-zstd/
_DICTIONARY_FRAME = b"\x5d\x2a\x4d\x18"
DICTIONARY_BYTES = 112_640


async def pages(place: Path) -> dict[str, list[bytes]]:
    """Return the records of every article page, uncompressed, by the site's host."""
    world = ReplicaWorld(system_clock)
    world.catch_up()
    config = place / "config"
    (config / "sources").mkdir(parents=True)
    (config / "xianwen.yaml").write_text(
        'fetch:\n  delay: 0.01s\n  allowed_addresses: ["127.0.0.0/8"]\nlog:\n  level: error\n'
    )
    for name in ("districts", "cms"):
        (config / name).symlink_to(ROOT / "config" / name)
    async with serve(world) as addresses:
        (config / "sources" / "replica.yaml").write_text(replica_config(addresses))
        configuration = load(config).with_data_dir(place / "data")
        await crawl_once(configuration, {source.id for source in configuration.sources})
    archive = open_archive(configuration.settings)
    found: dict[str, list[bytes]] = defaultdict(list)
    for record in walk(archive.engine):
        members = archive.raw_pages.members(record)
        found[urlsplit(record.url).netloc].append(members)
    archive.close()
    return found


def records(members: bytes) -> list[bytes]:
    """Return the records of an exchange, each uncompressed."""
    found = []
    while members:
        end = _first_member(members)
        found.append(gzip.decompress(members[:end]))
        members = members[end:]
    return found


def _first_member(data: bytes) -> int:
    member = zlib.decompressobj(wbits=31)
    member.decompress(data)
    return len(data) - len(member.unused_data)


def zst_file(groups: list[list[bytes]], dictionary: bytes | None, level: int) -> bytes:
    """Return a .warc.zst: the dictionary in a skippable frame, then a frame a record."""
    made = None if dictionary is None else zstandard.ZstdCompressionDict(dictionary)
    packer = zstandard.ZstdCompressor(level=level, dict_data=made, write_content_size=True)
    out = io.BytesIO()
    if dictionary is not None:
        packed = zstandard.compress(dictionary, level=19)
        out.write(_DICTIONARY_FRAME + len(packed).to_bytes(4, "little") + packed)
    for group in groups:
        for record in group:
            out.write(packer.compress(record))
    return out.getvalue()


def read_by_warcio(path: Path) -> int:
    from warcio.archiveiterator import ArchiveIterator

    with path.open("rb") as file:
        return sum(bool(r.content_stream().read() or True) for r in ArchiveIterator(file))


def read_by_fastwarc(path: Path) -> int:
    from fastwarc.warc import ArchiveIterator

    with path.open("rb") as file:
        return sum(bool(r.reader.read() or True) for r in ArchiveIterator(file))


def asked(reader: object, path: Path, expected: int) -> str:
    """Return whether a reader gives every record of a file."""
    try:
        count = reader(path)  # type: ignore[operator]
    except ImportError:
        return "not installed"
    except Exception as error:  # noqa: BLE001 - whatever it says, it does not read it
        return f"no ({type(error).__name__})"
    return "yes" if count == expected else f"no ({count} of {expected} records)"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("--quick", action="store_true", help="writes no table")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="xianwen-raw-") as name:
        place = Path(name)
        sites = asyncio.run(pages(place))
        lines = [
            "| site | pages | plain | .warc.gz (ours) | .warc.zst | .warc.zst + dictionary | "
            "dictionary, once a file |",
            "|---|---|---|---|---|---|---|",
        ]
        sizes: dict[str, float] = defaultdict(float)
        total = 0
        for number, members in enumerate(sites.values(), start=1):
            groups = [records(one) for one in members]
            flat = [record for group in groups[::2] for record in group]
            measured, measured_gz = groups[1::2], members[1::2]
            if len(measured) < 4:
                continue
            size = min(DICTIONARY_BYTES, sum(map(len, flat)) // 4)
            dictionary = zstandard.train_dictionary(size, flat).as_bytes()
            count = len(measured)
            packed_dictionary = len(zstandard.compress(dictionary, level=19))
            row = {
                "plain": sum(len(r) for group in measured for r in group),
                "gz": sum(map(len, measured_gz)),
                "zst": len(zst_file(measured, None, 9)),
                "dict": len(zst_file(measured, dictionary, 9)) - packed_dictionary - 8,
            }
            for key, value in row.items():
                sizes[key] += value
            total += count
            lines.append(
                f"| {number} | {count} | "
                + " | ".join(f"{value / count:,.0f}" for value in row.values())
                + f" | {packed_dictionary:,} |"
            )
            files = {
                ".warc.gz": b"".join(measured_gz),
                ".warc.zst": zst_file(measured, None, 9),
                ".warc.zst + dictionary": zst_file(measured, dictionary, 9),
            }
        lines.append(
            f"| all | {total} | " + " | ".join(f"{v / total:,.0f}" for v in sizes.values()) + " | |"
        )
        expected = sum(len(group) for group in measured)
        lines += ["", "| file | warcio | fastwarc |", "|---|---|---|"]
        for suffix, data in files.items():
            path = place / f"sample{suffix.split(' ', maxsplit=1)[0]}"
            path.write_bytes(data)
            lines.append(
                f"| {suffix} | {asked(read_by_warcio, path, expected)} | "
                f"{asked(read_by_fastwarc, path, expected)} |"
            )
    text = "\n".join(lines)
    print("bytes an article, request and response:\n\n" + text)
    if not options.quick:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / "raw.md").write_text(
            "# Raw pages: bytes an article, request and response\n\n"
            f"`python benchmarks/raw.py`; zstd at level 9, gzip at 6.\n\n{text}\n"
        )
    if options.json:
        ratio = sizes["plain"] / sizes["gz"]
        claim = {
            "name": "raw pages: .warc.gz against plain WARC",
            "ours": round(sizes["gz"] / total), "peer": round(sizes["plain"] / total),
            "unit": "bytes/article", "ratio": round(ratio, 2), "goal": 2.0, "met": ratio >= 2.0,
        }  # fmt: skip
        print(json.dumps({"claims": [claim]}))


if __name__ == "__main__":
    main()
