"""Which stages a procedure has, which are missing and whether their days follow one another."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from .terms import (
    BACKING,
    BY_FILING_CLERK,
    BY_TOWNSHIP,
    BY_VILLAGE,
    CHARTER,
    DRAFT,
    FILING,
    GROUP_RULE,
    NOTICE,
    OPINIONS,
    PUBLICATION,
    REVIEW,
    STAGES,
    VILLAGE_COVENANT,
    VOTE,
)

FOLLOWS = {
    REVIEW: (DRAFT,),
    VOTE: (OPINIONS, DRAFT, REVIEW),
    BACKING: (VOTE,),
    NOTICE: (VOTE,),
    FILING: (VOTE, BACKING),
    PUBLICATION: (VOTE, FILING),
}
"""{stage: stages that must have ended}. A draft may be written before opinions are asked for."""


ANYBODY = (BY_VILLAGE, BY_TOWNSHIP, BY_FILING_CLERK)
_COVENANT = {
    REVIEW: (BY_TOWNSHIP,),
    VOTE: ANYBODY,
    FILING: (BY_FILING_CLERK, BY_TOWNSHIP),
}
FLOORS = {
    VILLAGE_COVENANT: _COVENANT,
    GROUP_RULE: _COVENANT | {BACKING: (BY_VILLAGE, BY_TOWNSHIP)},
    CHARTER: {VOTE: ANYBODY, NOTICE: ANYBODY},
}
"""{profile: {stage: who may record it}} of stages that no table can leave out or hand to others:
a covenant is read and filed by the township, a charter that no township reads hangs out."""


@dataclass(frozen=True)
class Step:
    """A stage of a profile: whether it must be gone through, and who records it."""

    stage: str
    required: bool
    recorded_by: str


@dataclass(frozen=True)
class Span:
    """From when to when a stage lasted, both days included; one day where they are the same."""

    begins: datetime.date
    ends: datetime.date


@dataclass(frozen=True)
class Disorder:
    """`later` began before `earlier` had ended."""

    earlier: str
    later: str
    earlier_ends: datetime.date
    later_begins: datetime.date


def in_order(steps: Sequence[Step]) -> list[Step]:
    return sorted(steps, key=lambda step: STAGES.index(step.stage))


def above_floor(steps: Sequence[Step], key: str) -> list[Step]:
    """The steps of a profile as its table has them, put right where they fall below its floor."""
    floor = FLOORS.get(key, {})
    found = {step.stage: step for step in steps}
    for stage, recorders in floor.items():
        by = found[stage].recorded_by if stage in found else recorders[0]
        found[stage] = Step(stage, True, by if by in recorders else recorders[0])
    return in_order(list(found.values()))


def missing(steps: Sequence[Step], done: Mapping[str, bool]) -> list[str]:
    """Required stages that are not done, in their order. `done`: {stage: whether it counts}."""
    return [s.stage for s in in_order(steps) if s.required and not done.get(s.stage)]


def current(steps: Sequence[Step], done: Mapping[str, bool]) -> str:
    """The stage to open: the first required one that is not done, else the first of all not done.

    Empty when everything is done. An optional stage before a later one that is done is passed
    over.
    """
    asked = missing(steps, done)
    if asked:
        return asked[0]
    ordered = [step.stage for step in in_order(steps)]
    last = max((ordered.index(stage) for stage in ordered if done.get(stage)), default=-1)
    return next((stage for stage in ordered[last + 1 :] if not done.get(stage)), "")


def disorders(spans: Mapping[str, Span]) -> list[Disorder]:
    """Stages that began before one they follow had ended: a vote before opinions ended.

    A stage may begin on the day the one before ended.
    """
    return [
        Disorder(earlier, later, spans[earlier].ends, spans[later].begins)
        for later, before in FOLLOWS.items()
        for earlier in before
        if earlier in spans and later in spans and spans[later].begins < spans[earlier].ends
    ]
