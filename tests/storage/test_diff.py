from __future__ import annotations

import pytest

from storage.diff import Change, diff_text

SAME, ADDED, REMOVED = Change.SAME, Change.ADDED, Change.REMOVED

CASES = [
    ("nothing", "", "", []),
    ("the same", "甲。\n乙。", "甲。\n乙。", [[("甲。", SAME)], [("乙。", SAME)]]),
    ("a paragraph comes", "甲。", "甲。\n乙。", [[("甲。", SAME)], [("乙。", ADDED)]]),
    ("a paragraph goes", "甲。\n乙。", "乙。", [[("甲。", REMOVED)], [("乙。", SAME)]]),
    (
        "a number is put right", "茶园面积1200亩。", "茶园面积1300亩。",
        [[("茶园面积", SAME), ("1200", REMOVED), ("1300", ADDED), ("亩。", SAME)]],
    ),
    (
        "another paragraph in its place", "今天下雨了。", "学校放假三天",
        [[("今天下雨了。", REMOVED)], [("学校放假三天", ADDED)]],
    ),
    (
        "one comes before one that is edited", "镇里修了路。", "新闻。\n镇里修好了路。",
        [[("新闻。", ADDED)], [("镇里修", SAME), ("好", ADDED), ("了路。", SAME)]],
    ),
]  # fmt: skip


@pytest.mark.parametrize(
    ("old", "new", "expected"), [c[1:] for c in CASES], ids=[c[0] for c in CASES]
)
def test_diff(old: str, new: str, expected: list[list[tuple[str, Change]]]) -> None:
    lines = diff_text(old, new)
    assert [list(line.parts) for line in lines] == expected
    before = "\n".join(
        text
        for line in lines
        if (text := "".join(t for t, change in line.parts if change is not ADDED))
    )
    assert before == old
