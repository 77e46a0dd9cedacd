"""What readers are shown of a revision: figures and words whole, in their language."""

from __future__ import annotations

import pytest

from bot.web.difference import changed_paragraphs
from bot.web.words import STATES, reason_in, states_in


def shown(was: list[str], now: list[str]) -> list[str]:
    marks = {"same": "{}", "added": "[+{}]", "removed": "[-{}]"}
    return [
        "".join(marks[span.kind].format(span.text) for span in line)
        for line in changed_paragraphs(was, now)
    ]


@pytest.mark.parametrize(
    ("was", "now", "told"),
    [
        ("产量120吨。", "产量210吨。", "产量[-120][+210]吨。"),
        ("增长1.2%，共3,400万元", "增长1.25%，共3,500万元",
         "增长[-1.2%][+1.25%]，共[-3,400][+3,500]万元"),
        ("三百多名茶农参加", "三百二十名茶农参加", "三百[-多][+二十]名茶农参加"),
        ("新购 bus 两辆", "新购 buses 两辆", "新购 [-bus][+buses] 两辆"),
        ("一样", "一样", ""),
    ],
    ids=["figure", "decimals", "words", "Latin", "nothing"],
)  # fmt: skip
def test_within_a_paragraph(was: str, now: str, told: str) -> None:
    assert shown([was], [now]) == ([told] if told else [])


def test_paragraphs_of_nothing_in_common_stand_one_below_the_other() -> None:
    assert shown(["天气晴好。"], ["县委召开会议"]) == ["[-天气晴好。]", "[+县委召开会议]"]
    assert shown(["甲"], ["甲", "乙"]) == ["[+乙]"]


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("first seen", "首次收录"),
        ("title, text changed", "标题、正文有改动"),
        ("re-extracted: date changed", "重新提取：日期有改动"),
        ("the text of https://a.example/1", "正文同 https://a.example/1"),
        ("93% of the text of https://a.example/1", "正文有 93% 同 https://a.example/1"),
        ("something else", "something else"),
    ],
)
def test_reasons_in_chinese(reason: str, told: str) -> None:
    assert reason_in("zh", reason) == told
    assert reason_in("en", reason) == reason


def test_every_state_has_a_name() -> None:
    from bot.health.states import State

    assert {state.value for state in State} <= STATES.keys()
    assert states_in("zh")["ok"] == "正常"
    assert states_in("en")["of tomorrow"] == "of tomorrow"
