"""Write ``docs/reference/licences.md``: what we depend on and under which licence it comes.

The names come from ``requirements.lock``, the licences from the installed packages themselves.
"""

from __future__ import annotations

import re
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "licences.md"
LOCK = ROOT / "requirements.lock"

_HEAD = """# Licences of what we depend on

Written by `python -m tools.make_licences` from `requirements.lock` and from what the packages say
of themselves; a test holds it to be current and lets no licence in that is not on its list. None
of these packages is changed or copied into this project.

| package | version | licence |
|---|---|---|
"""
#: what packages write, as SPDX writes it; a name that stands here is let in
SPDX = {
    "PSF-2.0": "PSF-2.0",
    "Python Software Foundation License": "PSF-2.0",
    "Apache-2.0 AND MIT": "Apache-2.0 AND MIT",
    "Apache-2.0": "Apache-2.0",
    "Apache 2.0": "Apache-2.0",
    "Apache Software License": "Apache-2.0",
    "MIT": "MIT",
    "MIT License": "MIT",
    "MIT-0": "MIT-0",
    "MPL-2.0": "MPL-2.0",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
    "BSD-2-Clause": "BSD-2-Clause",
    "BSD-3-Clause": "BSD-3-Clause",
    "BSD License": "BSD-3-Clause",
    "FreeBSD and LGPLv3+": "BSD-2-Clause OR LGPL-3.0-or-later",
    "ISC License": "ISC",
    "ISC License (ISCL)": "ISC",
    "Apache-2.0 OR BSD-2-Clause": "Apache-2.0 OR BSD-2-Clause",
    "Apache-2.0 AND CNRI-Python": "Apache-2.0 AND CNRI-Python",
    "MIT OR Apache-2.0": "MIT OR Apache-2.0",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
}
#: packages that only other systems or interpreters install, and their licences
_ELSEWHERE = {
    "brotlicffi": "MIT",
    "cffi": "MIT-0",
    "colorama": "BSD-3-Clause",
    "greenlet": "MIT AND PSF-2.0",
    "pycparser": "BSD-3-Clause",
}
#: packages whose own words are no name of a licence: read by hand in their licence files
_BY_HAND = {"httpx-aiohttp": "BSD-3-Clause", "hyperframe": "MIT", "socksio": "MIT"}
_PIN = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[^]]*\])?==([^\s;\\]+)", re.MULTILINE)


class UnknownLicenceError(Exception):
    """A package comes under a licence that nobody has let in."""


def pins() -> dict[str, str]:
    """Return the version of each locked package, by name."""
    return dict(_PIN.findall(LOCK.read_text(encoding="utf-8")))


def licence_of(name: str) -> str:
    """Return a package's licence as SPDX names it; raises UnknownLicenceError."""
    if name in _BY_HAND:
        return _BY_HAND[name]
    try:
        told = metadata(name)
    except PackageNotFoundError:
        if name in _ELSEWHERE:
            return _ELSEWHERE[name]
        raise UnknownLicenceError(f"{name} is not installed: pip install it, or say it") from None
    said = [told.get("License-Expression"), told.get("License")]
    said += [
        line.rpartition("::")[2].strip()
        for line in told.get_all("Classifier") or []
        if line.startswith("License ::")
    ]
    for words in said:
        if words and words.strip() in SPDX:
            return SPDX[words.strip()]
    raise UnknownLicenceError(f"{name} says {[w for w in said if w]}: let it in by hand")


def page() -> str:
    """Return the whole page, in Markdown."""
    rows = [f"| {name} | {version} | {licence_of(name)} |" for name, version in pins().items()]
    return _HEAD + "\n".join(rows) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
