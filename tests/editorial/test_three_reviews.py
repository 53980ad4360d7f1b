"""A feature's way through 初审, 复审 and 终审: who takes which, and what makes it begin again."""

from types import SimpleNamespace

import pytest
from django.core import mail
from django.core.management import call_command
from django.urls import reverse
from freezegun import freeze_time
from wagtail.models import Page, PageLogEntry, TaskState, WorkflowTask

from editorial import review
from editorial.appointments import appoint, dismiss_all
from editorial.models import Mandate, ScopedReviewTask
from editorial.review import ReviewRefused
from editorial.workflow import ensure_workflow
from tests.factories import (
    FeatureIndexPageFactory,
    FeaturePageFactory,
    HouseholdPageFactory,
    TownshipPageFactory,
    UserFactory,
    VillagePageFactory,
)

SUBMIT, PUBLISH = "action-submit", "action-publish"
ROLES = {
    "editor": "propaganda_editor",
    "first": "propaganda_first_review",
    "second": "propaganda_second_review",
    "final": "propaganda_final_review",
    "staff": "propaganda_staff",
}


@pytest.fixture
def desk(db):
    """The list of features, a draft that `editor` wrote, one person in each role, and others."""
    features = FeatureIndexPageFactory()
    home = features.get_parent()
    ensure_workflow(home)
    users = {name: UserFactory(username=name) for name in ROLES}
    for name, role in ROLES.items():
        appoint(users[name], role, features)
    township = TownshipPageFactory()
    others = {"prefecture": ("prefecture_admin", home), "reviewer": ("township_reviewer", township)}
    for name, (role, body) in others.items():
        users[name] = UserFactory(username=name)
        appoint(users[name], role, body)
    admin = UserFactory(username="admin", is_superuser=True)
    page = FeaturePageFactory(
        parent=features, title="火把节不铺张", live=False, has_unpublished_changes=True
    )
    page.save_revision(user=users["editor"])
    return SimpleNamespace(
        home=home, features=features, township=township, page=page, admin=admin, **users
    )


@pytest.fixture
def press(press):
    """The editor's buttons on a feature without blocks, whose numbers its script would add."""

    def pressed(user, page, button="", **changes):
        blocks = {"body-count": "0", "about-count": "0"}
        return press(user, page, button, **blocks, **changes)

    return pressed


def fresh(user):
    return type(user).objects.get(pk=user.pk)


def waiting(page):
    return Page.objects.get(pk=page.pk).current_workflow_task_state


def step(page):
    """Which review the text waits for; None when for none."""
    state = waiting(page)
    return state and state.task.specific.step


def is_live(page):
    return Page.objects.get(pk=page.pk).live


def submit(page, user):
    """Hand in what was saved last."""
    found = Page.objects.get(pk=page.pk).specific
    found.get_workflow().start(found, user)


def approve(page, user, action="approve", comment=""):
    state = waiting(page)
    state.task.specific.on_action(state, fresh(user), action, comment=comment)


def save(page, user, overwrite=False, **changes):
    draft = Page.objects.get(pk=page.pk).get_latest_revision_as_object()
    for name, value in changes.items():
        setattr(draft, name, value)
    newest = draft.latest_revision if overwrite else None
    draft.save_revision(user=user, overwrite_revision=newest)


def test_the_whole_way(desk, press, act):
    page = desk.page
    press(desk.editor, page, SUBMIT)
    for name in ("first", "second", "final"):
        assert step(page) == name and not is_live(page)
        act(getattr(desk, name), waiting(page), "approve")
    assert is_live(page) and waiting(page) is None


def test_a_village_page_keeps_its_one_review(desk):
    page = HouseholdPageFactory(parent=VillagePageFactory(parent=desk.township), live=False)
    page.save_revision(user=desk.editor)
    submit(page, desk.editor)
    assert step(page) == ""
    approve(page, desk.reviewer)
    assert is_live(page)


@pytest.mark.parametrize(
    ("at", "may"),
    [
        ("first", {"first"}),
        ("second", {"second"}),
        ("final", {"final", "staff", "prefecture", "admin"}),
    ],
)
def test_each_review_is_taken_by_its_own_role(desk, act, at, may):
    submit(desk.page, desk.editor)
    for name in ("first", "second", "final")[: ("first", "second", "final").index(at)]:
        approve(desk.page, getattr(desk, name))
    people = {n: getattr(desk, n) for n in (*ROLES, "prefecture", "reviewer", "admin")}
    state = waiting(desk.page)
    assert {n for n, user in people.items() if review.may_review(fresh(user), desk.page)} == may
    listed = {n for n, u in people.items() if state in TaskState.objects.reviewable_by(fresh(u))}
    assert listed == may | {"admin"}
    for name in people.keys() - may:
        act(people[name], state, "approve")
        with pytest.raises(ReviewRefused):
            state.task.specific.on_action(state, fresh(people[name]), "approve")
    assert waiting(desk.page).pk == state.pk


