"""Trying passwords: who is locked out, until when, and who never is."""

import datetime

import pytest
from axes.models import AccessAttempt, AccessFailureLog, AccessLog
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from editorial.appointments import appoint
from safety.accounts import attempts
from tests.factories import HomePageFactory, UserFactory, VillagePageFactory

PASSWORD = "a-long-password-1"
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def bounds(settings):
    settings.TRUSTED_PROXIES = 1
    settings.AXES_FAILURE_LIMIT = 3
    settings.SIGN_IN_FAILURES_PER_CLIENT = 8
    settings.RATE_LIMITS = {"known_browser": (4, 900)}
    cache.clear()


@pytest.fixture
def clerk():
    user = UserFactory(username="bianji", password=PASSWORD)
    appoint(user, "village_editor", VillagePageFactory())
    return user


def attempt(client, password, username="bianji", address="203.0.113.9", view="wagtailadmin_login"):
    """`address` as the one proxy of ours wrote it; more before it is what the client claims."""
    data = {"username": username, "password": password}
    return client.post(reverse(view), data, headers={"X-Forwarded-For": address})


def is_in(client):
    return "_auth_user_id" in client.session


def test_locked_until_a_time_that_is_told(client, clerk):
    with freeze_time("2026-03-01 10:00:00", tick=False) as clock:
        answers = [attempt(client, "wrong") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [200, 200, 429]
        assert "18:15" in answers[-1].content.decode()
        assert answers[-1]["Retry-After"] == "900"
        clock.tick(60)
        assert attempt(client, PASSWORD).status_code == 429
        assert not is_in(client)
        # Trying meanwhile makes it no longer.
        clock.tick(60 * 14 + 1)
        attempt(client, PASSWORD)
        assert is_in(client)


def test_the_door_for_readers_counts_as_well(client, clerk):
    for view in ("wagtailcore_login", "wagtailadmin_login", "wagtailcore_login"):
        attempt(client, "wrong", view=view)
    assert attempt(client, PASSWORD, view="wagtailcore_login").status_code == 429


def test_a_stranger_cannot_lock_out_a_clerk(client, clerk):
    for number in range(30):
        attempt(Client(), "wrong", address=f"198.51.100.{number % 5}")
    attempt(client, PASSWORD)
    assert is_in(client)


def test_an_invented_header_neither_evades_nor_hits_others(clerk):
    for number in range(3):
        attempt(Client(), "wrong", address=f"203.0.113.9, 192.0.2.{number}, 198.51.100.1")
    assert attempt(Client(), "wrong", address="8.8.8.8, 198.51.100.1").status_code == 429
    other = Client()
    attempt(other, PASSWORD, address="203.0.113.9")
    assert is_in(other)


def test_one_client_trying_many_names_is_locked_as_a_whole(client, clerk):
    for number in range(8):
        attempt(Client(), "wrong", username=f"user{number}")
    assert attempt(client, PASSWORD).status_code == 429
    other = Client()
    attempt(other, PASSWORD, address="203.0.113.10")
    assert is_in(other)


def test_a_browser_that_signed_in_before_may_try_from_an_address_that_is_locked(clerk):
    known = Client()
    attempt(known, PASSWORD)
    known.post(reverse("wagtailadmin_logout"))
    for _ in range(5):
        attempt(Client(), "wrong")
    assert attempt(Client(), PASSWORD).status_code == 429
    attempt(known, PASSWORD)
    assert is_in(known)


def test_a_known_browser_is_known_to_its_own_users_only_and_not_for_ever(clerk):
    UserFactory(username="other", password=PASSWORD)
    known = Client()
    attempt(known, PASSWORD)
    known.post(reverse("wagtailadmin_logout"))
    cookie = known.cookies["known_browser"]
    assert cookie["httponly"] and cookie["samesite"] == "Lax" and cookie["path"] == "/admin/"
    assert "bianji" not in cookie.value
    for _ in range(3):
        attempt(Client(), "wrong", username="other")
    assert attempt(known, PASSWORD, username="other").status_code == 429
    answers = [attempt(known, "wrong").status_code for _ in range(12)]
    assert answers[-1] == 429
    forged = Client()
    forged.cookies["known_browser"] = cookie.value[:-2] + "xx"
    assert attempt(forged, PASSWORD).status_code == 429


def test_nobody_knows_the_address_behind_a_proxy_that_was_not_counted(settings, clerk):
    """Then only the pair of name and nobody is locked, and the client bound locks nobody else."""
    settings.TRUSTED_PROXIES = 0
    HomePageFactory()
    for number in range(12):
        attempt(Client(), "wrong", username=f"user{number}")
    client = Client()
    attempt(client, PASSWORD)
    assert is_in(client)


def test_unlocking(client, clerk):
    for _ in range(3):
        attempt(client, "wrong")
    assert attempts.unlock("bianji") == 3
    attempt(client, PASSWORD)
    assert is_in(client)


def test_no_password_stands_in_what_is_noted(client, clerk):
    attempt(client, "my-secret-words")
    rows = [*AccessAttempt.objects.values(), *AccessFailureLog.objects.values()]
    assert len(rows) == 2
    assert "my-secret-words" not in str(rows)


def test_what_was_noted_is_forgotten_after_some_time(client, clerk, settings):
    settings.SIGN_IN_LOG_DAYS = 100
    attempt(client, "wrong")
    attempt(client, PASSWORD)
    old = timezone.now() - datetime.timedelta(days=101)
    attempt(Client(), "wrong")
    AccessLog.objects.update(attempt_time=old)
    first = AccessFailureLog.objects.order_by("pk").first()
    AccessFailureLog.objects.filter(pk=first.pk).update(attempt_time=old)
    assert attempts.forget_old() == 2
    assert AccessLog.objects.count() == 0
    assert AccessFailureLog.objects.count() == 1
