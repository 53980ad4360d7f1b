"""What may be shown until midnight is nowhere a minute later, whether or not anything ran."""

import datetime
import json
import re

import pytest
from django.conf import settings as site_settings
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from freezegun import freeze_time
from wagtail.documents import get_document_model
from wagtail.models import Page

from home.background import publish_due
from safety import lapsed
from search import outbox
from search.page_search import find_pages
from tests.factories import (
    BEIJING,
    CovenantPageFactory,
    FeaturePageFactory,
    HouseholdPageFactory,
    HouseholdPhotoFactory,
    VillagePageFactory,
)
from tests.sounds import mp3
from villages.models import HouseholdPage, Recording

pytestmark = pytest.mark.django_db
LAST_DAY = datetime.date(2031, 3, 31)
BEFORE = datetime.datetime(2031, 3, 31, 23, 59, 30, tzinfo=BEIJING)
AFTER = datetime.datetime(2031, 4, 1, 0, 0, 30, tzinfo=BEIJING)
TITLE = "松林晏家"
MARKS = re.compile("</?mark>")


@pytest.fixture(autouse=True)
def index(tmp_path, settings):
    settings.MEDIA_ROOT = tmp_path / "media"
    backends = {"default": {"BACKEND": "search.backend", "PATH": str(tmp_path / "index")}}
    settings.WAGTAILSEARCH_BACKENDS = backends


@pytest.fixture
def village():
    return VillagePageFactory(code="532391001201")


@pytest.fixture
def household(village):
    page = HouseholdPageFactory(
        parent=village,
        title=TITLE,
        story="晏家三代做木活，替邻里修桌凳不收钱。",
        consent_until=LAST_DAY,
        first_published_at=BEFORE,
    )
    outbox.drain(wait=True)
    return page


def at(moment):
    return freeze_time(moment)


def lists(village, household):
    """Public addresses that name the household."""
    feature = FeaturePageFactory(
        about=json.dumps([{"type": "page", "value": household.pk, "id": "a" * 32}])
    )
    outbox.drain(wait=True)
    return [
        "/",
        "/households/",
        f"/households/?in={village.code}",
        village.url,
        feature.url,
        "/search/?q=修桌凳",
        "/search/?q=晏家&kind=household",
        "/search/suggest?q=晏",
    ]


def names_it(client, address):
    answer = client.get(address)
    assert answer.status_code == 200, address
    return TITLE in MARKS.sub("", answer.content.decode())


def test_a_consent_that_ends_at_midnight_ends_everywhere(client, village, household):
    addresses = lists(village, household)
    with at(BEFORE):
        assert client.get(household.url).status_code == 200
        silent = [one for one in addresses if not names_it(client, one)]
        assert silent in ([], ["/search/suggest?q=晏"])
    with at(AFTER):
        assert [one for one in addresses if names_it(client, one)] == []
        answer = client.get(household.url)
        assert answer.status_code == 410
        assert TITLE not in answer.content.decode() and "木活" not in answer.content.decode()


def test_it_is_not_counted_among_what_is_found(household):
    with at(BEFORE):
        assert find_pages("修桌凳").count == 1
    with at(AFTER):
        found = find_pages("修桌凳")
        assert found.count == 0
        assert all(not value["count"] for value in found.facets["kind"])


def test_its_address_goes_on_saying_so_when_it_was_taken_down(client, household):
    with at(AFTER):
        assert publish_due() == 1
        assert not Page.objects.get(pk=household.pk).live
        assert client.get(household.url).status_code == 410
        assert publish_due() == 0


def test_what_was_never_shown_is_not_found(client, village):
    page = HouseholdPageFactory(parent=village, live=False, consent_until=LAST_DAY)
    with at(AFTER):
        assert client.get(page.url).status_code == 404


def test_a_consent_given_anew_shows_it_again(client, household):
    with at(AFTER):
        publish_due()
        page = HouseholdPage.objects.get(pk=household.pk)
        page.consent_until = datetime.date(2032, 3, 31)
        page.save_revision().publish()
        assert client.get(household.url).status_code == 200


