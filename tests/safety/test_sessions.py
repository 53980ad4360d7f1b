"""Sessions: seen, ended one by one, by a new password and by time."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.test import Client
from django.urls import reverse
from freezegun import freeze_time
from wagtail.test.utils.form_data import querydict_from_html

from editorial.appointments import appoint
from safety.accounts.devices import coarse, device_of
from safety.models import Session
from tests.factories import UserFactory, VillagePageFactory

PASSWORD = "a-long-password-1"
PHONE = (
    "Mozilla/5.0 (Linux; Android 10; HMA-AL00) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 "
    "Chrome/86.0.4240.99 Mobile Safari/537.36 MicroMessenger/8.0.30"
)
ACCOUNT = reverse("wagtailadmin_account")
pytestmark = pytest.mark.django_db


@pytest.fixture
def clerk():
    user = UserFactory(username="bianji", password=PASSWORD)
    appoint(user, "village_editor", VillagePageFactory())
    return user


def signed_in(address="203.0.113.9", agent=PHONE):
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": agent})
    client.post(reverse("wagtailadmin_login"), {"username": "bianji", "password": PASSWORD})
    return client


def is_in(client):
    return client.get(reverse("wagtailadmin_home")).status_code == 200


def panel(client):
    return BeautifulSoup(client.get(ACCOUNT).content, "html.parser").select_one("#tab-security")


def test_one_sees_where_one_is_signed_in_and_ends_it(clerk):
    here, there = (
        signed_in(),
        signed_in("198.51.100.7", "Mozilla/5.0 (Windows NT 10.0) Firefox/140.0"),
    )
    text = panel(here).text
    assert "微信 · Android" in text and "Firefox · Windows" in text
    assert "203.0.*.*" in text and "203.0.113.9" not in text
    address = panel(here).select_one("button[formaction]")["formaction"]
    assert there.session.session_key not in address
    assert here.get(address).status_code == 405
    assert is_in(there)
    here.post(address)
    assert is_in(here) and not is_in(there)
    assert not panel(here).select("button[formaction]")


def test_a_link_signs_nobody_out(clerk):
    client = signed_in()
    assert client.get(reverse("wagtailadmin_logout")).status_code == 405
    assert is_in(client)
    client.post(reverse("wagtailadmin_logout"))
    assert not is_in(client)


def test_another_users_session_cannot_be_ended(clerk):
    victim = signed_in()
    address = panel(signed_in()).select_one("button[formaction]")["formaction"]
    neighbour = UserFactory(is_superuser=True)
    client = Client()
    client.force_login(neighbour)
    assert client.post(address).status_code == 404
    client.post(reverse("accounts:end_other_sessions"))
    assert is_in(victim)


def test_all_others_at_once(clerk):
    here, *others = [signed_in() for _ in range(3)]
    here.post(reverse("accounts:end_other_sessions"))
    assert is_in(here) and not any(is_in(client) for client in others)


def test_a_new_password_ends_the_others_and_not_this_one(clerk):
    here, there = signed_in(), signed_in()
    html = here.get(ACCOUNT).content.decode()
    data = querydict_from_html(html, form_index=html.count("<form") - 1)
    data["name_email-first_name"], data["name_email-last_name"] = "松", "李"
    for name in ("password-old_password", "password-new_password1", "password-new_password2"):
        data[name] = PASSWORD if "old" in name else "another-long-password-2"
    assert here.post(ACCOUNT, data).status_code == 302
    assert is_in(here) and not is_in(there)
    assert Session.objects.filter(user=clerk).count() == 1


def test_a_password_set_by_somebody_else_and_deactivation_end_all(clerk):
    clients = [signed_in(), signed_in()]
    clerk.set_password("another-long-password-2")
    clerk.save()
    assert not Session.objects.filter(user=clerk).exists()
    assert not any(is_in(client) for client in clients)
    clerk.set_password(PASSWORD)
    clerk.save()
    client = signed_in()
    assert is_in(client)
    clerk.is_active = False
    clerk.save()
    assert not Session.objects.filter(user=clerk).exists() and not is_in(client)


def test_a_hash_renewed_in_passing_ends_nothing(clerk, settings):
    signed_in()
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.Argon2PasswordHasher",
        "django.contrib.auth.hashers.MD5PasswordHasher",
    ]
    signed_in()
    clerk.refresh_from_db()
    assert clerk.password.startswith("argon2")
    assert Session.objects.filter(user=clerk).count() == 2


def test_the_key_changes_when_somebody_signs_in(clerk):
    client = Client()
    client.get(reverse("wagtailadmin_login"))
    session = client.session
    session["before"] = 1
    session.save()
    data = {"username": "bianji", "password": PASSWORD}
    client.post(reverse("wagtailadmin_login"), data)
    assert client.session.session_key != session.session_key
    assert not Session.objects.filter(pk=session.session_key).exists()


def test_a_session_ends_when_it_is_left_alone_and_when_it_is_old(clerk, settings):
    settings.SESSION_IDLE_AGE, settings.SESSION_COOKIE_AGE = 3600, 3 * 3600
    with freeze_time("2031-03-01 08:00:00") as clock:
        client = signed_in()
        for _ in range(3):
            clock.tick(datetime.timedelta(minutes=50))
            assert is_in(client)
        clock.tick(datetime.timedelta(minutes=31))
        assert not is_in(client)
        client = signed_in()
        clock.tick(datetime.timedelta(minutes=61))
        assert not is_in(client)


def test_an_editor_left_open_does_not_keep_a_session_alive(clerk, settings):
    settings.SESSION_IDLE_AGE = 3600
    with freeze_time("2031-03-01 08:00:00") as clock:
        client = signed_in()
        for _ in range(3):
            clock.tick(datetime.timedelta(minutes=25))
            client.post("/admin/editing-sessions/ping/wagtailcore/page/1/1/")
        assert not is_in(client)


def test_a_use_is_noted_seldom(clerk):
    client = signed_in()
    before = Session.objects.get(user=clerk).last_seen
    assert is_in(client)
    assert Session.objects.get(user=clerk).last_seen == before


@pytest.mark.parametrize(
    ("agent", "device"),
    [
        (PHONE, "微信 · Android"),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/138.0 Safari/537.36 Edg/138.0",
            "Edge · Windows",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_0 like Mac OS X) Version/17.0 Safari/604.1",
            "Safari · iPhone",
        ),
        ("curl/8.0", ""),
    ],
)
def test_a_browser_is_told_in_words(agent, device):
    assert device_of(agent) == device


def test_an_address_is_told_coarsely():
    assert coarse("2001:db8:1:2::/64") == "2001:db8:*"
    assert coarse("") == ""
