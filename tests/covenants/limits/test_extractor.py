"""What the extractor promises of any text: places, layout, bounded work, the site's own words."""

import sys
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.limits import SHIPPED, Matter, Measure, Vocabulary, find_limits
from covenants.limits.extractor import LONGEST
from covenants.limits.lines import lines_of
from covenants.models import Provision

WORDS = st.lists(
    st.sampled_from(
        [
            *(
                "酒席",
                "每桌",
                "礼金",
                "彩礼",
                "烟",
                "酒",
                "丧事",
                "不超过",
                "以内",
                "以上的",
                "左右",
            ),
            *(
                "15",
                "十至十五",
                "1.5万",
                "半",
                "一",
                "桌",
                "元",
                "天",
                "米",
                "人",
                "，",
                "。",
                "：",
                "\t",
            ),
            *("≤", "/盒", "不收", "其他", "第", "年", "月", "日", "—", "𥔲", "\n", " ", "(", "."),
        ]
    ),
    max_size=40,
).map("".join)
ITEMS = st.recursive(
    st.just([]),
    lambda below: st.lists(
        st.fixed_dictionaries(
            {"label": st.sampled_from(["", "（一）"]), "text": WORDS, "items": below}
        ),
        max_size=3,
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None, derandomize=True)
@given(WORDS, ITEMS, WORDS)
def test_places_are_those_of_the_provision_and_numbers_are_ordered(text, items, context):
    plain = Provision(text=text, items=items).plain_text
    assert "\n".join(line.text for line in lines_of(text, items)) == plain
    for line in lines_of(text, items):
        assert plain[line.start :].startswith(line.text)
    for limit in find_limits(text, items, context):
        assert 0 <= limit.start < limit.end <= len(plain)
        assert "\n" not in plain[limit.start : limit.end]
        assert limit.upper is None or limit.upper > limit.value


@pytest.mark.parametrize(
    "written",
    ["二十桌", "20桌", "２０桌", "贰拾桌", "二〇桌", "20 桌"],
)
def test_one_number_however_written(written):
    text = f"酒席不超过{written}。"
    (limit,) = find_limits(text)
    assert limit.value == 20
    assert text[limit.start : limit.end] == written


@pytest.mark.parametrize(
    ("written", "comparator"),
    [
        *(
            (f"{words}十桌", "<=")
            for words in ("不超过", "不得超过", "不高于", "最多", "≤", "不多于")
        ),
        *((f"十桌{words}", "<=") for words in ("以内", "以下", "封顶", "为限")),
        *((f"{words}十桌", ">=") for words in ("不少于", "至少", "≥", "不得低于")),
        ("十桌左右", "~"),
        ("<十桌", "<"),
        ("一般为十桌", "="),
        ("十桌", "="),
    ],
)
def test_every_way_of_binding(written, comparator):
    (limit,) = find_limits(f"酒席{written}。")
    assert (limit.comparator, limit.value) == (comparator, 10)


def test_conditions_above_a_list_hold_for_its_items():
    items = [{"label": "（一）", "text": "酒席不超过十桌；", "items": []}]
    (limit,) = find_limits("两个子女的家庭办喜事：", items)
    assert set(limit.scope) == {"红事", "两个子女"}


def test_the_chapter_tells_whose_days_they_are():
    assert find_limits("时间不超过两天。", context="治丧")[0].matter == "funeral_days"
    assert find_limits("时间不超过两天。", context="婚事新办")[0].matter == "wedding_days"
    assert find_limits("时间不超过两天。", context="环境卫生")[0].matter == "deadline"


def test_words_that_editors_add_are_found():
    wreath = Measure("wreath", "花圈数", "个", ())
    wreaths = Matter("wreaths", "花圈", ("wreath",), ("花圈",))
    own = Vocabulary((*SHIPPED.measures, wreath), (*SHIPPED.matters, wreaths))
    text = "花圈不超过四个，酒席不超过十桌。"
    assert [x.matter for x in find_limits(text)] == ["feast_tables"]
    found = find_limits(text, vocabulary=own)
    assert [(x.matter, x.value) for x in found] == [("wreaths", 4), ("feast_tables", 10)]


def test_a_synonym_taken_away_is_no_longer_looked_for():
    matters = [m for m in SHIPPED.matters if m.key != "money"]
    matters = [replace(m, words=("聘礼",)) if m.key == "bride_price" else m for m in matters]
    own = Vocabulary(SHIPPED.measures, tuple(matters))
    assert find_limits("彩礼不超过六万元。", vocabulary=own) == []
    assert find_limits("聘礼不超过六万元。", vocabulary=own)[0].value == Decimal(60000)


def test_without_words_there_is_nothing_to_find():
    assert find_limits("酒席不超过十桌，烟不过二十。", vocabulary=Vocabulary((), ())) == []


def steps(text):
    """Python lines executed while reading."""
    count = 0

    def trace(frame, event, argument):
        nonlocal count
        count += event == "line"
        return trace

    before = sys.gettrace()
    sys.settrace(trace)
    try:
        find_limits(text)
    finally:
        sys.settrace(before)
    return count


@pytest.mark.parametrize("shape", ["酒席不超过15桌", "不超过3桌，", "每户", "10桌以上", "1", "："])
def test_steps_grow_with_the_length(shape):
    once, twice = steps(shape * 200), steps(shape * 400)
    assert twice <= 2.3 * once + 2000


def test_an_article_no_rule_is_as_long_as_is_passed_over():
    assert find_limits("酒席不超过十桌。" * LONGEST) == []
