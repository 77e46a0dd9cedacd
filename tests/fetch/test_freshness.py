"""How long an answer says that it stays current."""

from __future__ import annotations

import pytest

from bot.fetch.fields import Fields
from bot.fetch.freshness import max_age_s


@pytest.mark.parametrize(
    ("headers", "expected"),
    [
        ({}, None),
        ({"Cache-Control": "max-age=600"}, 600.0),
        ({"Cache-Control": 'public, MAX-AGE="600", must-revalidate'}, 600.0),
        ({"Cache-Control": "max-age=600", "Age": "200"}, 400.0),
        ({"Cache-Control": "max-age=600", "Age": "900"}, 0.0),
        ({"Cache-Control": "max-age=600", "Age": "soon"}, 600.0),
        ({"Cache-Control": "s-maxage=600"}, None),
        ({"Cache-Control": "max-age=600, no-cache"}, None),
        ({"Cache-Control": "no-store, max-age=600"}, None),
        ({"Cache-Control": "max-age=-1"}, None),
        ({"Cache-Control": "max-age=99999999999"}, None),
        ({"Cache-Control": "max-age=１２"}, None),
    ],
)
def test_max_age(headers: dict[str, str], expected: float | None) -> None:
    encoded = [(name.encode(), value.encode()) for name, value in headers.items()]
    assert max_age_s(Fields(encoded)) == expected
