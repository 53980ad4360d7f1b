"""Anybody asks for something of theirs to be taken down, and only who answers for it reads that."""

import datetime
import re

import pytest
from django.test import Client
from freezegun import freeze_time

from safety.models import Privacy, RemovalRequest
from safety.removal import places, working_days
from safety.removal.receiving import forget_closed
from tests.factories import (
    BEIJING,
    FeaturePageFactory,
    HomePageFactory,
    HouseholdPageFactory,
    VillagePageFactory,
)

pytestmark = pytest.mark.django_db
FORM, PRIVACY = "/privacy/request/", "/privacy/"


@pytest.fixture
def household():
    return HouseholdPageFactory(title="松林晏家")


def filled(page, /, **changes):
    return {
        "page": page if isinstance(page, str) else page.url,
        "asked": "take_down",
        "text": "照片上有我家老人，不想再放网上。",
        "name": "晏某",
        "contact": "村口小卖部，找我就行",
    } | changes


def test_what_is_sent_is_kept_for_the_township(client, household):
    answer = client.post(FORM, filled(household), follow=True)
    kept = RemovalRequest.objects.get()
    township = household.get_parent().get_parent()
    assert kept.body_id == township.pk and kept.page_id == household.pk
    assert kept.number in answer.content.decode()
    assert answer.redirect_chain[0][1] == 302
    assert kept.name not in answer.content.decode() and "no-store" in answer["Cache-Control"]


def test_the_foot_of_a_page_leads_to_the_form_with_the_page_in_it(client, household):
    html = client.get(household.url).content.decode()
    link = re.search(r'href="(/privacy/request/[^"]+)" rel="nofollow"', html)[1]
    form = client.get(link).content.decode()
    assert f'value="{household.url}"' in form
    assert f"由{household.get_parent().get_parent().title}办理" in form
    assert "csrfmiddlewaretoken" not in html and 'href="/privacy/"' in html


@pytest.mark.parametrize("address", ["/nowhere/at/all/", "松林村那张照片", "http://[", ""])
def test_a_page_that_is_not_found_goes_to_the_prefecture(client, address):
    home = HomePageFactory()
    answer = client.post(FORM, filled(address))
    if not address:
        assert answer.status_code == 400 and "请填写" in answer.content.decode()
        return
    assert answer.status_code == 302
    assert RemovalRequest.objects.get().body_id == home.pk


def test_features_go_to_the_prefecture_and_counties_to_themselves(client, household):
    feature, county = FeaturePageFactory(), household.get_ancestors().get(depth=3)
    for page in (feature, county):
        client.post(FORM, filled(page))
    bodies = RemovalRequest.objects.order_by("pk").values_list("body_id", flat=True)
    assert list(bodies) == [HomePageFactory().pk, county.pk]


@pytest.mark.parametrize(
    "form",
    ["https://cunyue.example{}", "cunyue.example{}", "{}?on=2024-01-01", "{}yuyan/ii/", " {} "],
)
def test_addresses_as_people_copy_them(household, form):
    found = places.page_at(places.path_of(form.format(household.url)))
    assert found.pk == household.pk


def test_a_draft_is_not_told_of(client):
    village = VillagePageFactory()
    draft = HouseholdPageFactory(parent=village, live=False, title="不公开的一家")
    form = client.get(FORM, {"page": draft.url})
    assert "不公开的一家" not in form.content.decode()
    client.post(FORM, filled(draft))
    assert RemovalRequest.objects.get().page_id == village.pk


def test_the_day_it_is_due_is_counted_in_working_days(client, household):
    friday = datetime.datetime(2031, 10, 3, 15, tzinfo=BEIJING)
    with freeze_time(friday):
        client.post(FORM, filled(household))
    assert RemovalRequest.objects.get().due == datetime.date(2031, 10, 24)
    assert working_days.after(friday.date(), 1) == datetime.date(2031, 10, 6)


@pytest.mark.parametrize("field", ["page", "asked", "text", "name", "contact"])
def test_what_is_missing_is_said_beside_its_field(client, household, field):
    answer = client.post(FORM, filled(household, **{field: ""}))
    html = answer.content.decode()
    assert answer.status_code == 400
    assert f'href="#id_{field}"' in html and f'id="id_{field}"' in html
    assert not RemovalRequest.objects.exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"text": "好" * 1001}, "1000"),
        ({"page": "/" + "a" * 600}, "500"),
        ({"asked": "everything"}, "everything"),
        ({"trap": "http://spam.example"}, "防止机器"),
    ],
)
def test_what_cannot_be_kept_is_refused_in_words(client, household, changes, words):
    answer = client.post(FORM, filled(household, **changes))
    assert answer.status_code == 400 and words in answer.content.decode()
    assert not RemovalRequest.objects.exists()


