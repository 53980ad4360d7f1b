"""Filters of a search and how much each of their values would leave."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from search.areas import area_resolver
from search.columns import Snapshot
from search.kinds import KIND_LABELS
from search.matches import Match

AREA_LEVELS = ("county", "township", "village")
OTHER_FILTERS = ("kind", "year", "tag")
FACETS = ("kind", *AREA_LEVELS, "year", "tag")
FACET_VALUES = 30
"""Values shown of one facet."""

_COLUMNS = {"tag": "tags"}


@dataclass(frozen=True)
class FacetValue:
    """One way to narrow a search, and how much it would leave."""

    value: str
    label: str
    count: int
    selected: bool = False


class Filters:
    """The filters of one search ({name: value}) as masks of one snapshot.

    Places are given by division code; ``paths`` maps those to tree paths. What does not exist
    leaves nothing.
    """

    def __init__(self, snapshot: Snapshot, chosen: dict[str, str], paths: dict[str, str]):
        self.chosen = chosen
        self.labels: dict[str, str] = {}
        """{name: what the value chosen is called}, once the facets were counted."""
        self._snapshot = snapshot
        self._values = {
            name: paths.get(value, "-") if name in AREA_LEVELS else value
            for name, value in chosen.items()
        }
        self._masks = {name: self._mask(name, value) for name, value in self._values.items()}

    def _mask(self, name: str, value: str) -> np.ndarray:
        if name == "year":
            value = int(value) if value.isdecimal() else -1
        return self._snapshot.where(_COLUMNS.get(name, name), value)

    def column_value(self, name: str) -> str:
        """What the index has for a filter that was chosen: places by tree path."""
        return self._values[name]

    def apply(self, match: Match, without: tuple[str, ...] = ()) -> Match:
        """The match narrowed by all filters but those named."""
        for name, mask in self._masks.items():
            if name not in without:
                match = match.within(mask)
        return match

    def mask(self, mask: np.ndarray, without: tuple[str, ...] = ()) -> np.ndarray:
        """A mask of documents narrowed by all filters but those named."""
        for name, own in self._masks.items():
            if name not in without:
                mask = mask & own
        return mask

    def facets(self, found: Match) -> dict[str, list[FacetValue]]:
        """Values of each facet; each is counted under all filters but its own.

        A wider place stays when a narrower one is counted; narrower ones go with the wider one.
        """
        narrowed: dict[tuple, Match] = {}
        counted: dict[str, dict] = {}
        for name in FACETS:
            if name == "township" and "county" not in self.chosen:
                continue
            if name == "village" and "township" not in self.chosen:
                continue
            levels = AREA_LEVELS[AREA_LEVELS.index(name) :] if name in AREA_LEVELS else (name,)
            without = tuple(level for level in levels if level in self.chosen)
            if without not in narrowed:
                narrowed[without] = self.apply(found, without)
            counted[name] = self._snapshot.count(_COLUMNS.get(name, name), narrowed[without])
        return self._described(counted)

    def _described(self, counted: dict[str, dict]) -> dict[str, list[FacetValue]]:
        shown = {name: self._shown(name, counts) for name, counts in counted.items()}
        paths = [path for name in AREA_LEVELS for path in shown.get(name, ())]
        paths += [self._values[name] for name in AREA_LEVELS if name in self.chosen]
        places = area_resolver().by_paths(filter(None, paths)) if any(paths) else {}
        describe: dict[str, Callable] = {
            "kind": lambda kind: (kind, str(KIND_LABELS[kind])) if kind in KIND_LABELS else None,
            "year": lambda year: (str(year), str(year)) if year else None,
            "tag": lambda tag: (tag, tag),
            **dict.fromkeys(AREA_LEVELS, places.get),
        }
        for name, value in self._values.items():
            self.labels[name] = (describe[name](value) or ("", self.chosen[name]))[1]
        return {
            name: [
                FacetValue(
                    *described, counted[name][value], self._is_chosen(name, value, described[0])
                )
                for value in values
                if (described := describe[name](value))
            ]
            for name, values in shown.items()
        }

    def _is_chosen(self, name: str, value, code: str) -> bool:
        """A place may have been asked for by a former code, so its tree path decides."""
        if name in AREA_LEVELS:
            return value == self._values.get(name)
        return code == self.chosen.get(name)

    def _shown(self, name: str, counts: dict) -> list:
        """Years newest first, else the most frequent values; the one chosen is always there."""
        values = [value for value in counts if value]
        if name == "year":
            return sorted(values, reverse=True)[:FACET_VALUES]
        values.sort(key=lambda value: (-counts[value], value))
        chosen = self._values.get(name)
        further = [chosen] if chosen in values[FACET_VALUES:] else []
        return values[:FACET_VALUES] + further
