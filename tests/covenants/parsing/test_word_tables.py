"""Tables become lines that say what stood in which row and column, in the order it is read."""

import io

import pytest

from covenants.parsing import parse_file, read_lines
from tests.covenants.parsing.word_files import (
    abstract_list,
    level,
    numbered_list,
    paragraph,
    raw_word,
)


def cell(*texts, merge=None, span=1):
    vertical = "" if merge is None else f'<w:vMerge w:val="{merge}"/>'
    properties = f'<w:tcPr><w:gridSpan w:val="{span}"/>{vertical}</w:tcPr>'
    return f"<w:tc>{properties}{''.join(paragraph(text) for text in texts)}</w:tc>"


def table(*rows, headers=0):
    written = ""
    for number, row in enumerate(rows):
        header = "<w:trPr><w:tblHeader/></w:trPr>" if number < headers else ""
        cells = "".join(one if one.startswith("<w:tc>") else cell(one) for one in row)
        written += f"<w:tr>{header}{cells}</w:tr>"
    return f"<w:tbl>{written}</w:tbl>"


def lines_of(body, **parts):
    lines = read_lines(io.BytesIO(raw_word(body, **parts)), "规约.docx")
    return [line.generated + line.text for line in lines if line.text]


def articles_of(body):
    rules = parse_file(io.BytesIO(raw_word(body)), "规约.docx")
    return [(article.label, article.text) for article in rules.articles]


# Tables of limits


def test_a_table_of_limits_says_the_column_with_every_value():
    body = table(
        ("事项", "桌数", "礼金"),
        ("婚事", "不超过十桌", "一百元"),
        ("丧事", "不超过八桌", ""),
    )
    assert lines_of(body) == [
        "事项\t桌数\t礼金",
        "婚事：桌数 不超过十桌；礼金 一百元",
        "丧事：桌数 不超过八桌",
    ]


def test_its_lines_stay_paragraphs_of_the_article_above():
    body = paragraph("第五条 办客标准如下：") + table(
        ("事项", "桌数", "每桌花费", "礼金"),
        ("婚事", "不超过二十桌", "不超过四百元", "不超过一百元"),
        ("乔迁、满月、做寿、升学", "不超过十五桌", "不超过三百元", "不超过五十元"),
    ) + paragraph("第六条 本约自公布之日起施行。")  # fmt: skip
    assert [label for label, _ in articles_of(body)] == ["第五条", "第六条"]
    assert articles_of(body)[0][1].split("\n") == [
        "办客标准如下：",
        "事项\t桌数\t每桌花费\t礼金",
        "婚事：桌数 不超过二十桌；每桌花费 不超过四百元；礼金 不超过一百元",
        "乔迁、满月、做寿、升学：桌数 不超过十五桌；每桌花费 不超过三百元；礼金 不超过五十元",
    ]


def test_merged_names_and_values_are_said_in_every_row():
    body = table(
        ("类别", "事项", "桌数", "礼金"),
        (cell("红事", merge="restart"), "婚事", "十桌", cell("一百元", merge="restart")),
        (cell("", merge="continue"), "生子", "八桌", cell("", merge="continue")),
    )
    assert lines_of(body)[1:] == [
        "红事\u3000婚事：桌数 十桌；礼金 一百元",
        "红事\u3000生子：桌数 八桌；礼金 一百元",
    ]


def test_two_rows_of_headings_and_a_serial_number():
    body = table(
        ("序号", "事项", cell("标准", span=2)),
        ("", "", "桌数", "礼金"),
        ("1", "婚事", "十桌", "一百元"),
        headers=2,
    )
    assert lines_of(body)[-1] == "1\u3000婚事：标准桌数 十桌；标准礼金 一百元"


def test_a_value_over_two_columns_is_said_once():
    body = table(("事项", "桌数", "礼金"), ("婚事", cell("不限", span=2)))
    assert lines_of(body)[-1] == "婚事：桌数 不限"


def test_a_short_cell_of_several_lines_is_one_value():
    body = table(("事项", "桌数", "礼金"), ("婚事", cell("十桌", "（含亲友）"), "一百元"))
    assert lines_of(body)[-1] == "婚事：桌数 十桌 （含亲友）；礼金 一百元"


@pytest.mark.parametrize(
    "rows",
    [
        [("事项", "桌数", "礼金")],
        [("办客应当从简，不得攀比。", "桌数", "礼金"), ("甲", "乙", "丙")],
        [("第一条", "爱护公物。", "全体村民"), ("第二条", "办客从简。", "全体村民")],
    ],
)
def test_other_tables_of_three_columns_are_read_row_by_row(rows):
    assert lines_of(table(*rows)) == ["\t".join(row) for row in rows]


def test_a_table_with_ragged_rows_loses_nothing():
    body = table(("事项", "桌数", "礼金"), ("婚事", "十桌"), ("丧事",))
    assert lines_of(body) == ["事项\t桌数\t礼金", "婚事\t十桌", "丧事"]


def test_two_columns_stay_name_and_value_and_a_merged_name_is_said_again():
    body = table(
        (cell("红事", merge="restart"), "酒席十桌"),
        (cell("", merge="continue"), "礼金一百元"),
        ("白事", "一天"),
    )
    assert lines_of(body) == ["红事\t酒席十桌", "红事\t礼金一百元", "白事\t一天"]


# Tables that only lay out the page


def test_two_columns_in_one_row_are_read_one_after_the_other():
    left, right = cell("第一条 甲。", "第二条 乙。"), cell("第三条 丙。", "第四条 丁。")
    assert articles_of(table((left, right))) == [
        ("第一条", "甲。"), ("第二条", "乙。"), ("第三条", "丙。"), ("第四条", "丁。"),
    ]  # fmt: skip


def test_articles_that_run_down_the_columns_are_read_down():
    body = table(("第一条 甲。", "第三条 丙。"), ("第二条 乙。", "第四条 丁。"))
    assert [label for label, _ in articles_of(body)] == ["第一条", "第二条", "第三条", "第四条"]


def test_articles_that_run_across_are_read_across():
    body = table(("第一条 甲。", "第二条 乙。"), ("第三条 丙。", "第四条 丁。"))
    assert [label for label, _ in articles_of(body)] == ["第一条", "第二条", "第三条", "第四条"]


def test_a_table_inside_a_cell_is_read_in_its_place():
    inner = table(("事项", "桌数", "礼金"), ("婚事", "十桌", "百元"))
    outer = f"<w:tbl><w:tr><w:tc>{paragraph('前')}{inner}{paragraph('后')}</w:tc></w:tr></w:tbl>"
    assert lines_of(outer) == ["前", "事项\t桌数\t礼金", "婚事：桌数 十桌；礼金 百元", "后"]


def test_numbers_of_word_in_cells_keep_their_order():
    numbering = abstract_list(0, level(0, "decimal", "%1.")) + numbered_list(1, 0)
    numbered = [f"<w:tc>{paragraph(text, 1)}</w:tc>" for text in "甲乙丙丁"]
    body = table(tuple(numbered[:2]), tuple(numbered[2:]))
    assert lines_of(body, numbering=numbering) == ["1.甲", "2.乙", "3.丙", "4.丁"]
