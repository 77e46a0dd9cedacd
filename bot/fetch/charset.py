"""Which characters the bytes of a page stand for: BOM, header, meta, then detection.

Labels are read as the WHATWG Encoding Standard reads them, and are not believed when the bytes
tell otherwise: county sites declare gb2312 and send GBK, declare UTF-8 and send GBK, or declare
nothing.  A wrong label costs one failed strict decoding, so right pages cost next to nothing.
"""

from __future__ import annotations

import codecs
import re
from typing import NamedTuple

from bot.fetch.commonness import is_more_likely_big5

#: Labels of the legacy Chinese encodings, https://encoding.spec.whatwg.org/#names-and-labels
_GB = {
    "chinese", "csgb2312", "csiso58gb231280", "gb2312", "gb_2312", "gb_2312-80", "gbk",
    "iso-ir-58", "x-gbk", "gb18030", "cp936", "ms936", "windows-936", "gb2312-80", "gb-2312",
    "gb231280", "euc-cn", "euccn", "gb18030-2000", "gb18030-2005", "gb18030-2022", "gbk2312",
}  # fmt: skip
_BIG5 = {"big5", "big5-hkscs", "cn-big5", "csbig5", "x-x-big5", "big5hkscs", "cp950", "big-5"}
_UTF8 = {"utf-8", "utf8", "unicode-1-1-utf-8", "unicode11utf8", "unicode20utf8", "x-unicode20utf8",
         "utf_8", "utf-8-sig", "utf8mb4", "uft-8", "utf-08"}  # fmt: skip
#: Labels that a server adds on its own and that say nothing about a Chinese page.
_SILENT = {
    "iso-8859-1", "iso8859-1", "iso_8859-1", "latin1", "latin-1", "l1", "us-ascii", "ascii",
    "windows-1252", "cp1252", "iso-8859-15", "", "none", "null", "auto", "unicode",
}  # fmt: skip
#: Other encodings that a page may declare; anything else is read as if nothing were declared.
_OTHERS = {
    "euc-jp": "euc_jp", "shift_jis": "shift_jis", "sjis": "shift_jis", "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949", "koi8-r": "koi8_r", "windows-1251": "cp1251", "cp1251": "cp1251",
    "windows-1256": "cp1256", "iso-8859-2": "iso8859_2", "windows-1250": "cp1250",
    "windows-1254": "cp1254", "iso-8859-9": "cp1254", "tis-620": "cp874", "windows-874": "cp874",
    "utf-16": "utf-16-le", "utf-16le": "utf-16-le", "utf-16be": "utf-16-be",
}  # fmt: skip

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_META_BYTES = 1024
_COMMENT = re.compile(rb"<!--.*?(?:-->|$)", re.DOTALL)
_META = re.compile(rb"<meta[\s/][^>]*?charset\s*=\s*[\"']?\s*([\w.:-]+)", re.IGNORECASE | re.DOTALL)
_XML = re.compile(rb"^\s*<\?xml[^>]*?encoding\s*=\s*[\"']\s*([\w.:-]+)", re.IGNORECASE)
#: The parameter of a Content-Type; quotes and stray blanks are common.
_PARAMETER = re.compile(r"charset\s*=\s*[\"']?\s*([^\s\"';,]+)", re.IGNORECASE)
#: Share of broken characters up to which a page is one with damaged spots, such as characters
#: cut in half by a length limit, and not one with a wrong label.
_DAMAGE = 0.02


class Decoded(NamedTuple):
    """A body as text, with the charset it was read in and how that was found."""

    text: str
    #: such as ``utf-8``, ``gb18030``, ``big5hkscs``
    charset: str
    #: ``rule``, ``bom``, ``header``, ``meta`` or ``detected``
    evidence: str


def header_charset(content_type: str) -> str | None:
    """Return the charset parameter of a Content-Type header, None when it has none."""
    found = _PARAMETER.search(content_type)
    return found.group(1) if found else None


def meta_charset(body: bytes) -> str | None:
    """Return the charset that the first 1,024 bytes of a page or XML document declare.

    Source: HTML Living Standard, "prescan a byte stream to determine its encoding".
    """
    head = body[:_META_BYTES]
    xml = _XML.match(head)
    if xml:
        return xml.group(1).decode("ascii", "replace")
    if b"<!--" in head:
        head = _COMMENT.sub(b"", head)
    found = _META.search(head)
    return found.group(1).decode("ascii", "replace") if found else None


