"""The ledger as the tasks of the workflow see it (`editorial.procedures.Ledger`).

The names of the steps are those of the stages. A text without a running ledger needs a review and
nothing else; so does one that was declared 历史存量 or let through by override.
"""

import json
from collections.abc import Iterable, Sequence

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from covenants import filing_rule, ledger
from covenants.kinds import COVENANT, kinds_in
from covenants.ledger_state import profile_of, running, state_of
from covenants.ledger_words import finding_words
from covenants.models.edition import Edition
from covenants.models.entry import LegalityReview
from covenants.models.procedure import Procedure
from covenants.procedure import terms
from editorial import procedures, review
from villages.models.public import VILLAGE

EXCERPT = 24
"""Characters of a clause that a reviewer chooses it by."""


def standing(page, steps: Sequence[str]) -> tuple[str, str]:
    """How these stages of the running ledger stand together for the newest text."""
    procedure = _binding(page)
    if procedure is None:
        return procedures.NOT_ASKED, ""
    state = state_of(page, procedure)
    asked = [
        step.stage
        for step in state.steps
        if step.stage in steps and (step.required or step.stage in state.done)
    ]
    if not asked:
        return procedures.NOT_ASKED, ""
    vote = procedure.entry(terms.VOTE) if terms.VOTE in asked else None
    of_this_text = vote is None or vote.digest == ledger.working_digest(page)
    if vote and of_this_text and not vote.got_most:
        told = (f for f in state.findings if f.code == "voted_down")
        return procedures.FAILED, " ".join(finding_words(finding) for finding in told)
    if of_this_text and all(state.done.get(stage) for stage in asked):
        return procedures.DONE, ""
    return procedures.OPEN, ""


def may_record(user, page, step: str) -> bool:
    recorded = profile_of(page).step(step)
    return recorded is not None and ledger.may_record(user, page, recorded.recorded_by)


def skips_review(page) -> bool:
    """A charter is adopted by its village: with a ledger, and nothing doubtful in it, no township
    reads it first.

    Doubtful are hints, a text that was ordered to change, a covenant under a council's name, and
    words for readers beside those that were voted on.
    """
    procedure = _binding(page)
    if procedure is None or profile_of(page).step(terms.REVIEW):
        return False
    if _was_ordered_to_change(page) or review.obstacles(page, None):
        return False
    draft = page.get_latest_revision_as_object()
    if COVENANT in kinds_in(draft.title) or _beside(draft) != (
        _beside(page) if page.live else NONE
    ):
        return False
    return _is_new(page)


def _was_ordered_to_change(page) -> bool:
    ordered = Q(ended_reason=Edition.ORDERED) | Q(provisions__suspended_from__isnull=False)
    return page.editions.filter(ordered).exists()


def _beside(page) -> list:
    """What readers get beside the text that is voted on: short version, attachments, other
    forms."""
    data = page.serializable_data()
    shown = [one for one in json.loads(data["attachments"]) if one["value"].get("public")]
    return [page.one_minute.strip(), shown, data["recordings"], data["language_versions"]]


NONE = ["", [], [], []]
"""`_beside` of a page that readers never saw."""


def _is_new(page) -> bool:
    """Whether the newest text is another than the latest edition's, or was adopted anew."""
    latest = page.editions.order_by("-number").first()
    if latest is None or latest.digest != ledger.working_digest(page):
        return True
    return latest.was_taken_down and filing_rule.adopts_anew(page, latest)


def note_submission(page, user) -> None:
    """Begin the ledger a new text will need, and note the draft in it."""
    procedure = running(page)
    if procedure is None:
        if not filing_rule.comes_by_ledger(page) or not ledger.may_start(user, page):
            return
        if not _is_new(page):
            # A short version put right, a recording: no new text, and none to vote on.
            return
        procedure = ledger.start(page, ledger.kind_of_next(page), by=user)
    if procedure.kind == terms.REPEALING or not _binding(page) or procedure.entry(terms.VOTE):
        return
    step = profile_of(page).step(terms.DRAFT)
    wanted = step and step.required and not procedure.entry(terms.DRAFT)
    if wanted and may_record(user, page, terms.DRAFT):
        values = {"on": timezone.localdate(), "by": _body(page, VILLAGE)}
        ledger.record(procedure, terms.DRAFT, values, by=user, version=procedure.version)


def note_review(page, user, *, lawful: bool, opinion: str) -> None:
    """Write into the ledger what the reviewers said to the newest text, unless it says so."""
    procedure = _binding(page)
    if procedure is None or not profile_of(page).step(terms.REVIEW):
        return
    known = procedure.entry(terms.REVIEW)
    result = LegalityReview.LAWFUL if lawful else LegalityReview.RETURNED
    if known and known.result == result and known.digest == ledger.working_digest(page):
        return
    values = {
        "on": timezone.localdate(),
        "by": _body(page, VILLAGE - Page.steplen),
        "result": result,
        "opinion": opinion[:1500],
    }
    ledger.record(
        procedure, terms.REVIEW, values, by=user, version=procedure.version, reviewed=True
    )


def clauses(page) -> list[procedures.Clause]:
    """The articles of the newest text."""
    found = []
    for chapter in page.get_latest_revision_as_object().body:
        for bound in chapter.value["articles"].bound_blocks:
            label = bound.value["label"] or str(len(found) + 1)
            path = f"body.{chapter.id}.articles.{bound.id}.text"
            text = " ".join((bound.value["text"] or "").split())
            found.append(procedures.Clause(bound.id, label, text[:EXCERPT], path))
    return found


def address(page) -> str:
    return reverse("covenants_procedure", args=[page.pk])


def ended_notices() -> QuerySet | Iterable[int]:
    ended = {"notice__ends__lt": timezone.localdate()}
    return Procedure.objects.running().filter(**ended).values_list("page_id", flat=True)


def _binding(page) -> Procedure | None:
    """The ledger by which the page's next text is made, None where none is or it was let off."""
    procedure = running(page)
    if procedure is None or procedure.legacy_at or procedure.override_at:
        return None
    return None if procedure.kind == terms.REPEALING else procedure


def _body(page, length: int) -> str:
    """The name of the village or township a page stands in."""
    return Page.objects.values_list("title", flat=True).get(path=page.path[:length])[:80]