def test_half_a_character_is_kept_as_a_mark(client, household):
    """A lone surrogate cannot be stored; Django reads it as a replacement character."""
    body = f"page={household.url}&asked=correct&text=%ED%A0%80&name=a&contact=b"
    answer = client.post(FORM, body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 302
    assert "\ufffd" in RemovalRequest.objects.get().text


def test_control_characters_are_left_out(client, household):
    assert client.post(FORM, filled(household, text="不\x00要", name="晏\x1b某")).status_code == 302
    kept = RemovalRequest.objects.get()
    assert (kept.text, kept.name) == ("不要", "晏某")


def test_too_much_is_answered_in_words(client, household):
    answer = client.post(FORM, filled(household, text="长" * 30_000))
    assert answer.status_code == 413 and "内容太长" in answer.content.decode()
    answer = client.post(FORM, filled(household, text="长" * 3_500_000))
    assert answer.status_code == 413 and "<h1>" in answer.content.decode()
    assert not RemovalRequest.objects.exists()


@pytest.mark.parametrize("query", ["page=%00", "page=%ED%A0%80", "page=" + "x" * 5000])
def test_odd_addresses_of_the_form(client, query):
    HomePageFactory()
    assert client.get(f"{FORM}?{query}").status_code == 200


def test_a_form_of_another_site_is_refused(household):
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(FORM, filled(household)).status_code == 403
    page = strict.get(FORM)
    token = re.search(r'csrfmiddlewaretoken" value="(\w+)"', page.content.decode())[1]
    sent = strict.post(FORM, filled(household, csrfmiddlewaretoken=token))
    assert sent.status_code == 302


def test_a_script_is_slowed_down_and_looking_is_not_counted(client, household, settings):
    settings.RATE_LIMITS = {"request": (2, 3600)}
    for _ in range(5):
        assert client.get(FORM, REMOTE_ADDR="203.0.113.9").status_code == 200
    sent = [client.post(FORM, filled(household), REMOTE_ADDR="203.0.113.9") for _ in range(3)]
    assert [one.status_code for one in sent] == [302, 302, 429]


def test_nothing_of_it_is_public(client, household):
    client.post(FORM, filled(household))
    kept = RemovalRequest.objects.get()
    for address in ("/", household.url, PRIVACY, FORM, f"/search/?q={kept.name}"):
        html = client.get(address).content.decode()
        assert kept.contact not in html and kept.text not in html
    assert client.get(f"{FORM}received/?n=<b>").status_code == 302


def test_closed_requests_go_after_the_days_of_the_settings(client, household):
    for _ in range(3):
        client.post(FORM, filled(household))
    old, recent, _open = RemovalRequest.objects.order_by("pk")
    closed = datetime.datetime(2031, 1, 1, tzinfo=BEIJING)
    RemovalRequest.objects.filter(pk=old.pk).update(state="done", closed_at=closed)
    later = closed + datetime.timedelta(days=20)
    RemovalRequest.objects.filter(pk=recent.pk).update(state="refused", closed_at=later)
    with freeze_time(closed + datetime.timedelta(days=31)):
        assert forget_closed() == 1
        assert forget_closed() == 0
    assert not RemovalRequest.objects.filter(pk=old.pk).exists()
    assert RemovalRequest.objects.count() == 2


def test_the_privacy_page_names_who_answers(client, household):
    privacy = Privacy.for_site(HomePageFactory().get_site())
    privacy.handler, privacy.contact = "青岩州民政局", "州政府大院二楼"
    privacy.working_days = 9
    privacy.save()
    html = client.get(PRIVACY).content.decode()
    assert "青岩州民政局" in html and "州政府大院二楼" in html and "9 个工作日" in html
    for article in ("四十四", "四十五", "四十六", "四十七", "十五"):
        assert f"第{article}条" in html
    assert client.get(PRIVACY)["X-Keep"] == "page"


def test_a_page_that_is_deleted_leaves_the_request(client, household):
    client.post(FORM, filled(household))
    household.delete()
    kept = RemovalRequest.objects.get()
    assert kept.page is None and kept.body is not None
