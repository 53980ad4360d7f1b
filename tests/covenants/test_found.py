"""What a hit of the search says of a rule: since when it holds, and the number its article sets."""

import datetime

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from covenants.limit_proposals import read_editions
from covenants.models import Limit, Provision
from search import outbox
from tests.factories import CovenantPageFactory, VillagePageFactory

pytestmark = pytest.mark.django_db

ARTICLES = (
    "红事酒席不超过15桌，白事酒席不超过10桌。",
    "亲友礼金不超过200元。",
    "办酒席的人家提前向红白理事会报告。",
)


@pytest.fixture(autouse=True)
def index(tmp_path, settings):
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "PATH": str(tmp_path / "index")}
    }


@pytest.fixture
def covenant():
    page = CovenantPageFactory(
        parent=VillagePageFactory(name="松林村民委员会"),
        articles=ARTICLES,
        effective_from=datetime.date(2024, 4, 1),
    )
    outbox.drain(wait=True)
    return page


def confirm(page):
    read_editions([page.shown_edition.pk])
    Limit.objects.filter(edition=page.shown_edition).update(status=Limit.CONFIRMED)


@pytest.fixture
def first_hit(client):
    def get(question, **parameters):
        outbox.drain(wait=True)
        response = client.get(reverse("search:search"), {"q": question, **parameters})
        return BeautifulSoup(response.content, "html.parser").select_one(".hit")

    return get


def figures(hit):
    return [" ".join(figure.text.split()) for figure in hit.select(".hit__figure")]


def test_since_when_it_holds(covenant, first_hit):
    assert first_hit("酒席").select_one(".hit__since").text == "2024年4月1日起施行"


def test_a_number_stands_out_once_it_is_confirmed(covenant, first_hit):
    assert figures(first_hit("礼金最多多少")) == []
    confirm(covenant)
    assert figures(first_hit("礼金最多多少")) == ["亲友 不超过 200 元 礼金"]


def test_only_the_numbers_that_are_asked_for(covenant, first_hit):
    confirm(covenant)
    assert figures(first_hit("办酒席几桌")) == [
        "红事 不超过 15 桌 酒席桌数",
        "白事 不超过 10 桌 酒席桌数",
    ]
    assert figures(first_hit("白事几桌")) == ["白事 不超过 10 桌 酒席桌数"]
    assert figures(first_hit("酒席多少钱")) == []
    assert figures(first_hit("办酒席报告")) == []


def test_another_place_is_not_taken_for_the_readers_own(covenant, first_hit):
    confirm(covenant)
    village = covenant.get_parent().specific
    assert first_hit("礼金").select_one(".hit__whose a")["href"] == reverse("home:find_place")
    for own in ({"village": village.code}, {"near": village.code}):
        hit = first_hit("礼金", **own)
        assert figures(hit)
        assert not hit.select(".hit__whose")


def test_a_suspended_article_shows_no_number_and_says_so(covenant, first_hit):
    confirm(covenant)
    article = covenant.shown_edition.provisions.get(position=2)
    Provision.objects.filter(pk=article.pk).update(suspended_from=datetime.date(2024, 5, 1))
    hit = first_hit("礼金")
    assert figures(hit) == []
    assert "暂停适用" in hit.select_one(".hit__meta").text


def test_what_has_ended_shows_no_number(covenant, first_hit):
    confirm(covenant)
    edition = covenant.shown_edition
    edition.end(datetime.date(2024, 6, 1), edition.REPEALED)
    outbox.touch(type(covenant), [covenant.pk])
    hit = first_hit("礼金", ended="1")
    assert "已失效" in hit.select_one(".hit__meta").text
    assert figures(hit) == []
    assert not hit.select(".hit__since")
