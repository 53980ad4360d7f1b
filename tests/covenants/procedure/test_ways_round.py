"""Ways round the procedure that were tried; each must end where the straight way does."""

import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from covenants import ledger, validity
from covenants.filing_rule import Unfiled
from covenants.law_admin import set_go_live
from covenants.models import (
    Edition,
    GoLive,
    ProcedureProfile,
    ProfileStage,
)
from covenants.procedure import terms
from editorial import authorship, review
from editorial.appointments import appoint
from editorial.models import ScopedReviewTask
from editorial.review import ReviewRefused
from editorial.workflow import ensure_workflow
from tests import factories as make
from tests.covenants.procedure.conftest import STAGES, ago

pytestmark = pytest.mark.django_db

INVISIBLE = "\u200b\u2060\ufeff\u3164"


def again(page):
    return Page.objects.get(pk=page.pk).specific


def test_a_filed_text_does_not_move_to_another_village(place, draft, go_live, fill):
    fill(draft)
    other = make.VillagePageFactory(parent=place.township)
    with pytest.raises(ReviewRefused):
        again(draft).move(other, pos="last-child")
    out = io.StringIO()
    source = make.VillagePageFactory(parent=place.township)
    with pytest.raises(ReviewRefused):
        call_command("move_pages", str(place.village.pk), str(source.pk), stdout=out)
    assert again(draft).get_parent().pk == place.village.pk


def test_the_button_to_move_says_why_not(client, place, draft, go_live, fill):
    fill(draft)
    other = make.VillagePageFactory(parent=place.township)
    client.force_login(place.reviewer)
    address = reverse("wagtailadmin_pages:move_confirm", args=[draft.pk, other.pk])
    response = client.post(address, follow=True)
    assert response.status_code == 200
    assert "不能移到别处" in response.content.decode()
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "move"])
    client.post(f"{bulk}?id={draft.pk}", {"chooser": other.pk}, follow=True)
    assert again(draft).get_parent().pk == place.village.pk


def test_a_village_moves_with_what_it_adopted(place, draft, go_live, fill):
    fill(draft)
    elsewhere = make.TownshipPageFactory(parent=place.county)
    again(place.village).move(elsewhere, pos="last-child")
    assert again(draft).get_parent().pk == place.village.pk


def test_a_day_that_has_begun_is_not_put_off(place, go_live):
    admin = make.UserFactory()
    appoint(admin, "county_admin", place.county)
    for later in (None, ago(-30), ago(10)):
        with pytest.raises(ValidationError):
            set_go_live(place.county, later, by=admin)
    set_go_live(place.county, ago(300), by=admin)
    assert GoLive.objects.get().on == ago(300)


def test_no_profile_lets_a_covenant_go_unfiled(place, draft, go_live):
    profile = ProcedureProfile.objects.get(key="village")
    profile.stages.filter(stage=terms.FILING).delete()
    draft.adopted_on = draft.effective_from = ago(30)
    with pytest.raises(Unfiled):
        draft.save_revision().publish()


def test_no_profile_lets_the_village_file_for_itself(place, draft, go_live, fill, write):
    rows = ProfileStage.objects.filter(profile__key="village")
    rows.filter(stage__in=[terms.FILING, terms.REVIEW]).update(recorded_by=terms.BY_VILLAGE)
    rows.filter(stage=terms.REVIEW).update(required=False)
    procedure = ledger.start(draft, terms.MAKING, by=place.clerk)
    write(procedure, terms.OPINIONS)
    write(procedure, terms.DRAFT)
    for stage in (terms.REVIEW, terms.FILING):
        with pytest.raises(ReviewRefused):
            write(procedure, stage, by=place.clerk)


def rewrite(page, user, text="每桌罚款一千元。"):
    page = again(page).get_latest_revision_as_object()
    page.body = make.rule_body(("", "", [text]))
    page.save_revision(user=user)
    return page


