"""Pages are compressed, kept only by the reader's own browser, and asked for again each time."""

import gzip

import pytest
from django.urls import reverse

from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def url():
    return make.VillagePageFactory().url


def test_pages_are_asked_for_again_each_time(client, url):
    answer = client.get(url)
    assert answer["Cache-Control"] == "private, no-cache"
    assert "Cookie" in answer["Vary"]


@pytest.mark.parametrize("below", ["docx/", "txt/", "json/"])
def test_so_are_the_files_of_a_text(client, below):
    """Without a rule of ours a browser or a proxy makes one up."""
    answer = client.get(f"{make.CovenantPageFactory().url}{below}")
    assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-cache"


def test_so_are_a_place_as_one_file_and_the_list_for_robots(client):
    village = make.CovenantPageFactory().get_parent()
    for address in (f"{village.url}zip/", "/robots.txt"):
        answer = client.get(address)
        assert answer.status_code == 200 and answer["Cache-Control"] == "private, no-cache"


def test_an_unchanged_page_costs_no_second_transfer(client, url):
    first = client.get(url, headers={"accept-encoding": "gzip"})
    assert gzip.decompress(first.content)
    again = client.get(url, headers={"accept-encoding": "gzip", "if-none-match": first["ETag"]})
    assert again.status_code == 304 and not again.content


def test_a_page_taken_down_is_gone_at_the_next_contact(client):
    page = make.VillagePageFactory()
    mark = client.get(page.url)["ETag"]
    page.unpublish()
    assert client.get(page.url, headers={"if-none-match": mark}).status_code == 404


def test_larger_letters_are_another_answer(client, url):
    mark = client.get(url)["ETag"]
    client.cookies["text"] = "3"
    assert client.get(url, headers={"if-none-match": mark}).status_code == 200


def test_files_that_are_small_already_are_sent_as_they_are(client):
    rule = make.CovenantPageFactory()
    answer = client.get(f"{rule.url}docx/", headers={"accept-encoding": "gzip"})
    assert answer.status_code == 200 and "Content-Encoding" not in answer


def test_a_views_own_rule_stands(client, url):
    answer = client.get(reverse("search:suggest"), {"q": "酒"})
    assert answer["Cache-Control"] == "private, max-age=30"
