"""The regular forms of DOMAIN.md, in full and half width, with and without blanks."""

import pytest

from covenants.parsing import SourceLine, parse_lines, parse_text


def outline(rules):
    """Chapters as (label, title, [(label, text, [items])])."""

    def item(node):
        return (node.label, node.text, [item(inner) for inner in node.items])

    return [
        (chapter.label, chapter.title, [item(article) for article in chapter.articles])
        for chapter in rules.chapters
    ]


def articles(text):
    return [(article.label, article.text) for article in parse_text(text).articles]


def codes(rules):
    return [warning.code for warning in rules.warnings]


def test_a_whole_text():
    rules = parse_text(
        "松林村村规民约\n"
        "为了和睦相处，制定本村规民约。\n"
        "第一章 总则\n"
        "第一条 本约适用于全体村民。\n"
        "第二章 客事\n"
        "第二条 办客遵守下列标准：\n"
        "（一）酒席不超过十桌；\n"
        "（二）礼金：\n"
        "1.亲戚不超过100元；\n"
        "2.邻居不超过50元。\n"
        "第三条 本村规民约自2023年6月1日起施行。\n"
        "松林村村民会议 2023年5月12日通过\n"
    )
    assert rules.as_dict() == {
        "title": "松林村村规民约",
        "preamble": "为了和睦相处，制定本村规民约。",
        "chapters": [
            {
                "label": "第一章",
                "title": "总则",
                "articles": [{"label": "第一条", "text": "本约适用于全体村民。", "items": []}],
            },
            {
                "label": "第二章",
                "title": "客事",
                "articles": [
                    {
                        "label": "第二条",
                        "text": "办客遵守下列标准：",
                        "items": [
                            {"label": "（一）", "text": "酒席不超过十桌；", "items": []},
                            {
                                "label": "（二）",
                                "text": "礼金：",
                                "items": [
                                    {"label": "1.", "text": "亲戚不超过100元；", "items": []},
                                    {"label": "2.", "text": "邻居不超过50元。", "items": []},
                                ],
                            },
                        ],
                    },
                    {
                        "label": "第三条",
                        "text": "本村规民约自2023年6月1日起施行。",
                        "items": [],
                    },
                ],
            },
        ],
        "articles": 3,
        "closing": "松林村村民会议 2023年5月12日通过",
        "adopted": {"date": "2023-05-12", "body": "松林村村民会议"},
        "unplaced": [],
        "warnings": [],
    }


@pytest.mark.parametrize(
    ("heading", "label", "title"),
    [
        ("第一章 总则", "第一章", "总则"),
        ("第一章总则", "第一章", "总则"),
        ("第一章 总 则", "第一章", "总则"),
        ("第 一 章　　总　则", "第一章", "总则"),
        ("第1章 总则", "第1章", "总则"),
        ("第一章：总则", "第一章：", "总则"),
        ("第一章 山、水、林、路", "第一章", "山、水、林、路"),
        ("第一章\n总则", "第一章", "总则"),
    ],
)
def test_chapter_headings(heading, label, title):
    rules = parse_text(f"{heading}\n第一条 甲乙丙。\n")
    assert outline(rules) == [(label, title, [("第一条", "甲乙丙。", [])])]


@pytest.mark.parametrize(
    ("written", "label"),
    [
        ("第一条 ", "第一条"),
        ("第一条", "第一条"),
        ("第 一 条  ", "第一条"),
        ("第一条　", "第一条"),
        ("第1条 ", "第1条"),
        ("第１条 ", "第１条"),
        ("第一条、", "第一条、"),
        ("第一条：", "第一条："),
        ("第一條 ", "第一條"),
    ],
)
def test_article_labels(written, label):
    assert articles(f"{written}村民互相帮助。") == [(label, "村民互相帮助。")]


def test_inserted_articles_are_in_sequence():
    rules = parse_text("第一条 甲。\n第一条之一 乙。\n第一条之二 丙。\n第二条 丁。")
    assert [a.label for a in rules.articles] == ["第一条", "第一条之一", "第一条之二", "第二条"]
    assert rules.warnings == []


