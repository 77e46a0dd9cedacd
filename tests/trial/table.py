"""How many listings ``source add`` gives a right entry for, untouched.

    python -m tests.trial.table

Prints each layout with what is wrong with the entry proposed for it, and exits with 1 when one is.
"""

from __future__ import annotations

import asyncio
import sys

from bot.sources.load import load
from tests.trial.layouts import LAYOUTS
from tests.trial.recognition import CONFIG, faults, known_of, proposed
from tests.trial.wild import WILD


async def main() -> int:
    """Propose for every layout and print what came."""
    known = known_of(load(CONFIG, environment={}))
    right = 0
    for layout in (*LAYOUTS, *WILD):
        proposal = await proposed(layout, known)
        wrong = faults(layout, proposal)
        right += not wrong
        keys = ", ".join(key for key in proposal.entry if key not in {"id", "url", "name"})
        sys.stdout.write(f"{'right' if not wrong else 'WRONG':<6} {layout.name:<48} {keys}\n")
        for line in wrong[:4]:
            sys.stdout.write(f"       {line}\n")
    total = len(LAYOUTS) + len(WILD)
    sys.stdout.write(f"{right} of {total} right and untouched\n")
    return 0 if right == total else 1


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
