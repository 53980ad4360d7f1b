"""Where numbers stand in a text, in Han or Arabic digits of either width."""

import re

from search.numerals import find_numbers

_NARROW = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
# A lone Han numeral is a number only before what it counts: 一桌 is, 一律 and 统一 are not.
_COUNTED = frozenset(
    "桌元角分块天日人户次年月周个条倍里米斤两亩包盒瓶名份岁点时届章款项间棵头只张辆度寸尺丈公千百％%"
)
# What is left over stands after the unit: 一米五, 三块二.
_BEFORE_THE_REST = frozenset("米块元尺丈斤")
_FIGURE = re.compile(r"[0-9０-９〇零一二三四五六七八九十百千万亿两壹贰叁肆伍陆柒捌玖拾]")


def number_spans(text: str) -> list[tuple[int, int]]:
    """(start, end) of every number in code points, in order: 十五 in 不超过十五桌, 200 in 200元."""
    if not _FIGURE.search(text):
        return []
    spans = []
    for number in find_numbers(text.translate(_NARROW)):
        lone = number.is_han and number.end - number.start == 1
        unit = text[number.start - 1 : number.start]
        if lone and unit in _BEFORE_THE_REST and spans and spans[-1][1] == number.start - 1:
            spans[-1] = (spans[-1][0], number.end)
        elif not lone or text[number.end : number.end + 1] in _COUNTED:
            spans.append((number.start, number.end))
    return spans
