"""Writes a number in the list formats of Word (w:numFmt). Knows nothing of paragraphs."""

from __future__ import annotations

from collections.abc import Callable

from ..numbering import to_chinese

_DIGITS = "〇一二三四五六七八九"
_LEGAL_SIMPLIFIED = str.maketrans("零一二三四五六七八九十百千", "零壹贰叁肆伍陆柒捌玖拾佰仟")
_LEGAL_TRADITIONAL = str.maketrans("零一二三四五六七八九十百千万", "零壹貳參肆伍陸柒捌玖拾佰仟萬")
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_BRANCHES = "子丑寅卯辰巳午未申酉戌亥"
_ROMAN = (
    (1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"),
    (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"),
)  # fmt: skip
_CIRCLES = ((1, 20, 0x2460), (21, 35, 0x3251), (36, 50, 0x32B1))


_ZODIAC_LENGTH = 60
_FOOTNOTE_SIGNS = "*†‡§"


def format_number(number: int, list_format: str, pattern: str = "") -> str:
    """The number as the list format prints it; decimal for a format not known here.

    `pattern` is the example that a format called custom goes by: 001, 002, 003, …
    """
    if list_format == "none":
        return ""
    if number < 0:
        return str(number)
    if list_format == "custom":
        first = pattern.partition(",")[0].strip()
        return str(number).zfill(min(len(first), 9)) if first.isdecimal() else str(number)
    return _FORMATS.get(list_format, str)(number)


def _counting(number: int) -> str:
    """chineseCounting: 十一, and digit by digit from 100 on."""
    return to_chinese(number) if number < 100 else _digital(number)


def _digital(number: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(number))


def _letters(number: int) -> str:
    """a … z, then aa, bb: Word repeats the letter."""
    if number == 0:
        return ""
    repeats, letter = divmod(number - 1, 26)
    return chr(ord("a") + letter) * min(repeats + 1, 40)


def _roman(number: int) -> str:
    if not 0 < number < 4000:
        return str(number)
    written = ""
    for value, numeral in _ROMAN:
        while number >= value:
            written += numeral
            number -= value
    return written


def _from_row(characters: str) -> Callable[[int], str]:
    def write(number: int) -> str:
        return characters[number - 1] if 0 < number <= len(characters) else str(number)

    return write


def _zodiac(number: int) -> str:
    """甲子, 乙丑 … 癸亥, and again."""
    if number == 0:
        return "0"
    place = (number - 1) % _ZODIAC_LENGTH
    return _STEMS[place % len(_STEMS)] + _BRANCHES[place % len(_BRANCHES)]


def _ordinal(number: int) -> str:
    teen = number // 10 % 10 == 1
    return f"{number}{'th' if teen else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def _footnote_sign(number: int) -> str:
    if number == 0:
        return "0"
    repeats, sign = divmod(number - 1, len(_FOOTNOTE_SIGNS))
    return _FOOTNOTE_SIGNS[sign] * min(repeats + 1, 10)


def _circled(number: int) -> str:
    for first, last, code in _CIRCLES:
        if first <= number <= last:
            return chr(code + number - first)
    return str(number)


def _signs(code: int, count: int) -> Callable[[int], str]:
    return _from_row("".join(chr(code + offset) for offset in range(count)))


_FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalZero": lambda number: f"{number:02d}",
    "decimalHalfWidth": str,
    "decimalFullWidth": lambda number: "".join(chr(0xFF10 + int(d)) for d in str(number)),
    "decimalFullWidth2": lambda number: "".join(chr(0xFF10 + int(d)) for d in str(number)),
    "numberInDash": lambda number: f"- {number} -",
    "chineseCounting": _counting,
    "chineseCountingThousand": to_chinese,
    "japaneseCounting": to_chinese,
    "taiwaneseCounting": _counting,
    "taiwaneseCountingThousand": to_chinese,
    "koreanCounting": to_chinese,
    "ideographDigital": _digital,
    "japaneseDigitalTenThousand": _digital,
    "taiwaneseDigital": _digital,
    "koreanDigital2": _digital,
    "chineseLegalSimplified": lambda number: to_chinese(number).translate(_LEGAL_SIMPLIFIED),
    "ideographLegalTraditional": lambda number: to_chinese(number).translate(_LEGAL_TRADITIONAL),
    "japaneseLegal": lambda number: to_chinese(number).translate(_LEGAL_TRADITIONAL),
    "ideographTraditional": _from_row(_STEMS),
    "ideographZodiac": _from_row(_BRANCHES),
    "ideographZodiacTraditional": _zodiac,
    "ordinal": _ordinal,
    "hex": lambda number: f"{number:X}",
    "chicago": _footnote_sign,
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedFullstop": _signs(0x2488, 20),
    "decimalEnclosedParen": _signs(0x2474, 20),
    "ideographEnclosedCircle": _signs(0x3280, 10),
    "lowerLetter": _letters,
    "upperLetter": lambda number: _letters(number).upper(),
    "lowerRoman": lambda number: _roman(number).lower(),
    "upperRoman": _roman,
}
