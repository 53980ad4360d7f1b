"""A page is withdrawn: by whom, with what answer, and what it refuses."""

import json

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from wagtail.actions.move_page import MovePageAction
from wagtail.admin.models import FormState
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, PageLogEntry, Revision, WorkflowState
from wagtail.test.utils.form_data import querydict_from_html

from editorial import copies
from editorial import withdrawing as withdrawing_screen
from safety.models import Erasure, Withdrawal
from safety.withdrawal import erasing
from safety.withdrawal.withdrawing import (
    LOG_ACTION,
    PageWithdrawn,
    WithdrawalRefused,
    purge_copies,
    withdraw,
)
from tests import factories as make

pytestmark = pytest.mark.django_db
REASON = "本人要求删除。"


@pytest.fixture
def household():
    page = make.HouseholdPageFactory(title="示例周家")
    page.save_revision().publish()
    return page


def gone(client, url):
    response = client.get(url)
    assert response.status_code == 410, url
    html = response.content.decode()
    assert "这一页已经撤下" in html and "周家" not in html and REASON not in html
    assert response["Cache-Control"] == "no-store"


def test_a_withdrawn_page_answers_410_to_everybody(client, household, admin_client, take_down):
    url = household.url
    assert client.get(url).status_code == 200
    take_down(household)
    gone(client, url)
    gone(client, url.rstrip("/"))
    gone(admin_client, url)
    gone(client, f"{url}yuyan/en/")


def test_former_addresses_answer_410_too(client, household, take_down, committed):
    former = household.url
    with committed():
        household.slug = "zhou-jia-2"
        household.save_revision().publish()
    assert client.get(former).status_code == 301
    take_down(household)
    gone(client, former)
    gone(client, household.url)


def test_all_addresses_of_a_rule_answer_410(client, take_down):
    rule = make.CovenantPageFactory()
    rule.save_revision().publish()
    below = ["", "bijiao/", "docx/", "txt/", "json/"]
    assert {client.get(f"{rule.url}{name}").status_code for name in below} == {200}
    take_down(rule)
    for name in below:
        assert client.get(f"{rule.url}{name}").status_code == 410


def test_another_page_at_the_address_is_shown(client, household, take_down):
    url, village, slug = household.url, household.get_parent(), household.slug
    take_down(household)
    make.HouseholdPageFactory(parent=village.specific, title="示例李家", slug=slug)
    assert client.get(url).status_code == 200


def test_other_unknown_addresses_stay_404(client, household, take_down):
    take_down(household)
    assert client.get(f"{household.get_parent().url}nothing/").status_code == 404
    assert client.get("/nothing/").status_code == 404


def test_the_log_keeps_when_by_whom_and_why_not_the_words(household, take_down):
    village, user = household.get_parent(), make.UserFactory(first_name="示例审核员")
    row = take_down(household, by=user)
    assert (row.reason, row.by, row.by_name) == (REASON, user, "示例审核员")
    at_place = PageLogEntry.objects.get(page=village.pk, action="safety.withdraw")
    assert at_place.user == user and at_place.data["reason"] == REASON
    of_page = PageLogEntry.objects.filter(page_id=household.pk)
    assert of_page.filter(action="wagtail.publish").exists()
    assert not any("周家" in f"{entry.label}{entry.data}" for entry in of_page)


@pytest.mark.parametrize("reason", ["", "  ", "长" * 201, "打 13900000123 来要求的"])
def test_a_reason_is_needed_and_holds_no_numbers(household, reason):
    with pytest.raises(WithdrawalRefused) as refused:
        withdraw(household, reason=reason)
    assert "13900000123" not in " ".join(refused.value.messages)
    assert Page.objects.filter(pk=household.pk).exists()


def test_places_are_not_withdrawn(household):
    for page in (household.get_parent(), make.FeatureIndexPageFactory()):
        with pytest.raises(WithdrawalRefused):
            withdraw(Page.objects.get(pk=page.pk), reason=REASON)


def test_aliases_go_with_the_page(client, take_down):
    feature = make.FeaturePageFactory()
    alias = feature.create_alias(update_slug="alias")
    urls = [feature.url, alias.url]
    take_down(alias)
    assert [client.get(url).status_code for url in urls] == [410, 410]


def test_withdrawing_twice_is_told(household, take_down):
    again = Page.objects.get(pk=household.pk)
    take_down(household)
    with pytest.raises(WithdrawalRefused, match="已经撤下"):
        withdraw(again, reason=REASON)
    assert Withdrawal.objects.count() == 1


def test_a_page_that_is_open_elsewhere_does_not_come_back(household, take_down):
    opened = type(household).objects.get(pk=household.pk)
    take_down(household)
    for save in (opened.save, opened.save_revision):
        with pytest.raises(PageWithdrawn):
            save(clean=False)
    assert not Page.objects.filter(pk=household.pk).exists()
    assert not Revision.objects.filter(object_id=str(household.pk)).exists()


