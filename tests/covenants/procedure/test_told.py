"""Who is told that a covenant waits for its vote, its filing; and that it came back."""

import pytest
from wagtail.models import Page

from covenants import ledger
from covenants.models import CovenantPage, Procedure
from covenants.procedure import terms
from editorial import procedures
from editorial.appointments import appoint
from editorial.models import Notification
from editorial.workflow import ensure_workflow
from tests import factories as make

from .conftest import STAGES, ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    return lambda: django_capture_on_commit_callbacks(execute=True)


@pytest.fixture
def neighbour(place):
    user = make.UserFactory()
    appoint(user, "village_editor", make.VillagePageFactory(parent=place.township))
    return user


@pytest.fixture
def submitted(place, go_live, draft, neighbour, committed):
    ensure_workflow(place.county.get_parent())
    procedure = ledger.start(draft, terms.MAKING, by=place.clerk)
    values = STAGES[terms.OPINIONS]()
    ledger.record(procedure, terms.OPINIONS, values, by=place.clerk, version=0)
    page = CovenantPage.objects.get(pk=draft.pk)
    page.save_revision(user=place.clerk)
    with committed():
        page.get_workflow().start(page, place.clerk)
    return page


@pytest.fixture
def act(committed):
    def act(page, user, action="approve", **said):
        state = Page.objects.get(pk=page.pk).current_workflow_task_state
        with committed():
            state.task.specific.on_action(state, user, action, **said)

    return act


@pytest.fixture
def voted(place, submitted, act, committed):
    """`voted()`: approved, voted on and confirmed; waits for filing."""

    def voted():
        act(submitted, place.reviewer)
        Notification.objects.all().delete()
        procedure = Procedure.objects.running().get(page_id=submitted.pk)
        values = STAGES[terms.VOTE]() | {"on": ago(0)}
        with committed():
            ledger.record(procedure, terms.VOTE, values, by=place.clerk, version=procedure.version)
            procedure.refresh_from_db()
            ledger.confirm_figures(procedure, by=place.reviewer, version=procedure.version)
        return submitted

    return voted


def told(kind):
    rows = Notification.objects.filter(kind=kind).select_related("user")
    return {row.user for row in rows}


def test_the_village_and_not_its_neighbour_is_told_to_vote(place, submitted, act):
    Notification.objects.all().delete()
    act(submitted, place.reviewer)
    assert told("waiting") == {place.clerk}
    row = Notification.objects.get()
    assert "表决" in row.text and row.address.endswith(f"/{submitted.pk}/")
    assert row.address == procedures.address(submitted)


def test_the_townships_filing_clerks_are_told_to_file(place, voted):
    filer, far = make.UserFactory(), make.UserFactory()
    appoint(filer, "township_filer", place.township)
    appoint(far, "township_filer", make.TownshipPageFactory(parent=place.county))
    page = voted()
    assert told("waiting") == {filer}
    row = Notification.objects.get(kind="waiting")
    assert "备案" in row.text and row.address == procedures.address(page)


def test_where_no_filing_clerk_serves_the_reviewers_are_told(place, voted):
    voted()
    assert told("waiting") == {place.reviewer, place.other}


def test_a_return_quotes_the_remarks_on_clauses_to_the_village_alone(place, submitted, act):
    Notification.objects.all().delete()
    clause = submitted.body[0].value["articles"].bound_blocks[0]
    remarks = [(clause.id, "罚款没有依据。")]
    act(submitted, place.reviewer, "reject", comment="请修改。", remarks=remarks)
    assert {row.user for row in Notification.objects.all()} == {place.clerk}
    assert f"{clause.value['label']}：罚款没有依据。" in Notification.objects.get().text