def test_sections_stand_among_the_chapters():
    rules = parse_text(
        "第一章 总则\n第一节 宗旨\n第一条 甲。\n第二节 原则\n第二条 乙。\n"
        "第二章 组织\n第一节 人员\n第三条 丙。"
    )
    assert [(c.label, c.title, len(c.articles)) for c in rules.chapters] == [
        ("第一章", "总则", 0),
        ("第一节", "宗旨", 1),
        ("第二节", "原则", 1),
        ("第二章", "组织", 0),
        ("第一节", "人员", 1),
    ]
    assert rules.warnings == []


def test_a_part_without_number():
    rules = parse_text("松林村公约\n总则\n第一条 甲。\n附则\n第二条 乙。")
    assert [(c.label, c.title) for c in rules.chapters] == [("", "总则"), ("", "附则")]
    assert parse_text("松林村公约\n总则第一条 甲。").chapters[0].title == "总则"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("（一）", "（二）"),
        ("(一)", "(二)"),
        ("一、", "二、"),
        ("1.", "2."),
        ("1、", "2、"),
        ("1．", "2．"),
        ("1 .", "2 ."),
        ("（1）", "（2）"),
        ("(1)", "(2)"),
        ("1）", "2）"),
        ("①", "②"),
        ("⑴", "⑵"),
        ("㈠", "㈡"),
    ],
)
def test_items_below_an_article(first, second):
    rules = parse_text(f"第一条 应当做到：\n{first}守法；\n{second} 和睦。\n第二条 乙。")
    labels = ["".join(label.split()) for label in (first, second)]
    assert outline(rules)[0][2] == [
        ("第一条", "应当做到：", [(labels[0], "守法；", []), (labels[1], "和睦。", [])]),
        ("第二条", "乙。", []),
    ]


def test_items_nest_and_start_again():
    rules = parse_text(
        "第一条 甲：\n（一）乙：\n1.丙；\n①丁；\n②戊；\n2.己；\n（二）庚：\n1.辛。\n"
        "第二条 壬：\n（一）癸。"
    )
    assert outline(rules)[0][2] == [
        (
            "第一条",
            "甲：",
            [
                (
                    "（一）",
                    "乙：",
                    [("1.", "丙；", [("①", "丁；", []), ("②", "戊；", [])]), ("2.", "己；", [])],
                ),
                ("（二）", "庚：", [("1.", "辛。", [])]),
            ],
        ),
        ("第二条", "壬：", [("（一）", "癸。", [])]),
    ]
    assert rules.warnings == []


def test_han_numbers_are_articles_when_they_carry_sentences():
    rules = parse_text(
        "松林村村规民约\n一、爱国守法。\n二、邻里和睦：\n（一）不吵架；\n1.先讲理；\n（二）不打架。\n三、爱护环境。"
    )
    assert outline(rules) == [
        (
            "",
            "",
            [
                ("一、", "爱国守法。", []),
                (
                    "二、",
                    "邻里和睦：",
                    [("（一）", "不吵架；", [("1.", "先讲理；", [])]), ("（二）", "不打架。", [])],
                ),
                ("三、", "爱护环境。", []),
            ],
        )
    ]
    assert rules.warnings == []


@pytest.mark.parametrize("mark", ["1.", "（一）", "1、"])
def test_han_numbers_are_chapters_when_they_name_parts(mark):
    rules = parse_text(f"松林村公约\n一、社会治安\n{mark}不赌博。\n二、环境卫生\n{mark}扫门前。")
    assert outline(rules) == [
        ("一、", "社会治安", [(mark, "不赌博。", [])]),
        ("二、", "环境卫生", [(mark, "扫门前。", [])]),
    ]
    assert rules.warnings == []


def test_han_numbers_are_chapters_above_articles_that_run_on():
    rules = parse_text("一、治安\n第一条 甲。\n第二条 乙。\n二、卫生\n第三条 丙。")
    assert [(c.label, c.title, len(c.articles)) for c in rules.chapters] == [
        ("一、", "治安", 2),
        ("二、", "卫生", 1),
    ]


def test_arabic_numbers_alone_are_articles():
    assert articles("松林村公约\n1.守法。\n2.和睦。\n3.整洁。") == [
        ("1.", "守法。"),
        ("2.", "和睦。"),
        ("3.", "整洁。"),
    ]


def test_several_articles_on_one_line():
    assert articles("第一条 甲乙。第二条 丙丁；第三条戊己。") == [
        ("第一条", "甲乙。"),
        ("第二条", "丙丁；"),
        ("第三条", "戊己。"),
    ]


