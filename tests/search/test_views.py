"""The search page: works without scripts, says what it found, takes whatever is typed."""

import gzip

import pytest
from bs4 import BeautifulSoup
from django.core.management import call_command
from django.urls import reverse
from taggit.models import Tag

from covenants.models import CovenantPage
from search import outbox
from search.models import CommonQuestion, Synonym
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
    assert page.select_one('script[type=module][src*="js/site.js"]')
    assert not [script for script in page.select("script") if script.text.strip()]
    assert page.select_one("form[action][method=get] button[type=submit]")


def chips(page, parts="chips"):
    return {link.get_text(" ", strip=True): link["href"] for link in page.select(f".{parts} a")}


def test_filters_stand_as_chips_that_can_be_taken_away_one_by_one(village, search):
    township = village.get_parent().specific
    county = township.get_parent().specific
    page = search(q="酒席", kind="ceremonies", county=county.code, township=township.code)
    chosen = chips(page, "search__chosen")
    labels = [label for label in chosen if label.startswith("取消筛选")]
    assert [label.split(" ")[1] for label in labels] == ["红白理事会", county.title, township.title]
    assert "township" not in chosen[labels[1]]
    assert "kind=ceremonies" in chosen[labels[1]]
    assert f"county={county.code}" in chosen[labels[2]]
    assert chosen["全部取消"] == "?q=酒席"


def test_a_filter_that_leaves_nothing_is_named_all_the_same(village, search):
    page = search(q="酒席", kind="household", county="539999")
    assert [link.split(" ")[1] for link in list(chips(page, "search__chosen"))[:2]] == [
        "示范户",
        "539999",
    ]


def test_other_names_that_were_looked_for_are_links_to_them_alone(village, search):
    Synonym.objects.all().delete()
    Synonym.objects.create(words="份子钱、礼金、酒席、随份")
    page = search(q="份子钱")
    told = chips(page, "search__also")
    assert list(told) == ["酒席", "礼金", "只找“份子钱”"]
    assert told["礼金"] == "?q=“礼金”"
    alone = search(q="“礼金”")
    assert [label.text for label in alone.select(".hit__label")] == ["第二条"]
    assert not alone.select(".search__also")
    assert not search(q=told["只找“份子钱”"].removeprefix("?q=")).select(".hit")


def test_one_word_of_a_question_is_kept_to_by_its_link(village, search):
    Synonym.objects.all().delete()
    Synonym.objects.create(words="客事、酒席")
    told = chips(search(q="客事 报告"), "search__also")
    assert told["只找“客事”"] == "?q=“客事”+报告"


def test_related_words_are_told_where_the_search_fell_back_to_them(village, search):
    Synonym.objects.create(words="份例、礼金", related=True)
    page = search(q="份例")
    assert page.select(".hit")
    assert "相关的：" in page.select_one(".search__also").text
    assert "礼金" in chips(page, "search__also")


def test_words_one_by_one_where_nothing_has_them_all(village, search):
    page = search(q="礼金 飞机")
    assert page.select(".search__relaxed")
    assert not page.select(".search__parts")[1:]
    assert chips(page, "search__parts") == {"礼金 1 条": "?q=礼金"}


@pytest.mark.parametrize("typed", ["jiuxi", "jiu xi", "JiuXi"])
def test_pinyin_of_a_word_is_read_as_the_word(village, search, typed):
    page = search(q=typed)
    assert not page.select(".hit")
    assert "酒席 2 条" in chips(page, "search__nearest")


def test_pinyin_does_not_tell_words_of_drafts(village, search):
    CovenantPageFactory(live=False, articles=("严禁盗挖古树。",))
    outbox.drain(wait=True)
    assert "daowa" not in search(q="daowa").select_one(".search__nothing").text
    assert not search(q="daowa").select(".search__nearest")


def test_quoted_words_that_nowhere_stand_together_are_offered_without_quotes(village, search):
    page = search(q="“酒席从简不超过十五桌”")
    assert not page.select(".hit")
    assert search(q="“桌酒席”").select_one(".search__nearest a")["href"] == "?q=桌酒席"


