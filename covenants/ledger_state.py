"""How far a procedure has come: what is done, what is missing, what its figures come to.

Reads rows that are loaded; writes nothing.
"""

import datetime
from dataclasses import dataclass, field
from functools import cached_property

from django.utils import timezone

from covenants.kinds import COVENANT
from covenants.models.law import LawFigure, ProcedureProfile, ProfileMeeting, ProfileStage
from covenants.models.procedure import Procedure
from covenants.procedure import figures, stages, terms
from covenants.procedure.shipped import shipped
from villages.models.public import GROUP, STEP


def profile_key(page) -> str:
    """Which way of making fits a rule's page: by its kind and by where it stands."""
    return terms.CHARTER if page.kind != COVENANT else covenant_key(page.path)


def covenant_key(path: str) -> str:
    return terms.GROUP_RULE if len(path) == GROUP + STEP else terms.VILLAGE_COVENANT


def profile_of(page) -> ProcedureProfile:
    """The profile of a page; as shipped where its row is gone. One query."""
    key = profile_key(page)
    return profiles([key])[key]


def profiles(keys) -> dict[str, ProcedureProfile]:
    """{key: profile with its stages}; one query."""
    by_key: dict[str, list[ProfileStage]] = {key: [] for key in keys}
    for row in ProfileStage.objects.select_related("profile").filter(profile__key__in=by_key):
        by_key[row.profile.key].append(row)
    found = {}
    for key, rows in by_key.items():
        if rows:
            found[key] = rows[0].profile
            found[key].stages = rows
        else:
            found[key] = shipped_profile(key)
    return found


def shipped_profile(key: str) -> ProcedureProfile:
    """A profile as shipped, not saved."""
    row = next(row for row in shipped()["profiles"] if row["key"] == key)
    children = {
        "stages": [ProfileStage(**stage) for stage in row["stages"]],
        "meetings": [ProfileMeeting(**meeting) for meeting in row["meetings"]],
    }
    return ProcedureProfile(**row | children)


def law_figures() -> list[figures.Figure]:
    """The law's figures; one query."""
    return [row.figure for row in LawFigure.objects.all()]


def law_findings(vote, figures_of_law) -> list[figures.Finding]:
    """What a vote's figures come to by themselves and by the law."""
    count = vote.count
    figure = figures.figure_for(count, figures_of_law)
    found = figures.impossible(count) + figures.against_law(count, figure)
    if not vote.got_most:
        values = {"votes_for": vote.votes_for, "votes_against": vote.votes_against}
        found.append(figures.Finding("voted_down", figures.BLOCKS, values))
    return found


def counts(findings) -> bool:
    """Whether a vote with these findings adopted the text."""
    return not any(finding.weight == figures.BLOCKS for finding in findings)


def running(page) -> Procedure | None:
    """The page's procedure under way, with its ledger; one query."""
    return Procedure.objects.running().with_ledger().filter(page_id=page.pk).first()


@dataclass
class LedgerState:
    """What a procedure has come to on a day.

    `findings` of the vote: what cannot be, what the law asks and was not reached, what is only
    told. A vote counts when nothing blocks and, where a covenant must be filed, a reviewer has
    confirmed what an unverified figure found.
    """

    procedure: Procedure
    profile: ProcedureProfile
    figures: list[figures.Figure]
    today: datetime.date = field(default_factory=timezone.localdate)

    @cached_property
    def steps(self) -> list[stages.Step]:
        steps = self.profile.steps
        if self.procedure.kind == terms.REPEALING:
            return [step for step in steps if step.stage not in (terms.DRAFT, terms.REVIEW)]
        return steps

    @cached_property
    def law_findings(self) -> list[figures.Finding]:
        vote = self.procedure.entry(terms.VOTE)
        if vote is None:
            return []
        found = law_findings(vote, self.figures)
        if self._apt is None:
            values = {"meeting": vote.meeting}
            found.append(figures.Finding("other_meeting", figures.BLOCKS, values))
        return found

    @cached_property
    def _apt(self) -> bool | None:
        """Whether the profile names the vote's meeting as apt; None where it does not name it.

        A profile that names no meeting at all takes any.
        """
        meeting = self.procedure.entry(terms.VOTE).meeting
        rows = list(self.profile.meetings.all())
        return next((row.apt for row in rows if row.meeting == meeting), None if rows else False)

    @property
    def findings(self) -> list[figures.Finding]:
        """`law_findings`, and that the meeting is one the profile does not name as apt."""
        vote = self.procedure.entry(terms.VOTE)
        if vote is None:
            return []
        values = {"meeting": vote.meeting}
        told = figures.Finding("meeting_not_apt", figures.TELL, values)
        return [*self.law_findings, *([told] if self._apt is False else [])]

    @property
    def must_be_filed(self) -> bool:
        return self.profile.requires(terms.FILING)

    @property
    def to_confirm(self) -> bool:
        """Whether a reviewer must look at what unverified figures found."""
        vote = self.procedure.entry(terms.VOTE)
        asked = any(finding.weight == figures.CONFIRM for finding in self.law_findings)
        return bool(asked and self.must_be_filed and vote.confirmed_at is None)

    @property
    def shortfalls(self) -> list[figures.Finding]:
        """What an unverified figure asks and the vote did not reach."""
        return [
            finding
            for finding in self.law_findings
            if finding.weight == figures.CONFIRM and finding.code in figures.SHORTFALLS
        ]

    @property
    def vote_counts(self) -> bool:
        """Whether the vote adopted the text, as far as the figures say."""
        vote = self.procedure.entry(terms.VOTE)
        return vote is not None and counts(self.law_findings)

    @cached_property
    def done(self) -> dict[str, bool]:
        """{stage: whether it counts as gone through} of the stages recorded."""
        found = {
            stage: entry.is_done(self.today) for stage, entry in self.procedure.entries.items()
        }
        if terms.VOTE in found:
            found[terms.VOTE] = self.vote_counts and not self.to_confirm
        return found

    @property
    def missing(self) -> list[str]:
        """Required stages that are not done, in their order."""
        return stages.missing(self.steps, self.done)

    @property
    def missing_before_filing(self) -> list[str]:
        place = terms.STAGES.index(terms.FILING)
        return [stage for stage in self.missing if terms.STAGES.index(stage) < place]

    @property
    def current(self) -> str:
        """The stage to open now; empty when all is done."""
        return stages.current(self.steps, self.done)

    @property
    def disorders(self) -> list[stages.Disorder]:
        return stages.disorders({s: e.span for s, e in self.procedure.entries.items()})

    @property
    def changed_since_review(self) -> bool:
        """Whether another text was voted on than the township had read."""
        review, vote = self.procedure.entry(terms.REVIEW), self.procedure.entry(terms.VOTE)
        return bool(review and vote and review.digest != vote.digest)

    @property
    def is_complete(self) -> bool:
        """Whether the text may come into force by this procedure."""
        return not (self.missing or self.disorders or self.changed_since_review)


def state_of(page, procedure: Procedure, profile=None) -> LedgerState:
    """The state of a page's procedure today; two queries without `profile`."""
    return LedgerState(procedure, profile or profile_of(page), law_figures())
