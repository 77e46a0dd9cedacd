"""A configuration of one's own, from the source tree and from the wheel."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.main import app

ROOT = Path(__file__).parents[1]


def test_what_init_writes_is_sound_and_nothing_is_overwritten(tmp_path: Path) -> None:
    place = tmp_path / "mine"
    done = CliRunner().invoke(app, ["init", str(place)])
    assert done.exit_code == 0, done.output
    assert CliRunner().invoke(app, ["check", "--config", str(place)]).exit_code == 0
    (place / "xianwen.yaml").write_text("# mine\n")
    again = CliRunner().invoke(app, ["init", str(place)])
    assert again.exit_code == 1
    assert "not empty" in again.output
    assert (place / "xianwen.yaml").read_text() == "# mine\n"


def test_a_place_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for place in (tmp_path / "file", tmp_path / "file" / "below"):
        done = CliRunner().invoke(app, ["init", str(place)])
        assert done.exit_code == 1
        assert str(tmp_path / "file") in done.output


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("wheel")
    code = f"from hatchling.build import build_wheel; build_wheel({str(place)!r})"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True)
    (built,) = place.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_needs_nothing_of_the_repository(wheel: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    empty = tmp_path / "empty"
    empty.mkdir()

    def xianwen(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "bot", *arguments],
            cwd=empty,
            env={"PYTHONPATH": str(tmp_path / "site"), "PATH": "/usr/bin:/bin"},
            capture_output=True,
            text=True,
            check=False,
        )

    assert xianwen("init").returncode == 0
    assert (empty / "config" / "xianwen.yaml").is_file()
    checked = xianwen("check")
    assert checked.returncode == 0, checked.stderr
    shown = xianwen("demo", "--once", "--data-dir", "data")
    assert shown.returncode == 0, shown.stderr
    assert (empty / "data/public/feeds/ziyang/atom.xml").is_file()
