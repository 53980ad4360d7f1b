"""Reads numbers written in Han or Arabic digits, so that 八桌 and 8桌 can be one term.

Pure text: knows nothing of indexes or of Django.
"""

import re
from decimal import Decimal
from typing import NamedTuple

_DIGITS = {
    **dict(zip("〇一二三四五六七八九", range(10), strict=True)),
    **dict(zip("零壹贰叁肆伍陆柒捌玖", range(10), strict=True)),
    "两": 2,
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "佰": 100, "千": 1000, "仟": 1000}
_ALONE = {**_DIGITS, "十": 10, "拾": 10}
_MYRIAD = {"万": 10_000, "亿": 100_000_000}

_HAN = "".join([*_DIGITS, *_UNITS, *_MYRIAD])
_NUMBER = re.compile(
    rf"(?P<arabic>[0-9]{{1,3}}(?:,[0-9]{{3}})+|[0-9]{{1,18}})(?P<decimal>\.[0-9]{{1,6}})?"
    rf"(?P<scale>[百千万亿]?)|(?P<han>[{_HAN}]{{1,20}})"
)


class Number(NamedTuple):
    """A number found in a text: its place in code points and its value in Arabic digits."""

    start: int
    end: int
    value: str
    is_han: bool


def han_value(run: str) -> int | None:
    """Value of a run of Han numerals, or None where it is not one number (三四桌, 万一, 百姓)."""
    if len(run) == 1:
        return _ALONE.get(run)
    if not any(char in _DIGITS or char in "十拾" for char in run):
        return None
    if all(char in _DIGITS for char in run):
        if "两" in run or (len(run) == 2 and not set(run) & set("〇零")):
            return None
        return int("".join(str(_DIGITS[char]) for char in run))
    return _positional_value(run)


def _positional_value(run: str) -> int | None:
    total, section, digit, last_unit = 0, 0, None, None
    for char in run:
        if char in "〇零":
            last_unit = None
        elif char in _DIGITS:
            if digit is not None:
                return None
            digit = _DIGITS[char]
        elif char in _UNITS:
            unit = _UNITS[char]
            if digit is None and unit != 10:
                return None
            section += (1 if digit is None else digit) * unit
            digit, last_unit = None, unit
        else:
            section += digit or 0
            if not section:
                return None
            total, section = (total + section) * _MYRIAD[char], 0
            digit, last_unit = None, _MYRIAD[char]
    if digit is not None:
        # 一百五 is 150 and 一万二 is 12000: the unit below the last one is left unsaid.
        section += digit * (last_unit // 10 if last_unit and last_unit >= 100 else 1)
    return total + section


def han_spellings(value: str) -> list[str]:
    """How a whole number below 100,000 is written in Han numerals: 12 十二; 200 二百, 两百."""
    if not value.isdecimal() or len(value) > 5 or value == "0":
        return []
    spelt, gap = "", False
    for digit, unit in zip(value[::-1], ("", "十", "百", "千", "万"), strict=False):
        if digit == "0":
            gap = bool(spelt)
            continue
        spelt = "零一二三四五六七八九"[int(digit)] + unit + ("零" if gap else "") + spelt
        gap = False
    spelt = re.sub("^一十", "十", spelt)
    return [spelt, "两" + spelt[1:]] if re.match("二(?!十)", spelt) else [spelt]


def find_numbers(text: str) -> list[Number]:
    """All numbers in folded text, in order."""
    found = []
    for match in _NUMBER.finditer(text):
        if match["han"]:
            value = han_value(match["han"])
            if value is not None:
                found.append(Number(match.start(), match.end(), str(value), True))
            continue
        found.append(Number(match.start(), match.end(), _arabic_value(match), False))
    return found


def _arabic_value(match: re.Match) -> str:
    digits = match["arabic"].replace(",", "")
    if not match["decimal"] and not match["scale"]:
        return str(int(digits))
    number = Decimal(digits + (match["decimal"] or ""))
    if match["scale"]:
        number *= _UNITS.get(match["scale"]) or _MYRIAD[match["scale"]]
    return format(number.normalize(), "f")


def to_arabic(text: str) -> str:
    """The text with every number written in Arabic digits."""
    parts, last = [], 0
    for number in find_numbers(text):
        parts += [text[last : number.start], number.value]
        last = number.end
    return "".join([*parts, text[last:]])
