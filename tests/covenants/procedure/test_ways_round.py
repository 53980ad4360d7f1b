"""Ways round the procedure that were tried; each must end where the straight way does."""

import datetime
import io

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Page

from covenants import following, ledger, validity
from covenants.filing_rule import Unfiled
from covenants.law_admin import set_go_live
from covenants.ledger_words import missing_sentence
from covenants.models import (
    Edition,
    Filing,
    GoLive,
    Procedure,
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


def test_a_place_does_not_move_to_where_nothing_has_to_be_filed(place, go_live):
    elsewhere = make.TownshipPageFactory()
    with pytest.raises(ReviewRefused):
        again(place.village).move(elsewhere, pos="last-child")
    there = GoLive.objects.create(county=elsewhere.get_parent().specific, on=ago(100))
    with pytest.raises(ReviewRefused):
        again(place.village).move(elsewhere, pos="last-child")
    there.on = ago(300)
    there.save()
    again(place.village).move(elsewhere, pos="last-child")


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
        with pytest.raises(ValidationError) as refused:
            write(procedure, terms.FILING, number=number)
        assert "勾选" not in str(refused.value), "no village may tick it"
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


def test_an_override_from_before_texts_were_noted_is_asked_for_again(place, draft, go_live):
    root = make.UserFactory(is_superuser=True)
    draft.adopted_on = draft.effective_from = ago(30)
    draft.save_revision(user=place.clerk)
    ledger.override(draft, "备案系统停用，已有书面批复。", by=root)
    Procedure.objects.update(override_digest="")
    with pytest.raises(Unfiled, match="没有记下是哪一份"):
        again(draft).get_latest_revision().publish()
    ledger.override(draft, "备案系统停用，已有书面批复。", by=root)
    again(draft).get_latest_revision().publish()
    assert again(draft).live


def suspend_first(page, by):
    edition = Edition.objects.filter(page_id=page.pk).latest("number")
    first = edition.provisions.filter(position=1)
    validity.suspend(first, on=timezone.localdate(), note="没有依据。", by=by)


@pytest.fixture
def charter(place):
    page = make.CouncilPageFactory(parent=place.village, adopted_on=ago(100))
    page.body = make.rule_body(("", "", ["办酒要先报告理事会。", "节俭办事。"]))
    page.change_summary, page.effective_from, page.adopted_on = "甲。", ago(50), ago(50)
    page.save_revision().publish()
    return again(page)


def next_text(page, texts, summary, days):
    page = again(page)
    page.body = make.rule_body(("", "", texts))
    page.change_summary = summary
    page.adopted_on = page.effective_from = ago(days)
    page.save_revision().publish()


def test_words_written_anew_stay_suspended(place, charter):
    suspend_first(charter, place.reviewer)
    next_text(charter, ["办酒要先报告理事会。", "都要节俭。"], "乙。", -1)
    newest = Edition.objects.filter(page_id=charter.pk).latest("number")
    assert newest.provisions.get(position=1).suspended_from == timezone.localdate()


def test_words_left_out_once_stay_suspended(place, charter):
    suspend_first(charter, place.reviewer)
    next_text(charter, ["节俭办事。"], "乙。", -1)
    next_text(charter, ["节俭办事。", "办酒 要先报告理事会。"], "丙。", -2)
    newest = Edition.objects.filter(page_id=charter.pk).latest("number")
    assert newest.provisions.get(position=2).suspended_from == timezone.localdate()


def charter_ledger(page, write, clerk):
    procedure = ledger.start(page, ledger.kind_of_next(page), by=clerk)
    write(procedure, terms.VOTE, on=ago(20))
    write(procedure, terms.NOTICE, begins=ago(19), ends=ago(10))
    return procedure


@pytest.fixture
def workflow(place):
    return ensure_workflow(place.county.get_parent())


def submit(page, user):
    page = again(page)
    page.get_workflow().start(page, user)


def test_a_charter_that_was_ordered_to_change_is_read_again(place, charter, workflow, write):
    suspend_first(charter, place.reviewer)
    page = rewrite(charter, place.clerk, "办酒要报告。")
    page.change_summary, page.effective_from = "改。", timezone.localdate()
    page.save_revision(user=place.clerk)
    charter_ledger(page, write, place.clerk)
    submit(page, place.clerk)
    assert isinstance(again(page).current_workflow_task, ScopedReviewTask)


def test_a_ledger_of_a_charter_carries_no_short_version_along(place, charter, workflow, write):
    charter_ledger(charter, write, place.clerk)
    page = again(charter)
    page.one_minute = "办酒十桌。"
    page.save_revision(user=place.clerk)
    submit(page, place.clerk)
    assert isinstance(again(page).current_workflow_task, ScopedReviewTask)
    assert again(page).one_minute != "办酒十桌。"


def test_a_covenant_under_a_councils_name_is_read_by_the_township(place, go_live, workflow, write):
    page = make.CouncilPageFactory(parent=place.village, live=False, adopted_on=None)
    page.title = "松林村村规民约"
    page.save_revision(user=place.clerk)
    charter_ledger(page, write, place.clerk)
    submit(page, place.clerk)
    assert isinstance(again(page).current_workflow_task, ScopedReviewTask)


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


def repeal(page, place, write, confirm):
    procedure = ledger.start(page, terms.REPEALING, by=place.clerk)
    write(procedure, terms.OPINIONS)
    write(procedure, terms.VOTE, on=ago(8))
    confirm(procedure)
    write(procedure, terms.FILING, on=ago(2), number="云镇备〔2026〕2号")
    return procedure


def test_a_repeal_in_effect_is_not_taken_back_by_one_person(
    place, draft, go_live, fill, write, confirm
):
    fill(draft)
    draft.save_revision().publish()
    repeal(draft, place, write, confirm)
    edition = Edition.objects.get(page_id=draft.pk)
    values = {"reason": Edition.REPEALED, "note": "村民会议表决废止。", "by": place.reviewer}
    validity.end_edition(edition, on=ago(1), **values)
    with pytest.raises(ValidationError):
        validity.take_end_back(Edition.objects.get(page_id=draft.pk), by=place.reviewer)


def test_following_does_not_end_a_filed_covenant_by_the_way(place, fill):
    village_covenant = make.CovenantPageFactory(parent=place.village, adopted_on=ago(900))
    GoLive.objects.create(county=place.county, on=ago(200))
    group = make.GroupPageFactory(parent=place.village)
    own = make.CovenantPageFactory(parent=group, live=False, adopted_on=None)
    fill(own)
    own.save_revision().publish()
    batch = following.propose(
        again(village_covenant),
        [group],
        adopted_on=ago(1),
        adopted_by="村民小组会议",
        effective_from=ago(0),
        by=place.clerk,
    )
    with pytest.raises(Unfiled):
        following.approve(batch, seen=following.fingerprint(batch), by=place.reviewer)
    assert Edition.objects.get(page_id=own.pk).in_force()


def test_a_groups_meeting_adopts_no_covenant_of_the_village(draft, go_live, fill):
    with pytest.raises(ValidationError, match="由有权的会议表决"):
        procedure = fill(draft, until=terms.REVIEW)
        values = STAGES[terms.VOTE]() | {"meeting": terms.GROUP}
        ledger.record(procedure, terms.VOTE, values, by=procedure.started_by, version=3)
        confirmed = Procedure.objects.with_ledger().get(pk=procedure.pk)
        raise ValidationError(missing_sentence(ledger.state_of(draft, confirmed)))


def test_a_short_version_put_right_needs_the_reviewer_alone(place, draft, go_live, fill, workflow):
    fill(draft)
    draft.save_revision().publish()
    page = again(draft)
    page.one_minute = "酒席八桌。"
    page.save_revision(user=place.clerk)
    submit(page, place.clerk)
    state = again(page).current_workflow_task_state
    assert isinstance(state.task.specific, ScopedReviewTask) and again(page).one_minute == ""
    state.task.specific.on_action(state, place.reviewer, "approve")
    assert again(page).one_minute == "酒席八桌。"
    assert not Procedure.objects.running().exists()


def test_the_village_lifts_no_suspension(client, place, charter):
    suspend_first(charter, place.reviewer)
    article = Edition.objects.filter(page_id=charter.pk).latest("number").provisions.first()
    client.force_login(place.clerk)
    data = {"action": "resume", "article": article.pk, "resume-on": ago(0).isoformat()}
    client.post(reverse("covenants_editions", args=[charter.pk]), data)
    article.refresh_from_db()
    assert article.is_suspended()


def test_a_number_is_known_again_however_it_was_kept(place, draft, go_live, fill, write):
    fill(draft)
    before = "云镇备 〔2026〕 １号"
    Filing.objects.update(number=before)
    own = make.CovenantPageFactory(
        parent=make.GroupPageFactory(parent=place.village), live=False, adopted_on=None
    )
    procedure = fill(own, until=terms.BACKING)
    write(procedure, terms.FILING, number=before, with_village=True)
    own.save_revision().publish()
    assert Edition.objects.get(page_id=own.pk).provenance == Edition.ADOPTED


def test_no_vote_of_a_meeting_without_that_right_is_recorded_or_told(
    client, place, draft, go_live, fill, write
):
    procedure = fill(draft, until=terms.REVIEW)
    with pytest.raises(ValidationError) as refused:
        write(procedure, terms.VOTE, meeting=terms.GROUP)
    assert list(refused.value.message_dict) == ["meeting"]
    assert "表决" not in client.get(place.village.url).content.decode()
