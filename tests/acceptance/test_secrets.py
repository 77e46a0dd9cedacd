"""Secrets are set everywhere, everything fails that can, and no line and no page tells one."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import httpx

from tests.acceptance.test_daemon import OWN_CONFIG, running

if TYPE_CHECKING:
    from pathlib import Path

#: each stands where an operator may write a secret; one word that occurs nowhere else
SECRET = "hush5ecret"  # noqa: S105
CONFIG = """
fetch:
  delay: 0s
  max_attempts: 1
  allowed_addresses: ["127.0.0.0/8"]
web:
  port: 0
  operator_port: 0
notify:
  after_failures: 1
log:
  level: debug
  format: json
"""
SOURCES = f"""
sources:
  - id: proxied
    url: http://news.example/list/
    district: hanbin
    proxy: http://user:{SECRET}@127.0.0.1:1
  - id: refused
    url: http://127.0.0.1:1/list/
    district: hanbin
    headers:
      Cookie: session={SECRET}
      Authorization: Bearer {SECRET}
"""


def configured(place: Path) -> Path:
    root = place / "config"
    (root / "sources").mkdir(parents=True)
    (root / "xianwen.yaml").write_text(CONFIG)
    (root / "sources" / "some.yaml").write_text(SOURCES)
    for name in ("districts", "cms"):
        (root / name).symlink_to(OWN_CONFIG / name)
    return root


def test_no_line_of_a_run_tells_a_secret(tmp_path: Path) -> None:
    config, data = configured(tmp_path), tmp_path / "data"
    token = tmp_path / "token"
    token.write_text(SECRET)
    environment = {
        "XIANWEN_WEB_CONSOLE_TOKEN_FILE": str(token),
        "XIANWEN_NOTIFY_URLS": f"json://user:{SECRET}@127.0.0.1:1/?key={SECRET}",
    }
    shown = []
    with running(config, data, environment) as daemon:
        public = daemon.hear(r'"web": "(http://[\d.:]+)"')[1]
        operators = daemon.hear(r'"operators": "(http://[\d.:]+)"')[1]
        with httpx.Client(base_url=operators) as client:
            login = "/console/login"
            assert client.post(login, data={"token": SECRET + "x"}).status_code == 403
            assert client.post(login, data={"token": SECRET}).status_code == 303
            # A visit now, so that nobody waits for the first one's turn.
            for source in ("proxied", "refused"):
                page = client.get(f"/console/source/{source}").text
                csrf = re.search(r'name="csrf" value="([^"]+)"', page)
                assert csrf
                data = {"csrf": csrf[1]}
                assert client.post(f"/console/source/{source}/run", data=data).status_code == 303
                daemon.hear(rf'"source": "{source}".*"event": "source is"')
            daemon.hear("sending JSON notification")
            pages = ["/metrics", "/console/", "/console/log"]
            answers = [client.get(page) for page in pages]
            assert {answer.status_code for answer in answers} == {200}
            # The entry itself stands on its source's page, to be edited, and there alone.
            shown += [answer.text for answer in answers]
        with httpx.Client(base_url=public) as client:
            assert client.get("/metrics").status_code == 404
            assert client.get("/console/").status_code == 404
            shown += [client.get(page).text for page in ("/", "/status", "/about", "/opml.xml")]
        daemon.process.send_signal(signal.SIGTERM)
        assert daemon.process.wait(timeout=20) == 0
        assert len(daemon.lines) > 10
    told = [line for line in [*daemon.lines, *shown] if SECRET in line]
    assert told == []


def test_no_command_tells_the_password_of_the_database(tmp_path: Path) -> None:
    config = configured(tmp_path)
    url = f"postgresql://user:{SECRET}@127.0.0.1:1/xianwen"
    for command in (["status"],):
        run = subprocess.run(
            [sys.executable, "-m", "bot", *command, "--config", str(config)],
            env={**os.environ, "XIANWEN_DATABASE": url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert re.search(r"\w", run.stdout + run.stderr)
        assert SECRET not in run.stdout + run.stderr
