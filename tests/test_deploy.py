"""What is shipped for systemd and containers: rights given up, and names that exist."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from bot.run.roles import Role

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
UNITS = ("xianwen.service", "xianwen@.service")
#: what `systemd-analyze security` asks for and a crawler can do without
GIVEN_UP = {
    "ProtectSystem": "strict", "ProtectHome": "yes", "PrivateTmp": "yes", "PrivateDevices": "yes",
    "PrivateUsers": "yes", "ProtectHostname": "yes", "ProtectClock": "yes",
    "ProtectKernelTunables": "yes", "ProtectKernelModules": "yes", "ProtectKernelLogs": "yes",
    "ProtectControlGroups": "yes", "ProtectProc": "invisible", "ProcSubset": "pid",
    "NoNewPrivileges": "yes", "RestrictSUIDSGID": "yes", "RestrictRealtime": "yes",
    "RestrictNamespaces": "yes", "LockPersonality": "yes", "MemoryDenyWriteExecute": "yes",
    "SystemCallArchitectures": "native", "CapabilityBoundingSet": "", "RemoveIPC": "yes",
}  # fmt: skip


def directives(unit: str) -> dict[str, str]:
    return dict(re.findall(r"^(\w+)=(.*)$", (DEPLOY / unit).read_text("utf-8"), re.MULTILINE))


@pytest.mark.parametrize("unit", UNITS)
def test_a_unit_gives_up_what_it_does_not_need(unit: str) -> None:
    found = directives(unit)
    assert found | GIVEN_UP == found
    assert (found["Type"], found["User"]) == ("notify", "xianwen")
    assert int(found["WatchdogSec"]) > 0
    assert int(found["TimeoutStopSec"]) > 10, "an article in hand may take ten seconds"


@pytest.mark.parametrize("unit", UNITS)
def test_systemd_itself_finds_little_exposed(unit: str, tmp_path: Path) -> None:
    if shutil.which("systemd-analyze") is None:
        pytest.skip("systemd-analyze is not installed")
    place = tmp_path / unit.replace("@", "@worker")
    shutil.copy(DEPLOY / unit, place)
    command = ["systemd-analyze", "security", "--offline=true", "--no-pager", str(place)]
    told = subprocess.run(command, capture_output=True, text=True, check=False)
    found = re.search(r"Overall exposure level for .*: ([\d.]+)", told.stdout)
    if found is None:
        pytest.skip(f"this systemd-analyze cannot look at a file: {told.stderr.strip()}")
    assert float(found[1]) <= 1.5, told.stdout


def test_the_two_units_differ_in_the_role_alone() -> None:
    one, other = (directives(unit) for unit in UNITS)
    differs = {key for key in one | other if one.get(key) != other.get(key)}
    assert differs == {"Description", "ExecStart"}
    assert other["ExecStart"] == one["ExecStart"].replace(" run ", " run --role %i ")


def test_the_image_runs_without_rights_and_copies_what_exists() -> None:
    text = (DEPLOY / "Dockerfile").read_text("utf-8")
    last = text.rpartition("\nFROM ")[2]
    assert re.search(r"^USER [1-9]\d+$", last, re.MULTILINE)
    assert "HEALTHCHECK" in last
    assert "/healthz" in last
    copied = re.findall(r"^COPY (?!--from)(.+) \S+$", text.replace("${LOCK}", "requirements.lock"),
                        re.MULTILINE)  # fmt: skip
    assert {"bot", "storage", "config"} <= set(" ".join(copied).split())
    assert [name for line in copied for name in line.split() if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("name", ["compose.yaml", "compose.postgres.yaml"])
def test_containers_are_read_only_and_have_roles_that_exist(name: str) -> None:
    services: dict[str, Any] = yaml.safe_load((DEPLOY / name).read_text("utf-8"))["services"]
    ours = {key: one for key, one in services.items() if "build" in one}
    for one in ours.values():
        assert one["read_only"]
        assert one["cap_drop"] == ["ALL"]
        assert one["security_opt"] == ["no-new-privileges:true"]
        assert (DEPLOY / one["build"]["context"] / one["build"]["dockerfile"]).is_file()
        lock = one["build"].get("args", {}).get("LOCK", "requirements.lock")
        assert (ROOT / lock).is_file()
        command = one.get("command", [])
        assert "--role" not in command or Role(command[command.index("--role") + 1]).value in ours
