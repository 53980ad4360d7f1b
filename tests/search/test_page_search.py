"""A resident types a few words and lands on the article that answers."""

import datetime
import json
from io import StringIO

import pytest
from django.core.management import call_command
from wagtail.models import PageViewRestriction

from search import outbox
from search.models import Synonym
from search.page_search import find_pages
from tests.factories import (
    ConsultationPageFactory,
    CouncilPageFactory,
    CountyPageFactory,
    CovenantPageFactory,
    FeaturePageFactory,
    TownshipPageFactory,
    VillagePageFactory,
    next_edition,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def place(backend):
    """A village of its own in a county of its own."""
    county = CountyPageFactory(name="青岩县", code="539901")
    township = TownshipPageFactory(parent=county, name="云台镇", code="539901100")
    return VillagePageFactory(parent=township, name="松林村民委员会", code="539901100201")


@pytest.fixture
def covenant(place):
    return CovenantPageFactory(
        parent=place,
        articles=(
            {"label": "第一条", "text": "爱护山林,严禁在封山育林区放牧牲畜。"},
            {"label": "第二条", "text": "婚丧嫁娶从简,酒席不超过十五桌,每桌不超过二百元。"},
            {"label": "第三条", "text": "酒席剩菜打包,不浪费粮食。"},
            {"label": "第四条", "text": "随礼不超过一百元。"},
        ),
    )


def find(text="", **options):
    outbox.drain(wait=True)
    return find_pages(text, **options)


def test_resident_lands_on_the_article_that_answers(covenant):
    for question in ("办酒席几桌", "客事几桌", "酒席能办多少桌", "酒席15桌", "酒席 十五桌"):
        result = find(question)
        assert not result.relaxed, question
        hit = result.hits[0]
        assert hit.kind == "covenant"
        assert hit.label == "第二条", question
        assert hit.url == f"{covenant.url}#{anchor(covenant, '第二条')}"
        assert "<mark>酒席</mark>" in hit.passage_html


def anchor(page, label: str) -> str:
    return page.shown_edition.provisions.get(label=label).anchor


def test_word_inside_a_clause_is_found(covenant):
    for word in ("放牧", "育林", "牲畜", "牧", "山育"):
        assert find(word).hits[0].label == "第一条", word


def test_number_in_either_script_is_marked(covenant):
    assert "<mark>十五桌</mark>" in find("15桌").hits[0].passage_html


def test_synonym_table_rules(covenant):
    Synonym.objects.all().delete()
    assert find("客事").count == 0
    Synonym.objects.create(words="客事、酒席")
    assert find("客事").hits[0].label == "第二条"


def test_all_words_before_some_words(covenant):
    assert not find("放牧 牲畜").relaxed
    some = find("放牧 飞机")
    assert some.relaxed
    assert some.hits[0].label == "第一条"
    parts = find("护林放牧队")
    assert parts.relaxed
    assert parts.hits[0].label == "第一条"
    nothing = find("飞机 轮船")
    assert (nothing.count, nothing.relaxed, nothing.hits) == (0, False, [])


def test_less_is_asked_for_but_not_a_single_common_character(covenant):
    assert find("播林村").count == 0


def test_phrase_in_quotes_stands_together(covenant):
    assert find("“封山育林区放牧”").count == 1
    assert find('"放牧封山"').count == 0
    assert find('"封山育林').count == 1


def test_drafts_restricted_and_unpublished_pages_are_hidden(place, covenant):
    draft = CouncilPageFactory(parent=place, live=False, articles=("草稿里的酒席。",))
    assert [hit.kind for hit in find("酒席").hits] == ["covenant"]
    restriction = PageViewRestriction.objects.create(
        page=covenant, restriction_type=PageViewRestriction.LOGIN
    )
    assert find("酒席").count == 0
    restriction.delete()
    assert find("酒席").count == 1
    covenant.unpublish()
    assert find("酒席").count == 0
    assert not draft.live


def test_unpublished_a_moment_ago_is_not_shown_though_the_index_still_has_it(covenant):
    find("酒席")
    covenant.unpublish()
    assert find_pages("酒席").hits == []


def test_sample_pages_only_where_samples_are_shown(place, covenant, settings):
    county = place.get_parent().get_parent().specific
    county.sample = True
    county.save()
    covenant.save()
    assert find("酒席").count == 1
    settings.CUNYUE_SAMPLE = False
    assert find("酒席").count == 0


def test_facets_count_what_they_would_leave(place, covenant):
    other = CountyPageFactory(name="白鹤县", code="539902")
    elsewhere = VillagePageFactory(parent=TownshipPageFactory(parent=other), name="河边村民委员会")
    CovenantPageFactory(
        parent=elsewhere, articles=("酒席十桌。",), adopted_on=datetime.date(2021, 3, 1)
    )
    CouncilPageFactory(parent=elsewhere, articles=("酒席要先报告。",))
    result = find("酒席")
    assert result.count == 3
    assert {(v.value, v.count) for v in result.facets["kind"]} == {
        ("covenant", 2),
        ("ceremonies", 1),
    }
    assert {(v.value, v.label, v.count) for v in result.facets["county"]} == {
        ("539901", "青岩县", 1),
        ("539902", "白鹤县", 2),
    }
    assert {(v.value, v.count) for v in result.facets["year"]} == {("2023", 2), ("2021", 1)}

    narrowed = find("酒席", county="539902", kind="covenant")
    assert narrowed.count == 1
    assert {(v.value, v.count) for v in narrowed.facets["kind"]} == {
        ("covenant", 1),
        ("ceremonies", 1),
    }
    assert {v.value for v in narrowed.facets["county"] if v.selected} == {"539902"}
    assert {v.label for v in narrowed.facets["township"]} == {elsewhere.get_parent().title}
    assert find("酒席", year=2021).count == 1
    assert find("酒席", county="539999").count == 0
    assert find("酒席", county="539999").count_anywhere == 3


def test_rule_in_force_stands_before_talk_of_it(place, covenant):
    ConsultationPageFactory(parent=place, title="商量办客", result="酒席不超过十二桌。")
    assert [hit.kind for hit in find("办酒席几桌").hits] == ["covenant", "consultation"]


def test_particles_are_not_marked(covenant):
    hit = find("我们的酒席").hits[0]
    assert "<mark>的</mark>" not in hit.passage_html
    assert "<mark>酒席</mark>" in hit.passage_html


def test_hits_tell_places_apart(covenant):
    assert find("放牧").hits[0].area == "青岩县 · 云台镇 · 松林村"


def test_places_are_found_by_name(place, covenant):
    hit = find("松林村").hits[0]
    assert (hit.kind, hit.url) == ("place", place.url)


def test_consultations_features_and_rules_have_their_kinds(place):
    ConsultationPageFactory(parent=place, title="火把节怎么办")
    FeaturePageFactory(title="火把节不铺张")
    assert {hit.kind for hit in find("火把节").hits} == {"consultation", "feature"}


def test_newest_edition_is_what_is_found(covenant):
    next_edition(covenant, "酒席不超过八桌。", effective_from=datetime.date(2024, 6, 1))
    assert find("15桌").relaxed or find("15桌").count == 0
    assert find("8桌").hits[0].title == covenant.title


def test_pages_of_results(place):
    for number in range(5):
        village = VillagePageFactory(parent=place.get_parent())
        CovenantPageFactory(parent=village, articles=(f"第{number}组养狗要拴绳。",))
    first, second = find("养狗", per_page=3), find("养狗", per_page=3, page=2)
    assert (first.count, first.pages) == (5, 2)
    urls = [hit.url for hit in (*first.hits, *second.hits)]
    assert len(urls) == len(set(urls)) == 5


def test_newest_first(place):
    for year in (2019, 2024, 2021):
        village = VillagePageFactory(parent=place.get_parent())
        CovenantPageFactory(
            parent=village,
            articles=("养狗要拴绳。" * (2025 - year),),
            adopted_on=datetime.date(year, 1, 1),
        )
    years = [value.value for value in find("养狗").facets["year"]]
    assert set(years) == {"2019", "2021", "2024"}
    assert len(find("养狗", sort="newest").hits) == 3


def test_queries_do_not_grow_with_hits(place, django_assert_max_num_queries):
    def make(count):
        for _ in range(count):
            village = VillagePageFactory(parent=place.get_parent())
            CovenantPageFactory(parent=village, articles=("养狗要拴绳。",))

    make(2)
    find("养狗")
    with django_assert_max_num_queries(5) as few:
        assert find_pages("养狗").count == 2
    make(12)
    find("养狗")
    with django_assert_max_num_queries(5) as many:
        assert len(find_pages("养狗").hits) == 14
    assert len(many) == len(few)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "*",
        "酒席 AND",
        "OR NOT (",
        "kind:covenant",
        "酒席~2^9",
        "[酒 TO 席]",
        '"',
        '""',
        "酒" * 5000,
        "\x00酒席\x00",
        "\ud800",
        "<script>alert(1)</script>",
        "' OR 1=1 --",
        "🀄" * 50,
        "\u202e酒席",
    ],
)
def test_hostile_queries_are_only_words(covenant, client, text):
    find()
    result = find_pages(text)
    assert all("<script" not in hit.passage_html + hit.title_html for hit in result.hits)
    command(text)


