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
    """The profile of a page; as shipped where its row is gone. Three queries."""
    key = profile_key(page)
    rows = ProcedureProfile.objects.prefetch_related("stages", "meetings")
    return rows.filter(key=key).first() or shipped_profile(key)


def shipped_profile(key: str) -> ProcedureProfile:
    """A profile as shipped, not saved."""
    row = next(row for row in shipped()["profiles"] if row["key"] == key)
    children = {
        "stages": [ProfileStage(**stage) for stage in row["stages"]],
        "meetings": [ProfileMeeting(**meeting) for meeting in row["meetings"]],
    }
    return ProcedureProfile(**row | children)


def covenant_states(procedures) -> list["LedgerState"]:
    """The states of procedures of covenants (their `page` loaded); four queries for all."""
    procedures = list(procedures)
    if not procedures:
        return []
    rows = ProcedureProfile.objects.prefetch_related("stages", "meetings")
    known = {profile.key: profile for profile in rows}
    figures_of_law = law_figures()
    keys = [covenant_key(procedure.page.path) for procedure in procedures]
    return [
        LedgerState(procedure, known.get(key) or shipped_profile(key), figures_of_law)
        for procedure, key in zip(procedures, keys, strict=True)
    ]


def law_figures() -> list[figures.Figure]:
    """The law's figures; one query."""
    return [row.figure for row in LawFigure.objects.all()]


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
    def findings(self) -> list[figures.Finding]:
        vote = self.procedure.entry(terms.VOTE)
        if vote is None:
            return []
        count = vote.count
        figure = figures.figure_for(count, self.figures)
        found = figures.impossible(count) + figures.against_law(count, figure)
        if not vote.got_most:
            values = {"votes_for": vote.votes_for, "votes_against": vote.votes_against}
            found.append(figures.Finding("voted_down", figures.BLOCKS, values))
        apt = {row.meeting: row.apt for row in self.profile.meetings.all()}
        if not apt.get(vote.meeting, False):
            values = {"meeting": vote.meeting}
            found.append(figures.Finding("meeting_not_apt", figures.TELL, values))
        return found

    @property
    def must_be_filed(self) -> bool:
        return self.profile.requires(terms.FILING)

    @property
    def to_confirm(self) -> bool:
        """Whether a reviewer must look at what unverified figures found."""
        vote = self.procedure.entry(terms.VOTE)
        asked = any(finding.weight == figures.CONFIRM for finding in self.findings)
        return bool(asked and self.must_be_filed and vote.confirmed_at is None)

    @property
    def vote_counts(self) -> bool:
        """Whether the vote adopted the text, as far as the figures say."""
        vote = self.procedure.entry(terms.VOTE)
        return vote is not None and not any(f.weight == figures.BLOCKS for f in self.findings)

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

    @property
    def awaits_filing(self) -> bool:
        """已表决，待备案: adopted by its meeting, and filing is asked for and not yet there."""
        return self.vote_counts and self.must_be_filed and not self.done.get(terms.FILING)


def state_of(page, procedure: Procedure, profile=None) -> LedgerState:
    """The state of a page's procedure today; four queries without `profile`."""
    return LedgerState(procedure, profile or profile_of(page), law_figures())