def test_its_recording_goes_with_it(client, household):
    document = get_document_model().objects.create(title="念", file=ContentFile(mp3(), "nian.mp3"))
    Recording.objects.create(page=household, document=document)
    with at(BEFORE):
        assert client.get(document.url).status_code == 200
    with at(AFTER):
        assert client.get(document.url).status_code == 404


def test_its_pictures_are_cleared_where_nothing_else_shows_them(client, household):
    photo = HouseholdPhotoFactory(page=household)
    HouseholdPage.objects.get(pk=household.pk).save()
    with at(BEFORE):
        client.get(household.url)
    made = [rendition.file.path for rendition in photo.image.renditions.all()]
    assert made
    with at(AFTER):
        publish_due()
    assert not photo.image.renditions.exists()


@pytest.mark.parametrize(
    "changes",
    [
        {"consent_given_on": None},
        {"shows_minors": True, "guardian_consent_on": None},
        {"consent_given_on": datetime.date(2031, 4, 2)},
    ],
)
def test_rows_without_consent_are_shown_nowhere(client, village, household, changes):
    """However they came to be: a bulk path, a restored copy, a hand in the database."""
    HouseholdPage.objects.filter(pk=household.pk).update(**changes)
    with at(BEFORE):
        assert client.get(household.url).status_code == 410
        assert not names_it(client, "/households/")


def test_a_guardian_who_agreed_is_enough(client, household):
    HouseholdPage.objects.filter(pk=household.pk).update(
        shows_minors=True, guardian_consent_on=datetime.date(2025, 1, 1)
    )
    with at(BEFORE):
        assert client.get(household.url).status_code == 200


def test_the_two_forms_of_the_rule_agree(village):
    """Of the database (`over`) and of what a person typed (`consent_faults`)."""
    from villages.models.household import CONSENT, consent_faults

    days = (None, LAST_DAY - datetime.timedelta(days=1), LAST_DAY, datetime.date(2031, 4, 5))
    page = HouseholdPageFactory(parent=village)
    with at(BEFORE):
        for given in days:
            for until in days:
                for minors in (False, True):
                    for guardian in days:
                        values = dict(zip(CONSENT, (given, until, minors, guardian), strict=True))
                        HouseholdPage.objects.filter(pk=page.pk).update(**values)
                        assert lapsed.is_over(page) == bool(consent_faults(*values.values()))


def test_any_page_ends_at_its_expiry(client, village):
    rule = CovenantPageFactory(parent=village, first_published_at=BEFORE)
    Page.objects.filter(pk=rule.pk).update(expire_at=AFTER - datetime.timedelta(seconds=30))
    outbox.drain(wait=True)
    below = [rule.url, f"{rule.url}docx/", f"{rule.url}txt/", f"{rule.url}json/"]
    with at(BEFORE):
        assert {client.get(one).status_code for one in below} == {200}
        kept = client.get("/my-village/keep.json", {"village": village.code}).content.decode()
    with at(AFTER):
        assert {client.get(one).status_code for one in below} == {410}
        assert rule.title not in client.get(village.url).content.decode()
        kept = client.get("/my-village/keep.json", {"village": village.code}).content.decode()
        assert rule.url not in kept


def test_a_page_with_an_end_is_asked_for_anew_each_time(client, village, household):
    """What readers' browsers keep for days without a network cannot be taken back in time."""
    with at(BEFORE):
        answer = client.get(household.url)
        assert "no-store" in answer["Cache-Control"]
        assert "X-Keep" not in answer
        endless = HouseholdPageFactory(parent=village)
        assert client.get(endless.url)["X-Keep"] == "page"
    with at(AFTER):
        again = client.get(household.url, headers={"if-none-match": answer.get("ETag", '"x"')})
        assert again.status_code == 410


def test_lists_cost_no_more_queries_for_it(village):
    from villages.visibility import hidden_roots

    with CaptureQueriesContext(connection) as queries:
        hidden_roots()
    assert len(queries) == (1 if site_settings.CUNYUE_SAMPLE else 2)


def test_expired_pages_are_found_by_their_index():
    if connection.vendor != "sqlite":
        pytest.skip("the plan is read as SQLite tells it")
    expired = lapsed.live_pages()[0]
    assert "villages_page_expiry" in expired.values_list("path").explain()
