"""A YAML file as plain values that know their lines.

Parsed by libyaml, because validation of ten thousand sources has to stay quick (ruamel.yaml, which
edits these files, needs ten times as long), and read by the core schema of YAML 1.2.2 (section
10.3): ``no`` and ``on`` are text, ``010`` is ten, and a date is text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml
from yaml.cyaml import CParser

from bot.errors import ConfigError, Fault

if TYPE_CHECKING:
    from pathlib import Path

Loc = tuple[str | int, ...]

_INT = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_CONSTANTS: dict[str, Any] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_PLAIN = "plain"
_QUOTED = "tag:yaml.org,2002:str"
_COLLECTIONS = {"tag:yaml.org,2002:map", "tag:yaml.org,2002:seq"}


class _Parser(CParser):  # type: ignore[misc]
    """libyaml's composer; what a plain scalar means is decided later, by the 1.2 core schema."""

    def resolve(self, kind: type, _value: str, implicit: tuple[bool, bool]) -> str:
        if kind is yaml.ScalarNode:
            return _PLAIN if implicit and implicit[0] else _QUOTED
        return "tag:yaml.org,2002:map" if kind is yaml.MappingNode else "tag:yaml.org,2002:seq"

    def descend_resolver(self, parent: Any, index: Any) -> None:
        pass

    def ascend_resolver(self) -> None:
        pass


@dataclass(frozen=True, slots=True)
class YamlFile:
    """The content of one file, and where each part of it stands."""

    #: the name that faults carry
    name: str
    #: dicts with string keys, lists, str, int, float, bool, None
    value: Any
    _root: yaml.Node

    def line_of(self, loc: Loc) -> int:
        """Return the line, from 1, of the key or item at ``loc``, or of its nearest parent."""
        node, line = self._root, 1
        for step in loc:
            found = _child(node, step)
            if found is None:
                break
            line, node = found
        return line

    def starts_of(self, loc: Loc) -> tuple[int, ...]:
        """Return the line, from 1, on which each item of the list at ``loc`` begins.

        Empty when there is no list, or when it is written in brackets.
        """
        node = self._root
        for step in loc:
            found = _child(node, step)
            if found is None:
                return ()
            _, node = found
        if not isinstance(node, yaml.SequenceNode) or node.flow_style:
            return ()
        return tuple(child.start_mark.line + 1 for child in node.value)

    def fault(self, loc: Loc, problem: str, remedy: str) -> Fault:
        """Return a fault of the key or item at ``loc``."""
        return Fault(
            file=self.name,
            line=self.line_of(loc),
            key=dotted(loc),
            problem=problem,
            remedy=remedy,
        )


def dotted(loc: Loc) -> str:
    """Return ``sources[3].listing.item`` for ``("sources", 3, "listing", "item")``."""
    key = ""
    for step in loc:
        key += f"[{step}]" if isinstance(step, int) else f".{step}" if key else step
    return key


