"""Settings: file, environment, and every fault at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.app.fetching import fetch_settings
from bot.errors import ConfigError
from bot.settings import Settings, load, variable_of
from bot.settings.environment import keys
from bot.settings.validation import seconds

CONFIG = Path(__file__).parents[1] / "config"


def faults_of(folder: Path, text: str, **environment: str) -> list[str]:
    (folder / "xianwen.yaml").write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load(folder, environment=environment)
    return [str(fault).replace(f"{folder}/", "") for fault in caught.value.faults]


def test_no_file_and_no_environment_mean_the_defaults(tmp_path: Path) -> None:
    assert load(tmp_path, environment={}) == Settings()


def test_the_shipped_file_holds_every_key_and_its_defaults() -> None:
    assert load(CONFIG, environment={}) == Settings()
    text = (CONFIG / "xianwen.yaml").read_text("utf-8")
    missing = [loc for loc, _ in keys() if f"{loc[-1]}:" not in text]
    assert missing == []


def test_environment_is_stronger_than_the_file(tmp_path: Path) -> None:
    (tmp_path / "xianwen.yaml").write_text("web: {port: 1, host: a}\nfetch: {delay: 5s}\n", "utf-8")
    secret = tmp_path / "token"
    secret.write_text("correct horse\n", "utf-8")
    settings = load(
        tmp_path,
        environment={
            "XIANWEN_WEB_PORT": "8620",
            "XIANWEN_FETCH_DELAY": "1m30s",
            "XIANWEN_WEB_CONSOLE_TOKEN_FILE": str(secret),
            "XIANWEN_PUBLISH_HUBS": "https://a.example/ https://b.example/",
            "XIANWEN_SERVICE_HOST": "10.0.0.1",
        },
    )
    assert (settings.web.host, settings.web.port, settings.fetch.delay_s) == ("a", 8620, 90.0)
    assert settings.publish.hubs == ("https://a.example/", "https://b.example/")
    assert settings.web.console_token is not None
    assert settings.web.console_token.get_secret_value() == "correct horse"
    assert "correct" not in repr(settings)


def test_all_faults_at_once_each_with_its_line_and_a_remedy(tmp_path: Path) -> None:
    faults = faults_of(
        tmp_path,
        "fetch:\n  delya: 2s\n  timeout: soon\nweb:\n  port: 86100\nlog:\n  format: xml\nfetc: 1\n",
        XIANWEN_PUBLISH_ENTRIES="many",
        XIANWEN_WEB_PROT="1",
        XIANWEN_DATABASE_FILE="/nowhere/at/all",
    )
    starts = [
        "environment: XIANWEN_DATABASE_FILE: /nowhere/at/all: No such file",
        "environment: XIANWEN_PUBLISH_ENTRIES: ",
        "environment: XIANWEN_WEB_PROT: unknown variable, did you mean XIANWEN_WEB_PORT",
        "xianwen.yaml:2: fetch.delya: unknown key, did you mean delay?",
        "xianwen.yaml:3: fetch.timeout: is no duration (it is soon)",
        "xianwen.yaml:5: web.port: ",
        "xianwen.yaml:7: log.format: ",
        "xianwen.yaml:8: fetc: unknown key, did you mean fetch?",
    ]
    assert len(faults) == len(starts)
    for fault, start in zip(sorted(faults), starts, strict=True):
        assert fault.startswith(start)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [", "xianwen.yaml:2: is not YAML"),
        ("web:\n\tport: 1\n", "xianwen.yaml:2: has a tab"),
        ("web:\n  port: 1\n  port: 2\n", "xianwen.yaml:3: web.port: the key stands here and on"),
        ("", "xianwen.yaml: is empty"),
        ("- a\n", "xianwen.yaml:1: is no mapping"),
        ("--- {}\n--- {}\n", "xianwen.yaml:2: holds several documents"),
        ("web: !!python/object:os.system {}", "xianwen.yaml:1: web: has the tag"),
        ("web: &x\n  host: *x\n", "xianwen.yaml:1: web.host: contains itself"),
        ("schedule: {min_interval: 2d}\n", "xianwen.yaml:1: schedule.min_interval: is longer"),
        ("publish:\n  entries:\n", "xianwen.yaml:2: publish.entries: has no value"),
    ],
)
def test_a_broken_file_is_told_in_one_line(tmp_path: Path, text: str, told: str) -> None:
    faults = faults_of(tmp_path, text)
    assert len(faults) == 1
    assert faults[0].startswith(told)


def test_a_file_that_is_not_utf8_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "xianwen.yaml").write_bytes("# a\npublish: {title: 县闻}\n".encode("gbk"))
    with pytest.raises(ConfigError, match=r"xianwen\.yaml:2: is not UTF-8"):
        load(tmp_path, environment={})


def test_variables_are_unique() -> None:
    names = [variable_of(loc) for loc, _ in keys()]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "wanted_s"),
    [("90", 90), ("2s", 2), ("10ms", 0.01), ("5m", 300), ("5min", 300), ("1h30m", 5400),
     ("1 day", 86400), ("2 hours 5 sec", 7205)],
)  # fmt: skip
def test_durations_are_read_in_every_usual_unit(text: str, wanted_s: float) -> None:
    assert seconds(text) == pytest.approx(wanted_s)


@pytest.mark.parametrize(
    ("web", "address"),
    [
        ("{}", "http://127.0.0.1:8610"),
        ("{port: 9000, host: 0.0.0.0}", "http://127.0.0.1:9000"),
        ("{host: '::1', port: 80}", "http://[::1]:80"),
        ("{port: 9000, public_url: 'https://news.example/'}", "https://news.example"),
    ],
)
def test_readers_are_sent_where_the_server_listens(tmp_path: Path, web: str, address: str) -> None:
    (tmp_path / "xianwen.yaml").write_text(f"web: {web}\n", "utf-8")
    settings = load(tmp_path, environment={})
    assert settings.web.public_url == address


def test_ports_come_from_a_variable_as_a_list(tmp_path: Path) -> None:
    settings = load(tmp_path, environment={"XIANWEN_FETCH_PORTS": "80 443"})
    assert fetch_settings(settings).limits.ports == {80, 443}
    assert 8080 in fetch_settings(Settings()).limits.ports
