"""Two people in one ledger at the same instant; the ledger and its tables on data of before."""

import threading

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from covenants import ledger
from covenants.models import Edition, LawFigure, Procedure
from covenants.procedure import terms
from editorial.models import ScopedReviewTask
from editorial.workflow import ensure_workflow
from tests import factories as make
from tests.at_once import at_once
from tests.covenants.procedure.conftest import STAGES, ago

LONG_ENOUGH = 1
"""Seconds given to somebody who, if the locks hold, has to wait."""
BEFORE, AFTER = ("covenants", "0009_longer_headings"), ("covenants", "0010_procedure")


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_record_one_stage_at_once_one_is_told(place, draft):
    procedure = ledger.start(draft, terms.MAKING, by=place.clerk)

    def record(by):
        values = STAGES[terms.DRAFT]() | {"by": by}
        return lambda: ledger.record(
            procedure, terms.DRAFT, values, by=place.clerk, version=procedure.version
        )

    outcomes = at_once(record("村委会"), record("议事会"))
    assert sorted(type(outcome).__name__ for outcome in outcomes) == ["Draft", "Stale"]
    kept = Procedure.objects.with_ledger().get()
    assert kept.version == procedure.version + 1
    assert kept.draft.by == next(o.by for o in outcomes if not isinstance(o, ValidationError))


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_two_who_begin_at_once_one_procedure_comes(place, draft):
    def begin():
        return ledger.start(draft, terms.MAKING, by=place.clerk)

    outcomes = at_once(begin, begin)
    assert Procedure.objects.count() == 1
    assert sum(isinstance(outcome, ValidationError) for outcome in outcomes) == 1


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_of_a_filing_and_a_corrected_vote_at_once_one_is_told(place, draft, fill):
    procedure = fill(draft, until=terms.VOTE)

    def record(stage, by, **changes):
        values = STAGES[stage]() | changes
        return lambda: ledger.record(procedure, stage, values, by=by, version=procedure.version)

    outcomes = at_once(
        record(terms.FILING, place.reviewer),
        record(terms.VOTE, place.clerk, votes_for=45, votes_against=11),
    )
    assert sum(isinstance(outcome, ledger.Stale) for outcome in outcomes) >= 1
    kept = Procedure.objects.with_ledger().get()
    assert not (kept.entry(terms.FILING) and kept.vote.votes_for == 45)


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_a_review_and_a_stage_at_once_take_turns(place, draft, monkeypatch):
    """Each needs what the other has: a reviewer the ledger, a stage the review it may end."""
    draft.save_revision(user=place.clerk)
    procedure = ledger.start(draft, terms.MAKING, by=place.clerk)
    workflow = ensure_workflow(place.county.get_parent())
    state = workflow.start(draft, place.clerk).current_task_state
    procedure = Procedure.objects.get(pk=procedure.pk)
    reviewing, writing = threading.Event(), threading.Event()
    act, changed = ScopedReviewTask._act, ledger._changed

    def slow_act(*args, **options):
        reviewing.set()
        writing.wait(LONG_ENOUGH)
        return act(*args, **options)

    def told_changed(*args):
        writing.set()
        return changed(*args)

    monkeypatch.setattr(ScopedReviewTask, "_act", slow_act)
    monkeypatch.setattr(ledger, "_changed", told_changed)

    def approve():
        state.task.specific.on_action(state, place.reviewer, "approve")

    def record():
        reviewing.wait()
        values = STAGES[terms.OPINIONS]()
        return ledger.record(
            procedure, terms.OPINIONS, values, by=place.clerk, version=procedure.version
        )

    _none, outcome = at_once(approve, record)
    assert isinstance(outcome, ledger.Stale)
    assert Procedure.objects.with_ledger().get().entry(terms.REVIEW).result == "lawful"


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_tables_come_and_go_on_a_database_with_editions():
    page = make.CovenantPageFactory(
        adopted_on=ago(900), votes_for=40, votes_against=2, filing_number="云备1号"
    )
    executor = MigrationExecutor(connection)
    leaves = [key for key in executor.loader.graph.leaf_nodes() if key[0] == "covenants"]
    executor.migrate([BEFORE])
    old = executor.loader.project_state([BEFORE]).apps.get_model("covenants", "Edition")
    assert old.objects.get(page_id=page.pk).provenance == "legacy"
    MigrationExecutor(connection).migrate([AFTER])
    MigrationExecutor(connection).migrate(leaves)
    edition = Edition.objects.get(page_id=page.pk)
    assert edition.is_legacy and edition.votes_for == 40
    assert edition.filing_number == "云备1号"
    assert LawFigure.objects.filter(verified=True, valid_until__year=2025).count() == 8