def test_putting_a_vote_right_after_filing_takes_no_other_text_along(
    place, draft, go_live, fill, write, confirm
):
    procedure = fill(draft)
    changed = rewrite(draft, place.clerk)
    write(procedure, terms.REVIEW)
    write(procedure, terms.VOTE, by=place.reviewer)
    confirm(procedure, by=place.other)
    with pytest.raises(Unfiled):
        again(changed).get_latest_revision().publish()


def test_no_one_reviews_their_own_text_in_the_ledger(place, draft, go_live, fill, write):
    rewrite(draft, place.reviewer, "酒席八桌。")
    procedure = fill(draft, until=terms.DRAFT)
    with pytest.raises(ReviewRefused):
        write(procedure, terms.REVIEW, by=place.reviewer)
    root = make.UserFactory(is_superuser=True)
    rewrite(draft, root, "酒席九桌。")
    with pytest.raises(ReviewRefused):
        write(procedure, terms.REVIEW, by=root)
    write(procedure, terms.REVIEW, by=place.other)


@pytest.mark.parametrize("number", [INVISIBLE, " 、", "——"])
def test_a_filing_has_a_number(draft, go_live, fill, write, number):
    procedure = fill(draft, until=terms.VOTE)
    with pytest.raises(ValidationError):
        write(procedure, terms.FILING, number=number)


def test_the_number_of_another_text_is_not_used_again(place, draft, go_live, fill, write):
    fill(draft)
    other = make.CovenantPageFactory(
        parent=make.VillagePageFactory(parent=place.township), live=False, adopted_on=None
    )
    appoint(place.clerk, "village_editor", other.get_parent().specific)
    procedure = fill(other, until=terms.VOTE)
    same = STAGES[terms.FILING]()["number"]
    for number in (same, f" {same} ", same.replace("1", "１"), same + "\u200b"):
        with pytest.raises(ValidationError):
            write(procedure, terms.FILING, number=number)
    with pytest.raises(ValidationError):
        write(procedure, terms.FILING, number=same, with_village=True)


def test_a_group_files_with_its_own_village_only(place, draft, go_live, fill, write):
    fill(draft)
    own = make.CovenantPageFactory(
        parent=make.GroupPageFactory(parent=place.village), live=False, adopted_on=None
    )
    procedure = fill(own, until=terms.BACKING)
    with pytest.raises(ValidationError):
        write(procedure, terms.FILING, number="别村备1号", with_village=True)
    write(procedure, terms.FILING, with_village=True)


def test_the_village_does_not_open_or_shorten_what_is_filed(place, draft, go_live, fill, write):
    procedure = fill(draft)
    with pytest.raises(ReviewRefused):
        write(procedure, terms.VOTE)
    with pytest.raises(ValidationError):
        write(procedure, terms.OPINIONS, by=place.reviewer, begins=ago(42), ends=ago(40))


def test_a_ledger_makes_one_edition(place, draft, go_live, fill):
    fill(draft)
    draft.save_revision().publish()
    changed = rewrite(draft, place.clerk)
    changed.change_summary, changed.effective_from = "改。", timezone.localdate()
    with pytest.raises(Unfiled):
        changed.save_revision().publish()


def test_a_day_known_by_its_year_may_be_the_last_of_it(place, draft, go_live):
    GoLive.objects.update(on=datetime.date(2026, 6, 1))
    ledger.declare_legacy(draft, by=place.reviewer)
    for precision, day in (("year", (2026, 1, 1)), ("month", (2026, 6, 1))):
        draft.adopted_on, draft.adopted_precision = datetime.date(*day), precision
        with pytest.raises(Unfiled):
            draft.save_revision().publish()
    draft.adopted_on, draft.adopted_precision = datetime.date(2025, 1, 1), "year"
    draft.save_revision().publish()


def test_an_unknown_day_of_adoption_is_no_old_one(place, draft, go_live):
    ledger.declare_legacy(draft, by=place.reviewer)
    draft.adopted_on, draft.adopted_precision = ago(900), "unknown"
    draft.effective_from = ago(2)
    with pytest.raises(Unfiled):
        draft.save_revision().publish()


