"""Content security policies: strict in public, Wagtail's own only below the admin."""

import pytest

from tests.factories import UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db


def test_public_pages_allow_nothing_inline_and_no_third_party(client):
    reply = client.get(VillagePageFactory().url)
    policy = reply["Content-Security-Policy"]
    assert "unsafe-inline" not in policy and "unsafe-eval" not in policy
    assert "default-src 'none'" in policy and "http" not in policy
    html = reply.content.decode()
    assert "<style" not in html and " style=" not in html and "onclick" not in html


def test_admin_has_a_policy_of_its_own(client):
    client.force_login(UserFactory(is_superuser=True))
    policy = client.get("/admin/")["Content-Security-Policy"]
    assert "unsafe-inline" in policy and "object-src 'none'" in policy


def test_nothing_is_sniffed_or_framed_elsewhere(client):
    reply = client.get(VillagePageFactory().url)
    assert reply["X-Content-Type-Options"] == "nosniff"
    assert "frame-ancestors 'self'" in reply["Content-Security-Policy"]
