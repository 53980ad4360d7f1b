"""The second factor: who must show it, nothing opens without it, no code counts twice."""

import re
from base64 import b32decode

import pytest
from bs4 import BeautifulSoup
from django.contrib.auth.models import Permission
from django.core.cache import cache
from django.urls import get_resolver, reverse
from django.utils import timezone
from django_otp.oath import totp
from django_otp.plugins.otp_totp.models import TOTPDevice
from freezegun import freeze_time

from editorial.appointments import appoint
from editorial.rights import needs_second_factor
from safety.accounts import second_factor as factor
from safety.models import BackupCode
from tests.factories import (
    CovenantPageFactory,
    FeatureIndexPageFactory,
    UserFactory,
    VillagePageFactory,
)

PASSWORD = "a-long-password-1"
SHOW, SET_UP = reverse("accounts:second_factor"), reverse("accounts:set_up")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def required(settings):
    settings.TWO_FACTOR_REQUIRED = True
    cache.clear()


@pytest.fixture
def village():
    return VillagePageFactory()


@pytest.fixture
def reviewer(village):
    user = UserFactory(username="shenhe", password=PASSWORD)
    appoint(user, "township_reviewer", village.get_parent())
    return user


@pytest.fixture
def editor(village):
    user = UserFactory(username="bianji", password=PASSWORD)
    appoint(user, "village_editor", village)
    return user


def code_of(device, steps=0):
    return f"{totp(device.bin_key, drift=steps):06d}"


def sign_in(client, user, following=""):
    data = {"username": user.username, "password": PASSWORD, "next": following}
    return client.post(reverse("wagtailadmin_login"), data)


def with_phone(user):
    device = factor.prepare(user)
    device.confirmed = True
    device.save()
    return device


def opens_admin(client):
    return client.get(reverse("wagtailadmin_home")).status_code == 200


def test_who_publishes_or_administers_needs_it(village, editor, reviewer):
    staff = UserFactory()
    appoint(staff, "propaganda_staff", FeatureIndexPageFactory(parent=village.get_site().root_page))
    helper = UserFactory()
    helper.user_permissions.add(Permission.objects.get(codename="change_user"))
    assert all(map(needs_second_factor, [reviewer, staff, helper, UserFactory(is_superuser=True)]))
    assert not needs_second_factor(editor)
    assert not needs_second_factor(UserFactory())


def test_an_editor_may_do_without(client, editor):
    sign_in(client, editor)
    assert opens_admin(client)


def test_a_setting_lets_a_sample_site_do_without(client, reviewer, settings):
    settings.TWO_FACTOR_REQUIRED = False
    sign_in(client, reviewer)
    assert opens_admin(client)


def test_who_becomes_reviewer_while_signed_in_is_asked(client, editor, village):
    sign_in(client, editor)
    appoint(editor, "township_reviewer", village.get_parent())
    assert not opens_admin(client)


def test_setting_up_then_signing_in_with_the_phone(client, reviewer):
    wanted = reverse("wagtailadmin_account")
    sign_in(client, reviewer, wanted)
    response = client.get(wanted, follow=True)
    assert response.redirect_chain[-1][0].startswith(SET_UP)
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one(".sign-in__qr svg path")
    secret = page.select_one(".sign-in__secret").text.replace(" ", "")
    device = TOTPDevice.objects.get(user=reviewer)
    assert b32decode(secret) == device.bin_key
    following = page.select_one("[name=next]")["value"]
    assert following == wanted
    response = client.post(SET_UP, {"code": code_of(device), "next": following})
    page = BeautifulSoup(response.content, "html.parser")
    codes = [code.text for code in page.select(".sign-in__codes code")]
    assert len(set(codes)) == 10
    assert page.select_one(f'a.button[href="{wanted}"]')
    assert opens_admin(client)

    client.post(reverse("wagtailadmin_logout"))
    with freeze_time(tick=True) as clock:
        clock.tick(60)
        sign_in(client, reviewer)
        assert not opens_admin(client)
        before = client.session.session_key
        response = client.post(SHOW, {"code": code_of(device), "next": wanted})
        assert response.url == wanted
        assert opens_admin(client)
        assert client.session.session_key != before


def test_a_code_counts_once(client, reviewer):
    device = with_phone(reviewer)
    # The code of this half minute, both times.
    with freeze_time(timezone.now()):
        for expected in (True, False):
            client.logout()
            sign_in(client, reviewer)
            client.post(SHOW, {"code": code_of(device)})
            assert opens_admin(client) is expected


def test_a_backup_code_counts_once_and_is_not_kept_in_words(client, reviewer):
    with_phone(reviewer)
    codes = factor.new_backup_codes(reviewer)
    plain = codes[0].replace("-", "")
    assert not BackupCode.objects.filter(digest__contains=plain).exists()
    with freeze_time(tick=True) as clock:
        for typed, expected in [(codes[0].upper(), True), (plain, False), (codes[1], True)]:
            client.logout()
            clock.tick(60)
            sign_in(client, reviewer)
            client.post(SHOW, {"code": typed})
            assert opens_admin(client) is expected
    assert factor.backup_codes_left(reviewer) == 8