def codec_of(label: str) -> str | None:
    """Return the codec that a label means, None when it says nothing or is unknown."""
    name = label.strip().strip("\"'").lower()
    if name in _UTF8:
        return "utf-8"
    if name in _GB:
        return "gb18030"
    if name in _BIG5:
        return "big5hkscs"
    return _OTHERS.get(name)


def decode(body: bytes, *, content_type: str = "", rule: str | None = None) -> Decoded:
    """Return the body as text.

    ``rule`` is the operator's charset for the source and is always followed; raises LookupError
    when it is unknown.  Never fails otherwise: what cannot be read becomes U+FFFD.
    """
    if rule:
        codec = codec_of(rule) or codecs.lookup(rule).name
        return Decoded(body.decode(codec, "replace"), codec, "rule")
    for mark, codec in _BOMS:
        if body.startswith(mark):
            return Decoded(body[len(mark) :].decode(codec, "replace"), codec, "bom")
    for label, evidence in (
        (header_charset(content_type), "header"),
        (meta_charset(body), "meta"),
    ):
        codec_declared = codec_of(label) if label else None
        if codec_declared:
            return _declared(body, codec_declared, evidence)
    return _undeclared(body)


def _declared(body: bytes, codec: str, evidence: str) -> Decoded:
    """Read the body in the declared codec unless its bytes contradict it."""
    if body.isascii():
        return Decoded(body.decode("ascii"), codec, evidence)
    text = _strictly(body, "utf-8")
    if codec == "utf-8":
        if text is not None:
            return Decoded(text, codec, evidence)
        return _damaged_utf8(body, evidence) or _legacy(body)
    if text is not None and _is_plainly_utf8(body):
        return Decoded(text, "utf-8", "detected")
    if codec in ("gb18030", "big5hkscs"):
        found = _legacy(body)
        return found._replace(evidence=evidence) if found.charset == codec else found
    if codec.startswith("utf-16") and b"\0" not in body[:_META_BYTES]:
        # A meta element that could be read as ASCII rules UTF-16 out.
        return _undeclared(body)
    text = body.decode(codec, "replace")
    others = len(text) - len(body.translate(None, _HIGH_BYTES))
    if text.count("\ufffd") * 20 > others:
        # More than a damaged spot: the label is wrong.
        return _undeclared(body)
    return Decoded(text, codec, evidence)


def _undeclared(body: bytes) -> Decoded:
    if body.isascii():
        return Decoded(body.decode("ascii"), "utf-8", "detected")
    text = _strictly(body, "utf-8")
    if text is not None:
        return Decoded(text, "utf-8", "detected")
    return _damaged_utf8(body, "detected") or _legacy(body)


def _strictly(body: bytes, codec: str) -> str | None:
    try:
        return body.decode(codec)
    except UnicodeDecodeError:
        return None


def _is_plainly_utf8(body: bytes) -> bool:
    """Whether valid UTF-8 cannot well be anything else: characters of three bytes or more."""
    return any(lead in body for lead in _THREE_BYTE_LEADS)


_THREE_BYTE_LEADS = tuple(bytes([lead]) for lead in range(0xE2, 0xF0))


def _damaged_utf8(body: bytes, evidence: str) -> Decoded | None:
    """Return a UTF-8 page that has some broken characters, None when it is no UTF-8 page."""
    if _is_plainly_not_utf8(body):
        return None
    text = body.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(body.translate(None, _HIGH_BYTES))
    if broken <= max(1, _DAMAGE * whole) and whole > broken:
        return Decoded(text, "utf-8", evidence)
    return None


def _is_plainly_not_utf8(body: bytes) -> bool:
    """Tell from two samples, because putting thousands of broken characters right takes long."""
    high = body.translate(None, _LOW_BYTES)
    for at in (0, len(high) // 2):
        text = high[at : at + _SAMPLE].decode("utf-8", "replace")
        if text.count("\ufffd") * 3 <= len(text):
            return False
    return True


_LOW_BYTES = bytes(range(0x80))
_HIGH_BYTES = bytes(range(0x80, 0x100))
#: bytes; some three hundred characters
_SAMPLE = 900


def _legacy(body: bytes) -> Decoded:
    """Read a body that is no UTF-8 as GB18030 or Big5, whichever it more likely is."""
    codec = "big5hkscs" if is_more_likely_big5(body) else "gb18030"
    text = _strictly(body, codec)
    if text is None:
        text = body.decode(codec, "replace")
        others = len(text) - len(body.translate(None, _HIGH_BYTES))
        if text.count("\ufffd") > max(8, others // 4):
            # Neither: a Western page, where single bytes above 0x7F stand among ASCII.
            return Decoded(body.decode("cp1252", "replace"), "windows-1252", "detected")
    return Decoded(text, codec, "detected")
