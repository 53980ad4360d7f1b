"""No covenant adopted after go-live comes into force unfiled, whichever way it is published."""

import datetime
import io

import pytest
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from covenants import ledger, validity
from covenants.filing_rule import Unfiled
from covenants.importing import import_rules
from covenants.models import CovenantPage, Edition, GoLive, Procedure
from covenants.procedure import terms
from covenants.rule_files import RuleFile
from editorial.models import VoteTask
from editorial.review import ReviewRefused
from editorial.workflow import ensure_workflow
from home import background
from tests import factories as make
from tests.covenants.procedure.conftest import ago

pytestmark = pytest.mark.django_db


def editions(page):
    return Edition.objects.filter(page_id=page.pk)


def as_adopted(page, days):
    """The page as an editor would date it, without a ledger."""
    page.adopted_on = page.effective_from = ago(days)
    return page


def test_publishing_a_revision_is_refused(draft, go_live):
    as_adopted(draft, 30)
    with pytest.raises(Unfiled, match="先备案才能施行"):
        draft.save_revision().publish()
    assert not editions(draft).exists() and not CovenantPage.objects.get(pk=draft.pk).live


def test_saving_the_page_in_a_shell_is_refused(draft, go_live):
    draft.live = True
    with pytest.raises(Unfiled):
        as_adopted(draft, 30).save()
    draft.adopted_on = draft.effective_from = None
    with pytest.raises(Unfiled):
        draft.save()
    assert not CovenantPage.objects.get(pk=draft.pk).live


def test_a_new_text_of_a_public_page_is_refused_and_the_old_one_stays(place, go_live):
    page = make.CovenantPageFactory(parent=make.VillagePageFactory(), adopted_on=ago(900))
    GoLive.objects.create(county=page.get_ancestors()[2].specific, on=ago(100))
    with pytest.raises(Unfiled):
        make.next_edition(page, "酒席不超过八桌。", effective_from=ago(20))
    assert editions(page).get().in_force()
    assert "十桌" in CovenantPage.objects.get(pk=page.pk).body[0].value["articles"][0]["text"]


def test_dating_a_text_before_go_live_needs_the_townships_word(place, draft, go_live):
    as_adopted(draft, 800)
    with pytest.raises(Unfiled, match="历史存量"):
        draft.save_revision(user=place.clerk).publish()
    with pytest.raises(ReviewRefused):
        ledger.declare_legacy(draft, by=place.clerk)
    ledger.declare_legacy(draft, by=place.reviewer)
    draft.save_revision(user=place.clerk).publish()
    assert editions(draft).get().is_legacy


def test_no_word_of_the_township_makes_a_new_text_an_old_one(place, draft, go_live):
    ledger.declare_legacy(draft, by=place.reviewer)
    with pytest.raises(Unfiled, match="先备案"):
        as_adopted(draft, 30).save_revision().publish()


def imported(place, day):
    text = "松林村村规民约\n\n第一条 酒席不超过十桌。\n第二条 礼金不超过一百元。\n"
    file = RuleFile("约.txt", text.encode(), code=place.village.code, adopted=day.isoformat())
    return next(import_rules([file], publish=True))


def test_the_importer_enters_old_texts_only(place, go_live):
    refused = imported(place, ago(30))
    assert refused.status == "refused" and "备案" in refused.message
    assert not Edition.objects.exists()
    assert imported(place, ago(900)).status == "created"
    assert Edition.objects.get().is_legacy
    again = RuleFile(
        "新约.txt",
        "松林村村规民约\n\n第一条 酒席不超过八桌。\n".encode(),
        code=place.village.code,
        adopted=ago(20).isoformat(),
    )
    (outcome,) = import_rules([again], publish=True)
    assert outcome.status == "refused" and Edition.objects.count() == 1


def test_a_schedule_does_not_bring_it_into_force(draft, go_live):
    as_adopted(draft, 30)
    draft.go_live_at = timezone.now() + datetime.timedelta(days=1)
    draft.save_revision().publish()
    revision = draft.revisions.get()
    revision.approved_go_live_at = timezone.now() - datetime.timedelta(minutes=1)
    content = revision.content | {"go_live_at": revision.approved_go_live_at.isoformat()}
    type(revision).objects.filter(pk=revision.pk).update(
        approved_go_live_at=revision.approved_go_live_at, content=content
    )
    background.publish_due()
    call_command("publish_scheduled", stdout=io.StringIO())
    assert not editions(draft).exists() and not CovenantPage.objects.get(pk=draft.pk).live
    revision.refresh_from_db()
    assert revision.approved_go_live_at is None, "taken off the schedule, not tried for ever"


