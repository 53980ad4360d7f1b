"""Legality hints beside the units of the desk: what the later draft will be hinted at for."""

from collections import defaultdict

from covenants.desk.units import ARTICLE, CHAPTER, CLOSING, NOISE, PREAMBLE, TITLE, Unit
from covenants.legality import Book, Hit, find_hits

_ALONE = frozenset({PREAMBLE, CLOSING})
_NO_CLAUSE = frozenset({TITLE, CHAPTER, NOISE})


def hints_of_units(units: list[Unit], book: Book) -> dict[int, list[Hit]]:
    """{unit id: its hits}; an article is read with what stands below it, as in the draft."""
    found: dict[int, list[Hit]] = defaultdict(list)
    for clause in _clauses(units):
        first, *below = clause
        lines = [{"label": unit.label, "text": unit.text} for unit in below]
        ends, place = [], 0
        for number, unit in enumerate(clause):
            place += len(unit.whole if number else unit.text) + 1
            ends.append((place, unit.id))
        for hit in find_hits(first.text, lines, book=book):
            found[next(key for end, key in ends if hit.start < end)].append(hit)
    return found


def _clauses(units: list[Unit]) -> list[list[Unit]]:
    clauses: list[list[Unit]] = []
    goes_on = False
    for unit in units:
        if unit.role in _NO_CLAUSE:
            goes_on = goes_on and unit.role == NOISE
            continue
        if goes_on and unit.role != ARTICLE and unit.role not in _ALONE:
            clauses[-1].append(unit)
        else:
            clauses.append([unit])
        goes_on = unit.role not in _ALONE
    return clauses
