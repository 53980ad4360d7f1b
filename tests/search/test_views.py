"""The search page: works without scripts, says what it found, takes whatever is typed."""

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from search import outbox
from tests.factories import CouncilPageFactory, CovenantPageFactory, VillagePageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def village(backend):
    village = VillagePageFactory()
    CovenantPageFactory(
        parent=village,
        articles=(
            {"label": "第一条", "text": "酒席不超过十五桌。"},
            {"label": "第二条", "text": "礼金不超过一百元。"},
        ),
    )
    CouncilPageFactory(parent=village, articles=("办酒席要先报告。",))
    outbox.drain(wait=True)
    return village


@pytest.fixture
def search(client):
    def get(**parameters):
        response = client.get(reverse("search:search"), parameters)
        assert response.status_code == 200
        return BeautifulSoup(response.content, "html.parser")

    return get


def test_hit_links_to_the_article_with_its_words_marked(village, search, client):
    page = search(q="办酒席几桌")
    hit = page.select_one(".hit")
    assert hit.select_one(".hit__label").text == "第一条"
    assert [mark.text for mark in hit.select(".hit__passage mark")] == ["酒席", "桌"]
    address, _, anchor = hit.select_one(".hit__link")["href"].partition("#")
    target = BeautifulSoup(client.get(address).content, "html.parser")
    assert "不超过十五桌" in target.find(id=anchor).text


def test_facet_narrows_and_lets_go(village, search):
    page = search(q="酒席")
    assert len(page.select(".hit")) == 2
    link = next(a for a in page.select(".facet--kind a") if "红白理事会" in a.text)
    parameters = dict(part.split("=") for part in link["href"].lstrip("?").split("&"))
    assert parameters["kind"] == "ceremonies"
    narrowed = search(q="酒席", kind="ceremonies")
    assert len(narrowed.select(".hit")) == 1
    chosen = narrowed.select_one(".facet--kind [aria-current]")
    assert "kind=" not in chosen["href"]


def test_nothing_here_but_elsewhere(village, search):
    page = search(q="酒席", kind="household")
    assert not page.select(".hit")
    back = page.select_one(".search__nothing a")
    assert "2" in back.text
    assert "kind" not in back["href"]


def test_nothing_found_helps_on(village, search):
    assert search(q="飞机").select(".search__tips li")


def test_empty_form_is_a_form_only(village, search):
    page = search()
    assert page.select_one("form.search-form #search-query")
    assert not page.select(".hit, .facet, .search__nothing")


def test_page_is_kept_out_of_other_search_engines(village, client):
    assert client.get(reverse("search:search"))["X-Robots-Tag"] == "noindex"


def test_only_reading_is_allowed(village, client):
    assert client.post(reverse("search:search"), {"q": "酒席"}).status_code == 405


@pytest.mark.parametrize(
    "parameters",
    [
        {"q": "酒" * 5000},
        {"q": "\x00酒席"},
        {"q": "<script>alert(1)</script>"},
        {"q": '"><img src=x onerror=alert(1)>'},
        {"q": "酒席", "page": "-1"},
        {"q": "酒席", "page": "999999999999999999999"},
        {"q": "酒席", "page": "²"},
        {"q": "酒席", "year": "二〇二三"},
        {"q": "酒席", "year": "99999999999999999999"},
        {"q": "酒席", "county": "' OR 1=1"},
        {"q": "酒席", "kind": "<b>"},
        {"q": "酒席", "tag": "\x00" * 500},
        {"q": "酒席", "sort": "drop"},
    ],
)
def test_whatever_is_typed_is_answered(village, search, parameters):
    page = search(**parameters)
    assert not page.select("main script, .search script, .search img")
    assert len(page.select_one("#search-query")["value"]) <= 100


def test_broken_encoding_is_answered(village, client):
    response = client.get(reverse("search:search") + "?q=%ff%fe%ed%a0%80&kind=%ff")
    assert response.status_code == 200


def test_unreadable_index_is_said_and_does_not_break_the_page(village, backend, client):
    backend.directory.swap(backend.directory.new_generation())
    for toc in backend.directory.current().glob("*.toc"):
        toc.write_bytes(b"broken")
    response = client.get(reverse("search:search"), {"q": "酒席"})
    assert response.status_code == 503
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one(".search__unavailable")
    assert page.select_one("#search-query")["value"] == "酒席"


def test_pages_link_to_each_other(backend, search):
    for number in range(23):
        CovenantPageFactory(articles=(f"第{number}组养狗要拴绳。",))
    outbox.drain(wait=True)
    first = search(q="养狗")
    assert len(first.select(".hit")) == 20
    assert not first.select(".pagination__previous")
    assert "page=2" in first.select_one(".pagination__next")["href"]
    second = search(q="养狗", page=2)
    assert len(second.select(".hit")) == 3
    assert not second.select(".pagination__next")
