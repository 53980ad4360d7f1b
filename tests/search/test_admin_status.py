"""Administrators, and nobody else, see how the index does."""

import pytest
from django.core.management import call_command
from django.urls import reverse
from wagtail.models import Page

from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def address(backend):
    Page.objects.get(depth=1).add_child(instance=Page(title="酒席从简"))
    call_command("update_index", verbosity=0)
    return reverse("search_index_status")


def test_an_administrator_sees_state_size_and_what_waits(address, backend, admin_client):
    page = Page.objects.get(title="酒席从简")
    page.title = "酒席八桌"
    page.save()
    told = admin_client.get(address, {"format": "json"}).json()
    (index,) = told["indexes"]
    assert index["state"] == "ready"
    assert index["documents"] == Page.objects.count()
    assert index["segments"] == 1
    assert index["bytes"] > 1000
    assert index["code"] == index["made_with"]
    assert told["outbox"]["entries"] == 1
    assert told["cache"]["bound"] > 0
    response = admin_client.get(address)
    assert response.status_code == 200
    assert "正常" in response.content.decode()


def test_trouble_is_told_in_words(address, backend, admin_client):
    backend.directory.path.chmod(0o755)
    content = admin_client.get(address).content.decode()
    assert "不能使用" in content
    assert "chmod 700" in content
    told = admin_client.get(address, {"format": "json"}).json()
    assert told["indexes"][0]["state"] == "missing"


def test_others_are_refused(address, client):
    assert client.get(address).status_code == 302
    client.force_login(UserFactory())
    assert client.get(address).status_code in (302, 403)
