"""Who helps whom back into an account, and what each step does."""

import re
from io import StringIO

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission, User
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import ModelLogEntry

from editorial import recovery
from editorial.appointments import appoint
from safety.accounts import second_factor as factor
from safety.models import BackupCode, Session
from tests.factories import UserFactory, VillagePageFactory

LIST = reverse("editorial_recovery")
PASSWORD = "a-long-password-1"
NEW = "another-long-password-2"


def page_of(person):
    return reverse("editorial_recovery_person", args=[person.pk])


def helps(client, by, person, step):
    client.force_login(by)
    return client.post(page_of(person), {"step": step})


def with_password(user):
    user.set_password(PASSWORD)
    user.save()
    return user


def signs_in(user, password):
    client = Client()
    client.post(reverse("wagtailadmin_login"), {"username": user.username, "password": password})
    return "_auth_user_id" in client.session


def test_the_place_above_helps_and_nobody_else(people):
    helped = {
        ("reviewer", "editor"),
        ("reviewer", "neighbour"),
        ("second_reviewer", "editor"),
        ("second_reviewer", "neighbour"),
        ("county_admin", "reviewer"),
        ("county_admin", "second_reviewer"),
        ("county_admin", "far_reviewer"),
    }
    names = ["editor", "neighbour", "reviewer", "second_reviewer", "far_reviewer", "county_admin"]
    helped |= {("admin", name) for name in names}
    everybody = [*names, "admin"]
    found = {
        (by, person)
        for by in everybody
        for person in everybody
        if recovery.may_help(getattr(people, by), getattr(people, person))
    }
    assert found == helped


def test_the_list_says_the_same_as_the_rule(people):
    both = UserFactory(username="both")
    appoint(both, "village_editor", people.own)
    appoint(both, "township_reviewer", people.far_township)
    trusted = UserFactory(username="trusted")
    appoint(trusted, "village_editor", people.own)
    trusted.user_permissions.add(Permission.objects.get(codename="change_user"))
    UserFactory(username="nobody")
    gone = UserFactory(username="gone", is_active=False)
    appoint(gone, "village_editor", people.own)
    for by in User.objects.all():
        listed = set(recovery.people_helped_by(by))
        assert listed == {user for user in User.objects.all() if recovery.may_help(by, user)}, by
    assert not recovery.may_help(people.reviewer, both)
    assert not recovery.may_help(people.reviewer, trusted)


@pytest.mark.parametrize("step", recovery.STEPS)
def test_who_may_not_help_finds_nobody_there(people, client, step):
    for by, person in [
        (people.reviewer, people.county_admin),
        (people.reviewer, people.second_reviewer),
        (people.far_reviewer, people.editor),
        (people.reviewer, people.admin),
        (people.reviewer, people.reviewer),
    ]:
        assert helps(client, by, person, step).status_code == 404
        with pytest.raises(recovery.RecoveryRefused):
            recovery.STEPS[step](person, by=by)
    client.force_login(people.editor)
    assert client.get(LIST).status_code == 404


def test_a_link_for_a_new_password_works_once(people, client):
    clerk = with_password(people.editor)
    assert signs_in(clerk, PASSWORD)
    html = helps(client, people.reviewer, clerk, "password").content.decode()
    assert not Session.objects.filter(user=clerk).exists()
    assert not signs_in(clerk, PASSWORD)
    page = BeautifulSoup(html, "html.parser")
    link = page.select_one(".recovery-link code").text
    assert page.select_one(".recovery-link svg path")
    path = re.sub(r"^https?://[^/]+", "", link)
    visitor = Client()
    form = visitor.get(path, follow=True)
    assert "设新密码" in form.content.decode()
    data = {"new_password1": NEW, "new_password2": NEW}
    answer = visitor.post(form.redirect_chain[-1][0], data)
    assert answer.url == reverse("wagtailadmin_login")
    assert signs_in(clerk, NEW)
    again = Client().get(path, follow=True)
    assert "用过了" in again.content.decode()


def test_a_link_is_void_when_another_was_given(people):
    clerk = with_password(people.editor)
    first = recovery.new_password_link(clerk, by=people.reviewer).link
    second = recovery.new_password_link(clerk, by=people.reviewer).link
    texts = [
        Client().get(re.sub(r"^https?://[^/]+", "", link), follow=True).content.decode()
        for link in (first, second)
    ]
    assert "用过了" in texts[0]
    assert "new_password1" in texts[1]


def test_a_lost_phone_is_forgotten_and_another_set_up(people, client, settings):
    settings.TWO_FACTOR_REQUIRED = True
    reviewer = with_password(people.reviewer)
    device = factor.prepare(reviewer)
    device.confirmed = True
    device.save()
    factor.new_backup_codes(reviewer)
    settings.TWO_FACTOR_REQUIRED = False
    helps(client, people.county_admin, reviewer, "phone")
    settings.TWO_FACTOR_REQUIRED = True
    assert factor.device_of(reviewer) is None
    assert not BackupCode.objects.filter(user=reviewer).exists()
    visitor = Client()
    data = {"username": reviewer.username, "password": PASSWORD}
    visitor.post(reverse("wagtailadmin_login"), data)
    answer = visitor.get(reverse("wagtailadmin_home"), follow=True)
    assert answer.redirect_chain[-1][0].startswith(reverse("accounts:set_up"))


def test_a_locked_clerk_is_unlocked(people, client, settings):
    settings.AXES_FAILURE_LIMIT = 2
    clerk = with_password(people.editor)
    for _ in range(2):
        signs_in(clerk, "wrong")
    assert not signs_in(clerk, PASSWORD)
    client.force_login(people.reviewer)
    assert "最近输错过密码" in client.get(LIST).content.decode()
    helps(client, people.reviewer, clerk, "unlock")
    assert signs_in(clerk, PASSWORD)


def test_every_step_is_logged_with_who_helped(people, client):
    for step in recovery.STEPS:
        helps(client, people.reviewer, people.editor, step)
    logged = ModelLogEntry.objects.filter(action__startswith="editorial.recovery_")
    assert {entry.user for entry in logged} == {people.reviewer}
    assert len({entry.action for entry in logged}) == len(recovery.STEPS)
    assert {entry.object_id for entry in logged} == {str(people.editor.pk)}


def test_the_operator_helps_everybody_by_command(people):
    admin = with_password(people.admin)
    out = StringIO()
    call_command("recover_account", "admin", "--password", "--phone", stdout=out)
    assert "/admin/account/new-password/" in out.getvalue()
    assert not signs_in(admin, PASSWORD)
    with pytest.raises(CommandError, match="--unlock"):
        call_command("recover_account", "admin")
    with pytest.raises(CommandError, match="nobody"):
        call_command("recover_account", "nobody", "--unlock")


def test_the_list_is_searched(people, client):
    client.force_login(people.reviewer)
    html = client.get(LIST, {"q": "大箐"}).content.decode()
    assert "neighbour" in html and "（editor）" not in html


def test_queries_do_not_grow_with_villages(people, client):
    def add(number):
        for _ in range(number):
            village = VillagePageFactory(parent=people.township)
            appoint(UserFactory(), "village_editor", village)

    def count():
        client.force_login(people.reviewer)
        client.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            client.get(LIST)
        return len(queries)

    add(8)
    few = count()
    add(90)
    assert count() == few