@pytest.mark.parametrize("typed", ["飞机", "？？？", "，", "“飞机”"])
def test_nothing_found_is_never_a_dead_end(village, search, typed):
    page = search(q=typed)
    assert not page.select(".hit")
    assert len(page.select(".search__kinds a")) == 9
    assert page.select(f'.search__elsewhere a[href="{reverse("home:find_place")}"]')
    assert "村（居）民委员会" in page.select_one(".search__tips").text
    questions = chips(page.select_one(".search__questions"))
    assert questions
    for text in questions:
        assert search(q=text).select(".hit"), text


def test_questions_to_ask_next_keep_the_place_and_find_something_there(backend, search):
    CommonQuestion.objects.all().delete()
    for text, topics in (
        ("酒席最多几桌", ""),
        ("礼金最多多少", "酒席、红事"),
        ("养狗要拴绳吗", "狗"),
        ("彩礼最多多少", "酒席"),
    ):
        CommonQuestion.objects.create(text=text, topics=topics)
    here = VillagePageFactory()
    articles = ("酒席不超过十桌。", "礼金不超过一百元。", "养狗要拴绳。")
    CovenantPageFactory(parent=here, articles=articles)
    CovenantPageFactory(articles=("彩礼不攀比。",))
    outbox.drain(wait=True)
    page = search(q="酒席几桌", kind="covenant", village=here.code, sort="newest")
    asked = chips(page.select_one(".search__questions"))
    assert list(asked) == ["礼金最多多少", "养狗要拴绳吗"]
    assert asked["礼金最多多少"] == f"?q=礼金最多多少&village={here.code}"
    assert "彩礼最多多少" in chips(search(q="酒席几桌").select_one(".search__questions"))


def test_empty_box_begins_with_what_is_asked_often(village, search):
    assert "办酒席最多几桌" in chips(search().select_one(".search__questions"))


def test_empty_box_stands_though_the_index_cannot_be_read(village, backend, client):
    backend.directory.swap(backend.directory.new_generation())
    for toc in backend.directory.current().glob("*.toc"):
        toc.write_bytes(b"broken")
    assert client.get(reverse("search:search")).status_code == 200


def test_links_leave_out_what_is_empty_and_keep_han_characters(village, search):
    page = search(q="酒席", county="", kind="", tag="", page="2", sort="")
    for link in page.select(".facets a, .search__order a, .search__also a"):
        assert "%" not in link["href"]
        assert "=&" not in link["href"]
        assert "page=" not in link["href"]


def test_no_parameter_breaks_out_of_a_link(village, search):
    page = search(q='酒席"><b>&kind=place#x', tag="a&b=c")
    for link in page.select(".search a[href^='?']"):
        assert "<" not in link["href"]
        assert "#" not in link["href"]
        assert "&b=c" not in link["href"]


def test_trouble_keeps_the_question_and_leads_on(village, backend, client):
    backend.directory.swap(backend.directory.new_generation())
    for toc in backend.directory.current().glob("*.toc"):
        toc.write_bytes(b"broken")
    response = client.get(reverse("search:search"), {"q": "酒席 & 礼金"})
    page = BeautifulSoup(response.content, "html.parser")
    again = page.select_one("main a.button")["href"]
    assert client.get(again).context["result"].query == "酒席 & 礼金"
    assert page.select(f'.search__elsewhere a[href="{reverse("home:find_place")}"]')


def test_who_asks_too_often_is_told_what_to_do(village, client, settings):
    settings.RATE_LIMITS = {"search": (1, 60)}
    for _ in range(3):
        response = client.get(reverse("search:search"), {"q": "酒席"}, REMOTE_ADDR="203.0.113.9")
    assert response.status_code == 429
    page = BeautifulSoup(response.content, "html.parser")
    assert page.select_one("[role=alert]")
    assert page.select(".search__elsewhere a")


def test_queries_of_the_page_do_not_grow(backend, client, django_assert_max_num_queries):
    def fill(number):
        for index in range(number):
            CovenantPageFactory(articles=(f"第{index}条街的酒席不超过{index + 5}桌。",))
        outbox.drain(wait=True)
        client.get(reverse("search:search"), {"q": "酒席几桌"})

    fill(4)
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("search:search"), {"q": "酒席几桌"})
    bound = len(few)
    fill(20)
    with django_assert_max_num_queries(bound):
        response = client.get(reverse("search:search"), {"q": "酒席几桌"})
    assert len(gzip.compress(response.content)) < 8_000