def test_approval_leads_to_the_vote_and_bulk_publishing_is_refused(client, place, draft, go_live):
    workflow = ensure_workflow(place.county.get_parent())
    draft.owner = place.clerk
    as_adopted(draft, 30).save_revision(user=place.clerk)
    state = workflow.start(draft, place.clerk).current_task_state
    client.force_login(place.reviewer)
    approve = reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", state.pk])
    client.post(approve, {"comment": ""}, follow=True)
    waits = CovenantPage.objects.get(pk=draft.pk).current_workflow_task
    assert isinstance(waits, VoteTask), "approved, and not in force before it is filed"
    client.force_login(make.UserFactory(is_superuser=True, is_staff=True))
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={draft.pk}")
    assert not CovenantPage.objects.get(pk=draft.pk).live and not editions(draft).exists()
    assert CovenantPage.objects.get(pk=draft.pk).current_workflow_task == waits


def test_a_copy_of_a_public_text_is_refused(place, go_live):
    page = make.CovenantPageFactory(
        parent=make.VillagePageFactory(parent=place.township),
        adopted_on=ago(30),
        live=False,
    )
    with pytest.raises(Unfiled):
        page.copy(to=place.village, keep_live=False, update_attrs={"live": True})


def test_a_complete_ledger_brings_it_into_force_on_the_day_of_filing(draft, go_live, fill):
    procedure = fill(draft)
    draft.effective_from = ago(25)
    draft.save_revision().publish()
    edition = editions(draft).get()
    assert edition.provenance == Edition.ADOPTED
    assert (edition.adopted_on, edition.effective_from) == (ago(30), ago(10))
    assert (edition.votes_for, edition.filing_number) == (50, "云镇备〔2026〕1号")
    procedure.refresh_from_db()
    assert procedure.edition == edition and not procedure.is_running


def test_it_comes_into_force_later_when_a_later_day_was_set(draft, go_live, fill):
    fill(draft)
    day = timezone.localdate() + datetime.timedelta(days=30)
    draft.effective_from = day
    draft.save_revision().publish()
    edition = editions(draft).get()
    assert edition.effective_from == day and edition.state == "future"


@pytest.mark.parametrize("left_out", ["opinions", "draft"])
def test_a_missing_stage_keeps_it_from_being_filed(draft, go_live, fill, left_out):
    with pytest.raises(Exception, match="还不能备案"):
        fill(draft, without=[left_out])
    with pytest.raises(Unfiled):
        draft.save_revision().publish()


def test_voted_but_not_filed_stays_out(draft, go_live, fill):
    fill(draft, until=terms.VOTE)
    with pytest.raises(Unfiled, match="还没有登记：备案"):
        draft.save_revision().publish()


def test_an_edit_after_the_vote_voids_it(place, draft, go_live, fill, write):
    procedure = fill(draft, until=terms.VOTE)
    draft.body = make.rule_body(("", "", ["酒席不超过一百桌。"]))
    draft.save_revision(user=place.clerk)
    with pytest.raises(Exception, match="表决以后正文又改过"):
        write(procedure, terms.FILING)
    write(procedure, terms.VOTE)
    with pytest.raises(Exception, match="审查以后正文又改过"):
        write(procedure, terms.FILING)


def test_an_edit_after_filing_does_not_go_along(draft, go_live, fill):
    fill(draft)
    draft.closing = "另加一条。"
    with pytest.raises(Unfiled, match="备案以后正文又改过"):
        draft.save_revision().publish()


def test_only_a_recorded_override_lets_it_through_and_readers_see_why(
    client, place, draft, go_live
):
    with pytest.raises(ReviewRefused):
        ledger.override(draft, "系统迁移", by=place.reviewer)
    root = make.UserFactory(is_superuser=True)
    with pytest.raises(Exception, match="请写明理由"):
        ledger.override(draft, " ", by=root)
    ledger.override(draft, "备案系统停用，已有书面批复。", by=root)
    as_adopted(draft, 30).save_revision().publish()
    assert editions(draft).get().provenance == Edition.OVERRIDE
    html = client.get(draft.url).content.decode()
    assert "未经备案" in html and "备案系统停用，已有书面批复。" in html


def test_before_go_live_and_in_other_counties_all_is_as_it_was(draft):
    as_adopted(draft, 30).save_revision().publish()
    assert editions(draft).get().is_legacy
    elsewhere = make.CovenantPageFactory(adopted_on=ago(5))
    GoLive.objects.create(county=elsewhere.get_ancestors()[2].specific, on=None)
    assert make.next_edition(elsewhere, "八桌。", effective_from=ago(1)).is_legacy