def test_a_whole_text_on_one_line():
    rules = parse_text(
        "松林村村规民约 第一章 总则 第一条 甲。第二条 乙。"
        "第二章 环境 第三条 丙：（一）丁；（二）戊。2021年12月24日通过"
    )
    assert rules.title == "松林村村规民约"
    assert outline(rules) == [
        ("第一章", "总则", [("第一条", "甲。", []), ("第二条", "乙。", [])]),
        ("第二章", "环境", [("第三条", "丙：", [("（一）", "丁；", []), ("（二）", "戊。", [])])]),
    ]
    assert rules.closing == "2021年12月24日通过"
    assert rules.adopted.date == "2021-12-24"


@pytest.mark.parametrize(
    "sentence",
    [
        "依照《中华人民共和国村民委员会组织法》第二十七条规定，制定本约。",
        "违反第一条、第二条的，由村民小组劝导。",
        "按照本约第二条办理。第二条规定的事项由村民会议决定。",
        "处理办法见第二条第一款；第二条所列事项除外。",
        "前款（一）、（二）项由小组办理。",
        "活动范围为1、2、3号院。",
        "路宽1.5米，2.5米以外种树。",
    ],
)
def test_references_and_figures_are_not_headings(sentence):
    rules = parse_text(f"第一条 {sentence}\n第二条 乙。")
    assert outline(rules)[0][2] == [("第一条", sentence, []), ("第二条", "乙。", [])]


def test_a_reference_at_the_beginning_of_a_wrapped_line():
    rules = parse_text(
        "第一条 根据《中华人民共和国村民委员会组织法》\n第二十七条规定，制定本约。\n"
        "第二条 办客依照\n第三条的标准。\n第三条 十桌。"
    )
    assert [a.label for a in rules.articles] == ["第一条", "第二条", "第三条"]
    assert rules.warnings == []


def test_items_that_begin_with_a_number():
    text = "第一条 时段：\n1. 二月至四月宣传；\n2. 2023年起推行；\n3、3、4组轮流值守。"
    assert [i.label for i in parse_text(text).articles[0].items] == ["1.", "2.", "3、"]


def test_hard_wrapped_lines_are_joined():
    rules = parse_text(
        "第一条 全体村民应当自觉遵守本村规民约，互相\n"
        "监督，互相帮助，共同把我们的村庄建设得更\n加美丽。\n"
        "第二条 另起一行的短句。\n这是第二款。"
    )
    assert [a.text for a in rules.articles] == [
        "全体村民应当自觉遵守本村规民约，互相监督，互相帮助，共同把我们的村庄建设得更加美丽。",
        "另起一行的短句。\n这是第二款。",
    ]


def test_verse_keeps_its_lines():
    verse = "爱祖国，守法纪\n爱护公物人人夸，邻里和睦是一家，\n办酒从简莫攀比，省下钱来育新芽，"
    rules = parse_text(f"松林村三字经\n{verse}")
    assert [a.text for a in rules.articles] == [verse]
    assert codes(rules) == ["no_numbering"]


@pytest.mark.parametrize(
    "noise",
    [
        "- 1 -",
        "— 12 —",
        "1/22",
        "1/ 22",
        "第 1 页 共 3 页",
        "第1页",
        "7",
        "首页 > 政务公开 > 村规民约",
        "当前位置：首页",
        "来源：本站  发布时间：2021-12-24",
        "【打印本页】【关闭窗口】",
        "扫一扫在手机打开当前页",
        "浏览次数：25",
    ],
)
def test_page_numbers_and_site_notices_are_set_aside(noise):
    rules = parse_text(f"松林村公约\n第一条 甲。\n{noise}\n第二条 乙。")
    assert [(u.text, u.line) for u in rules.unplaced] == [(noise, 3)]
    assert [a.text for a in rules.articles] == ["甲。", "乙。"]


def test_a_page_number_does_not_break_a_wrapped_sentence():
    rules = parse_text(
        "第一条 全体村民应当自觉遵守本村规民约，互相监\n- 1 -\n"
        "督、互相帮助，把我们的村庄建设得更加美丽，人\n人争做文明村民。"
    )
    assert rules.articles[0].text == (
        "全体村民应当自觉遵守本村规民约，互相监督、互相帮助，"
        "把我们的村庄建设得更加美丽，人人争做文明村民。"
    )


