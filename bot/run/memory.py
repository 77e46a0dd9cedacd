"""How much memory the C library may keep of what was given back to it.

glibc gives nearly every thread a heap of its own, and each stays as large as it ever was.  A daemon
that works in a dozen threads grows for hours to a third more than it needs.
"""

from __future__ import annotations

import ctypes

#: mallopt's name for it, in malloc.h; two heaps are enough for threads that take turns at Python
_M_ARENA_MAX, _HEAPS = -8, 2


def bound_heaps() -> bool:
    """Let glibc use two heaps; call it before there are threads.  False where there is no glibc."""
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (AttributeError, OSError, TypeError):
        return False
    return bool(mallopt(_M_ARENA_MAX, _HEAPS))
