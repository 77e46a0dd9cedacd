"""A replica of three county news sites on loopback, for the demo and for the tests.

``ReplicaWorld`` is the newsroom: it publishes, edits, withdraws and breaks things when told to,
by a clock that the caller holds.  ``serve`` puts its three sites on loopback::

    world = ReplicaWorld(HandClock.at("2026-11-20T09:00:00+08:00"))
    world.catch_up()
    async with serve(world) as addresses:
        ...                       # crawl addresses["portal"] + "/news/xianqu/ziyang/"
    world.truth()                 # what a perfect crawler would have found

Everything here is fiction: places are real, people, figures and events are not.
"""

from replica.access import AccessEntry, AccessLog
from replica.clock import HandClock, system_clock
from replica.failures import Failure
from replica.model import Block, BlockKind, Manuscript, Publication, Truth
from replica.sections import SECTIONS, SITES, Section, Site
from replica.server import ports_from, serve
from replica.sources import config
from replica.world import NothingToPublishError, ReplicaWorld

__all__ = [
    "SECTIONS",
    "SITES",
    "AccessEntry",
    "AccessLog",
    "Block",
    "BlockKind",
    "Failure",
    "HandClock",
    "Manuscript",
    "NothingToPublishError",
    "Publication",
    "ReplicaWorld",
    "Section",
    "Site",
    "Truth",
    "config",
    "ports_from",
    "serve",
    "system_clock",
]