def test_a_repeated_title_and_a_table_of_contents_are_set_aside():
    rules = parse_text(
        "松林村公约\n目录\n第一章 总则\n第二章 附则\n"
        "第一章 总则\n第一条 甲。\n松林村公约\n第二章 附则\n第二条 乙。"
    )
    assert [(c.label, len(c.articles)) for c in rules.chapters] == [("第一章", 1), ("第二章", 1)]
    assert codes(rules) == ["table_of_contents", "running_title"]
    assert len(rules.unplaced) == 4


def test_wrong_numbers_are_kept_in_order_and_reported():
    rules = parse_text("第一条 甲。\n第三条 乙。\n第三条 丙。\n第二条 丁。")
    assert [a.label for a in rules.articles] == ["第一条", "第三条", "第三条", "第二条"]
    assert [(w.code, w.line) for w in rules.warnings] == [
        ("article_number_missing", 2),
        ("article_number_repeated", 3),
        ("article_number_out_of_order", 4),
    ]
    assert rules.warnings[0].message == "第 2 行：“第三条”之前缺少第二条，请核对原文。"


def test_wrong_numbers_of_chapters_and_items_are_reported():
    rules = parse_text("第一章 甲\n第一条 乙：\n（一）丙；\n（三）丁。\n第三章 戊\n第二条 己。")
    assert codes(rules) == ["item_number_missing", "chapter_number_missing"]


def test_articles_that_restart_in_each_chapter_are_reported_once():
    rules = parse_text("第一章 甲\n第一条 乙。\n第二章 丙\n第一条 丁。\n第三章 戊\n第一条 己。")
    assert codes(rules) == ["article_numbers_restart"]


@pytest.mark.parametrize(
    ("head", "title", "preamble"),
    [
        ("松林村村规民约\n为了和睦，制定本约。\n", "松林村村规民约", "为了和睦，制定本约。"),
        ("云台镇松林村\n村规民约\n", "云台镇松林村村规民约", ""),
        ("村 规 民 约\n", "村规民约", ""),
        ("松林村村规民约\n（试行）\n", "松林村村规民约（试行）", ""),
        (
            "松林村村规民约\n（2023年5月12日村民会议通过）\n",
            "松林村村规民约",
            "（2023年5月12日村民会议通过）",
        ),
        ("为了和睦，制定本约。\n", "", "为了和睦，制定本约。"),
        ("", "", ""),
    ],
)
def test_title_and_preamble(head, title, preamble):
    rules = parse_text(f"{head}第一条 甲。")
    assert (rules.title, rules.preamble) == (title, preamble)
    assert articles(f"{head}第一条 甲。") == [("第一条", "甲。")]


def test_generated_numbers_structure_the_text():
    rules = parse_lines(
        [
            SourceLine("松林村公约", 1),
            SourceLine("总则", 2, "第一章"),
            SourceLine("村民应当：", 3, "第一条"),
            SourceLine("守法；", 4, "（一）"),
            SourceLine("和睦。", 5, "（二）"),
            SourceLine("第二条 自己打的编号。", 6, "1."),
        ]
    )
    assert outline(rules) == [
        (
            "第一章",
            "总则",
            [
                ("第一条", "村民应当：", [("（一）", "守法；", []), ("（二）", "和睦。", [])]),
                ("第二条", "自己打的编号。", []),
            ],
        )
    ]


def test_lines_that_are_no_body_are_kept_apart():
    rules = parse_lines(
        [
            SourceLine("第一条 甲。", 1),
            SourceLine("页眉", 2, role="header"),
            SourceLine("删去的话", 3, role="deleted"),
        ]
    )
    assert [u.text for u in rules.unplaced] == ["页眉", "删去的话"]


def test_invisible_characters_do_not_hide_numbering():
    rules = parse_text("\ufeff第\u200b一条 甲。\n\u200b第二条 乙。")
    assert [a.label for a in rules.articles] == ["第一条", "第二条"]
    assert codes(rules) == ["invisible_characters"]


@pytest.mark.parametrize("text", ["", "   \n\n\u3000\n"])
def test_an_empty_text_is_reported(text):
    rules = parse_text(text)
    assert rules.articles == []
    assert codes(rules) == ["empty_text"]


def test_characters_outside_the_basic_plane_stay():
    assert articles("第一条 𥔲嘉镇的𠀀村。") == [("第一条", "𥔲嘉镇的𠀀村。")]
