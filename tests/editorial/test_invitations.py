"""A link that opens one account once, handed out only by who answers for all of its terms."""

import datetime

import pytest
from django.contrib.auth.models import Permission, User
from django.core import signing
from django.core.cache import cache
from django.urls import reverse
from django.utils import timezone
from freezegun import freeze_time

from editorial import invitations
from editorial.appointments import appoint, dismiss
from editorial.invitations import InvitationError, address, issue, may_invite
from editorial.models import Invitation, Mandate
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
PASSWORD = "songlin-2027-cun"


@pytest.fixture
def invited(people):
    """A new clerk of `people.own` without a password, as (user, mandate)."""
    user = UserFactory(username="wangshili123", first_name="王示例")
    user.set_unusable_password()
    user.save()
    return user, appoint(user, "village_editor", people.own, by=people.reviewer)


def path_of(invitation):
    return address(invitation).removeprefix("http://127.0.0.1:8000")


def send(client, invitation, password=PASSWORD):
    return client.post(path_of(invitation), {"new_password1": password, "new_password2": password})


def test_the_link_sets_a_password_once(people, invited, client):
    user, mandate = invited
    (invitation,) = issue([mandate], by=people.reviewer)
    page = client.get(path_of(invitation))
    assert page.status_code == 200
    for words in ("王示例", "wangshili123", people.own.title, "村级编辑"):
        assert words in page.content.decode()
    assert client.get(path_of(invitation)).status_code == 200, "looking uses nothing up"
    assert "密码设好了" in send(client, invitation).content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)
    again = send(client, invitation, "another-2027-word")
    assert again.status_code == 410 and "已经用过" in again.content.decode()
    assert f'href="{reverse("wagtailadmin_login")}"' in again.content.decode()
    assert User.objects.get(pk=user.pk).check_password(PASSWORD)


def test_a_weak_password_uses_nothing_up(people, invited, client):
    (invitation,) = issue([invited[1]], by=people.reviewer)
    refused = send(client, invitation, "12345").content.decode()
    assert "error-summary" in refused
    assert "密码至少要 10 位" in refused and "password is" not in refused
    assert "密码设好了" in send(client, invitation).content.decode()


def test_a_newer_one_withdraws_the_older(people, invited, client):
    (old,) = issue([invited[1]], by=people.reviewer)
    (new,) = issue([invited[1]], by=people.reviewer)
    refused = send(client, old)
    assert refused.status_code == 410 and "作废" in refused.content.decode()
    assert "密码设好了" in send(client, new).content.decode()


def test_it_expires(people, invited, client, settings):
    (invitation,) = issue([invited[1]], by=people.reviewer)
    late = timezone.now() + datetime.timedelta(days=settings.INVITATION_DAYS, minutes=1)
    with freeze_time(late):
        refused = client.get(path_of(invitation))
    assert refused.status_code == 410 and "过期" in refused.content.decode()


@pytest.mark.parametrize("token", ["x", "x:y", "a" * 500, "%00", "../admin"])
def test_a_forged_link_opens_nothing(client, token):
    assert client.get(f"/yaoqing/{token}/").status_code in (404, 410)


def test_the_key_alone_opens_nothing(people, invited, client):
    (invitation,) = issue([invited[1]], by=people.reviewer)
    other = signing.Signer(salt="something else").sign(invitation.key)
    for token in (invitation.key, other, f"{invitation.key}:AAAA"):
        refused = client.get(reverse("editorial_invitation", args=[token]))
        assert refused.status_code == 410 and "不对" in refused.content.decode()


def test_it_ends_with_the_mandate_the_account_and_the_right_of_who_issued_it(people, invited):
    user, mandate = invited
    (invitation,) = issue([mandate], by=people.reviewer)
    token = path_of(invitation).split("/")[2]
    assert invitations.find(token) == invitation
    User.objects.filter(pk=user.pk).update(is_active=False)
    with pytest.raises(InvitationError):
        invitations.find(token)
    User.objects.filter(pk=user.pk).update(is_active=True)
    dismiss(people.reviewer, "township_reviewer", people.township)
    with pytest.raises(InvitationError):
        invitations.use(token, PASSWORD)
    appoint(people.reviewer, "township_reviewer", people.township)
    assert invitations.find(token) == invitation
    dismiss(user, "village_editor", people.own)
    with pytest.raises(InvitationError):
        invitations.find(token)


def test_nobody_gets_into_an_account_that_serves_beyond_their_reach(people, invited):
    user, mandate = invited
    (invitation,) = issue([mandate], by=people.reviewer)
    token = path_of(invitation).split("/")[2]
    appoint(user, "township_reviewer", people.far_township)
    with pytest.raises(InvitationError):
        invitations.find(token)
    with pytest.raises(InvitationError, match="不能由您发邀请"):
        issue([mandate], by=people.reviewer)
    # The way round: appoint an administrator to one's own village, then invite them there.
    trap = appoint(people.county_admin, "village_editor", people.own, by=people.reviewer)
    with pytest.raises(InvitationError):
        issue([trap], by=people.reviewer)
    root = appoint(people.admin, "village_editor", people.own, by=people.reviewer)
    for by in (people.reviewer, people.admin):
        with pytest.raises(InvitationError):
            issue([root], by=by)


def test_nobody_gets_into_an_account_with_rights_beside_its_terms(people, invited):
    user, mandate = invited
    (invitation,) = issue([mandate], by=people.reviewer)
    token = path_of(invitation).split("/")[2]
    user.user_permissions.add(Permission.objects.get(codename="change_user"))
    with pytest.raises(InvitationError):
        invitations.find(token)
    with pytest.raises(InvitationError):
        issue([mandate], by=people.reviewer)


@pytest.mark.parametrize(
    ("who", "whom", "allowed"),
    [
        ("reviewer", "editor", True),
        ("far_reviewer", "editor", False),
        ("county_admin", "editor", False),
        ("county_admin", "reviewer", True),
        ("reviewer", "second_reviewer", False),
        ("reviewer", "reviewer", False),
        ("editor", "neighbour", False),
        ("admin", "county_admin", True),
        ("admin", "editor", True),
    ],
)
def test_who_may_invite_whom(people, who, whom, allowed):
    mandate = Mandate.objects.select_related("body", "user").get(user=getattr(people, whom))
    assert may_invite(getattr(people, who), mandate) is allowed


def test_one_who_may_not_be_invited_stops_all(people, invited):
    far = appoint(UserFactory(), "village_editor", people.other)
    appoint(far.user, "township_reviewer", people.far_township)
    with pytest.raises(InvitationError):
        issue([invited[1], far], by=people.reviewer)
    assert not Invitation.objects.exists()


def test_too_many_tries_are_asked_to_wait(client, settings):
    settings.RATE_LIMITS = {**settings.RATE_LIMITS, "invitation": (3, 3600)}
    cache.clear()
    asked = [client.get("/yaoqing/x/", REMOTE_ADDR="203.0.113.9") for _ in range(5)]
    answers = [answer.status_code for answer in asked]
    assert answers[:3] == [410, 410, 410]
    assert answers[4] == 429
