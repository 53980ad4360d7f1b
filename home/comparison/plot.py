"""How many villages have which number: bars in the order of the numbers. No Django, no HTML."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

START, LONGEST, GAP = 34, 50, 2
"""Where bars begin, how long the longest is, and the space behind it, in per cent of the width."""
ROW = 2
"""Height of a bar with the space below it, in em: drawings grow with the reader's letters."""
CASES_DRAWN = 4
FEWEST = 2
"""Villages that a case needs to be drawn: one bar of one tells nothing."""


@dataclass(frozen=True)
class Entry:
    """A number of one village. `case` is what numbers must share to be comparable at all."""

    village: str
    case: tuple[str, str, str]
    value: Decimal
    upper: Decimal | None = None


@dataclass(frozen=True)
class Bar:
    """`length` and `end` in per cent of the width, `top` and `middle` in em from the top."""

    value: Decimal
    upper: Decimal | None
    villages: int
    length: int
    top: int

    @property
    def middle(self) -> int:
        return self.top + ROW // 2

    @property
    def start(self) -> int:
        return START

    @property
    def end(self) -> int:
        """Where the number of villages stands, behind the bar."""
        return START + self.length + GAP


@dataclass(frozen=True)
class Case:
    """The numbers set for the same people in the same way: (scope, comparator, unit)."""

    scope: str
    comparator: str
    unit: str
    villages: int
    bars: tuple[Bar, ...]

    @property
    def height(self) -> int:
        """Of the drawing, in em."""
        return len(self.bars) * ROW


def cases_of(entries: Iterable[Entry]) -> list[Case]:
    """The cases, those most villages have first; a village counts once for each number."""
    found: dict = defaultdict(lambda: defaultdict(set))
    for entry in entries:
        found[entry.case][entry.value, entry.upper].add(entry.village)
    cases = [_case(case, numbers) for case, numbers in found.items()]
    return sorted(cases, key=lambda case: (-case.villages, case.scope, case.comparator, case.unit))


def _case(case, numbers) -> Case:
    ordered = sorted(numbers.items(), key=lambda pair: (pair[0][0], pair[0][1] or pair[0][0]))
    most = max(len(villages) for _number, villages in ordered)
    bars = tuple(
        Bar(value, upper, len(villages), max(1, round(LONGEST * len(villages) / most)), at * ROW)
        for at, ((value, upper), villages) in enumerate(ordered)
    )
    everyone = set().union(*numbers.values())
    return Case(*case, villages=len(everyone), bars=bars)


def drawn(cases: list[Case]) -> list[Case]:
    """The cases worth a drawing; the others stand in the table alone."""
    return [case for case in cases if case.villages >= FEWEST][:CASES_DRAWN]
