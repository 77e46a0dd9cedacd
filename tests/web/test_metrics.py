"""``/metrics``: well-formed, and what the archive says."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.requests import Request

from bot.web.metrics import Metrics, Standing
from storage.model import SourceState

NOW = datetime.now(UTC)
LINE = re.compile(r'[a-z_]+(\{([a-z]+="([^"\\]|\\["\\n])*",?)+\})? -?[0-9.e+]+')
DASHBOARD = Path(__file__).parents[2] / "deploy" / "grafana" / "xianwen.json"


class Facts:
    def standing(self) -> Standing:
        return Standing(
            version="1", health={'a"\\b\n': "ok", "b": "dns"}, waiting={"b": 7}, is_refused=True
        )

    def states(self) -> dict[str, SourceState]:
        return {"b": SourceState(source_id="b", failure_count=3, last_success_at=NOW)}

    def totals(self, since: datetime) -> dict[str, dict[str, int]]:
        assert since < NOW - timedelta(hours=23)
        none = dict.fromkeys(
            ("new_count", "revised_count", "reprint_count", "failed_count", "request_count",
             "body_bytes"), 0,
        )  # fmt: skip
        return {"ok": {**none, "crawls": 3, "new_count": 4}, "dns": {**none, "crawls": 1}}


def scrape() -> str:
    answer = Metrics(Facts()).endpoint(Request({"type": "http"}))
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    return bytes(answer.body).decode()


def test_every_line_is_of_the_format_and_every_figure_right() -> None:
    lines = scrape().splitlines()
    for line in lines:
        assert line.startswith(("# HELP ", "# TYPE ")) or LINE.fullmatch(line), line
    assert 'xianwen_source_state{source="b",state="dns"} 1' in lines
    assert 'xianwen_source_state{source="a\\"\\\\b\\n",state="ok"} 1' in lines
    assert 'xianwen_source_failures{source="b"} 3' in lines
    assert 'xianwen_source_waiting_links{source="b"} 7' in lines
    assert 'xianwen_visits_last_day{outcome="dns"} 1' in lines
    assert "xianwen_articles_new_last_day 4" in lines
    assert "xianwen_configuration_refused 1" in lines
    told = next(x for x in lines if x.startswith("xianwen_source_last_success"))
    assert abs(float(told.rpartition(" ")[2]) - NOW.timestamp()) < 1


def test_the_dashboard_asks_for_metrics_that_there_are() -> None:
    text = scrape()
    for panel in json.loads(DASHBOARD.read_text("utf-8"))["panels"]:
        for name in re.findall(r"xianwen_[a-z_]+[a-z]", panel["targets"][0]["expr"]):
            assert name in text, (panel["title"], name)
