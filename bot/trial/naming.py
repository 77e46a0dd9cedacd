"""What a new source is called: a free id, and a name for people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from collections.abc import Collection

_SEPARATORS = re.compile(r"\s*[-_|–—－＿｜»>·]+\s*")
#: labels of a host that name no site
_PUBLIC_LABELS = frozenset(
    "www com cn net org gov edu info cc xyz top m news xw wap example".split()
)
MAX_ID_CHARS = 80


def name_from(title: str) -> str:
    """Return ``site·section`` from a page's title, which says it the other way round."""
    parts = list(
        dict.fromkeys(
            part for part in _SEPARATORS.split(title) if part and not part.startswith("Powered")
        )
    )
    if not parts:
        return ""
    return parts[0] if len(parts) == 1 else f"{parts[-1]}·{parts[0]}"[:60]


def free_id(url: str, slug: str | None, taken: Collection[str]) -> str:
    """Return a free id from the host, the district's slug and, when that is taken, the folder."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    labels = [label for label in host.split(".") if label not in _PUBLIC_LABELS]
    is_number = host.replace(".", "").isdigit()
    words = ["site" if is_number or not labels else labels[-1]]
    if slug is not None and re.fullmatch(r"[a-z-]+", slug):
        words.append(slug)
    folders = [f for f in parts.path.split("/") if re.search("[a-z]", f) and "." not in f]
    short, long = _joined(words), _joined([*words, *folders[-1:]])
    for one in (short, long):
        if one not in taken:
            return one
    number = 2
    while f"{long}-{number}" in taken:
        number += 1
    return f"{long}-{number}"


def _joined(words: list[str]) -> str:
    clean = (re.sub(r"[^a-z0-9]+", "-", word.lower()).strip("-") for word in words)
    return "-".join(dict.fromkeys(word for word in clean if word))[:MAX_ID_CHARS].strip("-")
