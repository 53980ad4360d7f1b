"""A resident types a few words and lands on the article that answers."""

import datetime
import json
import re
from io import StringIO
from pathlib import Path
from random import Random

import pytest
from django.core.management import call_command
from modelsearch.backends import get_search_backend
from wagtail.models import Page, PageViewRestriction

from search import outbox
from search.asked import Asked
from search.folding import HAN
from search.models import Synonym
from search.page_search import find_pages
from search.schema import text_fields
from tests.factories import (
    ConsultationPageFactory,
    CouncilPageFactory,
    CountyPageFactory,
    CovenantPageFactory,
    FeaturePageFactory,
    GroupPageFactory,
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


def test_a_place_chosen_by_its_former_code_can_be_let_go(place, covenant):
    county = place.get_parent().get_parent().specific
    county.code = "539902"
    county.save()
    result = find("酒席", county="539901")
    assert [(v.value, v.selected) for v in result.facets["county"]] == [("539902", True)]


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
    assert (first.count, first.has_next, second.has_next) == (5, True, False)
    urls = [hit.url for hit in (*first.hits, *second.hits)]
    assert len(urls) == len(set(urls)) == 5


def test_newest_first(place):
    days = [(2019, 5, 1), (2024, 3, 9), (2024, 3, 10), (2021, 1, 1)]
    for day in days:
        village = VillagePageFactory(parent=place.get_parent())
        CovenantPageFactory(
            parent=village,
            title="-".join(map(str, day)),
            articles=(f"{day[0]}年第{day[2]}回：养狗要拴绳。" * (2025 - day[0]),),
            adopted_on=datetime.date(*day),
            effective_from=datetime.date(*day),
        )
    found = [hit.title for hit in find("养狗", sort="newest").hits]
    assert found == ["2024-3-10", "2024-3-9", "2021-1-1", "2019-5-1"]


def villages_with(township, count, article):
    """That many villages, each with a covenant of one article; ``{}`` in it is the number."""
    made = []
    for number in range(count):
        village = VillagePageFactory(parent=township)
        made.append(CovenantPageFactory(parent=village, articles=(article.format(number),)))
    return made


@pytest.mark.parametrize("article", ["养狗要拴绳，第{}条街也一样。", "养狗要拴绳。"])
def test_queries_do_not_grow_with_pages_or_hits(
    place, article, django_assert_max_num_queries, django_assert_num_queries
):
    villages_with(place.get_parent(), 5, article)
    find("养狗", per_page=5)
    with django_assert_max_num_queries(11) as few:
        assert find_pages("养狗", per_page=5).count == 5
    villages_with(place.get_parent(), 45, article)
    find("养狗", per_page=5)
    with django_assert_num_queries(len(few)):
        assert find_pages("养狗", per_page=5).count == 50
    with django_assert_num_queries(len(few)):
        assert find_pages("养狗", per_page=20).count == 50


def test_copies_of_an_article_are_one_hit(place):
    copies = villages_with(place.get_parent(), 6, "酒席不超过十桌。")
    other = villages_with(place.get_parent(), 1, "酒席不超过八桌。")
    result = find("酒席几桌")
    assert (result.count, result.distinct, result.has_next) == (7, 2, False)
    assert sorted(hit.same for hit in result.hits) == [0, 5]
    hit = next(hit for hit in result.hits if hit.same)
    all_of_them = find("酒席几桌", same=hit.signature, per_page=4)
    assert (all_of_them.count, len(all_of_them.hits), all_of_them.has_next) == (6, 4, True)
    assert all(hit.passage == "酒席不超过十桌。" for hit in all_of_them.hits)
    rest = find("酒席几桌", same=hit.signature, per_page=4, page=2)
    titles = [hit.title for hit in (*all_of_them.hits, *rest.hits)]
    assert sorted(titles) == sorted(page.title for page in copies)
    assert other[0].title not in titles


def test_copies_with_other_names_are_one_hit(place):
    for name in ("大箐", "小箐", "白果坪"):
        village = VillagePageFactory(parent=place.get_parent(), name=f"{name}村民委员会")
        CovenantPageFactory(parent=village, articles=(f"{name}村村民应当爱护山林，严禁放牧。",))
    assert [hit.same for hit in find("放牧").hits] == [2]


def test_copies_are_counted_under_the_filters(place):
    villages_with(place.get_parent(), 3, "酒席不超过十桌。")
    elsewhere = CountyPageFactory(name="白鹤县", code="539902")
    villages_with(TownshipPageFactory(parent=elsewhere), 2, "酒席不超过十桌。")
    assert [hit.same for hit in find("酒席").hits] == [4]
    narrowed = find("酒席", county="539902")
    assert [hit.same for hit in narrowed.hits] == [1]
    assert narrowed.count == 2


def test_a_better_article_is_not_hidden_behind_a_common_one(place):
    """Many share an article with a part of what is asked; the one that answers still shows."""
    for number in range(30):
        village = VillagePageFactory(parent=place.get_parent())
        articles = ["酒席从简。", "桌椅爱惜。", "其他事项大家商量。" * 20]
        if number == 29:
            articles += ["酒席不超过十桌。"]
        CovenantPageFactory(parent=village, articles=articles)
    result = find("酒席几桌")
    assert "十桌" in result.hits[0].passage


def test_pages_found_by_their_title_are_not_made_one(place):
    villages_with(place.get_parent(), 4, "本村规民约自公布之日起施行。")
    assert len(find("村规民约").hits) == 4


def test_pages_of_results_never_repeat(place):
    villages_with(place.get_parent(), 30, "养狗要拴绳，第{}条街也一样。")
    villages_with(place.get_parent(), 20, "养狗要登记。")
    seen = []
    for page in range(1, 20):
        result = find("养狗", per_page=4, page=page)
        seen += [hit.url for hit in result.hits]
        if not result.has_next:
            break
    assert len(seen) == len(set(seen)) == 31
    assert result.count == 50


def test_own_village_comes_first_and_is_never_a_copy_of_another(place):
    villages_with(place.get_parent(), 5, "养狗要拴绳。")
    own = VillagePageFactory(parent=place.get_parent(), code="539901100299")
    articles = ("养狗要拴绳。", "其余各条照旧，大家商量着办，互相体谅。" * 5)
    covenant = CovenantPageFactory(parent=own, articles=articles)
    group = GroupPageFactory(parent=own, number=3)
    of_group = CovenantPageFactory(parent=group, articles=("养狗要拴绳，小娃面前抱起来。",))
    of_other = CovenantPageFactory(
        parent=GroupPageFactory(parent=own, number=4), articles=("养狗要拴绳，夜里关好。",)
    )

    def first(**options):
        return [(hit.url.partition("#")[0], hit.own) for hit in find("养狗", **options).hits]

    assert (covenant.url, "village") not in first()
    at_village = first(near="539901100299")
    assert set(at_village[:3]) == {(page.url, "village") for page in (covenant, of_group, of_other)}
    at_group = first(near="539901100299-3")
    assert at_group[:2] == [(of_group.url, "group"), (covenant.url, "village")]
    assert (of_other.url, "") in at_group[2:]
    assert first(near="539999999999") == first(near="539901100299-77") == first()


def test_own_village_gains_but_does_not_win_where_nothing_has_all(place):
    near = VillagePageFactory(parent=place.get_parent(), code="539901100299")
    rest = "其余各条照旧，大家商量着办，互相体谅。" * 5
    own = CovenantPageFactory(parent=near, articles=("放牧要有人跟着。", rest))
    other = CovenantPageFactory(parent=place, articles=("放牧挂铃铛，不进幼林。",))

    def first(text, **options):
        result = find(text, **options)
        assert result.relaxed
        return result.hits[0].url.partition("#")[0]

    assert first("放牧 飞机") == other.url
    assert first("放牧 飞机", near="539901100299") == own.url
    assert first("放牧 铃铛 飞机", near="539901100299") == other.url


def test_a_telling_character_left_out_leads_on(place):
    CovenantPageFactory(parent=place, articles=("新邻居来了陪着办证。",))
    dogs = CovenantPageFactory(
        parent=VillagePageFactory(parent=place.get_parent(), code="539901100299"),
        articles=("养狗的按规定登记。",),
    )
    result = find("狗要办证不")
    assert result.widened
    assert dogs.url in [hit.url.partition("#")[0] for hit in result.hits]


def test_only_what_is_in_force_unless_asked(place):
    old, new = villages_with(place.get_parent(), 2, "第{}组养狗要拴绳。")
    old.editions.update(ended_on=datetime.date(2024, 1, 1), ended_reason="repealed")
    outbox.touch(type(old), [old.pk])
    result = find("养狗")
    assert (result.count, result.ended) == (1, 1)
    assert [hit.title for hit in result.hits] == [new.title]
    everything = find("养狗", ended=True)
    assert {(hit.title, hit.ended) for hit in everything.hits} == {
        (old.title, True),
        (new.title, False),
    }


def test_whole_words_rank_before_characters_that_touch(place):
    """火把 is a word; in 灶火把关 the two characters belong to different words."""
    for number in range(3):
        villages_with(place.get_parent(), 1, f"灶火把关要严，第{number}户也一样。")
    villages_with(place.get_parent(), 1, "过节时耍火把，在场坝里，不进林子，不靠近草堆。")
    first = find("火把").hits[0]
    assert "耍火把" in first.passage


def test_a_character_that_is_a_word_ranks_before_one_inside_a_word(place):
    villages_with(place.get_parent(), 1, "议事会由五人组成，议事会每季度议一次。")
    villages_with(place.get_parent(), 1, "新来的人慢慢学，谁会谁来教，大家都不吃亏。")
    assert "谁会" in find("会").hits[0].passage


def test_places_are_found_by_pinyin_and_initials(place):
    assert find("songlin").hits[0].title == "松林村"
    assert find("sl").hits[0].title == "松林村"
    assert find("qingyan").hits[0].title == "青岩县"
    assert find("QINGYANXIAN").hits[0].title == "青岩县"
    assert find("yuntai").hits[0].title == "云台镇"
    assert find("yt").hits[0].title == "云台镇"
    assert find("zzzz").count == 0


SAMPLE = Path(__file__).parents[2] / "home" / "sample" / "rules"


def test_every_substring_of_an_article_is_found(place):
    """1 to 4 Han characters from anywhere in an article, mid-clause and mid-number."""
    files = sorted(SAMPLE.glob("*/covenant-1.txt"))[:12]
    texts = {}
    for file in files:
        lines = [line for line in file.read_text("utf-8").splitlines() if line.strip()]
        village = VillagePageFactory(parent=place.get_parent())
        page = CovenantPageFactory(parent=village, articles=lines[1:])
        texts[page.pk] = [p.plain_text for p in page.shown_edition.provisions.all()]
    outbox.drain(wait=True)
    evaluator, snapshot = get_search_backend().evaluate(text_fields(Page))
    numbers = snapshot.numbers("number")
    random, wanted = Random(7), set()
    for pk, articles in texts.items():
        runs = [run for text in articles for run in re.findall(f"[{HAN}]+", text)]
        for length in (1, 2, 3, 4):
            long_enough = [run for run in runs if len(run) >= length]
            for run in random.choices(long_enough, k=40):
                start = random.randrange(len(run) - length + 1)
                wanted.add((run[start : start + length], pk))
    assert len(wanted) >= 1000
    missed = [
        (text, pk)
        for text, pk in sorted(wanted)
        if pk not in numbers[evaluator.match(Asked.from_text(text).strict()).docs]
    ]
    assert missed == []
    for text, _ in sorted(wanted)[::40]:
        assert find_pages(text).count >= 1, text


def test_number_in_either_script_finds_the_same(place):
    villages_with(place.get_parent(), 1, "酒席不超过8桌。")
    villages_with(place.get_parent(), 1, "酒席不得多于八桌。")
    villages_with(place.get_parent(), 1, "酒席不超过十八桌。")
    han, arabic = find("八桌"), find("8桌")
    assert [hit.title for hit in han.hits] == [hit.title for hit in arabic.hits]
    assert "十八桌" in han.hits[-1].passage


def test_script_and_width_make_no_difference(covenant):
    for one, other in (("隨禮", "随礼"), ("ＡＢＣ", "abc"), ("ABC", "abc")):
        assert find(one).count == find(other).count
    assert find("隨禮").hits[0].label == "第四条"


def test_shipped_synonyms(covenant):
    assert find("份子钱").hits[0].label == "第四条"


def test_wider_area_is_offered_where_nothing_is_found_here(place, covenant):
    neighbour = VillagePageFactory(parent=place.get_parent(), code="539901100288")
    CovenantPageFactory(parent=neighbour, articles=("养狗要拴绳。",))
    far = VillagePageFactory(parent=TownshipPageFactory(parent=CountyPageFactory()))
    CovenantPageFactory(parent=far, articles=("养狗要登记。",))
    filters = {"county": "539901", "township": "539901100", "village": "539901100201"}
    result = find("养狗", **filters)
    assert result.count == 0
    assert [(wider.label, wider.count) for wider in result.help.wider] == [("云台镇", 1), ("", 2)]
    assert result.help.wider[0].without == ("village",)


def test_nearest_words_are_offered(place, covenant):
    CovenantPageFactory(parent=VillagePageFactory(), articles=("严禁砍伐古树。", "彩礼不攀比。"))
    assert find("砍乏").help.nearest == [("砍伐", 1)]
    assert ("彩礼", 1) in find("彩里").help.nearest
    assert find("飞机").help.nearest == []


def test_a_word_of_drafts_alone_is_never_offered(place):
    CovenantPageFactory(parent=place, live=False, articles=("严禁砍伐古树。",))
    assert find("砍乏").help.nearest == []


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
            "same": 0,
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


def test_a_restricted_village_is_counted_nowhere_even_before_the_index_follows(place, covenant):
    find("酒席")
    with outbox.later():
        PageViewRestriction.objects.create(page=place, restriction_type="login")
        found = find_pages("酒席")
    assert (found.count, found.count_anywhere, found.hits) == (0, 0, [])
    assert not any(found.facets.values())


@pytest.mark.parametrize(
    ("text", "asked"),
    [
        ("酒席办三四桌即可。", "“四桌即可”"),
        ("第二十一条说的是礼金两三百元。", "“三百元”"),
        ("水费每吨3.5元。", "“3.5元”"),
    ],
)
def test_a_phrase_may_begin_inside_a_number(place, text, asked):
    CovenantPageFactory(parent=place, articles=(text,))
    CouncilPageFactory(parent=place, articles=("门票5元，罚3次。",))
    assert find("“3，5元”").count == find("“3 5元”").count
    assert find(asked).count == 1


def test_a_question_sign_inside_a_word_is_none(place):
    CovenantPageFactory(parent=place, articles=("茶叶种植要登记。",))
    assert not find("茶几").count


def test_signs_alone_in_quotation_marks_ask_nothing(covenant):
    found = find("酒席“……”")
    assert (found.count, found.relaxed) == (1, False)


def test_a_place_named_in_a_question_means_what_stands_there(place, covenant):
    other = VillagePageFactory(parent=place.get_parent(), name="大箐村民委员会")
    CovenantPageFactory(parent=other, title="规约", articles=("养狗要拴好。", "礼金不超过八十元。"))
    first = find("大箐随礼多少钱").hits[0]
    assert (first.title, first.label) == ("规约", "第2条")
    assert find("daqing 礼金").hits[0].title == "规约"
    assert find("大箐村").hits[0].kind == "place"


def test_what_goes_together_answers_where_the_word_itself_does_not(place):
    Synonym.objects.create(words="咬人、狂犬病", related=True)
    CovenantPageFactory(parent=place, articles=("酒席从简。", "打狂犬病疫苗。"))
    found = find("咬人哪个出钱")
    assert found.relaxed and found.hits[0].label == "第2条"
    assert not find("飞机咬人").hits[0].passage_html.count("<mark>飞机")


def test_a_few_that_say_it_all_come_first_and_others_follow(place):
    CovenantPageFactory(parent=place, articles=("结婚要报备桌数。",))
    CouncilPageFactory(parent=place, articles=("桌数由理事会记账。",))
    found = find("结婚报备桌数")
    assert found.widened and not found.relaxed
    assert found.hits[0].label == "第1条" and found.count == 2


def test_a_page_withdrawn_a_moment_ago_hides_none_of_its_copies(place):
    pages = [
        CovenantPageFactory(parent=VillagePageFactory(), articles=("养狗要拴绳。",))
        for _ in range(3)
    ]
    shown = find("养狗").hits[0].url.partition("#")[0]
    gone = next(page for page in pages if page.url == shown)
    Page.objects.filter(pk=gone.pk).update(live=False)
    hits = find_pages("养狗").hits
    assert len(hits) == 1 and hits[0].url.partition("#")[0] != shown
