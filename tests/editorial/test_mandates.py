"""Rights begin with a term and end with it, by the clock alone, wherever rights are asked for."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, Page, PageLogEntry, TaskState
from wagtail.permissions import policy_registry

from editorial import review
from editorial.appointments import (
    AppointmentError,
    appoint,
    body_collection,
    dismiss,
    dismiss_all,
    end,
)
from editorial.mandates import (
    is_named_only_by,
    live_mandates,
    may_appoint,
    must_have_second_factor,
)
from editorial.models import Mandate
from editorial.roles import ROLES
from tests.factories import (
    CountyPageFactory,
    CovenantPageFactory,
    TownshipPageFactory,
    UserFactory,
    VillagePageFactory,
)

pytestmark = pytest.mark.django_db
# The term of these tests in local time (UTC+8): 1 March to 31 March 2027.
FIRST, LAST = datetime.date(2027, 3, 1), datetime.date(2027, 3, 31)
BEFORE = ["2027-02-28T15:59:59Z"]
DURING = ["2027-02-28T16:00:00Z", "2027-03-15T04:00:00Z", "2027-03-31T15:59:59Z"]
AFTER = ["2027-03-31T16:00:00Z", "2027-04-02T00:00:00Z"]


def fresh(user):
    return User.objects.get(pk=user.pk)


def may(user, action, page):
    policy = policy_registry.get_by_type(Page)
    return policy.user_has_permission_for_instance(fresh(user), action, page)


def moments():
    return [(moment, moment in DURING) for moment in [*BEFORE, *DURING, *AFTER]]


def test_pages_and_the_door_of_the_admin_follow_the_term(client):
    user, village = UserFactory(), VillagePageFactory()
    page = CovenantPageFactory(parent=village, live=False)
    appoint(user, "village_editor", village, since=FIRST, until=LAST)
    for moment, allowed in moments():
        with freeze_time(moment):
            assert may(user, "change", page) is allowed, moment
            policy = policy_registry.get_by_type(Page)
            change = policy.instances_user_has_permission_for(fresh(user), "change")
            assert change.filter(pk=page.pk).exists() is allowed
            editors = policy.users_with_permission_for_instance("change", page)
            assert editors.filter(pk=user.pk).exists() is allowed
            assert fresh(user).has_perm("wagtailadmin.access_admin") is allowed
            client.force_login(user)
            address = reverse("wagtailadmin_pages:edit", args=[page.pk])
            # To the log-in, whether there is such a page or not.
            assert client.get(address).status_code == (200 if allowed else 302)


def test_a_session_that_is_open_ends_with_the_term(client):
    user, village = UserFactory(), VillagePageFactory()
    with freeze_time("2027-03-31T15:00:00Z"):
        appoint(user, "village_editor", village, since=FIRST, until=LAST)
        client.force_login(user)
        address = reverse("wagtailadmin_explore", args=[village.pk])
        assert client.get(address).status_code == 200
    with freeze_time("2027-03-31T15:59:59Z"):
        assert client.get(address).status_code == 200
    with freeze_time("2027-03-31T16:00:00Z"):
        assert client.get(address).status_code == 302


@pytest.mark.parametrize("get_model", [get_image_model, get_document_model])
def test_pictures_and_documents_follow_the_term(get_model):
    user, village, model = UserFactory(), VillagePageFactory(), get_model()
    appoint(user, "village_editor", village, since=FIRST, until=LAST)
    policy, one = policy_registry.get_by_type(model), model(collection=body_collection(village))
    for moment, allowed in moments():
        with freeze_time(moment):
            for action in ("add", "change", "choose"):
                assert policy.user_has_permission(fresh(user), action) is allowed
                assert policy.user_has_permission_for_instance(fresh(user), action, one) is allowed
                uploads = policy.collections_user_has_permission_for(fresh(user), action)
                assert list(uploads) == ([body_collection(village)] if allowed else [])


def test_review_follows_the_term(people):
    reviewer = UserFactory()
    appoint(reviewer, "township_reviewer", people.township, since=FIRST, until=LAST)
    for user in (people.reviewer, people.second_reviewer):
        dismiss(user, "township_reviewer", people.township)
    people.draft.get_workflow().start(people.draft, people.editor)
    state = TaskState.objects.get(status=TaskState.STATUS_IN_PROGRESS)
    task = state.task.specific
    for moment, allowed in moments():
        with freeze_time(moment):
            assert review.may_review(fresh(reviewer), people.draft) is allowed
            assert (reviewer in review.reviewers(people.draft)) is allowed
            assert (state in task.get_task_states_user_can_moderate(fresh(reviewer))) is allowed
    with freeze_time(AFTER[0]), pytest.raises(review.ReviewRefused):
        task.on_action(state, fresh(reviewer), "approve")


def test_ending_today_takes_effect_at_once():
    user, village = UserFactory(), VillagePageFactory()
    with freeze_time("2027-03-15T04:00:00Z"):
        appoint(user, "village_editor", village, since=FIRST)
    with freeze_time("2027-03-15T05:00:00Z"):
        assert may(user, "change", village)
        assert dismiss(user, "village_editor", village, why="换届")
        assert not may(user, "change", village)
    mandate = Mandate.objects.get(user=user)
    assert (mandate.first_day, mandate.last_day) == (FIRST, datetime.date(2027, 3, 15))
    assert mandate.why_ended == "换届"


def test_a_day_that_passed_is_kept_as_the_end_and_takes_the_rights_now():
    user, village = UserFactory(), VillagePageFactory()
    with freeze_time("2027-04-20T04:00:00Z"):
        mandate = appoint(user, "village_editor", village, since=FIRST)
        assert end(mandate, as_of=LAST)
        assert not may(user, "change", village)
        mandate.refresh_from_db()
        assert mandate.last_day == LAST
        assert mandate.ended_on == timezone.now()
        assert not end(mandate, as_of=datetime.date(2027, 5, 1)), "a term is never made longer"


def test_a_coming_day_lets_the_term_run_until_then():
    user, village = UserFactory(), VillagePageFactory()
    with freeze_time(DURING[1]):
        appoint(user, "village_editor", village)
        assert dismiss(user, "village_editor", village, as_of=LAST)
        assert not dismiss(user, "village_editor", village, as_of=datetime.date(2027, 4, 30))
        assert may(user, "change", village)
    with freeze_time(AFTER[0]):
        assert not may(user, "change", village)


def test_a_term_that_has_not_begun_can_be_taken_back():
    user, village = UserFactory(), VillagePageFactory()
    with freeze_time(BEFORE[0]):
        mandate = appoint(user, "village_editor", village, since=FIRST, until=LAST)
        assert dismiss_all(user) == 1
        assert dismiss_all(user) == 0
        assert mandate not in Mandate.objects.running()
    with freeze_time(DURING[1]):
        assert not may(user, "change", village)


def test_terms_that_overlap_give_rights_until_the_last_of_them_ends():
    user, village = UserFactory(), VillagePageFactory()
    with freeze_time(DURING[0]):
        first = appoint(user, "village_editor", village, since=FIRST, until=LAST)
        again = appoint(user, "village_editor", village, since=FIRST, until=LAST)
        longer = appoint(
            user, "village_editor", village, since=LAST, until=datetime.date(2027, 6, 30)
        )
    assert first == again != longer
    with freeze_time(AFTER[0]):
        assert may(user, "change", village)
        assert len(live_mandates(fresh(user))) == 1
        assert dismiss(user, "village_editor", village)
        assert not may(user, "change", village)


def test_a_deactivated_account_has_no_rights_and_gets_them_back():
    user, village = UserFactory(), VillagePageFactory()
    appoint(user, "township_reviewer", village.get_parent())
    for active in (False, True):
        User.objects.filter(pk=user.pk).update(is_active=active)
        assert may(user, "publish", village) is active
        assert fresh(user).has_perm("wagtailadmin.access_admin") is active
        assert (user in review.reviewers(village)) is active
        assert must_have_second_factor(fresh(user)) is active


def test_a_deleted_account_leaves_the_record():
    user, village = UserFactory(first_name="李示例"), VillagePageFactory()
    appoint(user, "village_editor", village)
    user.delete()
    assert Mandate.objects.get(body=village.pk).person == "李示例"
    assert not Mandate.objects.live().exists()


def test_rights_go_with_a_body_that_moves():
    village, other = VillagePageFactory(), TownshipPageFactory()
    township = village.get_parent()
    old, new, editor = UserFactory(), UserFactory(), UserFactory()
    appoint(old, "township_reviewer", township)
    appoint(new, "township_reviewer", other)
    appoint(editor, "village_editor", village)
    image = get_image_model()(collection=body_collection(village))
    media = policy_registry.get_by_type(get_image_model())

    village.move(Page.objects.get(pk=other.pk), pos="last-child")

    village = Page.objects.get(pk=village.pk)
    image.collection.refresh_from_db()
    assert body_collection(village).get_parent() == body_collection(other)
    for user, action, allowed in (
        (old, "publish", False),
        (new, "publish", True),
        (editor, "change", True),
    ):
        assert may(user, action, village) is allowed
        assert media.user_has_permission_for_instance(fresh(user), "choose", image) is allowed


@pytest.mark.parametrize("year", [1, 9999])
def test_days_beyond_all_reach_are_refused(year):
    user, village = UserFactory(), VillagePageFactory()
    for days in ({"since": datetime.date(year, 1, 1)}, {"until": datetime.date(year, 12, 31)}):
        with pytest.raises(AppointmentError, match="太远"):
            appoint(user, "village_editor", village, **days)
    mandate = appoint(user, "village_editor", village)
    with pytest.raises(AppointmentError, match="太远"):
        end(mandate, as_of=datetime.date(year, 12, 31))


def test_dates_the_wrong_way_round_are_refused():
    with pytest.raises(AppointmentError, match="晚于"):
        appoint(UserFactory(), "village_editor", VillagePageFactory(), since=LAST, until=FIRST)


@pytest.mark.parametrize(
    ("who", "may_do"),
    [
        ("township_reviewer", {"village_editor", "village_supervisor"}),
        ("county_admin", {"township_reviewer", "township_filer"}),
        (
            "prefecture_admin",
            {"county_admin", *(key for key in ROLES if key.startswith("propaganda"))},
        ),
        ("village_editor", set()),
        ("superuser", set(ROLES)),
    ],
)
def test_who_may_appoint_to_what(who, may_do):
    village = VillagePageFactory()
    township = village.get_parent()
    county = township.get_parent()
    home = county.get_parent()
    by = UserFactory(is_superuser=who == "superuser")
    served = {
        "village_editor": village,
        "township_reviewer": township,
        "county_admin": county,
        "prefecture_admin": home,
    }
    if who in served:
        appoint(by, who, served[who])
    bodies = {"Village": village, "Township": township, "County": county}
    for role in ROLES.values():
        level = role.serves.removeprefix("villages.").removesuffix("Page")
        body = bodies.get(level, home)
        assert may_appoint(fresh(by), role.key, body) is (role.key in may_do), role.key
    elsewhere = VillagePageFactory(parent=TownshipPageFactory(parent=CountyPageFactory()))
    if who in {"township_reviewer", "county_admin"}:
        for role, body in (
            ("village_editor", elsewhere),
            ("township_reviewer", elsewhere.get_parent()),
        ):
            assert not may_appoint(fresh(by), role, body)
            with pytest.raises(AppointmentError, match="不能任免"):
                appoint(UserFactory(), role, body, by=fresh(by))


def test_nobody_ends_what_they_may_not_appoint(people):
    for name in ("editor", "neighbour", "far_reviewer", "county_admin"):
        with pytest.raises(AppointmentError, match="不能任免"):
            dismiss(people.editor, "village_editor", people.own, by=getattr(people, name))
    mandate = Mandate.objects.get(user=people.reviewer)
    with pytest.raises(AppointmentError, match="不能任免"):
        end(mandate, by=people.reviewer)
    assert dismiss(people.editor, "village_editor", people.own, by=people.reviewer)


def test_an_account_that_serves_elsewhere_is_not_in_the_hands_of_one_township(people):
    assert is_named_only_by(people.reviewer, people.editor)
    appoint(people.county_admin, "village_editor", people.own, by=people.reviewer)
    assert not is_named_only_by(people.reviewer, people.county_admin)
    assert not is_named_only_by(people.admin, people.admin)


def test_both_histories_tell_who_did_what_and_why(people):
    user = UserFactory(first_name="王示例")
    with freeze_time(DURING[1]):
        appoint(user, "village_editor", people.own, by=people.reviewer, until=LAST, why="换届")
        dismiss(user, "village_editor", people.own, by=people.reviewer, why="调离")
    of_body = PageLogEntry.objects.filter(page=people.own.pk, action__startswith="editorial.")
    of_person = ModelLogEntry.objects.filter(object_id=str(user.pk))
    for entries in (of_body, of_person):
        made, ended = [e for e in entries.order_by("timestamp") if e.data["person"] == "王示例"]
        assert (made.action, ended.action) == ("editorial.appoint", "editorial.dismiss")
        assert made.user == ended.user == people.reviewer
        assert made.data["role_name"] == "村级编辑"
        assert made.data["body"] == people.own.title
        assert (made.data["from"], made.data["until"]) == ("2027-03-15", "2027-03-31")
        assert (ended.data["until"], ended.data["why"]) == ("2027-03-15", "调离")


def test_second_factor_is_for_those_who_can_make_something_public(people):
    assert must_have_second_factor(people.reviewer)
    assert must_have_second_factor(people.admin)
    assert not must_have_second_factor(people.editor)


def test_rights_cost_one_query_a_request(people, django_assert_num_queries):
    """And another one that is Django's own, for permissions given to an account by hand."""
    for _ in range(20):
        appoint(people.editor, "village_editor", VillagePageFactory(parent=people.township))
    user = fresh(people.editor)
    pages, media = policy_registry.get_by_type(Page), policy_registry.get_by_type(get_image_model())
    with django_assert_num_queries(2):
        assert pages.user_has_permission_for_instance(user, "change", people.own)
        assert not pages.user_has_permission_for_instance(user, "change", people.other)
        assert media.user_has_permission(user, "add")
        assert user.has_perm("wagtailadmin.access_admin")
        assert not may_appoint(user, "village_editor", people.own)
