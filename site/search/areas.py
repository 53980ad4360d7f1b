"""Where search asks for names of places, which it knows by tree path only.

The app that owns places registers a resolver when it is ready; search never imports it.
"""

from collections.abc import Iterable, Sequence
from typing import Protocol


class AreaResolver(Protocol):
    """Names places for search; each method costs one query whatever the number asked for."""

    def labels(self, pages: Sequence) -> dict[int, str]:
        """{page pk: 县 · 乡镇 · 村} of the places that pages stand in."""

    def by_paths(self, paths: Iterable[str]) -> dict[str, tuple[str, str]]:
        """{tree path: (division code, name)} of places; paths that are no place are left out."""

    def paths_for_codes(self, codes: Iterable[str]) -> dict[str, str]:
        """{code: tree path} of places by division code, now or once; of groups by code-number."""

    def begun(self, text: str, limit: int) -> list[tuple[str, str, str]]:
        """(name, wider places, address) of places whose name, pinyin or initials begin so."""


class NoAreas:
    """Stands in until a resolver is registered: no place has a name."""

    def labels(self, pages: Sequence) -> dict[int, str]:
        return {}

    def by_paths(self, paths: Iterable[str]) -> dict[str, tuple[str, str]]:
        return {}

    def paths_for_codes(self, codes: Iterable[str]) -> dict[str, str]:
        return {}

    def begun(self, text: str, limit: int) -> list[tuple[str, str, str]]:
        return []


_resolver: AreaResolver = NoAreas()


def register_area_resolver(resolver: AreaResolver) -> None:
    """Makes a resolver the one that search asks."""
    global _resolver
    _resolver = resolver


def area_resolver() -> AreaResolver:
    """The resolver in use."""
    return _resolver
