"""Names of places: what residents call them, how they are spelt and told apart."""

import csv
from pathlib import Path

import pytest

from villages import names

TABLE = Path(__file__).resolve().parents[2] / "villages/data/chuxiong_divisions.csv"


@pytest.fixture(scope="module")
def divisions():
    with TABLE.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


@pytest.mark.parametrize(
    ("official", "short", "shown", "community"),
    [
        ("山嘴子村民委员会", "山嘴子", "山嘴子村", False),
        ("新村村民委员会", "新村", "新村", False),
        ("东兴社区居民委员会", "东兴社区", "东兴社区", True),
        ("清河居民委员会", "清河", "清河社区", True),
        ("团山社区居委会", "团山社区", "团山社区", True),
        ("小村农村社区", "小村社区", "小村社区", True),
        ("松林村委会", "松林", "松林村", False),
        (" 鹿城镇 ", "鹿城镇", "鹿城镇", False),
        ("村民委员会", "村民委员会", "村民委员会", False),
        ("𥔲嘉社区居民委员会", "𥔲嘉社区", "𥔲嘉社区", True),
    ],
)
def test_names_of_villages_and_communities(official, short, shown, community):
    assert names.short_name(official) == short
    assert names.display_name(official) == shown
    assert names.is_community(official) is community


def test_a_village_and_the_community_it_becomes_share_their_core_name():
    spoken = [
        "岔河村民委员会",
        "岔河社区居民委员会",
        "岔河社区居委会",
        "岔河农村社区",
        "岔河居民委员会",
    ]
    assert {names.core_name(name) for name in spoken} == {"岔河"}


@pytest.mark.parametrize(
    ("text", "spelt"),
    [
        ("鹿城镇", "luchengzhen"),
        ("大箐", "daqing"),
        ("六苴镇", "liujuzhen"),
        ("石羊镇", "shiyangzhen"),
        ("一平浪镇", "yipinglangzhen"),
        ("吕合镇", "lvhezhen"),
        ("法脿", "fabiao"),
        ("𥔲嘉镇", "ejiazhen"),
        ("鄂嘉镇", "ejiazhen"),
        ("六把地", "liubadi"),
        ("长田", "changtian"),
        ("长梁子", "changliangzi"),
        ("里长堡社区", "lizhangbaoshequ"),
        ("民乐", "minle"),
        ("吉乐", "jile"),
        ("密什么", "mishime"),
        ("勒外", "lewai"),
        ("王朝", "wangchao"),
        ("双柏县", "shuangbaixian"),
        ("干海资", "ganhaizi"),
        ("适中乡", "shizhongxiang"),
        ("青岩县（示例）", "qingyanxian"),
        ("第3组", "di3zu"),
    ],
)
def test_pinyin_of_local_names(text, spelt):
    assert names.pinyin(text) == spelt


def test_initials():
    assert names.initials("鹿城镇") == "lcz"
    assert names.initials("一平浪镇") == "yplz"


def test_every_name_of_the_real_table_is_spelt_syllable_by_syllable(divisions):
    for row in divisions:
        short = names.short_name(row["name"])
        assert len(names.initials(short)) == len(short), short
        assert names.pinyin(short).isascii()
        assert names.pinyin(short).isalpha()


def test_readings_that_no_place_name_has(divisions):
    """The general dictionary reads 民乐 as minyue, 长田 as zhangtian, 什么 as shenme."""
    spelt = {
        names.short_name(r["name"]): names.pinyin(names.short_name(r["name"])) for r in divisions
    }
    wrong = {
        name: reading
        for name, reading in spelt.items()
        if ("乐" in name and "yue" in reading)
        or (name.startswith("长") and not reading.startswith("chang"))
        or ("什" in name and "shen" in reading)
        or ("六" in name and "lu" in reading.replace("lun", ""))
        or ("苴" in name and "ju" not in reading)
        or ("石" in name and "dan" in reading and "旦" not in name)
    }
    assert wrong == {}


def test_kinds_of_the_real_table(divisions):
    villages = [row["name"] for row in divisions if row["level"] == "5"]
    communities = [name for name in villages if names.is_community(name)]
    assert (len(villages), len(communities)) == (1106, 167)
    assert all(names.display_name(name).endswith("社区") for name in communities)
    assert not any(
        "委员会" in names.display_name(n) or "居委" in names.display_name(n) for n in villages
    )


@pytest.mark.parametrize(
    ("name", "number"),
    [
        ("第3组", 3),
        ("3组", 3),
        ("一组", 1),
        ("第十二村民小组", 12),
        ("二十组", 20),
        ("一百零三组", 103),
        ("第二十一居民小组", 21),
        ("大平地", None),
        ("松林一组", None),
        ("一平浪", None),
    ],
)
def test_number_in_a_groups_name(name, number):
    assert names.group_number(name) == number


def test_spellings_of_what_people_type():
    assert "liujuzhen" in names.spellings("Liu zuo zhen")
    assert "lvhezhen" in names.spellings("lühezhen")
    assert names.spellings("Da'yao")[0] == "dayao"


def test_full_area_name_leaves_out_what_is_missing():
    assert names.full_area_name(["大姚县", "", "石羊镇"]) == "大姚县 · 石羊镇"