def test_what_was_voted_on_after_the_day_is_no_old_text(place, draft, go_live, fill):
    fill(draft, until=terms.VOTE)
    ledger.declare_legacy(draft, by=place.reviewer)
    draft.adopted_on = draft.effective_from = ago(900)
    with pytest.raises(Unfiled):
        draft.save_revision().publish()


def test_no_old_text_follows_one_that_was_filed(place, draft, go_live, fill):
    fill(draft)
    draft.save_revision().publish()
    changed = rewrite(draft, place.clerk)
    ledger.declare_legacy(changed, by=place.reviewer)
    changed.change_summary = "恢复。"
    changed.adopted_on, changed.effective_from = ago(900), timezone.localdate()
    with pytest.raises(Unfiled):
        changed.save_revision().publish()


def test_reasons_are_written(place, draft, go_live, fill):
    root = make.UserFactory(is_superuser=True)
    for empty in ("", " \t", "\u3000", INVISIBLE):
        with pytest.raises(ValidationError):
            ledger.override(draft, empty, by=root)
    procedure = fill(draft)
    draft.save_revision().publish()
    edition = Edition.objects.get(page_id=draft.pk)
    with pytest.raises(ValidationError):
        validity.end_edition(
            edition, on=ago(0), reason=Edition.ORDERED, note=INVISIBLE, by=place.reviewer
        )
    with pytest.raises(ValidationError):
        validity.suspend(edition.provisions.all(), on=ago(0), note=INVISIBLE, by=place.reviewer)
    procedure = ledger.start(draft, terms.REVISING, by=place.clerk)
    with pytest.raises(ValidationError):
        ledger.give_up(procedure, INVISIBLE, by=place.clerk, version=procedure.version)


def test_an_override_is_of_the_text_it_was_recorded_for(place, draft, go_live):
    root = make.UserFactory(is_superuser=True)
    draft.adopted_on = draft.effective_from = ago(30)
    draft.save_revision(user=place.clerk)
    ledger.override(draft, "备案系统停用，已有书面批复。", by=root)
    changed = rewrite(draft, place.clerk)
    with pytest.raises(Unfiled):
        changed.get_latest_revision().publish()
    assert not Edition.objects.exists()
    ledger.override(draft, "备案系统停用，已有书面批复。", by=root)
    again(draft).get_latest_revision().publish()
    assert Edition.objects.get().provenance == Edition.OVERRIDE


@pytest.fixture
def workflow(place):
    return ensure_workflow(place.county.get_parent())


def submit(page, user):
    page = again(page)
    page.get_workflow().start(page, user)


def test_a_step_that_is_no_review_approves_no_ones_text(place, workflow, write):
    page = make.CouncilPageFactory(parent=place.village, live=False, adopted_on=ago(20))
    page.save_revision(user=place.reviewer)
    procedure = ledger.start(page, terms.MAKING, by=place.reviewer)
    write(procedure, terms.VOTE, on=ago(20), by=place.reviewer)
    submit(page, place.reviewer)
    state = again(page).current_workflow_state
    state.cancel(user=place.reviewer)
    assert authorship.is_author(place.reviewer, page)
    assert not review.may_publish_directly(place.reviewer, page)


def test_a_workflow_without_its_review_publishes_nothing(place, workflow):
    page = make.CouncilPageFactory(parent=place.village, live=False, adopted_on=ago(20))
    page.save_revision(user=place.clerk)
    ScopedReviewTask.objects.update(active=False)
    with pytest.raises(ReviewRefused):
        submit(page, place.clerk)
    assert not again(page).live and not Edition.objects.exists()


def test_no_button_publishes_what_two_have_to_approve(client, place, workflow):
    ScopedReviewTask.objects.filter(step="").update(approvals=2)
    page = make.CouncilPageFactory(parent=place.village, live=False, adopted_on=ago(20))
    page.save_revision(user=place.clerk)
    assert not review.may_publish_directly(place.reviewer, page)
    assert not again(page).permissions_for_user(place.reviewer).can_publish()
    client.force_login(place.reviewer)
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={page.pk}")
    assert not again(page).live
