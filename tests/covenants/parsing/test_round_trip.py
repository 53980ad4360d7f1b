"""What is written as plain text parses into the same chapters, articles and items."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.parsing import Article, Chapter, Item, ParsedRules, parse_text
from covenants.parsing.numbering import article_label, chapter_label, to_chinese
from covenants.parsing.writing import write_text

from .written_texts import outline_of, texts_of, written_texts

CASES = {case.name: case for case in written_texts()}
EXAMPLES = settings(max_examples=150, deadline=None, derandomize=True)
FAMILIES = {
    "（一）": lambda n: f"（{to_chinese(n)}）",
    "(一)": lambda n: f"({to_chinese(n)})",
    "1.": lambda n: f"{n}.",
    "1、": lambda n: f"{n}、",
    "（1）": lambda n: f"（{n}）",
    "1）": lambda n: f"{n}）",
    "①": lambda n: chr(0x2460 + n - 1),
}
TOPS = {"第一条": article_label, "一、": lambda n: f"{to_chinese(n)}、", **FAMILIES}
WORDS = ["爱护公物", "不乱倒垃圾", "办客不超过十桌", "随礼不超过100元", "轮流守水", "孝敬老人"]
SENTENCE = st.lists(st.sampled_from(WORDS), min_size=1, max_size=6).map("，".join)


def structure(rules):
    return [chapter.as_dict() for chapter in rules.chapters]


@pytest.mark.parametrize("name", CASES)
def test_a_written_text_survives_being_written_again(name):
    once = parse_text(CASES[name].text)
    twice = parse_text(write_text(once))
    assert structure(twice) == structure(once)
    assert (twice.title, twice.preamble, twice.closing) == (
        once.title,
        once.preamble,
        once.closing,
    )
    assert twice.adopted == once.adopted


def nested(labels, depth, sentence="做到："):
    """Two articles, each with two items at every depth of the given families."""
    write = TOPS[labels[0]] if depth == 0 else FAMILIES[labels[depth]]
    factory = Article if depth == 0 else Item
    last = depth == len(labels) - 1
    return [
        factory(write(n), "如此办理。" if last else sentence, nested_items(labels, depth))
        for n in (1, 2)
    ]


def nested_items(labels, depth):
    return nested(labels, depth + 1) if depth + 1 < len(labels) else []


ORDERS = [
    order
    for top in TOPS
    for order in itertools.permutations(["（一）", "1.", "（1）", "①"], 3)
    for order in [(top, *order)]
    if top not in order[1:] and not (top == "(一)" and "（一）" in order)
]


@pytest.mark.parametrize("order", ORDERS, ids="".join)
@pytest.mark.parametrize("joined", ["\n", ""], ids=["lines", "one line"])
def test_every_order_of_numbering_nests(order, joined):
    rules = ParsedRules(title="松林村村规民约", chapters=[Chapter("", "", nested(order, 0))])
    text = write_text(rules)
    parsed = parse_text(text if joined else text.replace("\n", ""))
    assert outline_of(parsed) == outline_of(rules)
    assert parsed.warnings == []


@pytest.mark.parametrize(("outer", "inner"), [("1、", "1."), ("1.", "1、"), ("（1）", "1）")])
def test_one_family_in_two_styles_nests(outer, inner):
    articles = nested(("第一条", outer, inner), 0)
    rules = ParsedRules(title="松林村村规民约", chapters=[Chapter("", "", articles)])
    parsed = parse_text(write_text(rules))
    assert outline_of(parsed) == outline_of(rules)
    assert parsed.warnings == []


HEADINGS = [
    ("第一章", "文明乡风"),
    ("", "婚丧喜庆"),
    ("", "总则"),
    ("", "移风易俗，婚事新办"),
    ("", "客"),
]


def _numbered_from_one(chapters):
    """The chapters that have a number numbered in turn."""
    numbered = [chapter for chapter in chapters if chapter.label]
    for number, chapter in enumerate(numbered, start=1):
        chapter.label = chapter_label(number)
    return chapters


@st.composite
def written_rules(draw):
    """Rules with chapters, sections, inserted articles, nested items and paragraphs after them."""
    order = draw(st.permutations(["（一）", "1.", "（1）", "①"]))
    chapters, number = [], 0
    for chapter in range(1, draw(st.integers(1, 4)) + 1):
        articles = []
        for _ in range(draw(st.integers(1, 4))):
            number += 1
            articles.append(draw(articles_of(article_label(number), order)))
            if draw(st.integers(0, 5)) == 0:
                articles.append(draw(articles_of(article_label(number, 1), order)))
        label, title = draw(st.sampled_from(HEADINGS))
        chapters.append(Chapter(label and chapter_label(chapter), title, articles))
    chapters = _numbered_from_one(chapters)
    return ParsedRules(
        title="松林村村规民约",
        preamble="为了和睦相处，订立本约。",
        chapters=chapters,
        closing="松林村村民会议 2023年5月12日通过",
    )


@st.composite
def articles_of(draw, label, order):
    items = draw(lists_of(order, 0))
    text = draw(SENTENCE) + ("：" if items else "。")
    if items and draw(st.booleans()):
        items.append(Item("", "违反的，由村民小组劝导。"))
    if not items and draw(st.booleans()):
        text += "\n" + draw(SENTENCE) + "。"
    return Article(label, text, items)


@st.composite
def lists_of(draw, order, depth):
    if depth == len(order):
        return []
    items = []
    for n in range(1, draw(st.integers(0, 3)) + 1):
        inner = draw(lists_of(order, depth + 1))
        text = draw(SENTENCE) + ("：" if inner else draw(st.sampled_from("；。")))
        items.append(Item(FAMILIES[order[depth]](n), text, inner))
    return items


@EXAMPLES
@given(written_rules())
def test_rules_come_back_as_they_were_written(rules):
    parsed = parse_text(write_text(rules))
    assert structure(parsed) == structure(rules)
    assert texts_of(parsed) == texts_of(rules)
    assert parsed.warnings == []
    assert parsed.unplaced == []
