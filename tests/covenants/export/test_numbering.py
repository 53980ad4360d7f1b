"""Which labels Word may number, and where its list is started anew."""

import itertools

import pytest

from covenants.export.numbering import ListNumbers, Pattern, read_label

CHINESE = "chineseCountingThousand"


@pytest.mark.parametrize(
    ("label", "read"),
    [
        ("第十二条", (Pattern("第", CHINESE, "条"), 12)),
        ("第一百零五条", (Pattern("第", CHINESE, "条"), 105)),
        ("第12条", (Pattern("第", "decimal", "条"), 12)),
        ("第１２条", (Pattern("第", "decimalFullWidth", "条"), 12)),
        ("二、", (Pattern("", CHINESE, "、"), 2)),
        ("（三）", (Pattern("（", CHINESE, "）"), 3)),
        ("4.", (Pattern("", "decimal", "."), 4)),
        ("⑤", (Pattern("", "decimalEnclosedCircleChinese", ""), 5)),
        ("第二十条之一", None),
        ("1.2", None),
        ("第廿条", None),
        ("第零一条", None),
        ("●", None),
        ("100%", None),
        ("", None),
    ],
)
def test_a_label_is_numbered_only_if_the_list_prints_just_that(label, read):
    assert read_label(label) == read


def taken(*labels):
    """The w:num each label gets, by order of first use; None where it is typed."""
    numbers = ListNumbers(labels, itertools.count(1))
    return [numbers.take(label, level) for level, label in labels], numbers


def test_a_regular_text_needs_one_list():
    labels = [(0, "第一条"), (1, "（一）"), (1, "（二）"), (0, "第二条"), (1, "（一）")]
    assert taken(*labels)[0] == [1] * 5


def test_a_gap_starts_the_list_anew_and_the_rest_counts_on():
    found, numbers = taken((0, "第一条"), (0, "第三条"), (1, "（一）"), (0, "第四条"))
    assert found == [1, 2, 2, 2]
    assert numbers.restarts[1].starts == {0: 3}


def test_items_that_begin_late_do_not_change_where_the_next_ones_begin():
    found, numbers = taken((0, "第一条"), (1, "（二）"), (0, "第二条"), (1, "（一）"))
    assert found == [1, 2, 2, 3]
    assert numbers.restarts[1].starts == {0: 2, 1: 2}
    assert numbers.restarts[2].starts == {0: 3, 1: 1}


def test_a_typed_label_does_not_count():
    assert taken((0, "第一条"), (0, "第一条之一"), (0, "第二条"))[0] == [1, None, 1]


def test_a_stray_way_of_writing_is_typed():
    assert taken((0, "第一条"), (0, "二、"), (0, "第二条"))[0] == [1, None, 1]
