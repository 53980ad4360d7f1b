"""Tags offered while somebody types are of published pages and their own places."""

import pytest
from django.urls import reverse

from editorial.appointments import appoint
from tests.factories import CovenantPageFactory, UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db


def test_a_neighbours_draft_lends_no_tags(client):
    own, other = VillagePageFactory(), VillagePageFactory()
    for village, live, tag in (
        (own, False, "酒席甲"),
        (other, False, "酒席乙"),
        (other, True, "酒席丙"),
    ):
        page = CovenantPageFactory(parent=village if live is False else VillagePageFactory())
        page.tags.add(tag)
        page.save()
        if not live:
            page.unpublish()
    editor = UserFactory()
    appoint(editor, "village_editor", own)
    client.force_login(editor)
    for address in (
        reverse("wagtailadmin_tag_autocomplete"),
        reverse("wagtailadmin_tag_model_autocomplete", args=["taggit", "tag"]),
    ):
        assert client.get(address, {"term": "酒"}).json() == ["酒席丙", "酒席甲"]
        assert client.get(address).json() == []
    missing = reverse("wagtailadmin_tag_model_autocomplete", args=["auth", "user"])
    assert client.get(missing, {"term": "a"}).status_code == 404
