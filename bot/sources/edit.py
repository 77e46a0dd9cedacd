"""Edits of a file in ``config/sources`` that touch the lines of one entry and no other byte.

Lines are put in, taken out or replaced where the parser says that an entry stands; comments, order,
quotes and blank lines of everything else stay as they are.  Each edit is proved by reading the
result back; a file whose entries are not written one below the other is left to the operator.
"""

from __future__ import annotations

import io
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ruamel.yaml import YAML

from bot.errors import ConfigError, XianwenError
from bot.settings import yamlfile

if TYPE_CHECKING:
    from collections.abc import Mapping

_HEADER = "# yaml-language-server: $schema=../schema/sources.json\nsources:\n"


class EditError(XianwenError):
    """The file cannot be edited by the program."""


class ConflictError(EditError):
    """Somebody changed the file meanwhile."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """The lines of one entry."""

    #: as they stand in the file, comments right above it included
    text: str
    #: index of its first line, from 0
    start: int
    #: index behind its last line
    end: int
    #: index of the line with the dash
    dash: int


def find(text: str, source_id: str, *, name: str = "") -> Entry:
    """Return the lines of an entry; raises EditError when they cannot be told."""
    file = yamlfile.parse(text.encode(), name)
    for number, entry in enumerate(file.value.get("sources") or ()):
        if isinstance(entry, dict) and entry.get("id") == source_id:
            return _entry(text, file.starts_of(("sources",)), number, name)
    raise EditError(f"{name}: there is no entry {source_id}")


def _entry(text: str, starts: tuple[int, ...], number: int, name: str) -> Entry:
    if not starts or len(set(starts)) != len(starts):
        raise EditError(f"{name}: its entries do not stand one below the other; edit it by hand")
    lines = text.splitlines(keepends=True)
    dash = starts[number] - 1
    if not lines[dash].lstrip().startswith("-"):
        raise EditError(f"{name}: its entries do not begin with a dash; edit it by hand")
    column = _indent(lines[dash])
    end = starts[number + 1] - 1 if number + 1 < len(starts) else len(lines)
    last = dash
    for index in range(dash + 1, end):
        line = lines[index]
        if not line.strip():
            continue
        if line.lstrip().startswith("#") and _indent(line) <= column:
            continue
        if _indent(line) <= column:
            break
        last = index
    start = dash
    while start > 0 and _is_comment(lines[start - 1], column):
        start -= 1
    return Entry(text="".join(lines[start : last + 1]), start=start, end=last + 1, dash=dash)


def block_of(entry: Mapping[str, Any], *, comments: tuple[str, ...] = (), column: int = 2) -> str:
    """Return an entry as lines of a list at ``column``, with comments above it."""
    yaml = YAML()
    yaml.default_flow_style = False
    yaml.width = 4096
    yaml.allow_unicode = True
    yaml.indent(mapping=2, sequence=4, offset=2)
    out = io.StringIO()
    yaml.dump(dict(entry), out)
    lines = out.getvalue().splitlines()
    pad = " " * column
    body = [f"{pad}- {lines[0]}", *(f"{pad}  {line}" for line in lines[1:])]
    return "".join(f"{line}\n" for line in [*(f"{pad}# {told}" for told in comments), *body])


def with_entry(text: str, block: str, *, name: str = "") -> str:
    """Return a file with one more entry at the end of its list; "" is a file to be made."""
    if not text.strip():
        return _HEADER + block
    file = yamlfile.parse(text.encode(), name)
    before = list(file.value.get("sources") or ())
    newline = _newline(text)
    lines = text.splitlines(keepends=True)
    if before:
        starts = file.starts_of(("sources",))
        last = _entry(text, starts, len(before) - 1, name)
        column = _indent(lines[last.dash])
        block = _indented(block, column)
        place = last.end
        if place and not lines[place - 1].endswith(("\n", "\r")):
            lines[place - 1] += newline
        gap = _has_gaps(lines, starts)
        block = block.replace("\n", newline)
        changed = [*lines[:place], *([newline] if gap else []), block, *lines[place:]]
    else:
        place = file.line_of(("sources",)) - 1
        if not re.match(r"sources\s*:", lines[place]):
            raise EditError(f"{name}: it has no list of sources; edit it by hand")
        lines[place] = f"sources:{newline}"
        block = block.replace("\n", newline)
        changed = [*lines[: place + 1], block, *lines[place + 1 :]]
    after = "".join(changed)
    _prove(text, after, name, lambda old, new: new[:-1] == old and len(new) == len(old) + 1)
    return after


def without_entry(text: str, source_id: str, *, name: str = "") -> str:
    """Return a file less an entry, the comments right above it, and the blank line behind it."""
    found = find(text, source_id, name=name)
    lines = text.splitlines(keepends=True)
    end = found.end
    while end < len(lines) and not lines[end].strip():
        end += 1
    if end == len(lines):
        # The last one: the blank lines above it go, so that none stands at the file's end.
        start = found.start
        while start > 0 and not lines[start - 1].strip():
            start -= 1
        lines = lines[:start]
    else:
        lines = [*lines[: found.start], *lines[end:]]
    after = "".join(lines)
    left = [e for e in _sources(text, name) if e.get("id") != source_id]
    if not left:
        after = re.sub(r"(?m)^sources\s*:[ \t]*(?=\r?$)", "sources: []", after)
    _prove(text, after, name, lambda _old, new: new == left)
    return after


def with_block(text: str, source_id: str, block: str, *, name: str = "") -> str:
    """Return a file with the lines of an entry replaced by ``block``, at any indentation."""
    found = find(text, source_id, name=name)
    lines = text.splitlines(keepends=True)
    column = _indent(lines[found.dash])
    newline = _newline(text)
    body = newline.join(_indented(block, column).splitlines()).rstrip() + newline
    after = "".join([*lines[: found.start], body, *lines[found.end :]])
    ids = [e.get("id") for e in _sources(text, name)]
    place = ids.index(source_id)

    def is_right(old: list[Any], new: list[Any]) -> bool:
        return new[:place] == old[:place] and new[place + 1 :] == old[place + 1 :]

    _prove(text, after, name, is_right)
    return after


def with_enabled(text: str, source_id: str, *, is_enabled: bool, name: str = "") -> str:
    """Return a file in which an entry says ``enabled: true`` or ``false``."""
    found = find(text, source_id, name=name)
    lines = text.splitlines(keepends=True)
    word = "true" if is_enabled else "false"
    key = re.compile(r"^(\s*(?:-\s+)?)enabled(\s*):(\s*)[^\s#]+")
    column = _key_column(lines[found.dash])
    for index in range(found.dash, found.end):
        match = key.match(lines[index])
        if match and len(match[1]) == column:
            lines[index] = key.sub(rf"\g<1>enabled\g<2>:\g<3>{word}", lines[index], count=1)
            break
    else:
        added = f"{' ' * column}enabled: {word}{_newline(text)}"
        if not lines[found.end - 1].endswith(("\n", "\r")):
            lines[found.end - 1] += _newline(text)
        lines.insert(_behind_scalars(lines, found, column), added)
    after = "".join(lines)

    def is_right(old: list[Any], new: list[Any]) -> bool:
        wanted = [{**e, "enabled": is_enabled} if e.get("id") == source_id else e for e in old]
        return new == wanted

    _prove(text, after, name, is_right)
    return after


def save(path: Path, text: str, *, expected: str | None) -> None:
    """Write ``text`` to ``path`` whole or not at all.

    ``expected`` is what the file held when the edit began, None for no file.  Raises ConflictError
    when it holds something else now, OSError when it cannot be written.
    """
    try:
        now: str | None = path.read_bytes().decode("utf-8")
    except FileNotFoundError:
        now = None
    if now != expected:
        raise ConflictError(f"{path}: somebody changed it meanwhile; nothing was saved")
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.", suffix=".new")
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(text.encode("utf-8"))
            out.flush()
            os.fsync(out.fileno())
        Path(temporary).chmod(path.stat().st_mode & 0o777 if now is not None else 0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise


def read_text(path: Path) -> str:
    """Return the text of a file as ``save`` compares it; raises OSError and ConfigError."""
    content = path.read_bytes()
    yamlfile.parse(content, str(path))
    return content.decode("utf-8")


def _sources(text: str, name: str) -> list[dict[str, Any]]:
    found = yamlfile.parse(text.encode(), name).value.get("sources") or []
    return list(found)


def _prove(before: str, after: str, name: str, is_right: Any) -> None:
    """Read the result back; raise EditError when it is not exactly the wanted change."""
    try:
        old, new = yamlfile.parse(before.encode(), name), yamlfile.parse(after.encode(), name)
    except ConfigError as error:
        raise EditError(f"{name}: the edit would break the file: {error}") from None
    others = {k: v for k, v in old.value.items() if k != "sources"}
    same = {k: v for k, v in new.value.items() if k != "sources"} == others
    entries = new.value.get("sources") or []
    if not same or not is_right(list(old.value.get("sources") or []), list(entries)):
        raise EditError(f"{name}: the entry could not be edited safely; edit it by hand")


def _is_comment(line: str, column: int) -> bool:
    return line.lstrip().startswith("#") and _indent(line) == column


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _key_column(dash_line: str) -> int:
    match = re.match(r"\s*-\s+", dash_line)
    return len(match.group()) if match else _indent(dash_line) + 2


def _behind_scalars(lines: list[str], found: Entry, column: int) -> int:
    """Return where a key may be put: behind the entry's leading one-line keys."""
    place = found.dash + 1
    while (
        place < found.end
        and _indent(lines[place]) == column
        and re.match(r"\s*[\w-]+\s*:\s+[^\s|>&*\[{]", lines[place])
    ):
        place += 1
    return place


def _has_gaps(lines: list[str], starts: tuple[int, ...]) -> bool:
    """Tell whether entries are parted by blank lines; so they are when there is only one."""
    if len(starts) < 2:
        return True
    between = lines[starts[-2] : starts[-1] - 1]
    return any(not line.strip() for line in between)


def _indented(block: str, column: int) -> str:
    """Return lines moved so that the dash stands at ``column``; put a dash where there is none."""
    lines = [line.rstrip() for line in block.splitlines()]
    while lines and not lines[0].strip():
        lines.pop(0)
    body = [line for line in lines if line.strip() and not line.lstrip().startswith("#")]
    least = min((_indent(line) for line in body), default=0)
    moved = [line[min(_indent(line), least) :] if line.strip() else "" for line in lines]
    if body and not body[0].lstrip().startswith("- "):
        first = lines.index(body[0])
        moved = [
            line if not line or i < first else f"- {line}" if i == first else f"  {line}"
            for i, line in enumerate(moved)
        ]
    return "".join(f"{' ' * column}{line}\n" if line else "\n" for line in moved)


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"
