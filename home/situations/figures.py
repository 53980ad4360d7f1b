"""The numbers of a situation in large print: confirmed, in force, each with its article."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import gettext as _

from covenants.limit_table import figure
from covenants.models import Limit

from .choosing import Topic
from .held_texts import HeldText
from .reports import is_advice

SHOWN_ON_A_TILE = 2


@dataclass(frozen=True)
class Source:
    """Where a number stands: the text's name, the article's label and address, its words."""

    name: str
    label: str
    address: str
    clause: str


@dataclass
class Figure:
    """A number as readers see it. `words`: {"before", "number", "unit", "after"}.

    `advice`: the article only recommends it. `differs`: another text of the same place has
    another number for the same. Equal numbers of several texts are one figure with their sources.
    """

    limit: Limit
    words: dict[str, str]
    advice: bool
    sources: list[Source] = field(default_factory=list)
    differs: bool = False

    @property
    def matter(self) -> str:
        return self.limit.matter.name

    @property
    def scope(self) -> str:
        return self.limit.scope

    @property
    def is_number(self) -> bool:
        return bool(self.words["unit"])

    @property
    def clause(self) -> str:
        return self.sources[0].clause

    @property
    def text(self) -> str:
        """In one line: 红事不超过15桌."""
        values = {
            "scope": self.scope,
            "advice": _("提倡") if self.advice else "",
            "before": self.words["before"],
            "number": f"{self.words['number']}{self.words['unit']}",
            "after": self.words["after"],
        }
        # The catalogue puts the spaces in, and what is empty leaves one too many.
        written = _("%(scope)s%(advice)s%(before)s%(number)s%(after)s") % values
        return " ".join(written.split())

    @property
    def subject(self) -> tuple:
        """What two texts should agree on."""
        return (self.limit.matter_id, self.scope, self.limit.comparator, self.limit.unit)

    def covers(self, other: "Figure") -> bool:
        """Whether it says what the other one says, of all the other is for and more."""
        same = self.value[2:] == other.value[2:]
        return same and set(filter(None, self.scope.split("、"))) <= set(other.scope.split("、"))

    @property
    def value(self) -> tuple:
        limit = self.limit
        spoken = "" if self.is_number else self.words["number"]
        return (*self.subject, limit.value, limit.upper, self.advice, spoken)


Standing = tuple[Limit, Source]
"""A confirmed limit that holds, and where it stands."""


def standing_in(texts: Iterable[HeldText], replaced: frozenset = frozenset()) -> list[Standing]:
    """The limits of some texts that hold.

    Left out: those of suspended articles, and of those in whose place (`replaced`, stable ids)
    something else holds.
    """
    return [
        (limit, Source(text.name, provision.label, text.address(provision), limit.clause))
        for text in texts
        for provision in text.provisions
        if provision.stable_id not in replaced and not provision.is_suspended()
        for limit in text.limits.get(provision.stable_id, [])
    ]


def figures_of(standing: Iterable[Standing], topic: Topic) -> list[Figure]:
    """The situation's numbers: matter by matter, the plainest case first."""
    found: dict[tuple, Figure] = {}
    for limit, source in standing:
        if topic.counts(limit.matter.key, limit.scope):
            made = Figure(limit, figure(limit), is_advice(limit.clause))
            found.setdefault(made.value, made).sources.append(source)
    figures = list(found.values())
    _compare(figures)
    # Python's sort is stable: texts and articles stay in their order within these.
    figures.sort(
        key=lambda x: (
            x.limit.matter.key not in topic.matters,
            x.limit.matter.order,
            not x.is_number,
            x.scope.count("、") + bool(x.scope),
        )
    )
    return figures


def _compare(figures: list[Figure]) -> None:
    """Tell where two texts set different numbers for the same."""
    first: dict[tuple, Figure] = {}
    for one in figures:
        other = first.setdefault(one.subject, one)
        apart = {s.name for s in one.sources} - {s.name for s in other.sources}
        numbers = {(x.limit.value, x.limit.upper) for x in (one, other)}
        if len(numbers) > 1 and one.is_number and other.is_number and apart:
            one.differs = other.differs = True


def tile_text(figures: list[Figure], topic: Topic) -> str:
    """What stands beside a situation's name: 红事不超过15桌，白事不超过12桌; or nothing.

    Of the first of its own matters that has numbers; never one of two that disagree.
    """
    numbers = leading(figures, topic)
    if any(x.differs for x in numbers):
        return _("几处写的不一样，点开看")
    told: list[Figure] = []
    for one in numbers:
        if not any(other.covers(one) for other in told):
            told.append(one)
    shown = _("，").join(x.text for x in told[:SHOWN_ON_A_TILE])
    return _("%(figures)s 等") % {"figures": shown} if len(told) > SHOWN_ON_A_TILE else shown


def leading(figures: list[Figure], topic: Topic) -> list[Figure]:
    """The numbers of the first of the situation's own matters that has one.

    Another matter's (菜金 of a 白事) would be taken for the answer.
    """
    numbers = [x for x in figures if x.is_number and x.limit.matter.key in topic.matters]
    return [x for x in numbers if x.limit.matter_id == numbers[0].limit.matter_id]
