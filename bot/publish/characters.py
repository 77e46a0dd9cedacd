"""What a text must not contain when it goes into XML, JSON or a title line."""

from __future__ import annotations

import re
from html.entities import name2codepoint

#: Characters that XML 1.0 (section 2.2, Char) forbids, with the C1 controls and the
#: noncharacters that it discourages; lone surrogates are among them.
_ILLEGAL = re.compile(
    "[^\t\n\r\\x20-\\x7e\\xa0-\ud7ff\ue000-\ufdcf\ufdf0-\ufffd\U00010000-\U0001fffd"
    "\U00020000-\U0002fffd\U00030000-\U0003fffd\U000e0000-\U000efffd\U000f0000-\U000ffffd"
    "\U00100000-\U0010fffd]"
)
#: Controls that turn the writing direction of whatever follows in a reader's list of titles
#: (Unicode UAX 9, explicit directional embeddings, overrides and isolates).
_BIDI_CONTROLS = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: A ``<`` that a reader could take for a tag.
_TAG_LIKE = re.compile(r"<(?=[A-Za-z/!?])")
#: A ``&`` and the word after it, which a reader could take for an entity.
_AMPERSAND = re.compile(r"&(#?\w+)")


def legal(text: str) -> str:
    """Return ``text`` without the characters that a feed must not carry.

    U+FFFD, the trace of a broken decoding, becomes 〓, which Chinese and Japanese printing sets
    for a missing sort: the loss stays visible, and validators find nothing to say.
    """
    return _ILLEGAL.sub("", text).replace("\ufffd", "〓")


def one_line(text: str) -> str:
    """Return ``text`` legal, on one line, spaces collapsed, without direction controls."""
    return " ".join(_BIDI_CONTROLS.sub("", legal(text)).split())


def plain_title(text: str) -> str:
    """Return a one-line title that means the same to readers that take it for HTML.

    RSS never said whether a title is text or HTML, and readers differ; what would be a tag or
    an entity is written with the full-width signs, which read the same and are neither.
    """
    line = one_line(text)
    if "<" in line:
        line = _TAG_LIKE.sub("＜", line)
    if "&" in line:
        line = _AMPERSAND.sub(_widen_entity, line)
    return line


def _widen_entity(match: re.Match[str]) -> str:
    name = match[1]
    is_entity = name in name2codepoint or name == "apos" or not name.isalpha()
    return f"＆{name}" if is_entity else match[0]


def excerpt(text: str, length: int = 140) -> str:
    """Return the beginning of ``text`` on one line, cut at a sentence's end where one is near."""
    line = one_line(text)
    if len(line) <= length:
        return line
    head = line[:length]
    end = max(head.rfind(mark) for mark in "。！？；")
    return head[: end + 1] if end >= length // 2 else head.rstrip("，、：,") + "…"
