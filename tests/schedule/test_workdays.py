"""Which days of the Chinese calendar are worked."""

from __future__ import annotations

from datetime import date

import pytest

from bot.schedule.workdays import FREE_DAY_RATES, WORKING_DAY_RATES, is_workday


@pytest.mark.parametrize(
    ("day", "is_worked"),
    [
        pytest.param(date(2026, 11, 24), True, id="a Tuesday"),
        pytest.param(date(2026, 11, 28), False, id="a Saturday"),
        pytest.param(date(2026, 2, 17), False, id="Spring Festival, a Tuesday"),
        pytest.param(date(2026, 2, 20), False, id="moved day off"),
        pytest.param(date(2026, 2, 28), True, id="a Saturday worked in exchange"),
        pytest.param(date(2026, 2, 14), True, id="a Saturday worked in exchange, before"),
        pytest.param(date(2025, 1, 26), True, id="a Sunday worked in exchange"),
        pytest.param(date(2011, 12, 31), True, id="worked by the next year's notice"),
        pytest.param(date(2040, 10, 1), False, id="statutory day of a year without notice"),
        pytest.param(date(2150, 10, 1), True, id="beyond the tables, a Thursday"),
        pytest.param(date(2150, 10, 3), False, id="beyond the tables, a Saturday"),
    ],
)
def test_a_day_is_worked_or_free(day: date, is_worked: bool) -> None:
    assert is_workday(day) is is_worked


def test_the_prior_has_an_hour_of_each_day() -> None:
    assert len(WORKING_DAY_RATES) == len(FREE_DAY_RATES) == 24
    assert min(FREE_DAY_RATES) > 0
