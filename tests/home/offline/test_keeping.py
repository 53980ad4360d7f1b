"""What a browser may keep for reading without a network, and what it is told to keep."""

import datetime
import json
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from covenants.models import Edition
from tests import factories as make

pytestmark = pytest.mark.django_db
LIST = "/my-village/keep.json"
CODE = "532391101201"


@pytest.fixture(autouse=True)
def home():
    page = make.HomePageFactory()
    make.FeatureIndexPageFactory()
    return page


@pytest.fixture
def village():
    county = make.CountyPageFactory(name="青岩县", code="532391")
    township = make.TownshipPageFactory(parent=county, name="云台镇", code="532391101")
    return make.VillagePageFactory(parent=township, name="松林村民委员会", code=CODE)


@pytest.fixture
def covenant(village):
    return make.CovenantPageFactory(parent=village)


@pytest.fixture
def mine(client, village):
    client.cookies["village"] = CODE
    return client


def kept(client):
    """{address: stamp} of what the browser is told to keep."""
    return {page["url"]: page["stamp"] for page in client.get(LIST).json()["pages"]}


def test_keeps_nothing_where_no_village_was_chosen(client, covenant):
    assert client.get(LIST).json() == {"place": "", "pages": [], "signed_in": False}


def test_keeps_the_village_with_its_rules_situations_and_newest_results(mine, village, covenant):
    charter = make.CouncilPageFactory(parent=village)
    result = make.ConsultationPageFactory(parent=village)
    next_door = make.VillagePageFactory(parent=village.get_parent())
    neighbour = make.CovenantPageFactory(parent=next_door)
    addresses = list(kept(mine))
    assert addresses[:5] == ["/", village.url, covenant.url, charter.url, f"{village.url}shiqing/"]
    assert result.url in addresses
    assert f"{village.url}shiqing/jiuxi/" in addresses
    assert neighbour.url not in addresses


def test_every_address_on_the_list_is_a_page_that_may_be_kept(mine, village, covenant):
    make.ConsultationPageFactory(parent=village)
    for address in kept(mine):
        response = mine.get(address)
        assert (response.status_code, response.get("X-Keep")) == (200, "page"), address


def test_keeps_the_page_and_situations_of_the_chosen_group(mine, village, covenant):
    group = make.GroupPageFactory(parent=village, number=3)
    make.GroupPageFactory(parent=village, number=4)
    mine.cookies["group"] = "3"
    addresses = list(kept(mine))
    assert addresses[1:4] == [group.url, village.url, covenant.url]
    assert f"{group.url}shiqing/" in addresses


@pytest.mark.parametrize("code", ["532391101299", "12", "x" * 12, ""])
def test_a_cookie_that_names_no_village_keeps_nothing(client, covenant, code):
    client.cookies["village"] = code
    assert kept(client) == {}


def test_what_is_withdrawn_or_restricted_is_no_longer_on_the_list(mine, village, covenant):
    closed = make.CouncilPageFactory(parent=village)
    PageViewRestriction.objects.create(page=closed, restriction_type="login")
    covenant.unpublish()
    assert not {covenant.url, closed.url} & set(kept(mine))
    village.unpublish()
    assert kept(mine) == {}


def test_stamps_change_with_what_a_page_shows_and_only_then(mine, village, covenant):
    result = make.ConsultationPageFactory(parent=village)
    first = kept(mine)
    assert kept(mine) == first
    Edition.objects.get(page=covenant).end(datetime.date(2024, 1, 1), Edition.REPEALED)
    second = kept(mine)
    assert second[covenant.url] != first[covenant.url]
    assert second[village.url] != first[village.url]
    assert second[result.url] == first[result.url]
    result.save_revision().publish()
    third = kept(mine)
    assert third[result.url] != second[result.url]
    assert third[covenant.url] == second[covenant.url]


def test_the_list_is_bounded_and_costs_the_same_for_any_village(mine, village, covenant):
    def queries():
        with CaptureQueriesContext(connection) as seen:
            assert 0 < len(kept(mine)) <= 60
        return len(seen)

    queries()
    few = queries()
    for number in range(40):
        group = make.GroupPageFactory(parent=village)
        make.ConsultationPageFactory(parent=village)
        if number < 4:
            make.CovenantPageFactory(parent=group)
    assert queries() == few <= 20


def test_a_page_made_for_somebody_signed_in_is_never_marked(client, village, covenant):
    assert client.get(covenant.url)["X-Keep"] == "page"
    client.force_login(make.UserFactory())
    assert "X-Keep" not in client.get(covenant.url)
    client.cookies["village"] = CODE
    assert client.get(LIST).json()["signed_in"] is True


def test_a_page_behind_a_password_is_never_marked(client, village, covenant):
    PageViewRestriction.objects.create(
        page=covenant, restriction_type="password", password="together"
    )
    response = client.get(covenant.url)
    assert "X-Keep" not in response
    form = {"password": "together", "return_url": covenant.url}
    action = re.search(r'action="([^"]*authenticate[^"]*)"', response.content.decode())
    opened = client.post(action[1], form, follow=True)
    assert opened.status_code == 200
    assert "X-Keep" not in client.get(covenant.url)


@pytest.mark.parametrize("address", ["/search/?q=酒席", "/search/", "/find/?q=松林", "/offline/"])
def test_searches_are_never_marked(client, village, address):
    response = client.get(address)
    assert response.status_code == 200
    assert "X-Keep" not in response


def test_another_day_is_another_page_but_a_messenger_s_words_are_not(client, covenant):
    assert "X-Keep" not in client.get(f"{covenant.url}?on=2023-06-01")
    assert "X-Keep" in client.get(f"{covenant.url}?from=groupmessage&isappinstalled=0")


def test_the_worker_is_asked_for_anew_each_time_and_may_rule_the_whole_site(client):
    response = client.get("/sw.js")
    assert response["Content-Type"].startswith("text/javascript")
    assert response["Cache-Control"] == "no-cache"
    site = json.loads(response.content.decode().partition("\n")[0][len("const SITE = ") : -1])
    assert client.get(site["offline"]).status_code == 200
    assert client.get(site["list"]).status_code == 200
    assert {"/admin/", "/documents/", "/search/"} <= set(site["never"])


def test_the_site_can_be_put_on_the_telephone_s_screen(client):
    response = client.get("/manifest.webmanifest")
    assert response["Content-Type"] == "application/manifest+json"
    manifest = json.loads(response.content)
    assert (manifest["name"], manifest["display"], manifest["scope"]) == ("村约", "standalone", "/")
    assert client.get(manifest["start_url"]).status_code == 200
    sizes = {(icon["sizes"], icon["purpose"]) for icon in manifest["icons"]}
    assert {("192x192", "any"), ("512x512", "any"), ("512x512", "maskable")} <= sizes
