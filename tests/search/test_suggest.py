"""What is offered while typing, to whom how often, and that nothing hidden shows through."""

import pytest
from django.urls import reverse
from wagtail.models import PageViewRestriction

from search import outbox
from search.lexicon import Vocabulary
from search.models import CommonQuestion
from tests.factories import (
    CountyPageFactory,
    CovenantPageFactory,
    GroupPageFactory,
    TownshipPageFactory,
    VillagePageFactory,
)


@pytest.fixture
def place(backend, db):
    county = CountyPageFactory(name="楚城市", code="539901")
    township = TownshipPageFactory(parent=county, name="鹿城镇", code="539901100")
    village = VillagePageFactory(parent=township, name="山嘴子村民委员会", code="539901100201")
    articles = (
        "酒席不超过十桌，酒席剩菜打包。",
        "礼金不超过一百元。",
        "养狗要拴绳，采伐林木先办证。",
    )
    CovenantPageFactory(parent=village, articles=articles)
    outbox.drain(wait=True)
    return village


@pytest.fixture
def suggest(client):
    def get(typed):
        outbox.drain(wait=True)
        response = client.get(reverse("search:suggest"), {"q": typed})
        assert response.status_code == 200
        return response.json()["suggestions"]

    return get


def texts(found, kind):
    return [suggestion["text"] for suggestion in found if suggestion["type"] == kind]


@pytest.mark.parametrize("typed", ["鹿", "鹿城", "lucheng", "luch", "lc", "LC", "鹿城鎮"])
def test_places_by_character_pinyin_and_initials(place, suggest, typed):
    found = [s for s in suggest(typed) if s["type"] == "place"]
    assert found[0]["text"] == "鹿城镇"
    assert found[0]["detail"] == "楚城市"
    assert found[0]["url"] == place.get_parent().url


def test_village_shows_county_and_township(place, suggest):
    found = next(s for s in suggest("szz") if s["type"] == "place")
    assert (found["text"], found["detail"]) == ("山嘴子村", "楚城市 · 鹿城镇")


@pytest.mark.parametrize("typed", ["酒", "酒席", "jiux", "jx", "ｊｉｕｘｉ"])
def test_words_with_the_number_of_pages(place, suggest, typed):
    CovenantPageFactory(articles=("酒席从简。",))
    word = next(s for s in suggest(typed) if s["text"] == "酒席")
    assert (word["type"], word["count"], word["note"]) == ("word", 2, "2 条")
    assert word["url"].startswith(reverse("search:search"))


def test_the_last_word_is_completed(place, suggest):
    assert "林木采伐" in texts(suggest("林木采"), "word")


def test_synonyms_are_offered_though_no_text_has_them(place, suggest):
    found = next(s for s in suggest("份子") if s["text"] == "份子钱")
    assert "礼金" in found["detail"]


@pytest.mark.parametrize("typed", ["酒席", "办酒", "bjx", "banjiu"])
def test_common_questions(place, suggest, typed):
    assert "办酒席最多几桌" in texts(suggest(typed), "question")


def test_a_question_without_an_answer_is_not_offered(place, suggest):
    CommonQuestion.objects.create(text="飞机几点飞")
    assert texts(suggest("飞机"), "question") == []


def test_a_word_of_drafts_or_restricted_pages_is_not_offered(place, suggest):
    CovenantPageFactory(live=False, articles=("严禁盗挖古树。",))
    hidden = CovenantPageFactory(articles=("爱护龙潭，不倒灶灰。",))
    assert texts(suggest("龙潭"), "word") == ["龙潭"]
    PageViewRestriction.objects.create(page=hidden, restriction_type=PageViewRestriction.LOGIN)
    for typed in ("龙", "龙潭", "longtan", "盗", "daowa", "古"):
        assert not {"龙潭", "盗挖", "古树"} & set(texts(suggest(typed), "word")), typed


def test_a_word_of_what_has_ended_is_not_offered(place, suggest):
    page = CovenantPageFactory(articles=("爱护龙潭。",))
    edition = page.shown_edition
    edition.end(edition.effective_from, edition.REPEALED)
    outbox.touch(type(page), [page.pk])
    assert texts(suggest("龙潭"), "word") == []