def test_a_draft_saved_in_the_very_instant_goes_with_what_follows(household, committed):
    """Of two transactions at once neither sees the other's rows."""
    late, other = household.save_revision(), make.HouseholdPageFactory().save_revision()
    with committed():
        withdraw(household, reason=REASON, thorough=False)
    late.pk = None
    Revision.objects.bulk_create([late])
    assert erasing.step() == 1
    assert list(Revision.objects.all()) == [other]


class TestAtOnce:
    """Somebody else's request read the page, waits for the database, and writes after it went."""

    @pytest.fixture
    def before(self, monkeypatch, household, take_down):
        """Lets the page be withdrawn just before a function of an object is called."""

        def put(owner, name):
            real = getattr(owner, name)

            def late(*arguments, **named):
                monkeypatch.setattr(owner, name, real)
                take_down(type(household).objects.get(pk=household.pk), thorough=False)
                return real(*arguments, **named)

            monkeypatch.setattr(owner, name, late)

        return put

    def test_the_second_of_two_is_told(self, household, before, admin_client):
        before(withdrawing_screen, "withdraw")
        address = reverse("editorial_withdraw", args=[household.pk])
        answer = admin_client.post(address, {"reason": REASON}, follow=True)
        assert answer.redirect_chain[0][1] == 302
        assert "刚刚已经撤下" in answer.content.decode()
        assert Withdrawal.objects.count() == 1

    def test_the_form_sent_for_a_preview_is_not_kept(self, household, before, admin_client):
        edit = reverse("wagtailadmin_pages:edit", args=[household.pk])
        form = querydict_from_html(
            admin_client.get(edit).content.decode(), form_id="page-edit-form"
        )
        before(FormState.objects, "update_or_create_by_instance")
        preview = reverse("wagtailadmin_pages:preview_on_edit", args=[household.pk])
        assert admin_client.post(preview, form).status_code == 302
        assert Withdrawal.objects.count() == 1 and not FormState.objects.exists()

    def test_forms_and_log_written_in_the_very_instant_go_with_what_follows(self, household):
        other = make.HouseholdPageFactory()
        keys, kind = [household.pk, other.pk], household.content_type
        withdraw(household, reason=REASON, thorough=False)
        for key in keys:
            form = FormState(
                content_type=kind,
                object_id=str(key),
                user=make.UserFactory(),
                data="story=words",
                last_updated_at=timezone.now(),
            )
            FormState.objects.bulk_create([form])
        assert erasing.step() == 1
        assert [row.object_id for row in FormState.objects.all()] == [str(other.pk)]

    def test_the_log_written_in_the_very_instant_keeps_no_title(self, household):
        key, kind = household.pk, household.content_type
        withdraw(household, reason=REASON, thorough=False)
        row = PageLogEntry(
            page_id=key,
            content_type=kind,
            label="示例周家",
            action="wagtail.edit",
            timestamp=timezone.now(),
            data={"title": "示例周家"},
        )
        PageLogEntry.objects.bulk_create([row])
        assert erasing.step() == 1
        rows = PageLogEntry.objects.filter(page_id=key)
        assert "周家" not in str(list(rows.values_list("label", "data")))
        (own,) = rows.filter(action=LOG_ACTION)
        assert own.data["reason"] == REASON

    def test_old_drafts_of_it_are_not_cleared(self, household, before, admin_client):
        before(copies, "clear")
        address = reverse("editorial_purge_copies", args=[household.pk])
        answer = admin_client.post(address, {"reason": REASON}, follow=True)
        assert answer.status_code == 200 and "已经撤下" in answer.content.decode()


def test_a_page_under_review_goes_with_its_review(household, take_down):
    from home.site_setup import ensure_site

    ensure_site()
    household.story = "改过的事迹。"
    household.save_revision()
    workflow = household.get_workflow()
    workflow.start(household, make.UserFactory())
    take_down(household)
    assert not WorkflowState.objects.exists()


class TestCommand:
    @pytest.fixture
    def run(self, committed, capsys):
        def answer(*arguments):
            with committed():
                call_command("withdraw", *arguments, "--json")
            return json.loads(capsys.readouterr().out)

        return answer

    @pytest.mark.parametrize("form", ["{}", "http://testserver{}", "{}?on=2024-01-01#a"])
    def test_takes_a_path_or_a_full_address(self, household, form, run):
        answer = run(form.format(household.url), "--reason", REASON)
        assert answer["url"] == household.url
        assert answer["cleared"]["pages"] == 1 and answer["cleared"]["revisions"] == 1
        assert not Erasure.objects.exists()
        assert not Page.objects.filter(pk=household.pk).exists()

    def test_takes_a_former_address(self, household, run, committed):
        former = household.url
        with committed():
            household.slug = "zhou-jia-2"
            household.save_revision().publish()
        run(former, "--reason", REASON)
        assert not Page.objects.filter(pk=household.pk).exists()

    def test_tells_unknown_withdrawn_and_wordless(self, household, take_down):
        with pytest.raises(CommandError, match="没有这个网址的页面"):
            call_command("withdraw", "/nothing/", "--reason", REASON)
        with pytest.raises(CommandError, match="请写明撤下的理由"):
            call_command("withdraw", household.url)
        with pytest.raises(CommandError, match="不能撤下"):
            call_command("withdraw", household.get_parent().url, "--reason", REASON)
        take_down(household)
        with pytest.raises(CommandError, match="以前已经撤下"):
            call_command("withdraw", household.url, "--reason", REASON)


