"""Numerals as Chinese rules write them, and the labels of chapters, articles and items.

Pure arithmetic on strings: may not know about lines, files or pages.
"""

from __future__ import annotations

from functools import lru_cache

DIGITS = {
    **{char: value for value, char in enumerate("零一二三四五六七八九")},
    **{char: value for value, char in enumerate("零壹贰叁肆伍陆柒捌玖")},
    **dict.fromkeys("〇○◯", 0),
    "弌": 1,
    "两": 2,
    "兩": 2,
    "贰": 2,
    "貳": 2,
    "參": 3,
    "陸": 6,
}
UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
TENS = {"廿": 20, "卅": 30, "卌": 40}
TEN_THOUSAND = ("万", "萬")
LARGEST = 99_999_999

NUMERAL_CHARACTERS = "".join(dict.fromkeys([*DIGITS, *UNITS, *TENS]))
"""Every Han numeral below ten thousand, for use inside a regular expression's brackets."""

_HAN_DIGITS = "零一二三四五六七八九"
_HAN_UNITS = ("", "十", "百", "千")


@lru_cache(maxsize=8192)
def parse_number(text: str) -> int | None:
    """The number a numeral stands for (十二, 一百零五, 二〇, 廿三, 12, １２), None if it is none.

    Blanks inside are ignored. Reads up to 99,999,999.
    """
    compact = "".join(text.split())
    if not compact or len(compact) > 16:
        return None
    if compact.isdecimal():
        return _bounded(int(compact))
    if all(char in DIGITS for char in compact):
        return _bounded(int("".join(str(DIGITS[char]) for char in compact)))
    for mark in TEN_THOUSAND:
        if mark in compact:
            high, _, low = compact.partition(mark)
            return _with_ten_thousands(high, low)
    return _below_ten_thousand(compact)


def _bounded(number: int) -> int | None:
    return number if number <= LARGEST else None


def _with_ten_thousands(high: str, low: str) -> int | None:
    thousands = _below_ten_thousand(high)
    rest = _below_ten_thousand(low) if low else 0
    if not thousands or rest is None:
        return None
    return thousands * 10_000 + rest


def _below_ten_thousand(text: str) -> int | None:
    total, digit, smallest = 0, None, 10_000
    for char in text:
        if char in DIGITS:
            if digit:
                return None
            digit = DIGITS[char]
        elif char in TENS:
            if digit or smallest <= 10:
                return None
            total, digit, smallest = total + TENS[char], None, 10
        elif char in UNITS:
            unit = UNITS[char]
            if unit >= smallest or (not digit and unit != 10) or (digit == 0 and not total):
                return None
            total, digit, smallest = total + (digit or 1) * unit, None, unit
        else:
            return None
    if digit == 0 and total:
        return None
    if digit and smallest in (100, 1000) and DIGITS.get(text[-2]) != 0:
        return None
    return total + (digit or 0)


def to_chinese(number: int) -> str:
    """十二, 二十, 一百零五, 一千零二十, 一万零三: the form labels use. ValueError below 0."""
    if number < 0 or number > LARGEST:
        raise ValueError(f"no label for {number}")
    if number == 0:
        return "零"
    high, low = divmod(number, 10_000)
    written = f"{_group(high)}万" if high else ""
    if high and 0 < low < 1000:
        written += "零"
    written += _group(low)
    return written[1:] if written.startswith("一十") else written


def _group(number: int) -> str:
    written, pending_zero = "", False
    for position in (3, 2, 1, 0):
        digit = number // 10**position % 10
        if digit:
            if pending_zero and written:
                written += "零"
            written += _HAN_DIGITS[digit] + _HAN_UNITS[position]
            pending_zero = False
        else:
            pending_zero = True
    return written


def article_label(number: int, inserted: int = 0) -> str:
    """第二十条; with `inserted`, an article put in after it: 第二十条之一."""
    label = f"第{to_chinese(number)}条"
    return f"{label}之{to_chinese(inserted)}" if inserted else label


def chapter_label(number: int) -> str:
    """第三章."""
    return f"第{to_chinese(number)}章"


def item_label(number: int, depth: int = 0) -> str:
    """The label of an item by its depth below the article: （一）, then 1., then （1）, then ①."""
    if depth == 0:
        return f"（{to_chinese(number)}）"
    if depth == 1:
        return f"{number}."
    if depth == 2 or number > 20:
        return f"（{number}）"
    return chr(0x2460 + number - 1)
