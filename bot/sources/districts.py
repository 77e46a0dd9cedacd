"""The districts of China and the ways an operator may name one.

``config/districts/cities.csv`` and ``counties.csv`` hold a row each; ``towns/<city>.csv`` holds
the towns of a city's counties.  Lists inside a cell are parted by spaces.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.errors import ConfigError, Fault
from bot.model import District
from bot.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COLUMNS = {
    "cities.csv": ("adcode", "slug", "name", "province"),
    "counties.csv": ("adcode", "slug", "name", "short_name", "aliases"),
    "towns": ("code", "name"),
}
#: first parts of the addresses of feeds that are no district's
_TAKEN_SLUGS = frozenset({"all", "source", "category"})


@dataclass(frozen=True, slots=True)
class Places:
    """Districts, and what names them."""

    districts: tuple[District, ...]
    #: slug, code or full name of a county or city → six-digit codes; several when ambiguous
    names: dict[str, tuple[str, ...]]

    def resolve(self, name: str | int, *, is_guessing: bool = True) -> str | tuple[str, str]:
        """Return the code of a county or city, or else what is wrong and what to do.

        To guess what was meant takes some 30 ms.
        """
        key = str(name).strip()
        found = self.names.get(key) or self.names.get(key.lower()) or ()
        if len(found) == 1:
            return found[0]
        if found:
            problem = f"{key} is the name of {len(found)} districts"
            return problem, f"write a code: {', '.join(found)}"
        near = nearest(key, self.names, 0.6) if is_guessing else None
        return f"unknown district {key}", f"did you mean {near}?" if near else (
            "write a slug, code or full name of config/districts"
        )


def read_places(folder: Path) -> Places:
    """Return the districts of ``folder`` with what names them; raises as ``read_districts``."""
    districts, cities = _read(folder)
    return Places(districts, _names(districts, cities))


def read_districts(folder: Path) -> tuple[District, ...]:
    """Return the districts of ``folder``; raises ``ConfigError`` with every fault of its files."""
    return _read(folder)[0]


def _read(folder: Path) -> tuple[tuple[District, ...], dict[str, dict[str, str]]]:
    """Return the districts, and the rows of the cities by their codes."""
    faults: list[Fault] = []
    cities = {row["adcode"]: row for _, row in _rows(folder / "cities.csv", "cities.csv", faults)}
    towns: dict[str, list[str]] = defaultdict(list)
    for path in sorted((folder / "towns").glob("*.csv")):
        for _, row in _rows(path, "towns", faults):
            towns[row["code"][:6]].append(row["name"])
    districts = _districts(folder / "counties.csv", cities, towns, faults)
    if faults:
        raise ConfigError(tuple(faults))
    return districts, cities


def _districts(
    path: Path,
    cities: dict[str, dict[str, str]],
    towns: dict[str, list[str]],
    faults: list[Fault],
) -> tuple[District, ...]:
    districts: list[District] = []
    lines: dict[str, int] = {}
    for line, row in _rows(path, "counties.csv", faults):
        for key in ("adcode", "slug"):
            if row[key] in lines:
                problem = f"{row[key]} stands here and on line {lines[row[key]]}"
                faults.append(_fault(path, line, key, problem, "make it unique"))
            lines[row[key]] = line
        if row["slug"] in _TAKEN_SLUGS:
            problem = f"{row['slug']} is the address of other feeds"
            faults.append(_fault(path, line, "slug", problem, "take another"))
        city = cities.get(row["adcode"][:4] + "00")
        if city is None:
            problem = f"{row['adcode'][:4]}00 is not in cities.csv"
            faults.append(_fault(path, line, "adcode", problem, "add the city or mend the code"))
            continue
        districts.append(
            District(
                adcode=row["adcode"],
                slug=row["slug"],
                name=row["name"],
                short_name=row["short_name"],
                city=city["name"],
                city_adcode=city["adcode"],
                city_slug=city["slug"],
                province=city["province"],
                towns=tuple(towns.get(row["adcode"], ())),
                aliases=tuple(row["aliases"].split()),
            )
        )
    return tuple(districts)


def _names(
    districts: tuple[District, ...], cities: dict[str, dict[str, str]]
) -> dict[str, tuple[str, ...]]:
    """Return what names what; a name that a county bears is never taken for a city's."""
    names: dict[str, list[str]] = defaultdict(list)
    for district in districts:
        for key in {
            district.adcode, district.slug, district.name, district.city + district.name
        }:  # fmt: skip
            names[key].append(district.adcode)
    for code, row in cities.items():
        for key in (code, code[:4], row["slug"], row["name"]):
            if not names[key]:
                names[key].append(code)
    return {key: tuple(codes) for key, codes in names.items()}


def _rows(path: Path, shape: str, faults: list[Fault]) -> Iterator[tuple[int, dict[str, str]]]:
    columns = _COLUMNS[shape]
    try:
        lines = path.read_text("utf-8-sig").splitlines()
    except FileNotFoundError:
        faults.append(_fault(path, None, "", "is missing", "restore it from the distribution"))
        return
    except UnicodeDecodeError:
        faults.append(_fault(path, None, "", "is not UTF-8", "save it in the encoding UTF-8"))
        return
    for number, cells in enumerate(csv.reader(lines), start=1):
        if number == 1:
            if tuple(cells) != columns:
                remedy = f"write {','.join(columns)}"
                faults.append(_fault(path, 1, "", "has other columns than expected", remedy))
                return
            continue
        if not cells:
            continue
        if len(cells) != len(columns):
            problem = f"has {len(cells)} cells, not {len(columns)}"
            faults.append(_fault(path, number, "", problem, f"write {','.join(columns)}"))
            continue
        row = dict(zip(columns, cells, strict=True))
        code = row.get("adcode", row.get("code", "")[:6])
        if len(code) != 6 or not code.isdigit():
            remedy = "write the GB/T 2260 code, six digits"
            faults.append(_fault(path, number, "adcode", f"{code!r} is no code", remedy))
            continue
        yield number, row


def _fault(path: Path, line: int | None, key: str, problem: str, remedy: str) -> Fault:
    return Fault(file=str(path), line=line, key=key, problem=problem, remedy=remedy)