class TestButton:
    @pytest.fixture
    def people(self, household):
        from editorial.appointments import appoint

        village = household.get_parent().specific
        township = village.get_parent().specific
        neighbour = make.TownshipPageFactory(parent=township.get_parent().specific)
        make.FeatureIndexPageFactory()
        found = {}
        for name, role, place in (
            ("village", "village_editor", village),
            ("reviewer", "township_reviewer", township),
            ("neighbour", "township_reviewer", neighbour),
            ("propaganda", "propaganda_staff", make.FeatureIndexPageFactory()),
        ):
            found[name] = make.UserFactory(username=name)
            appoint(found[name], role, place)
        return found

    @pytest.mark.parametrize(
        ("name", "status"),
        [("village", 302), ("reviewer", 200), ("neighbour", 302), ("propaganda", 302)],
    )
    def test_is_for_those_who_publish_there(self, client, household, people, name, status):
        client.force_login(people[name])
        address = reverse("editorial_withdraw", args=[household.pk])
        assert client.get(address).status_code == status
        client.post(address, {"reason": REASON})
        assert Page.objects.filter(pk=household.pk).exists() is (name != "reviewer")

    def test_asks_for_a_reason_and_says_what_it_did(self, client, household, people, committed):
        client.force_login(people["reviewer"])
        address = reverse("editorial_withdraw", args=[household.pk])
        edit = reverse("wagtailadmin_pages:edit", args=[household.pk])
        assert address in client.get(edit).content.decode()
        assert "请写明撤下的理由" in client.post(address, {"reason": " "}).content.decode()
        with committed():
            client.post(address, {"reason": REASON})
        assert client.get(household.url).status_code == 410
        # What takes long is left to the background process.
        assert Erasure.objects.count() == 1
        listed = client.get(reverse("editorial_withdrawals")).content.decode()
        assert REASON in listed and Withdrawal.objects.get().name in listed
        client.force_login(people["neighbour"])
        assert REASON not in client.get(reverse("editorial_withdrawals")).content.decode()

    def test_propaganda_staff_withdraw_features(self, client, people):
        feature = make.FeaturePageFactory()
        client.force_login(people["propaganda"])
        client.post(reverse("editorial_withdraw", args=[feature.pk]), {"reason": REASON})
        assert client.get(feature.url).status_code == 410

    def test_village_editors_see_no_button(self, client, household, people):
        client.force_login(people["village"])
        edit = reverse("wagtailadmin_pages:edit", args=[household.pk])
        assert "editorial_withdraw" not in client.get(edit).content.decode()
        assert f"/admin/withdraw/{household.pk}/" not in client.get(edit).content.decode()


def test_copies_are_purged_and_the_page_stays(client, household, committed):
    household.story = "旧的事迹，里面有要隐去的话。"
    household.save_revision().publish()
    household.refresh_from_db()
    household.story = "新的事迹。"
    household.save()
    with committed():
        counts = purge_copies(household, words=["要隐去的话"], thorough=True)
    assert counts["revisions"] == 2
    only = Revision.objects.get(object_id=str(household.pk))
    assert only.content["story"] == "新的事迹。"
    household.refresh_from_db()
    assert household.live_revision == household.latest_revision == only
    assert not household.has_unpublished_changes
    assert client.get(household.url).status_code == 200
    assert not Erasure.objects.exists()


def test_a_page_that_was_moved_goes_from_each_place_it_stood_in(
    client, household, take_down, committed
):
    """Its addresses, its aliases and its names in the logs; a copy is a page by itself."""
    first, user = household.url, make.UserFactory(is_superuser=True)
    second = make.VillagePageFactory()
    MovePageAction(household, second, pos="last-child", user=user).execute(
        skip_permission_checks=True
    )
    page = type(household).objects.get(pk=household.pk)
    page.slug = "renamed"
    with committed():
        page.save_revision(user=user, log_action=True).publish()
    page = type(household).objects.get(pk=household.pk)
    copied = page.copy(to=second, update_attrs={"slug": "copied", "title": "别的人家"})
    alias = page.create_alias(parent=make.VillagePageFactory(), user=user)
    addresses = [first, f"{second.url}{household.slug}/", page.url, alias.url]
    take_down(page)
    for url in addresses:
        gone(client, url)
    assert client.get(copied.url).status_code == 200
    logged = PageLogEntry.objects.exclude(page=copied.pk).values_list("label", "data")
    assert "周家" not in json.dumps(list(logged), ensure_ascii=False)
    assert "周家" not in str(list(Redirect.objects.values_list("old_path", "redirect_link")))
