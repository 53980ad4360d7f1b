"""The finder reads what people type: characters, pinyin, initials, mixtures, wider places first."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests import factories as make
from villages.area_labels import with_areas
from villages.lookup import find_areas
from villages.models import AreaAlias, AreaPage

pytestmark = pytest.mark.django_db
QUERIES = 9


def towns(tree):
    """Make places from {county: {township: {village: [group, …]}}}."""
    for county, townships in tree.items():
        county_page = make.CountyPageFactory(name=county)
        for township, villages in townships.items():
            township_page = make.TownshipPageFactory(parent=county_page, name=township)
            for village, groups in villages.items():
                page = make.VillagePageFactory(parent=township_page, name=village)
                for number, group in enumerate(groups, 1):
                    make.GroupPageFactory(parent=page, name=group, number=number)


@pytest.fixture
def prefecture(db):
    towns(
        {
            "楚雄市": {
                "鹿城镇": {"山嘴子村民委员会": ["老尖山", "大平地"], "东兴社区居民委员会": []},
                "吕合镇": {"吕合村民委员会": ["第1村民小组", "第2村民小组"]},
                "紫溪镇": {"岔河村民委员会": ["大平地"]},
                "西舍路镇": {"岔河村民委员会": []},
            },
            "双柏县": {"鄂嘉镇": {"鄂嘉社区居民委员会": [], "老厂村民委员会": []}},
            "大姚县": {"石羊镇": {"岔河村民委员会": []}, "三岔河镇": {"三岔河社区居民委员会": []}},
            "南华县": {"龙川镇": {"岔河村民委员会": [], "火星村民委员会": []}},
            "永仁县": {"中和镇": {"岔河村民委员会": ["岔河上组"], "中和村民委员会": []}},
            "武定县": {"白路镇": {"岔河村民委员会": []}, "狮山镇": {"九厂社区居民委员会": []}},
            "青岩县（示例）": {"云台镇": {"松林村民委员会": ["松林一组", "大平地"]}},
        }
    )
    town = AreaPage.objects.get(title="鄂嘉镇")
    AreaAlias.objects.create(area=town, kind="name", value="𥔲嘉镇")
    seat = AreaPage.objects.get(title="九厂社区")
    AreaAlias.objects.create(area=seat, kind="name", value="九厂村民委员会")


def names_of(text, **options):
    return [area.area_name for area in with_areas(find_areas(text, **options))]


# Read in one test: the prefecture takes a second to make, a case a hundredth.
FOUND_FIRST = [
    # characters: the name, with its kind, the official name, what people say for it
    ("山嘴子", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("山嘴子村", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("山嘴子村民委员会", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("山嘴子村委会", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("东兴", "楚雄市 · 鹿城镇 · 东兴社区"),
    ("东兴社区居委会", "楚雄市 · 鹿城镇 · 东兴社区"),
    ("嘴子", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("嘴", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("楚雄", "楚雄市"),
    ("双柏县", "双柏县"),
    ("老尖山", "楚雄市 · 鹿城镇 · 山嘴子村 · 老尖山"),
    # rare characters, other names, former names
    ("𥔲嘉", "双柏县 · 鄂嘉镇"),
    ("𥔲嘉镇", "双柏县 · 鄂嘉镇"),
    ("鄂嘉", "双柏县 · 鄂嘉镇"),
    ("鄂嘉社区", "双柏县 · 鄂嘉镇 · 鄂嘉社区"),
    ("ejia", "双柏县 · 鄂嘉镇"),
    ("ej", "双柏县 · 鄂嘉镇"),
    ("九厂村", "武定县 · 狮山镇 · 九厂社区"),
    ("九厂村委会", "武定县 · 狮山镇 · 九厂社区"),
    # traditional characters, wide letters, capitals, blanks, tones, ü
    ("雙柏", "双柏县"),
    ("龍川鎮", "南华县 · 龙川镇"),
    ("呂合", "楚雄市 · 吕合镇"),
    ("東興社區", "楚雄市 · 鹿城镇 · 东兴社区"),
    ("ＬＣＺ", "楚雄市 · 鹿城镇"),
    ("LUCHENG", "楚雄市 · 鹿城镇"),
    ("Lu Cheng Zhen", "楚雄市 · 鹿城镇"),
    ("  鹿 城  ", "楚雄市 · 鹿城镇"),
    ("lù chéng", "楚雄市 · 鹿城镇"),
    ("lǚ hé", "楚雄市 · 吕合镇"),
    ("lühe", "楚雄市 · 吕合镇"),
    ("lvhe", "楚雄市 · 吕合镇"),
    ("luhe", "楚雄市 · 吕合镇"),
    ("xi'she'lu", "楚雄市 · 西舍路镇"),
    # pinyin and initials, whole and begun, with the kind of place
    ("shanzuizi", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("shanzuizicun", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("shanzui", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("szz", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("szzc", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("sz", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("dongxing", "楚雄市 · 鹿城镇 · 东兴社区"),
    ("dxsq", "楚雄市 · 鹿城镇 · 东兴社区"),
    ("chuxiong", "楚雄市"),
    ("cx", "楚雄市"),
    ("longchuan", "南华县 · 龙川镇"),
    ("zhonghe", "永仁县 · 中和镇"),
    ("ljs", "楚雄市 · 鹿城镇 · 山嘴子村 · 老尖山"),
    # mixtures
    ("shan嘴", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("shan嘴子", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("s嘴z", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("山zuizi", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("山zz", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("shanzz", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("szuizi", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("zuizi", "楚雄市 · 鹿城镇 · 山嘴子村"),
    ("jianshan", "楚雄市 · 鹿城镇 · 山嘴子村 · 老尖山"),
    ("SHAN嘴", "楚雄市 · 鹿城镇 · 山嘴子村"),
    # the wider place first
    ("大姚岔河", "大姚县 · 石羊镇 · 岔河村"),
    ("大姚县岔河村", "大姚县 · 石羊镇 · 岔河村"),
    ("大姚 岔河", "大姚县 · 石羊镇 · 岔河村"),
    ("dayao chahe", "大姚县 · 石羊镇 · 岔河村"),
    ("石羊镇岔河", "大姚县 · 石羊镇 · 岔河村"),
    ("大姚县石羊镇岔河村", "大姚县 · 石羊镇 · 岔河村"),
    ("大姚县 · 石羊镇 · 岔河村", "大姚县 · 石羊镇 · 岔河村"),
    ("松林大平地", "青岩县（示例） · 云台镇 · 松林村 · 大平地"),
    ("云台 大平地", "青岩县（示例） · 云台镇 · 松林村 · 大平地"),
    ("青岩松林", "青岩县（示例） · 云台镇 · 松林村"),
    ("松林2组", "青岩县（示例） · 云台镇 · 松林村 · 大平地"),
    ("吕合二组", "楚雄市 · 吕合镇 · 吕合村 · 第2村民小组"),
    ("紫溪 dpd", "楚雄市 · 紫溪镇 · 岔河村 · 大平地"),
    ("楚熊岔河", "楚雄市 · 紫溪镇 · 岔河村"),
]
NOTHING_FOUND = [
    "没有这里",
    "xyzw",
    "zzzzzz",
    "嘴嘴",
    "qq嘴",
    "%",
    "_",
    "'; --",
    '"',
    "\0",
    "·",
    "（",
]
NOTHING_FOUND += ["9" * 60, "楚雄没有这里", "a" * 500, "岔" * 500, "[a-z]+", "山.*", "", "  "]


def test_what_was_meant_is_found_first(prefecture):
    answers = {text: names_of(text)[:1] for text, _first in FOUND_FIRST}
    wrong = {t: answers[t] for t, first in FOUND_FIRST if answers[t] != [first]}
    assert len(FOUND_FIRST) >= 60
    assert not wrong


def test_nothing_is_found_where_nothing_was_meant(prefecture):
    answers = {text: names_of(text) for text in NOTHING_FOUND}
    assert not {text: found for text, found in answers.items() if found}


def test_no_question_costs_more_than_a_few_queries(prefecture):
    costs = {}
    for text in [*(text for text, _first in FOUND_FIRST), *NOTHING_FOUND]:
        with CaptureQueriesContext(connection) as seen:
            find_areas(text)
        costs[text] = len(seen)
    assert max(costs.values()) <= QUERIES


def test_one_name_at_six_places_is_told_apart_by_county_and_township(prefecture):
    found = names_of("岔河")
    villages = [name for name in found if name.endswith(" · 岔河村")]
    assert len(set(villages)) == 6
    assert found[:6] == villages
    assert all(name.count(" · ") == 2 for name in villages)


def test_exact_stands_before_begun_before_inside(prefecture):
    found = names_of("岔河")
    assert found.index("永仁县 · 中和镇 · 岔河村 · 岔河上组") == 6
    assert found.index("大姚县 · 三岔河镇") > 6


def test_among_equals_the_readers_own_county_comes_first(prefecture):
    for home, first in [
        ("大姚县 · 三岔河镇 · 三岔河社区", "大姚县 · 石羊镇 · 岔河村"),
        ("武定县 · 狮山镇 · 九厂社区", "武定县 · 白路镇 · 岔河村"),
        ("永仁县 · 中和镇 · 中和村", "永仁县 · 中和镇 · 岔河村"),
    ]:
        near = find_areas(home)[0]
        assert names_of("岔河", near=near.path)[0] == first
        assert names_of("鹿城", near=near.path)[0] == "楚雄市 · 鹿城镇"


def test_no_more_is_given_than_asked_for(prefecture):
    assert len(find_areas("岔河", limit=3)) == 3
    assert len(find_areas("shan嘴", limit=1)) == 1


def test_costs_the_same_however_many_places(prefecture):
    def costs():
        counted = []
        for text in ("岔河", "chahe", "shan嘴", "大姚岔河", "没有这里"):
            with CaptureQueriesContext(connection) as seen:
                find_areas(text)
            counted.append(len(seen))
        return counted

    few = costs()
    towns({f"白鹤{n}县": {f"新{n}镇": {f"岔河{n}村民委员会": ["山嘴"]}} for n in range(12)})
    assert costs() == few
