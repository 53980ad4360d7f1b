"""What counts as the same passage: copies with other names do, other numbers and bans do not."""

import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search.signatures import passage_signature

SONGLIN = ("松林村民委员会", "云台镇", "青岩县")
DAQING = ("大箐社区居民委员会", "白河乡", "白鹤县", "第3村民小组")


def same(one, other, names=(), other_names=()):
    return passage_signature(one, names) == passage_signature(other, other_names)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("酒席不超过十桌。", "酒席 不超过10桌"),
        ("酒席不超过二百元", "酒席不超过２００元！"),
        ("護林防火，人人有責。", "护林防火,人人有责"),
        ("应当爱护山林。", "必须爱护山林"),
        ("办酒席要报告", "办酒席须报告"),
        ("严禁放牧", "不得放牧"),
        ("村民不得超过十桌", "村民不超过十桌"),
        ("本村村民都要爱护山林", "村民爱护山林"),
        ("彩礼一律不超过5万元", "彩礼不超过50000元"),
        ("WiFi 归集体", "ｗｉｆｉ归集体"),
    ],
)
def test_same_sense(one, other):
    assert same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("酒席不超过十桌", "酒席不超过八桌"),
        ("不得放牧", "可以放牧"),
        ("不得放牧", "放牧"),
        ("不需要报告", "不得报告"),
        ("应当报告", "不应当报告"),
        ("超过十桌", "不超过十桌"),
        ("礼金100元", "礼金100%"),
        ("烟≤20元", "烟≥20元"),
        ("1、2", "12"),
        ("村民和村干部", "村民或村干部"),
        ("礼金10.5元", "礼金105元"),
        ("放牛", "放羊"),
    ],
)
def test_other_sense(one, other):
    assert not same(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("松林村村民爱护山林", "大箐社区村民爱护山林"),
        ("松林村民委员会组织实施", "大箐居委会组织实施"),
        ("本村规民约自公布之日起施行", "大箐社区居民公约自公布之日起施行"),
        ("进了松林村都是一家", "进了大箐都是一家"),
        ("报云台镇人民政府备案", "报白河乡人民政府备案"),
        ("由青岩县公安局处理", "由白鹤县公安局处理"),
        ("三组村民爱护水源", "第3小组村民爱护水源"),
    ],
)
def test_own_names_make_no_difference(one, other):
    assert same(one, other, (*SONGLIN, "第三组"), DAQING)


def test_names_of_others_do_make_a_difference():
    assert not same("不得到松林村放牧", "不得到大箐村放牧", (), ())
    assert not same("第3组放水", "第4组放水", ("第3组",), ("第3组",))


def test_village_called_by_an_everyday_word_keeps_the_word():
    assert same("民族团结一家亲", "民族团结一家亲", ("团结村民委员会",), SONGLIN)
    assert same("团结村村民", "松林村村民", ("团结村民委员会",), SONGLIN)


@pytest.mark.parametrize("text", ["", "  ", "，。", "松林村"])
def test_nothing_said_has_no_signature(text):
    assert passage_signature(text, SONGLIN) == ""


def test_signature_is_the_same_in_every_process():
    code = (
        "from search.signatures import passage_signature as signature;"
        "print(signature('酒席不超过十桌', ['松林村']))"
    )
    environment = {"PYTHONPATH": "site", "PYTHONHASHSEED": "7"}
    found = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert found.stdout.strip() == passage_signature("酒席不超过十桌", ["松林村"])
    assert len(found.stdout.strip()) == 16


@given(st.text(), st.lists(st.text(max_size=8), max_size=3))
def test_any_text_has_a_signature_that_spaces_do_not_change(text, names):
    signature = passage_signature(text, names)
    assert len(signature) in (0, 16)
    assert passage_signature(f" {text}\n", names) == signature


@given(st.integers(1, 9999), st.integers(1, 9999))
def test_numbers_differ_by_value(one, other):
    first, second = f"酒席不超过{one}桌", f"酒席不超过 {other} 桌"
    assert (passage_signature(first) == passage_signature(second)) == (one == other)
