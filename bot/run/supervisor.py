"""Tell systemd how the daemon is: ready, alive, stopping.  Does nothing under no supervisor.

The protocol is sd_notify(3): datagrams of ``KEY=value`` lines to the socket in ``NOTIFY_SOCKET``.
"""

from __future__ import annotations

import asyncio
import os
import socket
from dataclasses import dataclass
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Supervisor:
    """What the environment says of who watches this process."""

    #: path of a datagram socket, or a name that begins with ``@``; None when nobody listens
    address: str | None = None
    #: the watchdog strikes after so long a silence; None when there is none
    watchdog_s: float | None = None

    @classmethod
    def of(cls, environment: Mapping[str, str] = os.environ) -> Self:
        """Read NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID."""
        address = environment.get("NOTIFY_SOCKET") or None
        microseconds = environment.get("WATCHDOG_USEC", "")
        is_ours = environment.get("WATCHDOG_PID", str(os.getpid())) == str(os.getpid())
        has_watchdog = address is not None and microseconds.isdigit() and is_ours
        return cls(
            address=address, watchdog_s=int(microseconds) / 1_000_000 if has_watchdog else None
        )

    def tell(self, *lines: str) -> None:
        """Send lines such as ``READY=1``; a supervisor that does not listen is no failure."""
        if self.address is None:
            return
        path = "\0" + self.address[1:] if self.address.startswith("@") else self.address
        try:
            with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as door:
                door.connect(path)
                door.send("\n".join(lines).encode())
        except OSError:
            return

    async def keep_alive(self) -> None:
        """Say that the event loop turns, twice in each span of the watchdog, until cancelled."""
        if self.watchdog_s is None:
            return
        while True:
            self.tell("WATCHDOG=1")
            await asyncio.sleep(self.watchdog_s / 2)
