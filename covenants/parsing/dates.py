"""Finds dates in the forms in which rules are signed. Knows nothing of what a date means."""

from __future__ import annotations

import re
from dataclasses import dataclass

from .numbering import parse_number

_ZERO = "〇○◯零ＯOo0０"
_YEAR = rf"(?:\d{{4}}|[12][\dOo〇○]{{3}}|[一二三四五六七八九{_ZERO}]{{4}})"
_PART = r"(?:\d{1,2}|[元正]|[一二三四五六七八九十廿卅〇○零]{1,3})"
_GAP = r"\s{0,6}"
_DATE = re.compile(
    rf"(?<![\d.])(?P<year>{_YEAR}){_GAP}年"
    rf"(?:{_GAP}(?P<month>{_PART}){_GAP}月(?:{_GAP}(?P<day>{_PART}){_GAP}[日号])?)?"
    rf"|(?<![\d.])(?P<y>(?:[1１][9９]|[2２][0０])\d\d){_GAP}(?P<sep>[-./．／－]){_GAP}(?P<m>\d{{1,2}})"
    rf"(?:{_GAP}(?P=sep){_GAP}(?P<d>\d{{1,2}}))?(?!\d)"
    rf"|(?<![一二三四五六七八九{_ZERO}])(?P<bare>(?:二[{_ZERO}]|一九)[一二三四五六七八九{_ZERO}]{{2}})"
    rf"(?![一二三四五六七八九十百千{_ZERO}])"
)
EMPTY_DATE = re.compile(
    r"[_＿*＊xX×…\s\d〇二○零]{0,12}年[_＿*＊xX×…\s\d]{0,12}月[_＿*＊xX×…\s\d]{0,12}日"
)


@dataclass(frozen=True, slots=True)
class FoundDate:
    """A date at [start, end) of a text; `iso` is 2023-05-01, 2023-05 or 2023."""

    iso: str
    start: int
    end: int


def find_dates(text: str) -> list[FoundDate]:
    """All dates that name at least a year, in order; impossible months and days are left out."""
    found = []
    for match in _DATE.finditer(text):
        year = _year(match["year"] or match["y"] or match["bare"])
        month = _part(match["month"] or match["m"], 12)
        day = _part(match["day"] or match["d"], 31)
        if not 1900 <= year <= 2199:
            continue
        iso = f"{year:04d}"
        if month:
            iso += f"-{month:02d}"
            if day and day <= _days_in(year, month):
                iso += f"-{day:02d}"
        found.append(FoundDate(iso, *match.span()))
    return found


def _year(written: str) -> int:
    digits = "".join("0" if char in _ZERO else char for char in written)
    if digits.isdecimal():
        return int(digits)
    return parse_number("".join("零" if char in _ZERO else char for char in written)) or 0


def _part(written: str | None, largest: int) -> int | None:
    if not written:
        return None
    if written in ("元", "正"):
        return 1
    number = parse_number(written)
    return number if number and number <= largest else None


def _days_in(year: int, month: int) -> int:
    if month == 2:
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        return 29 if leap else 28
    return 30 if month in (4, 6, 9, 11) else 31