def test_a_backup_code_of_another_user_is_worth_nothing(client, reviewer, editor):
    with_phone(reviewer)
    sign_in(client, reviewer)
    client.post(SHOW, {"code": factor.new_backup_codes(editor)[0]})
    assert not opens_admin(client)


def test_guessing_gets_slower_and_slower(client, reviewer):
    device = with_phone(reviewer)
    sign_in(client, reviewer)
    with freeze_time(tick=True) as clock:
        for _ in range(4):
            clock.tick(60)
            client.post(SHOW, {"code": "000000" if code_of(device) != "000000" else "000001"})
        response = client.post(SHOW, {"code": code_of(device)})
        assert "越来越长" in response.content.decode()
        assert not opens_admin(client)
        clock.tick(60)
        client.post(SHOW, {"code": code_of(device)})
        assert opens_admin(client)


def test_a_password_alone_cannot_bring_another_phone(client, reviewer):
    device = with_phone(reviewer)
    sign_in(client, reviewer)
    response = client.get(SET_UP)
    assert response.url == SHOW
    assert not TOTPDevice.objects.filter(user=reviewer, confirmed=False).exists()
    other = factor.prepare(reviewer)
    client.post(SET_UP, {"code": code_of(other)})
    assert factor.device_of(reviewer) == device
    assert not opens_admin(client)


def test_an_editor_who_chose_it_is_asked_and_may_stop(client, editor):
    sign_in(client, editor)
    client.get(SET_UP)
    device = factor.prepare(editor)
    assert client.post(SET_UP, {"code": code_of(device)}).context["form"].errors["password"]
    client.post(SET_UP, {"code": code_of(device), "password": PASSWORD})
    assert factor.device_of(editor)
    client.logout()
    sign_in(client, editor)
    assert not opens_admin(client)
    client.post(SHOW, {"code": code_of(device, steps=1)})
    assert opens_admin(client)
    remove = reverse("accounts:remove")
    client.post(remove, {"password": "wrong-password"})
    assert factor.device_of(editor)
    client.post(remove, {"password": PASSWORD})
    assert factor.device_of(editor) is None
    assert opens_admin(client)


def test_who_must_have_it_cannot_remove_it(client, reviewer):
    device = with_phone(reviewer)
    sign_in(client, reviewer)
    client.post(SHOW, {"code": code_of(device)})
    response = client.post(reverse("accounts:remove"), {"password": PASSWORD})
    assert response.status_code == 403
    assert factor.device_of(reviewer)
    response = client.post(reverse("accounts:renew_codes"), {"password": PASSWORD})
    assert len(response.context["codes"]) == 10


def test_a_session_with_a_phone_that_was_taken_away_is_half_again(client, reviewer):
    device = with_phone(reviewer)
    sign_in(client, reviewer)
    client.post(SHOW, {"code": code_of(device)})
    factor.remove(reviewer)
    assert not opens_admin(client)


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "/\\evil.example"]
)
def test_the_second_step_leads_nowhere_else(client, reviewer, target):
    device = with_phone(reviewer)
    sign_in(client, reviewer)
    response = client.post(SHOW, {"code": code_of(device), "next": target})
    assert response.url == reverse("wagtailadmin_home")


def every_address():
    """(name, address) of every pattern of the site, with numbers and words for its parameters."""

    def walk(patterns, prefix):
        for pattern in patterns:
            text = prefix + str(pattern.pattern)
            if hasattr(pattern, "url_patterns"):
                yield from walk(pattern.url_patterns, text)
            else:
                text = re.sub(r"<(int|pk)[^>]*>", "1", text)
                text = re.sub(r"<[^>]*uuid[^>]*>", "0" * 8, text)
                text = re.sub(r"\(\?P?<?[^)]*\)|\([^)]*\)|<[^>]*>", "1", text)
                yield "/" + re.sub(r"[\^$\\?]", "", text)

    return sorted(set(walk(get_resolver().url_patterns, "")))


def answer(client, address):
    """What is answered, told apart by what a reader could learn of it."""
    response = client.get(address)
    return response.status_code, re.sub(r"\?.*", "", response.get("Location", ""))


def test_without_it_every_address_answers_as_to_a_stranger(client, reviewer, village):
    """Discovered from the resolver: the admin, its API, desks, previews, documents, all else."""
    page = CovenantPageFactory(parent=village, live=False)
    page.save_revision()
    addresses = every_address()
    assert len([address for address in addresses if address.startswith("/admin/")]) > 150
    own = {reverse("wagtailadmin_login"), reverse("wagtailcore_login"), SHOW, SET_UP}
    addresses += [
        reverse("wagtailadmin_pages:view_draft", args=[page.pk]),
        reverse("wagtailadmin_pages:edit", args=[page.pk]),
        reverse("wagtailadmin_api:pages:detail", args=[page.pk]),
    ]
    addresses = [address for address in addresses if address not in own]
    stranger = {address: answer(client, address) for address in addresses}
    sign_in(client, reviewer)
    assert client.session["_auth_user_id"]
    half = {address: answer(client, address) for address in addresses}
    assert {a: (half[a], stranger[a]) for a in addresses if half[a] != stranger[a]} == {}
    inside = [address for address in addresses if stranger[address][0] == 302]
    assert len(inside) > 150
