import pytest

from covenants.parsing import parse_text
from covenants.parsing.dates import find_dates

BODY = "松林村村规民约\n第一条 甲。\n第二条 本约自2030年1月1日起施行。\n"


@pytest.mark.parametrize(
    ("written", "iso"),
    [
        ("2011年9月1日", "2011-09-01"),
        ("2011 年 9 月 1 日", "2011-09-01"),
        ("２０１１年９月１日", "2011-09-01"),
        ("2021-12-24", "2021-12-24"),
        ("2021.12.24", "2021-12-24"),
        ("2021/12/24", "2021-12-24"),
        ("二〇二三年五月", "2023-05"),
        ("二○二三年五月十二日", "2023-05-12"),
        ("二零二三年十二月三十一日", "2023-12-31"),
        ("二〇二三 年 五 月 一 日", "2023-05-01"),
        ("二○二三", "2023"),
        ("2022年", "2022"),
        ("二0二三年五月", "2023-05"),
        ("二Ｏ二三年五月", "2023-05"),
        ("2O23年5月", "2023-05"),
        ("2023年5月12号", "2023-05-12"),
        ("2023. 5. 12", "2023-05-12"),
        ("2023年五月十二日", "2023-05-12"),
        ("二〇二三年十月", "2023-10"),
        ("二〇二三年农历正月", "2023"),
        ("２０２１－１２－２４", "2021-12-24"),
        ("2023年 月 日", "2023"),
        ("2023年13月40日", "2023"),
        ("2023-02-30", "2023-02"),
    ],
)
def test_forms_of_dates(written, iso):
    assert [date.iso for date in find_dates(written)] == [iso]


@pytest.mark.parametrize("written", ["年 月 日", "****年**月**日", "12345", "1.5米", "8桌"])
def test_no_date(written):
    assert find_dates(written) == []


@pytest.mark.parametrize(
    ("closing", "date", "body"),
    [
        ("松林村村民会议 2023年5月12日通过", "2023-05-12", "松林村村民会议"),
        ("2023年5月12日松林村村民代表大会表决通过", "2023-05-12", "松林村村民代表大会"),
        ("（2023年5月12日经松林村村民会议讨论通过）", "2023-05-12", "松林村村民会议"),
        ("松林村村民委员会\n2023年5月12日", "2023-05-12", "松林村村民委员会"),
        ("松林村村民委员会（盖章）\n二〇二三年五月", "2023-05", "松林村村民委员会"),
        ("松林村村民委员会\n年 月 日", None, "松林村村民委员会"),
        ("2021-12-24", "2021-12-24", ""),
        ("2021.12.24", "2021-12-24", ""),
        ("二○二三年五月", "2023-05", ""),
        ("年  月  日", None, ""),
        ("2022年第一次村民代表大会通过", "2022", "2022年第一次村民代表大会"),
        ("2022年第一次村民代表大会表决通过", "2022", "2022年第一次村民代表大会"),
        (
            "松林村第十届村民代表会议第二次会议2022年3月通过",
            "2022-03",
            "松林村第十届村民代表会议第二次会议",
        ),
        ("松林村村民會議 2023年5月12日通過", "2023-05-12", "松林村村民會議"),
        ("（本章程经松林村村民代表会议于二〇二三年五月审议通过）", "2023-05", "松林村村民代表会议"),
        ("****年**月**日", None, ""),
        ("____年__月__日", None, ""),
        ("松林村村民委员会 年 月 日", None, "松林村村民委员会"),
        ("松林村经济联合社\n2023年5月12日", "2023-05-12", "松林村经济联合社"),
    ],
)
def test_signatures(closing, date, body):
    rules = parse_text(BODY + closing)
    assert rules.closing == closing
    assert (rules.adopted.date, rules.adopted.body) == (date, body)
    assert [article.label for article in rules.articles] == ["第一条", "第二条"]


def test_a_closing_sentence_before_the_signature():
    closing = "本村规民约自公布之日起施行。\n松林村村民会议\n2023年5月12日通过"
    rules = parse_text(f"第一条 甲。\n{closing}")
    assert rules.closing == closing
    assert (rules.adopted.date, rules.adopted.body) == ("2023-05-12", "松林村村民会议")


def test_adoption_below_the_title():
    rules = parse_text("松林村公约\n（2019年3月16日村民会议通过）\n第一条 甲。")
    assert (rules.adopted.date, rules.adopted.body) == ("2019-03-16", "村民会议")


def test_adoption_in_the_last_article():
    rules = parse_text(
        "第一条 甲。\n第二条 本约经2019年3月16日村民会议通过，自2019年4月1日起施行。"
    )
    assert (rules.adopted.date, rules.adopted.body) == ("2019-03-16", "村民会议")
    assert rules.closing == ""


def test_the_day_a_text_takes_effect_is_not_its_adoption():
    rules = parse_text("第一条 甲。\n第二条 本约经村民会议通过，自2019年4月1日起施行。")
    assert rules.adopted.date is None


def test_an_edition_that_is_repealed_is_not_the_adoption():
    sentence = "本约自2025年2月1日起施行。2021年1月30日通过的公约同时废止。"
    rules = parse_text(f"第一条 {sentence}\n松林村村民会议 2025年1月11日通过")
    assert rules.articles[0].text == sentence
    assert rules.adopted.date == "2025-01-11"
