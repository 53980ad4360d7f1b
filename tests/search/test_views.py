"""The search page: works without scripts, says what it found, takes whatever is typed."""

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.urls import reverse
from taggit.models import Tag

from covenants.models import CovenantPage
from search import outbox
from search.models import Synonym
from tests.factories import (
    CouncilPageFactory,
    CovenantPageFactory,
    GroupPageFactory,
    VillagePageFactory,
)

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


def test_a_tag_of_any_length_narrows(village, client):
    name = "文" * Tag._meta.get_field("name").max_length
    page = CovenantPage.objects.child_of(village).get()
    page.tags.add(name)
    page.save_revision().publish()
    outbox.drain(wait=True)
    response = client.get(reverse("search:search"), {"q": "酒席", "tag": name})
    assert response.context["result"].count == 1


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
        CovenantPageFactory(articles=(f"第{number}条街养狗要拴绳。",))
    outbox.drain(wait=True)
    first = search(q="养狗")
    assert len(first.select(".hit")) == 20
    assert not first.select(".pagination__previous")
    assert "page=2" in first.select_one(".pagination__next")["href"]
    second = search(q="养狗", page=2)
    assert len(second.select(".hit")) == 3
    assert not second.select(".pagination__next")


def test_copies_are_folded_and_can_be_listed(backend, search):
    for _ in range(4):
        CovenantPageFactory(articles=("养狗要拴绳。",))
    outbox.drain(wait=True)
    page = search(q="养狗")
    assert len(page.select(".hit")) == 1
    link = page.select_one(".hit__same")
    assert "另有 3 个村组相同" in link.text
    parameters = dict(part.split("=") for part in link["href"].lstrip("?").split("&"))
    listed = search(q="养狗", same=parameters["same"])
    assert len(listed.select(".hit")) == 4
    assert not listed.select(".hit__same")


def test_search_from_a_village_page_puts_that_village_first(backend, client, search):
    for _ in range(3):
        CovenantPageFactory(articles=("养狗要拴绳。",))
    own = CovenantPageFactory(articles=("养狗要拴绳。", "其余各条照旧，大家商量着办。" * 9))
    group = GroupPageFactory(parent=own.get_parent(), number=5)
    of_group = CovenantPageFactory(parent=group, articles=("养狗要拴绳，夜里关好。",))
    outbox.drain(wait=True)
    for page, own_ones in ((own, ["本村", "本村"]), (of_group, ["本组", "本村"])):
        start = BeautifulSoup(client.get(page.url).content, "html.parser")
        form = start.select_one(".site-header__search")
        near = form.select_one("input[name=near]")["value"]
        found = search(q="养狗", near=near)
        assert [mark.text for mark in found.select(".hit__own")] == own_ones
        assert found.select(".hit")[0].select_one(".hit__own")
        assert found.select_one(".search-form input[name=near]")["value"] == near


def test_what_has_ended_is_told_and_shown_when_asked(village, search):
    page = CovenantPageFactory(articles=("养狗要拴绳。",))
    edition = page.shown_edition
    edition.end(edition.effective_from, edition.REPEALED)
    outbox.touch(type(page), [page.pk])
    outbox.drain(wait=True)
    hidden = search(q="养狗")
    assert not hidden.select(".hit")
    link = hidden.select_one(".search__note a")
    assert "另有 1 条已失效的" in link.text
    assert "ended=1" in link["href"]
    shown = search(q="养狗", ended="1")
    assert shown.select_one(".hit .hit__ended")


def test_help_names_all_that_the_box_understands(village, search):
    assert "引号" in search().select_one("details.search-help").text


@pytest.mark.parametrize("typed", ["彩里", "彩礼里"])
def test_nothing_found_offers_nearest_words_and_kinds(village, search, typed):
    CovenantPageFactory(articles=("彩礼不攀比。",))
    outbox.drain(wait=True)
    page = search(q=typed)
    if not page.select(".hit"):
        nearest = page.select_one(".search__nearest a")
        assert "彩礼" in nearest.text
        assert search(q="彩礼").select(".hit")
        assert len(page.select(".search__kinds a")) == 9


def test_what_others_call_it_is_told(village, search):
    Synonym.objects.create(words="飞机、航班")
    page = search(q="飞机")
    assert "航班" in page.select_one(".search__also").text


def test_wider_area_with_its_number(backend, search):
    here = VillagePageFactory()
    township = here.get_parent().specific
    neighbour = VillagePageFactory(parent=township)
    CovenantPageFactory(parent=neighbour, articles=("养狗要拴绳。",))
    outbox.drain(wait=True)
    county = township.get_parent().specific
    page = search(q="养狗", county=county.code, township=township.code, village=here.code)
    link = page.select_one(".search__wider a")
    assert township.title in link.text
    assert "village=" not in link["href"]
    assert f"township={township.code}" in link["href"]


WORDS_THAT_ARE_OPERATORS_ELSEWHERE = ["AND", "OR", "NOT", "TO", "&&", "||", "<>"]
SIGNS = [*"*?~^:()[]{}\\/+-!%\"'“”「＂#@_`", *WORDS_THAT_ARE_OPERATORS_ELSEWHERE]


@pytest.mark.parametrize("sign", [*SIGNS, "🀄", "\u202e", "\x01\x1f", "\ufeff"])
def test_no_sign_is_an_operator(village, search, sign):
    """Beside a word, before it, after it and inside it: found is what the words alone find."""
    plain = len(search(q="酒席").select(".hit"))
    alone = not any(char.isalnum() for char in sign)
    for typed in (f"{sign}酒席", f"酒席{sign}", f"酒席 {sign}", f"{sign} 酒席 {sign}", sign * 30):
        page = search(q=typed)
        if alone and "酒席" in typed:
            assert len(page.select(".hit")) == plain, typed
            assert not page.select(".search__relaxed"), typed


@pytest.mark.parametrize(
    "typed", ["2020-2023", "A-B", "一、二", "酒席-礼金", "2020—2023年", "-酒席"]
)
def test_nothing_is_left_out_by_accident(backend, search, typed):
    CovenantPageFactory(articles=("2020至2023年，A组和B组，一户二桌，酒席和礼金。",))
    outbox.drain(wait=True)
    page = search(q=typed)
    assert len(page.select(".hit")) == 1
    assert not page.select(".search__relaxed")


@pytest.mark.parametrize(
    "quoted", ["“酒席不超过”", '"酒席不超过"', "「酒席不超过」", "＂酒席不超过＂"]
)
def test_quoted_words_stand_together(village, search, quoted):
    assert len(search(q=quoted).select(".hit")) == 1
    assert not search(q=quoted.replace("不超过", "从简不超过")).select(".hit")


def test_incomplete_index_is_said(village, search, backend):
    assert "正在重建" in search(q="酒席").text
    call_command("update_index", verbosity=0)
    assert "正在重建" not in search(q="酒席").text


def test_box_suggests_with_a_script_of_our_own_and_works_without(village, search, client):
    page = search()
    box = page.select_one("#search-query")
    assert box["data-suggest"] == reverse("search:suggest")
    assert page.select_one("script[type=module][src]")
    assert not [script for script in page.select("script") if script.text.strip()]
    assert page.select_one("form[action][method=get] button[type=submit]")
