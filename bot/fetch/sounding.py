"""Sound a page before it is parsed: markup that would exhaust an HTML parser is refused.

HTML lets a page grow while it is parsed.  An unclosed ``<font>`` is opened anew in every later
``<p>`` (WHATWG HTML, "reconstruct the active formatting elements"), so that 74 KB become eight
million elements and 2 GB; and each ``<div>`` looks through all open elements, so that deep nesting
costs the square of its depth.  Only the parser itself knows what comes out, so a page with the
makings of it is parsed first in a process of its own, which may die.

Run as a file, this module is that process.
"""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import dataclass

#: Pages below both are parsed as they are.  The measured worst cases within them cost 0.2 s and
#: 150 MB; of the real pages at hand the richest has 5,740 tags and a product of 1.5 million.
FEW_TAGS = 6_000
FEW_REOPENINGS = 2_000_000
#: characters up to which even a tag that hides its length behind quoted brackets costs at most 3 s
SHORT = 250_000
#: elements and texts; the richest real page has 7,226
MAX_NODES = 40_000
#: elements above one another; the deepest real page has 25
MAX_DEPTH = 256
#: characters; the longest real page has 764,000
MAX_CHARS = 4_000_000
#: what the process may use
MAX_MEMORY_BYTES = 1024 * 1024 * 1024
MAX_CPU_S = 2

#: Elements that the parser opens anew (WHATWG HTML, section 13.2.4.3, less ``a``, which ends its
#: former self).
_FORMATTING = re.compile(
    r"<(?:b|big|code|em|font|i|nobr|s|small|strike|strong|tt|u)(?=[\s/>])", re.IGNORECASE
)


#: A tag of nothing but attributes, which the parser compares with one another.
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{8000}")
#: half of it, so that one stretch lies whole within it wherever it begins
_STRETCH = 4000


@dataclass(frozen=True, slots=True, kw_only=True)
class Depth:
    """What a page is as a tree."""

    node_count: int
    depth: int


def is_suspicious(text: str) -> bool:
    """Tell whether a page could become huge or deep in the parser; cheap, and errs to yes."""
    tag_count = text.count("<")
    if tag_count > FEW_TAGS or len(text) > SHORT or _has_long_tag(text):
        return True
    # Even if every tag opened one, the product could not be reached.
    if tag_count * tag_count <= FEW_REOPENINGS:
        return False
    return tag_count * len(_FORMATTING.findall(text)) > FEW_REOPENINGS


def _has_long_tag(text: str) -> bool:
    # Between the bracket of such a tag and the next one lies a whole stretch without any.
    for start in range(1, len(text), _STRETCH):
        if text.find("<", start, start + _STRETCH) < 0:
            return _LONG_TAG.search(text) is not None
    return False


def why_refused(text: str) -> str | None:
    """Return why a page must not be parsed here, as the end of a sentence; None when it may.

    Takes a process of its own, and some 50 ms, for a suspicious page.
    """
    if len(text) > MAX_CHARS:
        return f"it has {len(text):,} characters, {MAX_CHARS:,} are the most that is read as a page"
    if not is_suspicious(text):
        return None
    found = sound(text)
    if found is None:
        return (
            f"its markup ({text.count('<'):,} tags) exhausts a parser that may use "
            f"{MAX_MEMORY_BYTES // 2**20:,} MB and {MAX_CPU_S} s"
        )
    if found.node_count > MAX_NODES:
        return f"it has {found.node_count:,} elements and texts, {MAX_NODES:,} are the most"
    if found.depth > MAX_DEPTH:
        return f"its elements stand {found.depth:,} deep in one another, {MAX_DEPTH} are the most"
    return None


def sound(text: str) -> Depth | None:
    """Return what becomes of a page in the parser, None when the parser dies of it."""
    try:
        # Isolated and by its path: the child needs the parser and nothing else of the package.
        done = subprocess.run(  # noqa: S603 -- our own file in our own interpreter
            [sys.executable, "-I", __file__],
            input=text.encode("utf-8", "replace"),
            capture_output=True,
            timeout=MAX_CPU_S * 15,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return None
    answer = done.stdout.split()
    if done.returncode != 0 or len(answer) != 2:
        return None
    return Depth(node_count=int(answer[0]), depth=int(answer[1]))


def _sound_here() -> None:
    """Parse what comes in, tell nodes and depth, and end without tidying up."""
    import os
    import resource

    from selectolax.lexbor import LexborHTMLParser

    resource.setrlimit(resource.RLIMIT_AS, (MAX_MEMORY_BYTES, MAX_MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (MAX_CPU_S, MAX_CPU_S))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    tree = LexborHTMLParser(sys.stdin.buffer.read().decode("utf-8"))
    depths: dict[int, int] = {}
    count = deepest = 0
    root = tree.root
    for node in root.traverse(include_text=True) if root is not None else ():
        count += 1
        if node.is_text_node:
            continue
        parent = node.parent
        depth = depths.get(parent.mem_id, 0) + 1 if parent is not None else 1
        depths[node.mem_id] = depth
        deepest = max(deepest, depth)
        if count > MAX_NODES:
            break
    os.write(1, f"{count} {deepest}".encode())
    # Giving the tree back node by node would cost as much again.
    os._exit(0)


if __name__ == "__main__":
    _sound_here()