def read(path: Path, name: str) -> YamlFile:
    """Return the content of ``path``; ``name`` is what faults call it.

    Raises ``ConfigError`` as ``parse`` does, and when the file cannot be read.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        problem = f"cannot be read: {error.strerror}"
        raise _only(name, None, problem, "check path and rights") from None
    return parse(content, name)


def parse(content: bytes, name: str) -> YamlFile:
    """Return ``content``, saved or not; ``name`` is what faults call it.

    Raises ``ConfigError`` with every fault that can be told before the content is understood:
    not UTF-8, not YAML, empty, several documents, a key given twice, a tag.
    """
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        raise _only(name, line, "is not UTF-8", "save the file in the encoding UTF-8") from None
    parser = None
    try:
        parser = _Parser(text)
        root = parser.get_single_node()
    except yaml.YAMLError as error:
        raise _syntax(name, text, error) from None
    finally:
        if parser is not None:
            parser.dispose()
    if root is None:
        raise _only(name, None, "is empty", "write something into it or remove it")
    faults: list[Fault] = []
    builder = _Builder(name=name, faults=faults, built={}, open=set())
    value = builder.build(root, ())
    if faults:
        raise ConfigError(tuple(faults))
    return YamlFile(name, value, root)


def _child(node: yaml.Node, step: str | int) -> tuple[int, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value == step:
                return key.start_mark.line + 1, value
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        child = node.value[step]
        return child.start_mark.line + 1, child
    return None


@dataclass(slots=True)
class _Builder:
    """From nodes to values; an alias is built once, however often it is used."""

    name: str
    faults: list[Fault]
    built: dict[int, Any]
    open: set[int]

    def build(self, node: yaml.Node, loc: Loc) -> Any:
        if isinstance(node, yaml.ScalarNode):
            return self._scalar(node, loc)
        key = id(node)
        if key in self.built:
            return self.built[key]
        if key in self.open:
            self._fault(node, loc, "contains itself", "remove the alias")
            return None
        if node.tag not in _COLLECTIONS:
            self._fault(node, loc, f"has the tag {node.tag}", "remove it; tags are not read")
            return None
        self.open.add(key)
        value: Any = (
            self._mapping(node, loc)
            if isinstance(node, yaml.MappingNode)
            else [self.build(child, (*loc, i)) for i, child in enumerate(node.value)]
        )
        self.open.discard(key)
        self.built[key] = value
        return value

    def _mapping(self, node: yaml.MappingNode, loc: Loc) -> dict[str, Any]:
        result: dict[str, Any] = {}
        first: dict[str, int] = {}
        for key_node, child in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                self._fault(key_node, loc, "has a key that is no text", "write a plain name")
                continue
            key = str(key_node.value)
            line = key_node.start_mark.line + 1
            if key in result:
                self._fault(
                    key_node,
                    (*loc, key),
                    f"the key stands here and on line {first[key]}",
                    "keep one of them",
                )
                continue
            first[key] = line
            result[key] = self.build(child, (*loc, key))
        return result

    def _scalar(self, node: yaml.ScalarNode, loc: Loc) -> Any:
        text = str(node.value)
        if node.tag == _QUOTED:
            return text
        if node.tag != _PLAIN:
            self._fault(node, loc, f"has the tag {node.tag}", "remove it; tags are not read")
            return None
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if _INT.fullmatch(text):
            return int(text, 0) if text.startswith(("0o", "0x")) else int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        return text

    def _fault(self, node: yaml.Node, loc: Loc, problem: str, remedy: str) -> None:
        line = node.start_mark.line + 1
        self.faults.append(
            Fault(file=self.name, line=line, key=dotted(loc), problem=problem, remedy=remedy)
        )


def _only(name: str, line: int | None, problem: str, remedy: str) -> ConfigError:
    return ConfigError((Fault(file=name, line=line, key="", problem=problem, remedy=remedy),))


def _syntax(name: str, text: str, error: yaml.YAMLError) -> ConfigError:
    """Return libyaml's complaint in the operator's words."""
    mark = getattr(error, "problem_mark", None)
    line = mark.line + 1 if mark is not None else None
    problem = getattr(error, "problem", None) or str(error)
    lines = text.splitlines()
    if line is not None and line <= len(lines) and "\t" in lines[line - 1]:
        return _only(name, line, "has a tab", "YAML is indented with spaces: replace each tab")
    if isinstance(error, yaml.composer.ComposerError) and "single document" in str(error):
        return _only(name, line, "holds several documents", "keep one; remove the line ---")
    if isinstance(error, yaml.reader.ReaderError):
        return _only(name, None, f"has a character that YAML forbids ({error.reason})", "remove it")
    begun = getattr(error, "context_mark", None)
    context = str(getattr(error, "context", None) or "")
    if begun is not None and "quoted" in context:
        remedy = "close the quote, or put one before each quote inside the text"
        return _only(name, begun.line + 1, "is not YAML: a quoted text does not end", remedy)
    if begun is not None and "flow" in context:
        remedy = "close it, and put commas between its items"
        return _only(name, begun.line + 1, "is not YAML: a bracket is not closed", remedy)
    remedy = "check indentation, colons and quotes here and on the line above"
    if "mapping values are not allowed" in problem:
        remedy = "put quotes around a text that holds a colon and a space, or mend the indentation"
    return _only(name, line, f"is not YAML: {problem}", remedy)