def test_a_role_gives_its_review_only_during_the_term(desk):
    submit(desk.page, desk.editor)
    assert review.may_review(fresh(desk.first), desk.page)
    dismiss_all(desk.first)
    assert not review.may_review(fresh(desk.first), desk.page)
    assert waiting(desk.page) not in TaskState.objects.reviewable_by(fresh(desk.first))
    waiting(desk.page).workflow_state.cancel(user=desk.editor)
    submit(desk.page, desk.editor)
    assert step(desk.page) == "second", "handed in again, it does not wait for those who left"


def test_no_one_reviews_their_own_text_in_any_of_the_three(desk, act):
    for name in ("first", "second", "staff"):
        save(desk.page, getattr(desk, name), summary=f"{name}写的一句。")
    submit(desk.page, desk.editor)
    others = {role: UserFactory() for role in ("first", "second", "final")}
    for role, user in others.items():
        appoint(user, ROLES[role], desk.features)
    for author, role in (("first", "first"), ("second", "second"), ("staff", "final")):
        assert step(desk.page) == role
        act(getattr(desk, author), waiting(desk.page), "approve")
        assert step(desk.page) == role
        assert waiting(desk.page) not in TaskState.objects.reviewable_by(getattr(desk, author))
        approve(desk.page, others[role])
    assert is_live(desk.page)


def test_no_one_takes_two_of_the_three(desk, act, client):
    appoint(desk.first, ROLES["second"], desk.features)
    appoint(desk.second, ROLES["final"], desk.features)
    submit(desk.page, desk.editor)
    approve(desk.page, desk.first)
    act(desk.first, waiting(desk.page), "approve")
    assert step(desk.page) == "second"
    assert waiting(desk.page) not in TaskState.objects.reviewable_by(fresh(desk.first))
    with pytest.raises(ReviewRefused, match="您已经审过一道"):
        approve(desk.page, desk.first)
    client.force_login(desk.first)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[desk.page.pk]))
    assert "您已经审过一道" in editor.content.decode()
    approve(desk.page, desk.second)
    with pytest.raises(ReviewRefused, match="您已经审过一道"):
        approve(desk.page, desk.second)
    assert step(desk.page) == "final" and not is_live(desk.page)
    approve(desk.page, desk.final)
    assert is_live(desk.page)


@pytest.mark.parametrize("overwrite", [False, True])
def test_an_edit_in_between_begins_again_with_the_first(desk, overwrite):
    save(desk.page, desk.staff)
    submit(desk.page, desk.editor)
    approve(desk.page, desk.first)
    approve(desk.page, desk.second)
    seen = waiting(desk.page)
    save(desk.page, desk.staff, overwrite, summary="终审前又改了一句。")
    with pytest.raises(ReviewRefused):
        seen.task.specific.on_action(seen, desk.final, "approve")
    newest = Page.objects.get(pk=desk.page.pk).latest_revision
    for name in ("first", "second", "final"):
        assert step(desk.page) == name and waiting(desk.page).revision == newest
        approve(desk.page, getattr(desk, name))
    desk.page.refresh_from_db()
    assert desk.page.live and desk.page.summary == "终审前又改了一句。"


def test_a_text_sent_back_at_the_second_begins_again_with_the_first(desk, press, act):
    press(desk.editor, desk.page, SUBMIT)
    approve(desk.page, desk.first)
    act(desk.second, waiting(desk.page), "reject", "请核对人数。")
    assert waiting(desk.page) is None
    press(desk.editor, desk.page, SUBMIT, summary="改好了。")
    assert step(desk.page) == "first"
    for name in ("first", "second", "final"):
        approve(desk.page, getattr(desk, name))
    desk.page.refresh_from_db()
    assert desk.page.summary == "改好了。"


def test_a_review_nobody_is_appointed_to_is_passed_and_says_so(desk, client):
    dismiss_all(desk.first)
    submit(desk.page, desk.editor)
    assert step(desk.page) == "second"
    entries = PageLogEntry.objects.filter(page=desk.page.pk, action="editorial.step_passed")
    assert [entry.message for entry in entries] == ["没有人任初审，跳过这一道"]
    client.force_login(desk.second)
    editor = client.get(reverse("wagtailadmin_pages:edit", args=[desk.page.pk]))
    assert "现在没有人任初审，这一道跳过。" in editor.content.decode()


def test_two_people_are_enough_and_one_is_not(desk):
    for name in ("first", "second", "final"):
        dismiss_all(getattr(desk, name))
    save(desk.page, desk.staff, summary="宣传员写的。")
    submit(desk.page, desk.staff)
    assert step(desk.page) == "final"
    with pytest.raises(ReviewRefused, match="prefecture"):
        approve(desk.page, desk.staff)
    approve(desk.page, desk.prefecture)
    assert is_live(desk.page)


