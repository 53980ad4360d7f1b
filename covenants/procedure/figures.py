"""Checks the figures of a meeting: whether they can be, and what the law asks of them.

The law's figures come as rows (`Figure`), never from here. What cannot be is an error; what a law
asks is a finding that blocks if the figure was verified against the law, else one to be confirmed.
"""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from .terms import PEOPLE

PRESENT, ALL = "present", "all"
"""What a majority is counted of: those present, or all who should have come."""

BLOCKS, CONFIRM, TELL = "blocks", "confirm", "tell"
"""How much a finding weighs: it stands in the way, a reviewer confirms it, it is only told."""

SHORTFALLS = frozenset({"no_quorum", "no_majority", "no_majority_of_all", "short_notice"})
"""Codes of findings that a law's figure was not reached, rather than could not be checked."""


@dataclass(frozen=True)
class Share:
    """A part of a whole: `above` means more than it, else at least it."""

    numerator: int
    denominator: int
    above: bool = False

    def met_by(self, part: int, whole: int) -> bool:
        asked = Fraction(self.numerator, self.denominator)
        return part > whole * asked if self.above else part >= whole * asked

    def least(self, whole: int) -> int:
        """The smallest number that meets the share of `whole`."""
        asked = whole * self.numerator
        if self.above:
            return asked // self.denominator + 1
        return -(-asked // self.denominator)


@dataclass(frozen=True)
class Figure:
    """What a law asks of one kind of meeting counted on one base, on days of its validity.

    Both ends of the validity are included; None leaves it open.
    """

    meeting: str
    base: str
    quorum: Share
    passing: Share
    passing_of: str = PRESENT
    notice_days: int | None = None
    women: Share | None = None
    law: str = ""
    article: str = ""
    version: str = ""
    valid_from: datetime.date | None = None
    valid_until: datetime.date | None = None
    verified: bool = False

    def valid_on(self, day: datetime.date) -> bool:
        begun = self.valid_from is None or self.valid_from <= day
        return begun and (self.valid_until is None or day <= self.valid_until)


@dataclass(frozen=True)
class Count:
    """The numbers of one meeting; None where the record does not give one."""

    meeting: str
    base: str
    held_on: datetime.date
    eligible: int | None
    expected: int | None
    present: int
    women: int | None
    votes_for: int
    votes_against: int
    votes_abstain: int
    notified_on: datetime.date | None = None
    explanation: str = ""


@dataclass(frozen=True)
class Finding:
    """Something about a meeting's figures: a code, the numbers that say why, its weight."""

    code: str
    weight: str
    values: dict = field(default_factory=dict)
    figure: Figure | None = None


def impossible(count: Count) -> list[Finding]:
    """What cannot be, whatever the law: findings that must be put right before they are kept."""
    found = []

    def error(code, **values):
        found.append(Finding(code, BLOCKS, values))

    cast = count.votes_for + count.votes_against + count.votes_abstain
    if cast > count.present:
        error("votes_above_present", cast=cast, present=count.present)
    elif cast < count.present and not count.explanation.strip():
        error("votes_below_present", cast=cast, present=count.present)
    if count.expected is not None and count.present > count.expected:
        error("present_above_expected", present=count.present, expected=count.expected)
    if count.eligible is not None and count.present > count.eligible:
        error("present_above_eligible", present=count.present, eligible=count.eligible)
    expected, eligible = count.expected, count.eligible
    if count.base == PEOPLE and expected and eligible and expected > eligible:
        error("expected_above_eligible", expected=expected, eligible=eligible)
    if count.women is not None and count.women > count.present:
        error("women_above_present", women=count.women, present=count.present)
    if count.notified_on and count.notified_on > count.held_on:
        error("notified_after_meeting")
    return found


def figure_for(count: Count, figures: Iterable[Figure]) -> Figure | None:
    """The figure valid on the meeting's date for its kind and base."""
    fitting = (
        figure
        for figure in figures
        if (figure.meeting, figure.base) == (count.meeting, count.base)
        and figure.valid_on(count.held_on)
    )
    return max(fitting, key=lambda f: f.valid_from or datetime.date.min, default=None)


def against_law(count: Count, figure: Figure | None) -> list[Finding]:
    """What the figure asks and the meeting did not reach.

    Without a figure for the meeting's date there is one finding that says so. The share of women
    is asked of those elected, not of those who came: never more than told.
    """
    if figure is None:
        return [Finding("no_figure", CONFIRM)]
    weight = BLOCKS if figure.verified else CONFIRM
    found = []

    def add(code, weight=weight, **values):
        found.append(Finding(code, weight, values, figure))

    whole = count.expected
    if whole is None:
        add("no_expected", CONFIRM)
    elif not figure.quorum.met_by(count.present, whole):
        least = figure.quorum.least(whole)
        add("no_quorum", present=count.present, expected=whole, least=least)
    of_all = figure.passing_of == ALL
    voters = whole if of_all else count.present
    if voters is not None and not figure.passing.met_by(count.votes_for, voters):
        least = figure.passing.least(voters)
        code = "no_majority_of_all" if of_all else "no_majority"
        add(code, votes_for=count.votes_for, voters=voters, least=least)
    if figure.notice_days and count.notified_on:
        days = (count.held_on - count.notified_on).days
        if days < figure.notice_days:
            add("short_notice", days=days, asked=figure.notice_days)
    women = figure.women
    if women and count.women is not None and not women.met_by(count.women, count.present):
        values = {"women": count.women, "present": count.present}
        add("few_women", TELL, least=women.least(count.present), **values)
    if not figure.verified and not found:
        add("unverified", CONFIRM)
    return found
