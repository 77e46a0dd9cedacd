"""Every encoding, with the right label, a wrong one and none."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from bot.fetch.charset import decode, header_charset, meta_charset

if TYPE_CHECKING:
    from pathlib import Path

SIMPLIFIED = (
    "本报讯（记者 杨迁伟）3月19日，汉滨区召开高质量发展推进会，"
    "研究部署春季农业生产和重点项目建设工作。"
    "会议指出，今年以来全区经济运行总体平稳，各镇办要抢抓农时，确保粮食播种面积只增不减。"
)
TRADITIONAL = (
    "本報訊（記者 楊遷偉）3月19日，漢濱區召開高質量發展推進會，"
    "研究部署春季農業生產和重點項目建設工作。"
    "會議指出，今年以來全區經濟運行總體平穩，各鎮辦要搶抓農時，確保糧食播種面積只增不減。"
)
TEXTS = {"simplified": SIMPLIFIED, "traditional": TRADITIONAL}
CODECS = ("utf-8", "gbk", "gb18030", "big5")
LABELS = (None, "utf-8", "gb2312", "GBK", "gb18030", "big5", "iso-8859-1", "nonsense")


def page(text: str, label: str | None) -> str:
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={label}">'
    return (
        f"<html><head>{meta if label else ''}<title>{text[:9]}</title></head><p>{text}</p></html>"
    )


@pytest.mark.parametrize("place", ["meta", "header"])
@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(
    ("script", "codec"),
    # Big5 has no simplified characters.
    [(s, c) for s in TEXTS for c in CODECS if (s, c) != ("simplified", "big5")],
)
def test_matrix(script: str, codec: str, label: str | None, place: str) -> None:
    markup = page(TEXTS[script], label if place == "meta" else None)
    kind = f"text/html; charset={label}" if label and place == "header" else "text/html"
    assert decode(markup.encode(codec), content_type=kind).text == markup


@pytest.mark.parametrize("codec", CODECS)
def test_real_pages_reencoded_with_any_label(codec: str, shared_dir: Path) -> None:
    files = sorted((shared_dir / "pages" / "html").iterdir())
    assert len(files) >= 10
    wrong: list[tuple[str, str]] = []
    for file in files:
        data = file.read_bytes()
        text = decode(gzip.decompress(data) if file.suffix == ".gz" else data).text
        # The Encoding Standard's Big5 is HKSCS's: Python's own puts kana elsewhere.
        written = {"big5": "big5hkscs"}.get(codec, codec)
        body = text.encode(written, "ignore")
        expected = body.decode(written)
        kinds = ("text/html", *(f"text/html; charset={label}" for label in CODECS))
        wrong += [
            (file.name, kind) for kind in kinds if decode(body, content_type=kind).text != expected
        ]
    assert wrong == []


def test_evidence_and_rule() -> None:
    body = SIMPLIFIED.encode("gbk")
    assert decode(body, content_type="text/html; charset=gb2312")[1:] == ("gb18030", "header")
    assert decode(body, content_type="text/html; charset=utf-8")[1:] == ("gb18030", "detected")
    assert decode(body, rule="gbk")[1:] == ("gb18030", "rule")
    assert decode(b"\xef\xbb\xbfabc") == ("abc", "utf-8", "bom")
    assert decode("汉".encode("utf-16"))[1:] == ("utf-16-le", "bom")
    with pytest.raises(LookupError):
        decode(body, rule="no-such-charset")


def test_a_utf8_page_with_a_character_cut_in_half_stays_utf8() -> None:
    body = SIMPLIFIED.encode() + "汉".encode()[:2] + SIMPLIFIED.encode()
    text, charset, evidence = decode(body, content_type="text/html; charset=utf-8")
    assert (charset, evidence, text.count("\ufffd")) == ("utf-8", "header", 1)


def test_labels_are_found_where_they_stand() -> None:
    assert header_charset('text/html; Charset = "GBK"') == "GBK"
    assert header_charset("text/html") is None
    assert meta_charset(b"<!-- <meta charset=big5> --><META  CharSet='gbk'>") == "gbk"
    assert meta_charset(b'<?xml version="1.0" encoding="GB2312"?><rss/>') == "GB2312"
    assert meta_charset(b" " * 1100 + b"<meta charset=gbk>") is None
    assert meta_charset(b"<html><body>charset=gbk") is None


@pytest.mark.parametrize("body", [b"", b"\x00" * 50, bytes(range(256)), b"\xff\xfe", b"\x80" * 99])
def test_never_fails(body: bytes) -> None:
    for label in LABELS:
        assert isinstance(decode(body, content_type=f"text/html; charset={label}").text, str)


def test_a_western_page_is_not_read_as_chinese() -> None:
    text = "Café crème, déjà vu: naïveté à Zürich. " * 5
    assert decode(text.encode("cp1252")).text == text
