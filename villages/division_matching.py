"""Decides which row of a division table is which place of the tree. Pure; changes nothing.

A place keeps its page through a new name, a new code or a new township, so rows are matched by
the strongest evidence first and a name counts only where it is unique among what is left.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass, field, replace

from villages.division_table import COUNTY, TOWNSHIP, VILLAGE, Division, DivisionTable
from villages.names import core_name


@dataclass(frozen=True)
class Place:
    """A county, township or village page; `county` is the key of the county it stands in.

    A county is its own county and has parent 0.
    """

    key: int
    level: int
    code: str | None
    name: str
    parent: int
    county: int
    former_codes: frozenset[str] = frozenset()
    other_names: frozenset[str] = frozenset()
    sample: bool = False


@dataclass(frozen=True)
class Match:
    """A row and its place, or None where the place is new.

    `outdated` where the row uses a code that the place has given up since: nothing is changed.
    `moved` where the row stands under another parent than the place's page.
    """

    division: Division
    place: Place | None
    outdated: bool = False
    moved: bool = False

    @property
    def recoded(self) -> bool:
        return bool(self.place) and not self.outdated and self.place.code != self.division.code

    @property
    def renamed(self) -> bool:
        known = self.place and {self.place.name, *self.place.other_names}
        return bool(known) and not self.outdated and self.division.name not in known


@dataclass
class Matching:
    matches: list[Match] = field(default_factory=list)
    vanished: list[Place] = field(default_factory=list)


def match(table: DivisionTable, places: Iterable[Place]) -> Matching:
    """Match all rows, highest level first; places that no row speaks of are `vanished`.

    Vanished counties are told only of a table of the whole prefecture, other places only within
    the counties it lists, and sample counties never: a part of a table says nothing of the rest.
    """
    places = list(places)
    table_codes = {division.code for division in table.divisions}
    key_of_code = {place.code: place.key for place in places if place.code}
    county_of = {place.key: place.county for place in places}
    result = Matching()
    listed: set[int] = set()
    for level in (COUNTY, TOWNSHIP, VILLAGE):
        run = _Level(
            [d for d in table.divisions if d.level == level],
            [p for p in places if p.level == level],
            lambda d: 0 if d.level == COUNTY else key_of_code.get(d.parent),
            lambda d: county_of.get(key_of_code.get(d.code[:6])),
            table_codes,
        )
        found = [_with_move(pair, run.parent_of(pair.division)) for pair in run.matches()]
        for pair in found:
            if pair.place:
                # Children of the row are looked for under the place it turned out to be.
                key_of_code[pair.division.code] = pair.place.key
            else:
                key_of_code.pop(pair.division.code, None)
        if level == COUNTY:
            listed = {pair.place.key for pair in found if pair.place}
        result.matches += found
        for place in run.places:
            told = table.whole and not place.sample if level == COUNTY else place.county in listed
            if told:
                result.vanished.append(place)
    return result


def _with_move(pair: Match, parent: int | None) -> Match:
    if pair.place is None or pair.outdated:
        return pair
    return replace(pair, moved=pair.place.parent != parent)


class _Level:
    """One level's rows and places that have not found each other yet."""

    def __init__(self, divisions, places, parent_of, county_of, table_codes):
        self.order = list(divisions)
        self.divisions = dict.fromkeys(divisions)
        self.places = dict.fromkeys(places)
        self.parent_of, self.county_of = parent_of, county_of
        self.table_codes = table_codes
        self.found: dict[Division, Match] = {}

    def matches(self) -> list[Match]:
        self._by_code(lambda d, p: d.name == p.name or d.name in p.other_names)
        self._by_former_code()
        self._where_unique(lambda d: (self.parent_of(d), d.name), lambda p: (p.parent, p.name))
        self._by_code(lambda d, p: True)
        self._where_unique(
            lambda d: (self.parent_of(d), core_name(d.name)),
            lambda p: (p.parent, core_name(p.name)),
        )
        if any(d.level == VILLAGE for d in self.divisions):
            self._where_unique(lambda d: (self.county_of(d), d.name), lambda p: (p.county, p.name))
            self._where_unique(
                lambda d: (self.county_of(d), core_name(d.name)),
                lambda p: (p.county, core_name(p.name)),
            )
        return [self.found.get(division) or Match(division, None) for division in self.order]

    def _take(self, division: Division, place: Place, outdated: bool = False) -> None:
        self.found[division] = Match(division, place, outdated)
        del self.divisions[division], self.places[place]

    def _by_code(self, agrees: Callable[[Division, Place], bool]) -> None:
        by_code = {place.code: place for place in self.places if place.code}
        for division in list(self.divisions):
            place = by_code.get(division.code)
            if place and agrees(division, place):
                self._take(division, place)

    def _by_former_code(self) -> None:
        """An older table imported again: its codes lead to the places that have newer ones."""
        holders = {code: place for place in self.places for code in place.former_codes}
        for division in list(self.divisions):
            place = holders.get(division.code)
            if place in self.places and place.code and place.code not in self.table_codes:
                self._take(division, place, outdated=True)

    def _where_unique(
        self, of_division: Callable[[Division], Hashable], of_place: Callable[[Place], Hashable]
    ) -> None:
        """Pair rows and places that have the same key, where no second one has it."""
        divisions, places = defaultdict(list), defaultdict(list)
        for division in self.divisions:
            divisions[of_division(division)].append(division)
        for place in self.places:
            places[of_place(place)].append(place)
        for key, candidates in divisions.items():
            if key[0] is not None and len(candidates) == 1 and len(places.get(key, ())) == 1:
                self._take(candidates[0], places[key][0])
