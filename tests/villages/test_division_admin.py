"""Places, aliases and honours in the admin."""

import pytest
from django.urls import reverse

from tests.factories import TownshipPageFactory, VillagePageFactory
from villages.models import AreaAlias, Honour, VillagePage

pytestmark = pytest.mark.django_db


def test_village_made_by_hand(admin_client):
    township = TownshipPageFactory()
    url = reverse("wagtailadmin_pages:add", args=["villages", "villagepage", township.pk])
    values = {
        "name": "大箐村民委员会",
        "code": "532391101202",
        "village_type": "village",
        "introduction": "null",
        "official_groups": "",
        "official_groups_on": "",
        "action-publish": "1",
    }
    assert admin_client.post(url, values).status_code == 302
    village = VillagePage.objects.get()
    assert (village.title, village.slug, village.live) == ("大箐村", "daqing", True)


def test_village_is_edited_and_its_code_kept(admin_client):
    village = VillagePageFactory(name="松林村民委员会", code="532391101201")
    url = reverse("wagtailadmin_pages:edit", args=[village.pk])
    assert admin_client.get(url).status_code == 200
    values = {
        "name": "松林社区居民委员会",
        "code": "532391101001",
        "village_type": "community",
        "introduction": "null",
        "official_groups": "12",
        "official_groups_on": "2023-06-30",
        "action-publish": "1",
    }
    assert admin_client.post(url, values).status_code == 302
    village.refresh_from_db()
    assert (village.title, village.official_groups) == ("松林社区", 12)
    assert AreaAlias.objects.get(kind="code").value == "532391101201"


def test_alias_is_added_and_listed(admin_client):
    village = VillagePageFactory(name="鄂嘉村民委员会")
    other = VillagePageFactory(code="532391101299")
    base = {"area": village.pk, "valid_from": "", "valid_until": ""}
    add = reverse("wagtailsnippets_villages_areaalias:add")
    assert admin_client.get(add).status_code == 200
    answer = admin_client.post(add, base | {"kind": "name", "value": "𥔲嘉村民委员会"})
    assert answer.status_code == 302
    for refused in ("5323", other.code):
        answer = admin_client.post(add, base | {"kind": "code", "value": refused})
        assert "value" in answer.context["form"].errors
    listing = admin_client.get(reverse("wagtailsnippets_villages_areaalias:list"))
    assert "𥔲嘉村民委员会" in listing.content.decode()


def test_honours_are_shipped_and_editable(admin_client):
    assert list(Honour.objects.values_list("name", flat=True)) == [
        "平安家庭",
        "民族团结进步创建示范家庭",
        "文明家庭",
        "最美家庭",
        "五星文明户",
        "十星文明户",
        "美丽庭院",
    ]
    add = reverse("wagtailsnippets_villages_honour:add")
    answer = admin_client.post(add, {"name": "书香家庭", "order": "80"})
    assert answer.status_code == 302
    assert Honour.objects.filter(name="书香家庭").exists()
