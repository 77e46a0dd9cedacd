"""The page that started the project: what must come out of it."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

URL = "https://www.akxw.cn/news/xianqu/hanbin/200002.html"


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments], capture_output=True, text=True, check=False
    )


@pytest.fixture(scope="module")
def extracted(shared_dir: Path) -> dict[str, Any]:
    page = shared_dir / "seed" / "hanbin-2025-03-19.html"
    done = run("extract", str(page), "--url", URL, "--json")
    assert done.returncode == 0, done.stderr
    result: dict[str, Any] = json.loads(done.stdout)
    return result


def test_every_field_of_the_seed_page(extracted: dict[str, Any], shared_dir: Path) -> None:
    expected = json.loads((shared_dir / "seed" / "hanbin-2025-03-19.expected.json").read_text())
    for key in ("title", "published", "source", "breadcrumb", "editors"):
        assert extracted[key] == expected[key], key
    assert extracted["published_precision"] == "day"
    assert extracted["districts"] == ["610902"]
    blocks = [(block["kind"], block.get("text", "")) for block in extracted["blocks"]]
    assert blocks == [(block["kind"], block.get("text", "")) for block in expected["blocks"]]


def test_no_watermark_in_text_or_html(extracted: dict[str, Any]) -> None:
    assert "H2V" not in extracted["text"]
    assert "H2V" not in extracted["html"]
    assert any("H2V" in gone["text"] for gone in extracted["removed"])


def test_the_watermark_that_people_copied_goes_as_well(shared_dir: Path, tmp_path: Path) -> None:
    copied = (shared_dir / "seed" / "hanbin-2025-03-19.txt").read_text()
    paragraphs = "".join(f"<p>{line}</p>" for line in copied.splitlines()[6:] if line.strip())
    page = tmp_path / "page.html"
    page.write_text(f"<html><body><div id='text'>{paragraphs}</div></body></html>")
    done = run("extract", str(page), "--json")
    assert done.returncode == 0, done.stderr
    assert "H2V" not in json.loads(done.stdout)["text"]


def test_a_batch_has_a_line_for_each_page_and_tells_its_cost(
    shared_dir: Path, tmp_path: Path
) -> None:
    gold = [
        json.loads(line) for line in (shared_dir / "pages" / "gold.jsonl").read_text().splitlines()
    ]
    asked, answers = tmp_path / "in.jsonl", tmp_path / "out.jsonl"
    with asked.open("w") as out:
        for page in gold:
            place = str(shared_dir / "pages" / page["file"])
            out.write(json.dumps({"id": page["id"], "file": place, "url": page["url"]}) + "\n")
        out.write(json.dumps({"id": "absent", "file": "no-such-page.html"}) + "\n")
    done = run("extract", "--batch", str(asked), str(answers))
    assert done.returncode == 0, done.stderr
    records = [json.loads(line) for line in answers.read_text().splitlines()]
    assert [r["id"] for r in records] == [*(page["id"] for page in gold), "absent"]
    assert all(r["title"] and r["blocks"] for r in records[:-1])
    assert "no-such-page" in records[-1]["error"]
    assert done.stderr.strip().splitlines()[-1].startswith(f"{len(records)} pages in ")