def test_a_ledger_once_begun_is_gone_through_even_before_go_live(place, draft, fill):
    procedure = fill(draft, until=terms.VOTE)
    as_adopted(draft, 30)
    with pytest.raises(Unfiled):
        draft.save_revision().publish()
    ledger.give_up(procedure, "并入下一次。", by=place.clerk, version=procedure.version)
    draft.save_revision().publish()
    assert editions(draft).get().is_legacy


def test_charters_need_no_filing(place, go_live):
    charter = make.CouncilPageFactory(parent=place.village, adopted_on=ago(20))
    assert editions(charter).get().is_legacy


def test_a_charters_ledger_needs_no_township(place, go_live, fill):
    charter = make.CouncilPageFactory(parent=place.village, live=False, adopted_on=None)
    fill(charter, without=[terms.DRAFT, terms.FILING])
    charter.save_revision().publish()
    assert editions(charter).get().provenance == Edition.ADOPTED


def test_a_groups_covenant_names_its_village(place, go_live, fill):
    group = make.GroupPageFactory(parent=place.village)
    page = make.CovenantPageFactory(parent=group, live=False, adopted_on=None)
    with pytest.raises(Exception, match="村里确认"):
        fill(page, without=[terms.BACKING])
    Procedure.objects.all().delete()
    procedure = fill(page)
    page.save_revision().publish()
    assert procedure.village == place.village
    assert editions(page).get().provenance == Edition.ADOPTED


def test_a_repeal_needs_its_ledger_and_an_order_does_not(place, draft, go_live, fill):
    fill(draft)
    draft.save_revision().publish()
    edition = editions(draft).get()

    def end(reason, on):
        validity.end_edition(edition, on=on, reason=reason, note="缘由。", by=place.reviewer)

    with pytest.raises(Unfiled, match="废止村规民约也要表决和备案"):
        end(Edition.REPEALED, ago(0))
    Procedure.objects.filter(edition=edition).update(closed_at=timezone.now())
    procedure = ledger.start(draft, terms.REPEALING, by=place.clerk)
    assert procedure.kind == terms.REPEALING
    with pytest.raises(Unfiled):
        end(Edition.REPEALED, ago(0))
    end(Edition.ORDERED, ago(0))


def test_a_filed_repeal_ends_the_edition(place, draft, go_live, fill, write, confirm):
    fill(draft)
    draft.save_revision().publish()
    repeal = ledger.start(draft, terms.REPEALING, by=place.clerk)
    write(repeal, terms.OPINIONS)
    write(repeal, terms.VOTE, on=ago(8))
    confirm(repeal)
    write(repeal, terms.FILING, on=ago(2), number="云镇备〔2026〕2号")
    edition = editions(draft).get()
    values = {"reason": Edition.REPEALED, "note": "村民会议表决废止。", "by": place.reviewer}
    with pytest.raises(Unfiled, match="备案之日"):
        validity.end_edition(edition, on=ago(5), **values)
    validity.end_edition(edition, on=ago(0), **values)
    repeal.refresh_from_db()
    assert repeal.ends == edition and not repeal.is_running
    assert not editions(draft).get().in_force()


def test_the_same_words_adopted_anew_after_a_repeal(place, draft, fill, write, confirm):
    page = make.CovenantPageFactory(parent=make.VillagePageFactory(parent=place.township))
    Edition.objects.filter(page_id=page.pk).update(ended_on=ago(100), ended_reason=Edition.REPEALED)
    page.change_summary = "恢复施行。"
    page.save_revision(user=make.UserFactory())
    procedure = ledger.start(page, terms.REVISING, by=place.reviewer)
    for stage in (terms.OPINIONS, terms.DRAFT, terms.REVIEW, terms.VOTE):
        write(procedure, stage, by=place.reviewer)
    confirm(procedure, by=place.other)
    write(procedure, terms.FILING)
    page.save_revision().publish()
    assert editions(page).count() == 2


def test_a_repeal_that_was_taken_back_can_be_gone_through_again(
    place, draft, go_live, fill, write, confirm
):
    fill(draft)
    draft.save_revision().publish()
    edition = editions(draft).get()

    def repeal(number):
        procedure = ledger.start(draft, terms.REPEALING, by=place.clerk)
        write(procedure, terms.OPINIONS)
        write(procedure, terms.VOTE, on=ago(8))
        confirm(procedure)
        write(procedure, terms.FILING, on=ago(2), number=number)
        values = {"reason": Edition.REPEALED, "note": "村民会议表决废止。", "by": place.reviewer}
        validity.end_edition(edition, on=ago(0), **values)
        return procedure

    first = repeal("云镇备〔2026〕2号")
    validity.take_end_back(editions(draft).get(), by=place.reviewer)
    first.refresh_from_db()
    assert first.ends is None and not first.is_running
    second = repeal("云镇备〔2026〕3号")
    second.refresh_from_db()
    assert second.ends == edition
