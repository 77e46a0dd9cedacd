"""``python -m replica``: the three sites in a process of their own, until it is stopped."""

from __future__ import annotations

import argparse
import asyncio
import signal
import sys
from pathlib import Path

from replica.clock import system_clock
from replica.server import serve
from replica.sources import config
from replica.world import ReplicaWorld


def main() -> int:
    """Serve the replica with everything that is dated before now; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m replica",
        description="Serve a replica of three county news sites on loopback.",
    )
    parser.add_argument(
        "--port", type=int, default=8620, help="port of each site (default 8620; 0: any free one)"
    )
    parser.add_argument(
        "--access-log", type=Path, metavar="FILE", help="append one line of JSON per request"
    )
    parser.add_argument(
        "--sources", action="store_true", help="print the sites as sources for config/sources/"
    )
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve_until_stopped(arguments))
    except OSError as error:
        print(
            f"port {arguments.port}: {error.strerror or error}; choose another with --port",
            file=sys.stderr,
        )
        return 1
    return 0


async def _serve_until_stopped(arguments: argparse.Namespace) -> None:
    world = ReplicaWorld(system_clock, access_file=arguments.access_log)
    world.catch_up()
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with serve(world, port=arguments.port) as addresses:
        if arguments.sources:
            print(config(addresses), end="", flush=True)
        else:
            for site, origin in addresses.items():
                print(f"{site:8} {origin}/", flush=True)
        await stopped.wait()


if __name__ == "__main__":
    sys.exit(main())
