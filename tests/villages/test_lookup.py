"""Finding places by code, by characters, by pinyin and initials."""

import pytest
from django.test import override_settings

from tests.factories import (
    CountyPageFactory,
    GroupPageFactory,
    TownshipPageFactory,
    VillagePageFactory,
)
from villages.lookup import area_by_code, find_areas, plain_code
from villages.models import AreaAlias

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    county = CountyPageFactory(name="楚雄市", code="532301")
    town = TownshipPageFactory(parent=county, name="鹿城镇", code="532301101")
    liuju = TownshipPageFactory(parent=county, name="六苴镇", code="532326103")
    village = VillagePageFactory(parent=town, name="山嘴子村民委员会", code="532301101209")
    lvhe = VillagePageFactory(parent=town, name="吕合村民委员会", code="532301101210")
    group = GroupPageFactory(parent=village, name="鹿城坡", number=2)
    return {p.title: p for p in (county, town, liuju, village, lvhe, group)}


def titles(text, **options):
    return [area.title for area in find_areas(text, **options)]


@pytest.mark.parametrize(
    ("text", "first"),
    [
        ("鹿城", "鹿城镇"),
        ("鹿城镇", "鹿城镇"),
        ("lucheng", "鹿城镇"),
        ("lc", "鹿城镇"),
        ("LCZ", "鹿城镇"),
        ("lu cheng zhen", "鹿城镇"),
        ("liuju", "六苴镇"),
        ("liuzuo", "六苴镇"),
        ("六苴", "六苴镇"),
        ("shanzuizi", "山嘴子村"),
        ("shanzuizicun", "山嘴子村"),
        ("szz", "山嘴子村"),
        ("山嘴子村民委员会", "山嘴子村"),
        ("lvhe", "吕合村"),
        ("lühe", "吕合村"),
        ("luhe", "吕合村"),
        ("532301101209", "山嘴子村"),
        ("532301101000", "鹿城镇"),
        (" 楚雄 ", "楚雄市"),
    ],
)
def test_found_first(places, text, first):
    assert titles(text)[0] == first


@pytest.mark.parametrize("text", ["", "  ", "没有这里", "zzz", "532399101201", "%", "'; --", "\0"])
def test_nothing_found(places, text):
    assert titles(text) == []


def test_larger_places_first_and_no_more_than_asked_for(places):
    assert titles("lc") == ["鹿城镇", "鹿城坡"]
    assert titles("l", limit=1) == ["鹿城镇"]


def test_exact_match_stands_before_longer_ones(places):
    town = places["鹿城镇"]
    for number in range(40):
        VillagePageFactory(
            parent=town, name=f"大箐{'一二三四五六七八九十'[number % 10]}{number}村民委员会"
        )
    GroupPageFactory(parent=places["山嘴子村"], name="大箐", number=3)
    assert titles("大箐", limit=5)[0] == "大箐"
    assert titles("daqing", limit=5)[0] == "大箐"


def test_by_other_name_outside_the_basic_plane(places):
    AreaAlias.objects.create(area_id=places["鹿城镇"].pk, kind="name", value="𥔲嘉镇")
    assert titles("𥔲嘉") == ["鹿城镇"]


def test_unpublished_places_are_not_found(places):
    places["鹿城镇"].unpublish()
    assert area_by_code("532301101") is None
    assert "鹿城镇" not in titles("鹿城")


def test_sample_places_are_hidden_where_samples_are(places, client):
    county = CountyPageFactory(name="青岩县（示例）", code="532391", sample=True)
    town = TownshipPageFactory(parent=county, name="云台镇", code="532391101")
    assert area_by_code("532391101").pk == town.pk
    with override_settings(CUNYUE_SAMPLE=False):
        assert area_by_code("532391101") is None
        assert titles("yuntai") == []
        assert client.get("/v/532391101/").status_code == 404
        assert titles("lucheng") == ["鹿城镇", "鹿城坡"]


@pytest.mark.parametrize(
    ("code", "plain"),
    [
        ("532301000000", "532301"),
        ("532301101000", "532301101"),
        ("532301100000", "532301100"),
        ("532301000", "532301"),
        ("532301101209", "532301101209"),
        (" 532301 ", "532301"),
        ("5323", None),
        ("5323011", None),
        ("５３２３０１", None),
        ("lucheng", None),
        ("", None),
    ],
)
def test_plain_code(code, plain):
    assert plain_code(code) == plain


@pytest.mark.parametrize(
    "code", ["532301101209", "532301101088", "532301101", "532301101000", "532301000000"]
)
def test_permanent_address(places, client, code):
    village = places["山嘴子村"]
    AreaAlias.objects.create(area_id=village.pk, kind="code", value="532301101088")
    answer = client.get(f"/v/{code}/")
    assert answer.status_code == 302
    assert answer["Location"].startswith("/chuxiongshi/")
    assert answer["Location"].endswith("/shanzuizi/") == (code in ("532301101209", "532301101088"))


@pytest.mark.parametrize("code", ["532301101299", "1", "abc", "532301101209x", "%00", "0" * 400])
def test_unknown_address(places, client, code):
    assert client.get(f"/v/{code}/").status_code == 404


def test_code_given_on_means_its_present_holder(places):
    AreaAlias.objects.create(area_id=places["鹿城镇"].pk, kind="code", value="532301101209")
    assert area_by_code("532301101209").title == "山嘴子村"


def test_finding_costs_the_same_however_many_places(places, django_assert_max_num_queries):
    with django_assert_max_num_queries(3):
        find_areas("lc")
