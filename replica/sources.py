"""The replica as an operator would enter it: sources in YAML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from replica.sections import SECTIONS, SITES

if TYPE_CHECKING:
    from collections.abc import Mapping


def config(addresses: Mapping[str, str], *, has_names: bool = False) -> str:
    """Return the sources of the replica as the text of a file under ``config/sources/``.

    ``addresses`` is what ``serve`` yields.  Every entry has ``id``, ``district`` (the adcode) and
    ``url``; nothing else is needed, because everything else is found on the pages.  With
    ``has_names`` readers are told a name of each source as well.
    """
    lines = ["# The replica's sections, written by `xianwen demo`.", "sources:"]
    for section in SECTIONS.values():
        origin = addresses[section.site]
        lines += [
            f"  - id: replica-{section.id}",
            f'    district: "{section.adcode}"',
            f"    url: {origin}{section.path}",
        ]
        if has_names:
            lines.append(f"    name: {SITES[section.site].name} {section.name}")
    return "\n".join(lines) + "\n"
