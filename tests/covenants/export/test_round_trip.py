"""An exported file, read again, is the same text."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.parsing import Article, Chapter, Item, ParsedRules, parse_file, parse_text
from covenants.parsing.numbering import article_label, chapter_label, item_label
from tests.covenants.export.documents import assert_same_text, document, read_back

SAMPLES = sorted(
    path
    for path in (Path(__file__).parents[3] / "home" / "sample" / "rules").glob("*/*")
    if path.suffix in {".txt", ".docx"}
)
TEXTS = {
    "第…条 through chapters": (
        "松林村村规民约\n第一章 总则\n第一条 甲。\n第二章 客事\n第二条 乙：\n（一）丙；\n"
        "（二）丁：\n1.戊；\n2.己。\n第三条 庚。\n松林村村民会议\n2023年5月12日通过"
    ),
    "articles that begin again": (
        "松林村公约\n第一章 总则\n第一条 甲。\n第二条 乙。\n第二章 客事\n第一条 丙。\n第二条 丁。"
    ),
    "inserted article": (
        "松林村公约\n第一条 甲：\n（一）乙；\n（二）丙。\n第一条之一 丁：\n（一）戊；\n"
        "（二）己。\n第二条 庚。"
    ),
    "missing and repeated": (
        "松林村公约\n第一条 甲。\n第三条 乙：\n（二）丙；\n（三）丁。\n第四条 戊：\n"
        "（一）己。\n第四条 庚。\n第五条 辛。"
    ),
    "一、 as articles": "松林村公约\n一、甲。\n二、乙：\n（一）丙；\n（二）丁。\n三、戊。",
    "digits": "松林村公约\n1、甲。\n2、乙：\n（1）丙；\n（2）丁：\n①戊；\n②己。\n3、庚。",
    "arabic articles": "松林村公约\n第1条 甲。\n第2条 乙。\n第12条 丙。",
    "named parts": "松林村公约\n总则\n第一条 甲。\n附则\n第二条 乙。",
    "headings without numbers": (
        "松林村公约\n　　　　婚丧喜庆\n第一条 甲。\n　　　　邻里，守望相助\n第二条 乙。"
    ),
    "one heading amid the articles": "松林村公约\n1. 甲。\n2. 乙。\n　　　　邻里\n3. 丙。",
    "headings above mere text": (
        "松林村公约\n　　　　婚丧喜庆\n办客从简。\n　　　　邻里\n互相帮助。"
    ),
    "paragraphs": (
        "松林村公约\n"
        "第一条 为了推进移风易俗，一切从简，小事不大办，大事从简办，全体村民共同遵守\n\n"
        "邻里之间互相提醒互相帮助，谁家有事都来搭把手，不比排场不比阔气\n\n第二条 丙。"
    ),
    "text without numbers": "松林村公约\n\n办客从简。\n\n不比排场。",
    "table": (
        "松林村公约\n第一条 标准如下：\n事项\t桌数\t礼金\n\n婚事：桌数 十桌；礼金 百元\n\n"
        "第二条 乙。"
    ),
    "rare characters": "𥔲嘉镇公约\n第一条 爱护脿山，烟≤20元/盒，<b>&\"'。",
}


@pytest.mark.parametrize("format_name", ["docx", "txt"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_the_sample_texts(path, format_name):
    rules = parse_file(path)
    assert_same_text(read_back(document(rules), format_name), rules)


@pytest.mark.parametrize("format_name", ["docx", "txt"])
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
def test_every_way_of_numbering(text, format_name):
    rules = parse_text(text)
    assert_same_text(read_back(document(rules), format_name), rules)


SENTENCE = st.text("村民应当爱护公物和睦相处，、“”《》0123456789", min_size=1, max_size=50).map(
    lambda words: f"大家{words}。"
)


@st.composite
def texts(draw):
    """Rules with chapters, articles, items and sub-items, some articles inserted or left out."""
    chapters, number = [], 0
    for chapter in range(1, draw(st.integers(1, 4)) + 1):
        articles = []
        for _ in range(draw(st.integers(1, 4))):
            inserted = draw(st.booleans()) and draw(st.booleans()) and number > 0
            number += 0 if inserted else draw(st.sampled_from([1, 1, 1, 2]))
            label = article_label(number, 1 if inserted else 0)
            if any(label == one.label for c in chapters for one in c.articles) or any(
                label == one.label for one in articles
            ):
                continue
            items = [
                Item(
                    item_label(place),
                    draw(SENTENCE),
                    [
                        Item(item_label(n, 1), draw(SENTENCE))
                        for n in range(1, draw(st.integers(0, 3)))
                    ],
                )
                for place in range(1, draw(st.integers(0, 4)))
            ]
            articles.append(Article(label, draw(SENTENCE), items))
        if articles:
            label = draw(st.sampled_from([chapter_label(chapter), ""]))
            title = draw(st.sampled_from(["文明乡风", "婚丧喜庆", "总则", "移风易俗，婚事新办"]))
            chapters.append(Chapter(label, title, articles))
    return ParsedRules("松林村村规民约", "", chapters, "松林村村民会议\n2023年5月12日通过")


@settings(max_examples=60, deadline=None)
@given(texts())
def test_any_regular_text(rules):
    # What the parser makes of a text is what an export must keep, its oddities included.
    wanted = read_back(document(rules), "txt")
    for format_name in ("docx", "txt"):
        assert_same_text(read_back(document(wanted), format_name), wanted)


@settings(max_examples=60, deadline=None)
@given(texts())
def test_word_keeps_any_text_as_it_was_built(rules):
    found = read_back(document(rules), "docx")
    assert [(c.label, c.title) for c in found.chapters] == [
        (c.label, c.title) for c in rules.chapters
    ]
    assert [a.label for a in found.articles] == [a.label for a in rules.articles]
    assert found.closing == rules.closing


@pytest.mark.parametrize("format_name", ["docx", "txt"])
def test_where_the_text_comes_from_stands_in_the_file_but_not_in_the_text(format_name):
    rules = read_back(document("松林村公约\n第一条 甲。"), format_name)
    beside = "".join(entry.text for entry in rules.unplaced)
    assert "青岩县 · 云台镇 · 松林村" in beside
    assert "现行有效" in beside
    assert "http://testserver/qingyan/yuntai/songlin/covenant/" in beside
    assert rules.warnings == []
