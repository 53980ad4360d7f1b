"""No character of a source is lost or invented, whatever the source looks like."""

from hypothesis import given, settings
from hypothesis import strategies as st

from covenants.parsing import parse_text
from covenants.parsing.numbering import article_label, chapter_label, item_label

from .written_texts import characters, texts_of

EXAMPLES = settings(max_examples=300, deadline=None, derandomize=True)
MARKS = [
    "第一条 ",
    "第 二 条",
    "第三条之一",
    "第一章",
    "第二章 总 则",
    "第一节",
    "一、",
    "二、",
    "（一）",
    "(二)",
    "1.",
    "2、",
    "1．",
    "（1）",
    "①",
    "②",
    "•",
    "- ",
    "a.",
    "1.1",
    "1 ",
    "一　",
    "一曰",
    "其二，",
    "第一、",
    "Ⅰ.",
    "【第一条】",
    "第一部分",
    "第壹條",
    "目录",
    "总则",
    "附则",
]
WORDS = [
    "村民",
    "应当",
    "。",
    "；",
    "：",
    "，",
    "\n",
    "\n\n",
    " ",
    "\u3000",
    "\t",
    "\r\n",
    "\u200b",
    "\ufeff",
    "\x00",
    "\u2028",
    "x",
    "𥔲",
    "（试行）",
    "附件",
    "《法》第二十七条规定",
    "2023年5月12日",
    "通过",
    "年 月 日",
    "松林村村民会议",
    "- 1 -",
    "1/22",
    "首页 > 公开",
    "来源：",
    "本约自",
    "起施行",
    "全体村民应当自觉遵守本村规民约互相监督互相帮助",
    "松林村村规民约",
    "松林村红白理事会章程",
    "制度汇编",
    "社会治安",
    "附件2：",
    "云台镇松林村",
    "第 1 页 共 3 页",
    " - 2 - ",
    "仅供参考",
    "____",
    "XX村",
    "锟斤拷",
    "鏉戞皯搴斿綋",
    "\ufffd",
    "ꋍꑌꀕ ",
    "Article 1 ",
    ".",
    "爱祖国 守法纪 敬老人",
    "違反第一條規定的",
    "总 则",
]


def assert_preserved(text):
    assert characters(texts_of(parse_text(text))) == characters([text])


@EXAMPLES
@given(st.text())
def test_arbitrary_text(text):
    assert_preserved(text)


@EXAMPLES
@given(st.lists(st.sampled_from(MARKS + WORDS), max_size=60).map("".join))
def test_fragments_of_rules_in_any_order(text):
    assert_preserved(text)


SENTENCE = st.text("村民应当爱护公物和睦相处，、“”《》0123456789", min_size=1, max_size=60).map(
    lambda words: "大家" + words + "。"
)


@st.composite
def regular_rules(draw):
    """A regular text with the structure it was written from."""
    spaced = draw(st.booleans())
    lines, structure, number = (
        [draw(st.sampled_from(["松林村村规民约", "云台街社区居民公约"]))],
        [],
        0,
    )
    for chapter in range(1, draw(st.integers(1, 4)) + 1):
        label = chapter_label(chapter)
        lines.append(f"{label}{'  ' if spaced else ''}文明乡风")
        articles = []
        for _ in range(draw(st.integers(1, 4))):
            number += 1
            text = draw(SENTENCE)
            lines.append(f"{article_label(number)}{' ' if spaced else ''}{text}")
            items = [
                (item_label(position), draw(SENTENCE))
                for position in range(1, draw(st.integers(0, 3)) + 1)
            ]
            lines += [f"{item}{words}" for item, words in items]
            articles.append((article_label(number), text, items))
        structure.append((label, "文明乡风", articles))
    return "\n".join(lines), lines[0], structure


@EXAMPLES
@given(regular_rules())
def test_regular_rules_come_back_as_they_were_written(written):
    text, title, structure = written
    rules = parse_text(text)
    assert rules.title == title
    assert [
        (
            chapter.label,
            chapter.title,
            [(a.label, a.text, [(i.label, i.text) for i in a.items]) for a in chapter.articles],
        )
        for chapter in rules.chapters
    ] == structure
    assert rules.warnings == []
    assert rules.unplaced == []
    assert_preserved(text)
