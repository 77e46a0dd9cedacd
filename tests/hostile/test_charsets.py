"""A hundred wrong ways to say in which characters a page is written; the page is read all the same."""

from __future__ import annotations

import pytest

from bot.fetch.charset import decode

TEXT = "汉滨区召开防汛工作会议，部署汛期值守。安康市各县区同步推进。" * 8
CODECS = ("utf-8", "gb18030")
LABELS = (
    "", "utf8mb4", "uft-8", "utf-8;", "UTF-8 ", "'utf-8'", "utf 8", "utf", "utf-7", "cesu-8", "unicode", "none", "null",
    "undefined", "auto", "iso-8859-1", "latin1", "windows-1252", "us-ascii", "gb", "gbk2312", "gb2312-80", "GB_2312", "gb-18030",
    "cp936", "zh-cn", "chinese", "x-user-defined", "replacement", "hz-gb-2312", "iso-2022-cn", "iso-2022-jp", "shift_jis?", "ansi",
    "text/html", "<%=charset%>", "${charset}", "{{charset}}", "../../etc/passwd", "rot13", "base64", "zlib", "punycode", "idna",
    "unicode_escape", "raw_unicode_escape", "undefined-1", "%00", "\x00", "é",
)  # fmt: skip
WAYS = [(label, codec) for label in LABELS for codec in CODECS]


@pytest.mark.parametrize(("label", "codec"), WAYS)
def test_a_wrong_label_in_header_or_page_spoils_nothing(label: str, codec: str) -> None:
    head = f"<html><head><meta charset='{label}'><title>汉滨</title></head><body>"
    body = (head + TEXT).encode(codec, "replace")
    assert TEXT in decode(body, content_type=f"text/html; charset={label}").text
    assert TEXT in decode(body).text


def test_there_are_a_hundred() -> None:
    assert len(WAYS) >= 100
