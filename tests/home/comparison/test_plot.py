"""Bars in the order of the numbers, cases that cannot be compared kept apart."""

from decimal import Decimal

from home.comparison.plot import LONGEST, Entry, cases_of, drawn

WEDDING, FUNERAL = ("红事", "<=", "桌"), ("白事", "<=", "桌")


def entry(village, value, case=WEDDING, upper=None):
    return Entry(village, case, Decimal(value), upper and Decimal(upper))


def test_bars_stand_in_the_order_of_the_numbers_and_count_villages_once():
    entries = [entry("a", 15), entry("b", 8), entry("c", 15), entry("c", 15)]
    (case,) = cases_of(entries)
    assert [(bar.value, bar.villages, bar.length) for bar in case.bars] == [
        (8, 1, LONGEST // 2),
        (15, 2, LONGEST),
    ]
    assert case.villages == 3
    assert [bar.top for bar in case.bars] == [0, 2] and case.height == 4


def test_what_is_for_others_or_binds_otherwise_is_another_case():
    entries = [entry("a", 15), entry("b", 15, FUNERAL), entry("c", 15, ("红事", "=", "桌"))]
    assert len(cases_of(entries)) == 3


def test_ranges_are_bars_of_their_own():
    (case,) = cases_of([entry("a", 10), entry("b", 10, upper=12)])
    assert [(bar.value, bar.upper) for bar in case.bars] == [(10, None), (10, 12)]


def test_a_case_of_one_village_is_not_drawn():
    assert drawn(cases_of([entry("a", 15), entry("b", 15), entry("c", 9, FUNERAL)]))[0].bars
    assert len(drawn(cases_of([entry("a", 15), entry("c", 9, FUNERAL)]))) == 0
    assert cases_of([]) == []
