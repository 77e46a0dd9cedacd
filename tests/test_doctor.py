"""``xianwen doctor``: what it finds on a machine that is not well."""

from __future__ import annotations

import shutil
import socket
from pathlib import Path

import pytest

from bot.cli.doctor import Finding, examine

CONFIG = Path(__file__).parents[1] / "config"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONFIG, tmp_path / "config"))


def findings(folder: Path, data: Path) -> dict[str, Finding]:
    return {found.what: found for found in examine(folder, data, is_offline=True)}


def test_a_machine_that_is_well(folder: Path, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    path = folder / "xianwen.yaml"
    path.write_text(path.read_text("utf-8").replace("port: 8610", f"port: {port}"), "utf-8")
    found = findings(folder, tmp_path / "data")
    assert all(one.verdict != "fail" for one in found.values())
    assert found["port"].verdict == "ok"
    assert found["database"].told.endswith("is made at the first start")
    assert found["contact"].verdict == "warn"
    assert all(one.remedy for one in found.values() if one.verdict != "ok")


def test_what_is_not_well_is_told_with_a_remedy(folder: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "xianwen.sqlite3").write_bytes(b"this is no database" * 100)
    path = folder / "xianwen.yaml"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        text = path.read_text("utf-8").replace("port: 8610", f"port: {taken.getsockname()[1]}")
        path.write_text(text.replace("# console_token: at", "console_token: at"), "utf-8")
        path.chmod(0o644)
        found = findings(folder, data)
    assert found["port"].verdict == "warn"
    assert found["database"].verdict == "fail"
    assert "chmod 600" in found["rights"].remedy
    path.write_text("webb: 1\n", "utf-8")
    assert findings(folder, data)["configuration"].verdict == "fail"
