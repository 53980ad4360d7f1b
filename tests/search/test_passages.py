"""Which passage is shown, what is marked in it, and that nothing slips through unescaped."""

import pytest

from search.passages import Passage, Weights, highlight, match_spans, pick_passage, snippet
from search.query_units import query_units
from search.word_groups import Synonyms

FEASTS = Synonyms([["客事", "酒席", "宴席"]])
RULES = [
    Passage("第一条", "爱护山林，严禁放牧。", "p1"),
    Passage("第二条", "酒席剩菜打包带走。", "p2"),
    Passage("第三条", "酒席不超过15桌。", "p3"),
    Passage("第四条", "每桌不上整条烟。", "p4"),
]


def test_passage_with_most_of_the_query_is_picked():
    assert pick_passage(RULES, query_units("酒席 桌", FEASTS)).passage.label == "第三条"
    assert pick_passage(RULES, query_units("酒席 打包", FEASTS)).passage.label == "第二条"


def test_asked_for_a_number_the_passage_with_one_is_picked():
    passages = [Passage("一", "客事要办多少桌由理事会说。", ""), Passage("二", "客事限十桌。", "")]
    assert pick_passage(passages, query_units("客事几桌", FEASTS), ["桌"]).passage.label == "二"


def test_first_of_equals_and_none_of_nothing():
    assert pick_passage(RULES, query_units("酒席", FEASTS)).passage.label == "第二条"
    assert pick_passage(RULES, query_units("飞机")).passage.label == "第一条"
    assert pick_passage([], query_units("酒席")).passage is None


def test_what_was_agreed_comes_before_what_was_said_unless_that_has_more():
    talk = [
        Passage("背景", "路灯不够，夜里走路看不清。", ""),
        Passage("协商结果", "路灯装四十盏。", ""),
    ]
    for query, first, label in [
        ("路灯", (), "背景"),
        ("路灯", ("协商结果",), "协商结果"),
        ("路灯 夜里 走路", ("协商结果",), "背景"),
    ]:
        units = query_units(query)
        weights = Weights((1.0,) * len(units), first=frozenset(first))
        assert pick_passage(talk, units, weights=weights).passage.label == label


def test_cover_is_a_share():
    assert pick_passage(RULES, query_units("放牧")).cover == 1
    assert pick_passage(RULES, query_units("放牧 飞机")).cover == pytest.approx(0.5)
    assert pick_passage(RULES, []).cover == 0


def test_label_counts_as_text():
    assert pick_passage(RULES, query_units("第三条")).passage.label == "第三条"


@pytest.mark.parametrize(
    ("query", "text", "html"),
    [
        ("酒席", "办酒席的", "办<mark>酒席</mark>的"),
        ("客事", "宴席和酒席", "<mark>宴席</mark>和<mark>酒席</mark>"),
        ("8桌", "不超过八桌", "不超过<mark>八桌</mark>"),
        ("八桌", "不超过 8 桌", "不超过 <mark>8 桌</mark>"),
        ("护林", "護林防火", "<mark>護林</mark>防火"),
        ("ABC", "ａｂｃ abcd", "<mark>ａｂｃ</mark> abcd"),
        ("酒席", "<b>酒席</b>&", "&lt;b&gt;<mark>酒席</mark>&lt;/b&gt;&amp;"),
        ("嘉镇", "𥔲嘉镇", "𥔲<mark>嘉镇</mark>"),
        ("飞机", "酒席", "酒席"),
    ],
)
def test_highlight(query, text, html):
    assert highlight(text, query_units(query, FEASTS)) == html


def test_spans_do_not_overlap():
    spans = match_spans("红白理事会和理事会", query_units("理事会 理事 事会"))
    assert all(before[1] < after[0] for before, after in zip(spans, spans[1:], strict=False))


def test_snippet_shows_the_match_and_keeps_every_character_in_order():
    text = "前言" * 200 + "酒席不超过十桌。" + "后记" * 200
    shown = snippet(text, query_units("酒席"), 60)
    assert "酒席不超过十桌" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert shown.strip("…") in text
    assert len(shown) <= 62


def test_short_text_is_shown_whole():
    assert snippet("酒席\n\n从简", query_units("酒席")) == "酒席 从简"
