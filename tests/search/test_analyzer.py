"""What counts as the same word, and what a query asks for."""

import pytest

from search.analyzer import index_terms
from search.folding import fold
from search.numerals import find_numbers, to_arabic
from search.query_units import asked_measures, query_units
from search.word_groups import Synonyms

FEASTS = Synonyms([["客事", "办客", "酒席", "宴席"], ["礼金", "随礼"]])


def finds(query: str, text: str, synonyms=FEASTS) -> bool:
    """Whether a text has all that a query asks for, as the index would decide."""
    terms = index_terms(text)
    units = [unit for unit in query_units(query, synonyms) if not unit.optional]
    return bool(units) and all(
        any(all(term in terms for term in alternative) for alternative in unit.alternatives)
        for unit in units
    )


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("放牧", "严禁在封山育林区放牧牲畜"),
        ("育林", "严禁在封山育林区放牧牲畜"),
        ("牧", "严禁在封山育林区放牧牲畜"),
        ("山育", "严禁在封山育林区放牧牲畜"),
        ("護林防火", "护林防火人人有责"),
        ("护林防火", "護林防火人人有責"),
        ("ＡＢＣ", "abc小组"),
        ("Café", "cafe"),
        ("cafe", "Cafe\u0301"),
        ("酒席", "酒\u200b席从简"),
        ("脿", "法脿镇"),
        ("𥔲嘉", "𥔲嘉镇的规矩"),
        ("八桌", "不超过8桌"),
        ("8桌", "不超过八桌"),
        ("８桌", "不超过八桌"),
        ("8桌", "不超过 8 桌"),
        ("十二桌", "不超过12桌"),
        ("12桌", "不超过十二桌"),
        ("二十桌", "20桌以内"),
        ("20桌", "二十桌以内"),
        ("两百元", "礼金200元"),
        ("200元", "礼金两百元"),
        ("200元", "礼金二百元"),
        ("1000元", "最多1,000元"),
        ("两万元", "彩礼2万元"),
        ("二〇二三年", "2023年5月"),
        ("2023年", "二〇二三年五月"),
        ("5月", "二〇二三年五月"),
        ("五保户", "5保户优先"),
        ("一起", "大家一起商量"),
        ("一约四会", "一约四会"),
        ("办酒席几桌", "宴席不得超过十五桌"),
        ("能不能放牛", "禁止在林区放牛"),
        ("随礼多少钱", "礼金不超过一百元"),
        ("酒席", "客事从简"),
    ],
)
def test_query_finds_text(query, text):
    assert finds(query, text)


@pytest.mark.parametrize(
    ("query", "text"),
    [
        ("8桌", "每桌8元"),
        ("12桌", "不超过二十桌"),
        ("pro", "programming"),
        ("放牛", "放心养牛"),
        ("酒席", "酒后入席"),
        ("二十桌", "十二桌"),
        ("", "什么都有"),
        ("，。！", "什么都有"),
    ],
)
def test_query_does_not_find_text(query, text):
    assert not finds(query, text)


@pytest.mark.parametrize(
    "text",
    ["，", "㎡ ½ ﬁ ß İ ǆ", "𥔲嘉\u0301é", "\u200b\ufeff\x00\ud800", "①②③", "臺灣乾隆", "Ａ１"],
)
def test_fold_keeps_every_place(text):
    assert len(fold(text)) == len(text)


def test_fold_is_stable():
    text = "護林防火 Ｃａｆé 𥔲 ㎡ １５桌"
    assert fold(fold(text)) == fold(text)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("十二", 12),
        ("二十", 20),
        ("两", 2),
        ("一百零五", 105),
        ("一百五", 150),
        ("一万二", 12000),
        ("二千零二十", 2020),
        ("二〇二三", 2023),
        ("三万五千", 35000),
        ("1,200", 1200),
        ("3.5万", 35000),
        ("贰拾", 20),
    ],
)
def test_numbers_read(written, value):
    assert [number.value for number in find_numbers(written)] == [str(value)]


@pytest.mark.parametrize("text", ["百姓", "万一", "三四", "千万", "三三两两", "没有数"])
def test_what_is_no_number_stays(text):
    assert to_arabic(text) == text


def test_question_words_and_particles_do_not_decide():
    firm = [u.literals[0] for u in query_units("办酒席的要几桌", FEASTS) if not u.optional]
    assert firm == ["酒席"]


def test_a_query_of_question_words_alone_still_asks():
    assert [unit.optional for unit in query_units("多少")] == [False]


def test_asked_measure():
    assert asked_measures("办酒席几桌,礼金多少钱") == ("桌", "元块")


def test_people_are_counted_whatever_word_counts_them():
    (measure,) = asked_measures("理事会有几个人")
    assert {"人", "名"} <= set(measure)
    assert asked_measures("是哪几个月") == ("月",)


def test_a_term_of_three_years_does_not_tell_when():
    (when,), (how_long,) = asked_measures("什么时候开会"), asked_measures("要办多久")
    assert "年" in how_long and "年" not in when and "月" in when


def test_yes_or_no_leaves_the_word_it_asks_of():
    fees = Synonyms([["收垃圾费", "保洁费"]])
    (unit,) = query_units("收不收垃圾费", fees)
    assert "保洁费" in unit.literals


def test_words_beside_a_question_may_stand_the_other_way_round():
    roads = Synonyms((), [["修路", "硬化"]])
    firm = [unit for unit in query_units("那条路修了没有", roads) if not unit.optional]
    assert [unit.related for unit in firm] == [("修路", "硬化")]
    assert query_units("路修", roads)[0].related == ()


def test_synonym_groups_join_and_survive_junk():
    joined = Synonyms([["红事", "喜事"], ["喜事", "婚事"], ["", " "], []])
    assert finds("红事", "喜事新办", joined)
    assert finds("婚事", "红事从简", joined)
    assert not finds("红事", "白事", joined)


def test_index_terms_count_real_words_twice():
    terms = index_terms("办理酒席")
    assert terms["酒席"] == 2
    assert terms["理酒"] == 1


@pytest.mark.parametrize(
    "text", ["\ud800酒席\udfff", "酒席" * 20000, "\x00酒席\x00", "🀄酒席👨‍👩‍👧"]
)
def test_hostile_text_is_read(text):
    assert index_terms(text)["酒席"] >= 2
    assert query_units(text)
