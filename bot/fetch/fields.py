"""The header fields of one answer, as they came and by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class Fields:
    """Header fields, looked up by name in lower case.

    httpx's own find out the encoding anew and go through all fields with each look-up; a page
    costs eight of them.
    """

    __slots__ = ("_values", "pairs")

    def __init__(self, raw: Iterable[tuple[bytes, bytes]]) -> None:
        #: as they came, byte for byte (Latin-1), for the archive
        self.pairs = tuple((name.decode("latin-1"), value.decode("latin-1")) for name, value in raw)
        self._values: dict[str, list[str]] = {}
        for name, value in self.pairs:
            self._values.setdefault(name.lower(), []).append(value)

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def __getitem__(self, name: str) -> str:
        """Return a field as ``get`` does; raises KeyError when it did not come."""
        value = self.get(name)
        if value is None:
            raise KeyError(name)
        return value

    def get(self, name: str) -> str | None:
        """Return a field, None when it did not come; joined if it came several times.

        Source: RFC 9110 section 5.3.
        """
        values = self._values.get(name)
        if values is None:
            return None
        return _read(values[0]) if len(values) == 1 else ", ".join(map(_read, values))

    def all(self, name: str) -> list[str]:
        """Return each value of a field that may come several times, in order; may be empty."""
        return [_read(value) for value in self._values.get(name, ())]


def _read(value: str) -> str:
    """Return a value as it is meant: county servers send paths and names in UTF-8."""
    if value.isascii():
        return value
    try:
        return value.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return value