def test_operators_typed_by_accident_are_words(covenant):
    assert find("NOT 酒席").relaxed
    assert find("酒席*").count == find("酒席").count == 1


def test_markup_in_a_text_is_escaped(place):
    CovenantPageFactory(parent=place, articles=("酒席<script>alert(1)</script>&从简",))
    html = find("酒席").hits[0].passage_html
    assert html == "<mark>酒席</mark>&lt;script&gt;alert(1)&lt;/script&gt;&amp;从简"


def command(*arguments) -> dict:
    output = StringIO()
    call_command("find", *arguments, "--json", stdout=output)
    return json.loads(output.getvalue())


def test_command_prints_what_a_resident_would_find(covenant):
    find()
    found = command("办酒席几桌", "--kind", "covenant", "--county", "539901", "--limit", "1")
    assert set(found) == {"count", "took_ms", "relaxed", "hits", "facets"}
    assert (found["count"], found["relaxed"]) == (1, False)
    assert isinstance(found["took_ms"], int)
    assert found["hits"] == [
        {
            "title": covenant.title,
            "url": f"{covenant.url}#{anchor(covenant, '第二条')}",
            "area": "青岩县 · 云台镇 · 松林村",
            "kind": "covenant",
            "passage": "婚丧嫁娶从简,酒席不超过十五桌,每桌不超过二百元。",
            "label": "第二条",
            "same": 1,
        }
    ]
    assert set(found["facets"]) == {"kind", "county", "year", "tag"}
    assert found["facets"]["county"] == [{"value": "539901", "label": "青岩县", "count": 1}]


def test_command_finds_by_tag(covenant):
    covenant.tags.add("移风易俗")
    covenant.save()
    outbox.drain(wait=True)
    assert command("酒席")["facets"]["tag"] == [
        {"value": "移风易俗", "label": "移风易俗", "count": 1}
    ]
    assert find("酒席", tag="移风易俗").count == 1
    assert find("酒席", tag="移风").count == 0
