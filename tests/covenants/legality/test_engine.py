"""What the engine reads, where it stops, and what takes the edge off a hit."""

import dataclasses
import datetime

import pytest

from covenants.legality import (
    AMBER,
    GREY,
    RED,
    Book,
    BookFault,
    Ground,
    PatternFault,
    Rule,
    find_hits,
    parse_patterns,
    shipped_book,
    whole_text_hits,
)
from covenants.legality.whole_text import WholeText


def levels(text, items=(), book=None):
    return [(hit.rule, hit.level) for hit in find_hits(text, items, book=book or shipped_book())]


@pytest.mark.parametrize(
    "text",
    [
        "违者罚款五十元。",
        "违者，罚 款 五十元。",
        "違者，罰款伍拾圓。",
        "违者罚款５０元。",
        "违者罚\n款五十元。",
        "违者罚\u200b款五十元。",
    ],
)
def test_spelling_hides_nothing(text):
    assert levels(text) == [("fine", RED)]


def test_places_are_those_of_the_plain_text():
    items = [{"label": "（一）", "text": "違者 罰 款５０元；", "items": []}]
    text = "下列行为从严处理："
    plain = f"{text}\n（一）違者 罰 款５０元；"
    (hit,) = find_hits(text, items, book=shipped_book())
    assert plain[hit.start : hit.end] == hit.match
    assert hit.match.startswith("罰 款")


@pytest.mark.parametrize(
    "text, expected",
    [
        ("由公安机关依法处以罚款。", [("fine", GREY)]),
        ("情节严重的，由公安机关给予治安处罚，并处罚款五百元。", [("fine", GREY)]),
        ("罚款由有关部门依法决定。", [("fine", GREY)]),
        ("罚款五百元，情节严重的移交公安机关依法处理。", [("fine", RED)]),
        ("由派出所依法处理，村委会再罚款五百元。", [("fine", RED)]),
        ("除由公安机关依法处理外，罚款五百元。", [("fine", RED)]),
        ("消防救援和公安机关会依法追究，轻则罚款。", [("fine", GREY)]),
        ("公安机关会依法追究，村里再罚款五百元。", [("fine", RED)]),
        ("村里会依法追究，轻则罚款。", [("fine", RED)]),
        ("任何人不得向村民罚款、收取押金。", []),
        ("不得乱倒垃圾，违者罚款五十元。", [("fine", RED)]),
        ("不得乱倒垃圾违者罚款五十元。", [("fine", RED)]),
        ("严禁非法搜身、扣押他人财物。", []),
        ("婚闹适可而止，不捆绑、不泼污。", []),
        ("村民有权上访，不得打击报复上访的村民。", []),
        ("任何人不得停发或者收回村民的承包地。", []),
        ("处理完了不得再去上访。", [("petition", RED)]),
        ("无证拉客被交通执法部门扣车罚款。", [("person_property", GREY), ("fine", GREY)]),
    ],
)
def test_what_takes_the_edge_off(text, expected):
    assert levels(text) == expected


def test_an_item_is_read_with_the_words_it_stands_under():
    items = [
        {"label": "（一）", "text": "低保；", "items": []},
        {"label": "（二）", "text": "勤劳。"},
    ]
    assert levels("违反本约的，停止享受以下待遇：", items) == [("welfare", RED)]
    forbidden = [{"label": "（一）", "text": "罚款；", "items": []}]
    assert levels("村组干部不得有下列行为：", forbidden) == []
    police = [{"label": "（一）", "text": "罚款；", "items": []}]
    assert levels("由公安机关依法给予：", police) == [("fine", GREY)]


def test_a_line_of_its_own_is_no_continuation():
    items = [{"label": "（一）", "text": "上访", "items": []}]
    assert levels("严禁赌博", items) == []


def test_one_hit_of_a_rule_for_each_sentence():
    assert levels("偷瓜罚款十元，偷鸡罚款二十元。偷牛罚款一百元。") == [("fine", RED)] * 2


