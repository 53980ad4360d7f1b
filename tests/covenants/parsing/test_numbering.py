import pytest

from covenants.parsing.numbering import (
    article_label,
    chapter_label,
    item_label,
    parse_number,
    to_chinese,
)


def test_every_number_to_ten_thousand_survives_being_written_and_read():
    for number in [*range(10_001), 10_203, 99_999, 100_000, 1_234_567]:
        assert parse_number(to_chinese(number)) == number


def test_distinct_numbers_are_written_differently():
    assert len({to_chinese(number) for number in range(10_000)}) == 10_000


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "零"),
        (10, "十"),
        (12, "十二"),
        (20, "二十"),
        (105, "一百零五"),
        (110, "一百一十"),
        (1020, "一千零二十"),
        (9999, "九千九百九十九"),
        (10_003, "一万零三"),
    ],
)
def test_written_forms(number, written):
    assert to_chinese(number) == written


@pytest.mark.parametrize(
    ("written", "number"),
    [
        ("二〇", 20),
        ("二○二三", 2023),
        ("一百〇五", 105),
        ("廿三", 23),
        ("卅", 30),
        ("两百", 200),
        ("壹拾贰", 12),
        ("12", 12),
        ("１２", 12),
        ("十 二", 12),
    ],
)
def test_other_forms_are_read(written, number):
    assert parse_number(written) == number


@pytest.mark.parametrize("written", ["", "十十", "百", "甲", "三百零", "一二十", "十百", "9" * 30])
def test_what_is_no_number_is_none(written):
    assert parse_number(written) is None


def test_labels():
    assert article_label(20) == "第二十条"
    assert article_label(20, 1) == "第二十条之一"
    assert chapter_label(3) == "第三章"
    assert [item_label(2, depth) for depth in range(4)] == ["（二）", "2.", "（2）", "②"]
    assert item_label(21, 3) == "（21）"


def test_a_number_below_zero_has_no_label():
    with pytest.raises(ValueError, match="-1"):
        article_label(-1)
