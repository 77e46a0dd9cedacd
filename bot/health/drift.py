"""Whether a listing or its articles are unlike what is usual for the source. Pure."""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.health.memory import Profile

#: usual listings that must be known before another can be odd
FEWEST_PROFILES = 3
FEWEST_TEXTS = 5
#: a listing with less than this share of the usual links is odd
LINK_SHARE = 0.5
#: titles shorter or longer than usual by more than this factor are odd
TITLE_FACTOR = 2.0
#: a share of dated links lower by this much is odd
DATED_FALL = 0.5
#: texts shorter than this share of the usual ones are odd
TEXT_SHARE = 0.3
#: so many new texts together can be odd; one alone may be a short item
FEWEST_NEW_TEXTS = 2


def listing_drift(profile: Profile, usual: Sequence[Profile]) -> str | None:
    """Return how a listing differs from the usual ones; None when it does not."""
    if len(usual) < FEWEST_PROFILES:
        return None
    links = statistics.median(one.link_count for one in usual)
    if links >= 4 and profile.link_count < LINK_SHARE * links:
        return f"{profile.link_count} links, usual are {links:.0f}"
    titles = statistics.median(one.title_chars for one in usual)
    if titles and not titles / TITLE_FACTOR <= profile.title_chars <= titles * TITLE_FACTOR:
        return f"titles of some {profile.title_chars} characters, usual are {titles:.0f}"
    dated = statistics.median(one.dated_share for one in usual)
    if profile.dated_share < dated - DATED_FALL:
        return f"{profile.dated_share:.0%} of the links have a date, usual are {dated:.0%}"
    forms = {one.form for one in usual}
    if len(forms) == 1 and profile.form not in forms:
        return f"links like {profile.form}, usual are those like {next(iter(forms))}"
    return None


def text_drift(new: Sequence[int], usual: Sequence[int]) -> str | None:
    """Return how the lengths of new texts differ from the usual; None when they do not."""
    if len(new) < FEWEST_NEW_TEXTS or len(usual) < FEWEST_TEXTS:
        return None
    now, then = statistics.median(new), statistics.median(usual)
    if now < TEXT_SHARE * then:
        return f"texts of some {now:.0f} characters, usual are {then:.0f}"
    return None
