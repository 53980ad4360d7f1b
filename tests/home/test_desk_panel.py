"""The admin's first page of someone who was appointed."""

import pytest

from editorial.appointments import appoint
from tests.factories import FeatureIndexPageFactory, UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db


def test_clerk_finds_everything_they_do_in_one_tap(client):
    user, village = UserFactory(), VillagePageFactory(name="松林村民委员会")
    appoint(user, "village_editor", village)
    client.force_login(user)
    html = client.get("/admin/").content.decode()
    assert "我负责的地方" in html and "松林村" in html
    for address in (
        f"/admin/rules/upload/?area={village.pk}&amp;kind=covenant",
        f"/admin/pages/add/consultations/consultationpage/{village.pk}/",
        f"/admin/pages/add/villages/householdpage/{village.pk}/",
    ):
        assert address in html
        assert client.get(address.replace("&amp;", "&")).status_code == 200


def test_propaganda_staff_write_features(client):
    user, features = UserFactory(), FeatureIndexPageFactory()
    appoint(user, "propaganda_staff", features)
    client.force_login(user)
    address = f"/admin/pages/add/home/featurepage/{features.pk}/"
    assert address in client.get("/admin/").content.decode()
    assert client.get(address).status_code == 200