def test_samples_only_where_samples_are_shown(place, suggest, settings):
    county = place.get_parent().get_parent().specific
    county.sample = True
    county.save()
    for page in place.get_children():
        page.specific.save()
    assert suggest("酒席")
    settings.CUNYUE_SAMPLE = False
    assert suggest("酒席") == []
    assert texts(suggest("鹿城"), "place") == []


@pytest.mark.parametrize(
    "typed", ["", " ", "*", "酒" * 5000, "\x00", '"', "AND", "🀄", "a" * 500, "%", "_", "'"]
)
def test_whatever_is_typed_is_answered(place, suggest, typed):
    assert len(suggest(typed)) <= 8


def test_at_most_eight(place, suggest):
    for number in range(12):
        VillagePageFactory(parent=place.get_parent(), name=f"鹿城{number}村民委员会")
    for number in range(12):
        CommonQuestion.objects.create(text=f"酒席问题{number}")
    assert len(suggest("鹿城")) <= 8
    assert len(suggest("酒席")) <= 8


def test_database_queries_do_not_grow(place, client, django_assert_num_queries):
    def ask():
        return client.get(reverse("search:suggest"), {"q": "酒"})

    ask()
    with django_assert_num_queries(4):
        ask()
    for _ in range(15):
        CovenantPageFactory(articles=("酒席从简，酒后不开车，酒水自备。",))
    outbox.drain(wait=True)
    with django_assert_num_queries(4):
        ask()


def test_unreadable_index_offers_nothing(place, backend, client):
    for toc in backend.directory.current().glob("*.toc"):
        toc.write_bytes(b"broken")
    response = client.get(reverse("search:suggest"), {"q": "酒"})
    assert (response.status_code, response.json()) == (503, {"suggestions": []})


def test_answer_is_kept_out_of_other_search_engines(place, client):
    response = client.get(reverse("search:suggest"), {"q": "酒"})
    assert response["X-Robots-Tag"] == "noindex"
    assert client.post(reverse("search:suggest")).status_code == 405


@pytest.mark.parametrize("name", ["search", "suggest"])
def test_one_client_asks_so_often_and_no_more(place, client, settings, name):
    settings.RATE_LIMITS = {name: (3, 60)}
    address = reverse(f"search:{name}")
    client.defaults["REMOTE_ADDR"] = "203.0.113.8"
    answers = [client.get(address, {"q": "酒席"}).status_code for _ in range(20)]
    assert answers[0] == 200
    assert answers.count(200) in (3, 6)
    response = next(r for _ in range(5) if (r := client.get(address)).status_code == 429)
    assert 0 < int(response["Retry-After"]) <= 60
    assert response["X-Robots-Tag"] == "noindex"
    assert "快了" in response.content.decode()
    other = client.get(address, {"q": "酒席"}, REMOTE_ADDR="203.0.113.9")
    assert other.status_code == 200


@pytest.mark.parametrize("proxy", ["127.0.0.1", "::1", "::ffff:127.0.0.1", ""])
def test_residents_behind_a_proxy_that_was_not_counted_do_not_share_one_bound(
    place, client, settings, proxy
):
    settings.RATE_LIMITS = {"suggest": (3, 60)}
    client.defaults["REMOTE_ADDR"] = proxy
    answers = [
        client.get(
            reverse("search:suggest"), {"q": "村"}, headers={"X-Forwarded-For": f"203.0.113.{n}"}
        )
        for n in range(10)
    ]
    assert {answer.status_code for answer in answers} == {200}


WORDS = Vocabulary(["彩礼", "礼金", "酒席", "砍伐", "理事会", "理事", "红白理事会"])


@pytest.mark.parametrize(
    ("typed", "word"),
    [("彩里", "彩礼"), ("里事会", "理事会"), ("九席", "酒席")],
)
def test_words_that_sound_the_same(typed, word):
    assert WORDS.sounding(typed) == [word]


@pytest.mark.parametrize(
    ("typed", "words"),
    [
        ("酒息", ["酒席"]),
        ("理事", ["理事会"]),
        ("理会事", ["理事", "理事会"]),
        ("红白理会", ["红白理事会"]),
        ("飞机", []),
        ("酒席", []),
    ],
)
def test_words_one_character_away(typed, words):
    assert WORDS.near(typed) == words


def test_a_group_is_no_place_without_its_village(place, suggest):
    GroupPageFactory(parent=place, number=3)
    found = next(s for s in suggest("第3") if s["type"] == "place")
    assert found["detail"] == "楚城市 · 鹿城镇 · 山嘴子村"