def test_a_text_without_end_is_read_in_bounded_time_and_to_its_end_of_sentence():
    endless = "罚" * 100_000 + "由" * 100_000
    assert len(levels(endless)) <= 1


def book_of(**fields):
    rule = Rule(key="own", name="自定", level=AMBER, **fields)
    return Book((rule,), {"机关": "派出所、林业站"})


def test_groups_in_order_and_within_reach():
    ordered = book_of(patterns="狗 ＞4 拴")
    assert levels("狗要拴好。", book=ordered) == [("own", AMBER)]
    assert levels("拴好你的狗。", book=ordered) == []
    assert levels("狗在大门外面要拴好。", book=ordered) == []
    assert levels("拴好你的狗。", book=book_of(patterns="狗 ＋4 拴")) == [("own", AMBER)]
    assert levels("养狗，要拴。", book=ordered) == []
    assert levels("养狗的，白天黑夜都要拴。", book=book_of(patterns="狗 ＞ 拴")) == [("own", AMBER)]


def test_words_an_editor_types_are_words_and_nothing_else():
    book = book_of(patterns="(a|a)*$、.*、[罚")
    assert levels("a" * 5000 + "！", book=book) == []
    assert levels("写着 .* 的牌子。", book=book) == [("own", AMBER)]


@pytest.mark.parametrize(
    "text, code",
    [
        ("狗 ＞ ", "empty_group"),
        ("甲 ＞ 乙 ＞ 丙 ＞ 丁 ＞ 戊", "too_many_groups"),
        ("狗 ＞99 拴", "far"),
        ("经【上级】同意", "unknown_list"),
        ("经【上级同意", "stray_bracket"),
        ("长" * 30, "long_word"),
        ("\n".join(["甲"] * 50), "too_many_lines"),
        ("、".join(f"词{n}" for n in range(200)), "too_many_words"),
    ],
)
def test_a_pattern_that_cannot_be_used_says_why(text, code):
    with pytest.raises(PatternFault) as fault:
        parse_patterns(text, {"机关": ("派出所",)})
    assert fault.value.code == code
    with pytest.raises(BookFault) as fault:
        Book((Rule("own", "自定", AMBER, patterns=text),), {"机关": "派出所"}).check()
    assert fault.value.field == "patterns"


def test_the_shipped_rules_can_be_used_and_explain_themselves():
    book = shipped_book()
    book.check()
    for rule in book.rules:
        assert rule.explanation and rule.suggestion
        assert rule.level == GREY or rule.ground_on(datetime.date(2026, 6, 1))


def test_the_ground_is_the_one_in_force_that_day():
    deposit = shipped_book().by_key["deposit"]
    assert "第二十七条" in deposit.ground_on(datetime.date(2025, 12, 31))
    assert "待核对" not in deposit.ground_on(datetime.date(2025, 12, 31))
    assert "2025年修订" in deposit.ground_on(datetime.date(2026, 1, 1))
    assert "待核对" in deposit.ground_on(datetime.date(2026, 1, 1))
    assert str(Ground("甲法", "第一条", "2020年")) == "《甲法》（2020年）第一条"


def test_another_word_makes_another_version():
    book = shipped_book()
    first = dataclasses.replace(book.rules[0], patterns="罚款")
    changed = Book((first, *book.rules[1:]), book.lists)
    assert changed.version != book.version == Book(book.rules, dict(book.lists)).version


@pytest.mark.parametrize(
    "body, expected",
    [
        ("村民会议", []),
        ("2022年第一次村民代表大会", []),
        ("松林村全体村民", []),
        ("第三居民小组会议", []),
        ("", []),
        ("松林村村民委员会", ["wording_meeting"]),
        ("村两委会议", ["wording_meeting"]),
        ("村党总支", ["wording_meeting"]),
        ("红白理事会", ["wording_meeting"]),
    ],
)
def test_a_covenant_is_adopted_by_a_meeting(body, expected):
    hits = whole_text_hits(WholeText(body, filed=True, effective=True), book=shipped_book())
    assert [hit.rule for hit in hits] == expected
