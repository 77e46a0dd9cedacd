"""Threads of a daemon share two heaps of the C library."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

#: 1 MB in pieces is taken in each of twelve threads that live at once; glibc tells its heaps.
PROGRAM = """
import ctypes, threading
from bot.run.memory import bound_heaps
assert bound_heaps()
libc, together = ctypes.CDLL(None), threading.Barrier(12)
libc.malloc.restype = ctypes.c_void_p
def work():
    together.wait()
    for _ in range(1000):
        libc.malloc(1024)
    together.wait()
threads = [threading.Thread(target=work) for _ in range(12)]
[thread.start() for thread in threads]
[thread.join() for thread in threads]
libc.fopen.restype = ctypes.c_void_p
file = ctypes.c_void_p(libc.fopen(b"/dev/stdout", b"w"))
libc.malloc_info(0, file)
libc.fflush(file)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library has other heaps")
def test_a_dozen_threads_share_two_heaps() -> None:
    told = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, check=True)
    assert 1 <= told.stdout.count(b"<heap nr=") <= 2
