"""Choosing articles, marking words, quoting what is to be reported: pure text, no database."""

import pytest

from home.situations.choosing import Passage, Topic, ranked, relevance
from home.situations.marking import marked_items, segments
from home.situations.reports import is_advice, precedence_sentences, report_sentences

FEASTS = Topic(
    words=("酒席", "办客"),
    weak=("每桌", "香烟", "客"),
    ignored=("酒席桌椅",),
    matters=frozenset({"feast_tables"}),
    scopes=("白事",),
)


@pytest.mark.parametrize(
    ("passage", "concerns"),
    [
        (Passage("酒席不超过十桌。"), True),
        (Passage("每桌三百元。"), False),
        (Passage("每桌三百元，香烟每包十元。"), True),
        (Passage("每桌三百元。", heading="办客"), True),
        (Passage("村里的酒席桌椅免费借用。"), False),
        (Passage("为管好办客，制定本章程。"), False),
        (Passage("不超过十桌。", marks=(("feast_tables", ""),)), True),
        (Passage("不超过十桌。", marks=(("gift_money", "红事"),)), False),
        (Passage("待两天。", marks=(("feast_days", "白事、每次"),)), True),
        (Passage(""), False),
    ],
)
def test_what_concerns_a_situation(passage, concerns):
    assert bool(relevance(passage, FEASTS)) is concerns


def test_the_article_about_it_comes_before_one_that_mentions_it():
    passing = Passage("农忙时节互相帮忙，请不来人手的，办客往后挪一挪。")
    about = Passage("办客从简，酒席不超过十桌。", marks=(("feast_tables", ""),))
    assert [place for place, _score in ranked([passing, Passage("植树。"), about], FEASTS)] == [
        2,
        0,
    ]


@pytest.mark.parametrize("text", ["酒席每桌酒席桌椅", "没有", "", "客客客", "酒\n席\n"])
def test_segments_are_the_text(text):
    assert "".join(part.text for part in segments(text, FEASTS)) == text


def test_words_side_by_side_are_one_mark_and_ignored_phrases_none():
    marks = [part.text for part in segments("酒席每桌便宜，酒席桌椅免费", FEASTS) if part.marked]
    assert marks == ["酒席每桌"]


def test_items_keep_their_nesting():
    items = [{"label": "（一）", "text": "办客", "items": [{"label": "1.", "text": "香烟"}]}]
    (made,) = marked_items(items, FEASTS)
    assert (made["label"], made["items"][0]["label"]) == ("（一）", "1.")
    assert made["items"][0]["segments"][0].marked


@pytest.mark.parametrize(
    "sentence",
    [
        "办客提前五天告诉红白理事会。",
        "办客先向村委会报备。",
        "办客到理事会登记，只登记日期。",
        "办客的，事前报村民小组长。",
        "办客要提前10天说一声。",
    ],
)
def test_sentences_on_reporting_are_quoted_as_they_are(sentence):
    assert report_sentences(f"客事从简，{sentence}\n香烟每包十元。", FEASTS) == [
        f"客事从简，{sentence}"
    ]


@pytest.mark.parametrize(
    "text",
    [
        "办客打架的，立即报警。",
        "办客铺张的，可以举报。",
        "办客的海报贴在村口。",
        "办客自愿报名帮忙。",
        "理事会给办客的人家建立登记台账。",
        "办客不需要报批。",
        "办客不收报酬。",
        "办客的报告办法由章程规定。",
        "理事会把办客的次数向村民代表会议报告。",
    ],
)
def test_what_only_sounds_like_reporting_is_not_quoted(text):
    assert report_sentences(text, FEASTS) == []


def test_items_on_something_else_are_not_quoted():
    text = "村民应当做到：\n（一）建房提前十天报村委会。\n（二）办客提前三天报理事会。"
    assert report_sentences(text, FEASTS) == ["（二）办客提前三天报理事会。"]


def test_how_a_group_stands_to_its_village_is_quoted_whole():
    text = "本公约适用于本组。村里已有规定的，从村规民约；村里没有写到的，按本公约办。"
    assert precedence_sentences(text) == [
        "村里已有规定的，从村规民约；村里没有写到的，按本公约办。"
    ]
    assert precedence_sentences("在村规民约之外，再约定如下。") == []


@pytest.mark.parametrize(
    ("clause", "advice"),
    [("彩礼提倡不超过五万元", True), ("彩礼不超过五万元", False), ("挂礼五十元为宜", True)],
)
def test_recommending_is_told_from_limiting(clause, advice):
    assert is_advice(clause) is advice
