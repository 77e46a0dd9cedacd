"""Dates in the forms that pages of many languages show, and that machines write."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from bot.extract.dates import find_date, parse_instant
from bot.model import Precision

UTC = ZoneInfo("UTC")

SHOWN = """
3. Mai 2024, 17:47 Uhr | 03.05.2024, 17.47 Uhr | 3 mai 2024 à 17h47 | Publié le 03/05/2024 à 17:47
3 de mayo de 2024, 17:47 | 03 Maggio 2024 alle 17:47 | 3 de maio de 2024 às 17h47
3 mei 2024 om 17:47 | Publicerad 3 maj 2024 kl 17.47 | 3. mai 2024 kl. 17:47 | 3.5.2024 klo 17:47
3 maja 2024, 17:47 | 3. května 2024 17:47 | 2024. május 3., péntek 17:47 | 3 мая 2024, 17:47
3 травня 2024, 17:47 | 3 Mayıs 2024 17:47 | 03.05.24, 17:47 | 3 May 2024, 05:47 PM IST
May 3, 2024, 5:47 p.m. ET | Fri 3 May 2024 17.47 BST | 03-May-2024 17:47 | 3 मई 2024, 17:47
৩ মে ২০২৪, ১৭:৪৭ | 2024年5月3日（金）17時47分 | 입력 2024.05.03. 오후 5:47 | 2024년 5월 3일 17:47
Jumat, 03 Mei 2024 17:47 WIB | 3 พ.ค. 2567 17:47 น. | Thứ sáu, 3/5/2024, 17:47 (GMT+7)
"""
DAYS = """
3 במאי 2024 | 3 أيار/مايو 2024 | ٣ مايو ٢٠٢٤ | ३ मई २०२४ | 2024 m. gegužės 3 d.
2024. gada 3. maijs | 3rd May 2024 | 3. toukokuuta 2024 | 3. maí 2024 | 3. svibnja 2024.
2024年5月3日，约3.50亿元
"""


def _cases(table: str) -> list[str]:
    return [case.strip() for line in table.strip().splitlines() for case in line.split("|")]


@pytest.mark.parametrize("text", _cases(SHOWN))
def test_day_and_time_of_day(text: str) -> None:
    found = find_date(text, UTC)
    assert found is not None
    assert found.at.isoformat() == "2024-05-03T17:47:00+00:00"


@pytest.mark.parametrize("text", _cases(DAYS))
def test_day_alone(text: str) -> None:
    found = find_date(text, UTC)
    assert found is not None
    assert (found.at.date().isoformat(), found.precision) == ("2024-05-03", Precision.DAY)


@pytest.mark.parametrize("text", ["version 1.2.24", "12.50 Euro", "Seite 3 von 2024", "10.0.0.24"])
def test_no_date(text: str) -> None:
    assert find_date(text, UTC) is None


@pytest.mark.parametrize(
    "text",
    [
        "2024-05-03T17:47:00Z",
        "2024-05-03T19:47:00.000+02:00",
        "2024-05-03 19:47:00 +0200",
        "Fri, 03 May 2024 17:47:00 GMT",
        "Fri May 03 17:47:00 UTC 2024",
        "1714758420",
        "1714758420000",
        "20240503T174700Z",
    ],
)
def test_instants_of_machines(text: str) -> None:
    found = parse_instant(text, UTC)
    assert found is not None
    assert found.at.astimezone(UTC).isoformat() == "2024-05-03T17:47:00+00:00"