def test_the_final_review_waits_even_if_nobody_is_appointed(desk):
    Mandate.objects.exclude(role=ROLES["editor"]).delete()
    submit(desk.page, desk.editor)
    assert step(desk.page) == "final" and not is_live(desk.page)


def test_someone_appointed_who_may_not_act_does_not_open_the_way(desk):
    """Passed is what nobody is appointed to, not what only the author is appointed to."""
    save(desk.page, desk.first, summary="初审自己写的。")
    submit(desk.page, desk.editor)
    assert step(desk.page) == "first"
    assert list(review.reviewers(desk.page)) == []


def test_a_superuser_overrides_one_review_at_a_time_with_a_reason(desk, act):
    submit(desk.page, desk.editor)
    for name in ("first", "second"):
        state = waiting(desk.page)
        act(desk.admin, state, "approve")
        act(desk.admin, state, "override", " ")
        assert step(desk.page) == name
        act(desk.admin, state, "override", f"{name}：汛期通知须当日公布。")
    assert step(desk.page) == "final"
    act(desk.admin, waiting(desk.page), "approve")
    assert not is_live(desk.page)
    act(desk.admin, waiting(desk.page), "override", "三道都由我负责。")
    assert is_live(desk.page)
    kept = PageLogEntry.objects.filter(page=desk.page.pk, action="editorial.override")
    assert kept.count() == 3


@pytest.mark.parametrize("who", ["editor", "first", "final", "staff", "prefecture", "admin"])
def test_no_button_leads_round_the_three_reviews(desk, press, client, who):
    user, before = getattr(desk, who), desk.page.latest_revision_id
    press(user, desk.page, PUBLISH)
    assert Page.objects.get(pk=desk.page.pk).latest_revision_id > before, "saved as a draft"
    client.post(reverse("wagtailadmin_api:pages:action", args=[desk.page.pk, "publish"]))
    bulk = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    client.post(f"{bulk}?id={desk.page.pk}")
    assert not is_live(desk.page)


def test_a_change_of_a_public_feature_waits_for_the_three_as_well(desk, press):
    submit(desk.page, desk.editor)
    for name in ("first", "second", "final"):
        approve(desk.page, getattr(desk, name))
    response = press(desk.final, desk.page, PUBLISH, home_position="1")
    assert "要经初审、复审、终审才发布" in response.content.decode()
    desk.page.refresh_from_db()
    assert desk.page.live and desk.page.home_position is None
    assert desk.page.has_unpublished_changes


def test_a_date_publishes_only_what_was_reviewed(desk, press):
    moment = "2031-03-01 08:00"
    press(desk.final, desk.page, PUBLISH, go_live_at=moment)
    with freeze_time("2031-03-02"):
        call_command("publish_scheduled")
    assert not is_live(desk.page)
    save(desk.page, desk.editor)
    submit(desk.page, desk.editor)
    for name, user in (("first", desk.first), ("second", desk.second), ("final", desk.staff)):
        assert step(desk.page) == name
        approve(desk.page, user)
    assert not is_live(desk.page)
    with freeze_time("2031-03-02"):
        call_command("publish_scheduled")
    assert is_live(desk.page)


def test_a_workflow_without_the_three_gives_the_one_review(desk):
    """An administrator took them out, or the setup has not run since the release."""
    WorkflowTask.objects.filter(task__in=ScopedReviewTask.objects.exclude(step="")).delete()
    submit(desk.page, desk.editor)
    assert step(desk.page) == "" and not is_live(desk.page)
    approve(desk.page, desk.final)
    assert is_live(desk.page)


def test_each_review_tells_its_own_people(desk, django_capture_on_commit_callbacks):
    def told(do, *args):
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            do(*args)
        subject = "有文本等待审核"
        return {a for m in mail.outbox if subject in m.subject for a in m.to}

    appoint(desk.first, ROLES["second"], desk.features)
    assert told(submit, desk.page, desk.editor) == {desk.first.email}
    assert told(approve, desk.page, desk.first) == {desk.second.email}
    assert told(approve, desk.page, desk.second) == {desk.final.email, desk.staff.email}
    assert told(save, desk.page, desk.staff) == {desk.first.email}
    assert told(approve, desk.page, desk.first) == {desk.second.email}


def test_the_list_asks_the_same_number_of_questions_for_many_texts(
    desk, django_assert_max_num_queries
):
    def questions():
        user = fresh(desk.first)
        with django_assert_max_num_queries(100) as asked:
            list(TaskState.objects.reviewable_by(user))
        return len(asked)

    submit(desk.page, desk.editor)
    few = questions()
    for _ in range(9):
        page = FeaturePageFactory(parent=desk.features, live=False)
        page.save_revision(user=desk.editor)
        submit(page, desk.editor)
    assert questions() == few
