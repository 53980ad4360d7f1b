"""Recognises the numbering at one place of a line: 第一章, 第一条, 一、, （一）, 1., ①.

Knows shapes only. Whether a marker really begins an article there is decided by its context,
in `fragments`. Every pattern is bounded, so reading all markers of a line is linear.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache

from .numbering import NUMERAL_CHARACTERS, parse_number


class Kind(IntEnum):
    """Families of numbering; item families in the order in which they usually nest."""

    TEXT = 0
    PART = 1
    CHAPTER = 2
    SECTION = 3
    ARTICLE = 4
    HAN = 5
    HAN_PAREN = 6
    NUMBER = 7
    NUMBER_PAREN = 8
    CIRCLED = 9
    LETTER = 10
    DECIMAL = 11
    BULLET = 12
    OTHER = 13


ITEM_KINDS = frozenset(kind for kind in Kind if kind > Kind.ARTICLE)
HEADING_KINDS = frozenset({Kind.PART, Kind.CHAPTER, Kind.SECTION})
"""PART is 第一编 and 第一部分, and any named part without a number (总则)."""

PART_NAMES = frozenset({"总则", "附则", "分则", "总纲", "總則", "附則", "分則", "總綱", "总則"})


@dataclass(frozen=True, slots=True)
class Marker:
    """A marker found at [start, end) of a line; `end` lies after separators and blanks.

    `label` has no blanks but every other character of that range. `number` is None for
    bullets; `inserted` is 1 for 第二十条之一; `path` holds the numbers of 2.3.1. `core_end` lies
    before the separator: after 第三条 in 第三条、.
    """

    kind: Kind
    label: str
    start: int
    end: int
    number: int | None = None
    inserted: int = 0
    path: tuple[int, ...] = ()
    core_end: int = 0

    @property
    def style(self) -> str:
        """The label with # for its number: tells 1、 from 1. and （1） from 1）."""
        return style_of(self.label)


_HAN = f"[{NUMERAL_CHARACTERS}]"
_ANY = rf"[{NUMERAL_CHARACTERS}\d]"
_ORDINAL = (
    r"(?P<bracket>[【〖\[［]\s{0,3})?"
    rf"第\s{{0,8}}(?P<ordinal>(?:{_ANY}\s{{0,4}}){{1,12}})(?P<unit>[章节節条條编編篇]|部\s?分)"
    rf"(?:(?<=[条條])\s{{0,4}}之\s{{0,4}}(?P<inserted>{_ANY}{{1,3}})(?!{_ANY}))?"
    r"(?(bracket)\s{0,3}[】〗\]］])\s{0,4}(?P<separator>[:：、.．，,])?"
)
_HAN_PAREN = (
    rf"[（(〔【［\[]\s{{0,3}}(?P<han_paren>{_HAN}{{1,4}})\s{{0,3}}[）)〕】］\]]\s{{0,3}}[、.．:：]?"
    r"|(?P<han_sign>[㈠-㈩㊀-㊉])\s{0,3}[、.．]?"
)
_HAN_COMMA = (
    rf"(?P<han>{_HAN}{{1,4}})\s{{0,3}}[、.．:：]"
    rf"|(?P<han_said>{_HAN}{{1,3}})曰\s{{0,3}}[:：，,]?"
    rf"|其(?P<han_its>{_HAN}{{1,3}})\s{{0,3}}[，,、:：]"
    rf"|第(?P<han_th>{_HAN}{{1,3}})\s{{0,3}}[，,、:：](?!\s{{0,3}}(?:第|{_ANY}))"
    rf"|第(?P<han_step>{_HAN}{{1,3}})步\s{{0,3}}[，,、:：]?"
    r"|(?P<roman>[Ⅰ-Ⅻ])\s{0,3}[、.．:：]"
)
_NUMBER_PAREN = (
    r"[（(［\[]\s{0,3}(?P<number_paren>\d{1,3})\s{0,3}[）)］\]]\s{0,3}[、.．]?"
    r"|(?P<number_half>\d{1,3})\s{0,3}[）)]"
    r"|(?P<number_sign>[⑴-⒇])\s{0,3}[、.．]?"
)
_DECIMAL = r"(?P<decimal>\d{1,3}(?:[.．]\d{1,3}){1,3})(?!\d)[.．、]?"
_NUMBER = r"(?P<number>\d{1,3})\s{0,3}(?:、|[.．](?!\d))|(?P<full_stop_sign>[⒈-⒛])"
_CIRCLED = r"(?P<circled>[①-⑳㉑-㉟㊱-㊿❶-❿➀-➉➊-➓⓵-⓾])\s{0,3}[、.．]?"
_LETTER = (
    r"(?P<letter>[A-Za-zＡ-Ｚａ-ｚ])\s{0,2}[.．、)）](?![A-Za-z\d])"
    r"|[（(](?P<letter_paren>[A-Za-zＡ-Ｚａ-ｚ])[）)]"
)
_BULLET_SIGNS = "•·●■□◆◇▪▲△➢➤▶►★☆※◎✓✔√\uf06c\uf06e\uf075\uf076\uf0a7\uf0b2\uf0b7\uf0d8\uf0fc"
_BULLET = rf"(?P<bullet>[{_BULLET_SIGNS}](?=\s{{0,8}}[^\s{_BULLET_SIGNS}])|[-–*+○](?=\s{{1,8}}\S))"

_AT_START = re.compile(
    rf"(?:{_ORDINAL}|{_HAN_PAREN}|{_HAN_COMMA}|{_NUMBER_PAREN}|{_DECIMAL}|{_NUMBER}|{_CIRCLED}"
    rf"|{_LETTER}|{_BULLET})\s*"
)
_INSIDE = re.compile(
    rf"(?:{_ORDINAL}|{_HAN_PAREN}|{_CIRCLED}"
    rf"|(?<!\d)(?<!\d[.．])(?:{_NUMBER_PAREN}|{_DECIMAL}|{_NUMBER})"
    rf"|(?<!{_HAN})(?:{_HAN_COMMA})|(?<![A-Za-z])(?:{_LETTER})|(?P<bullet>[●■◆★◎➢➤▶►])(?=\s?\w))\s*"
)
_BARE = re.compile(
    rf"(?P<han>{_HAN}{{1,3}})\s{{1,8}}(?=[^\s\d])"
    r"|(?P<number>\d{1,3})(?:\s{1,8}(?=[^\s\d])|(?=[\u3400-\u9fff]))"
)
_ENUMERATION = re.compile(rf"({_ANY}{{1,4}})\s{{0,3}}(?:[、，,和至到~～—-]|([组組队号户月日年社]))")
_NUMERALS = re.compile(rf"{_ANY}{{1,12}}|[①-⑳㉑-㉟㊱-㊿❶-❿➀-➉➊-➓⓵-⓾㈠-㈩㊀-㊉⑴-⒇⒈-⒛]")
_ROMAN = re.compile(r"[Ⅰ-Ⅻ]")
_HALF_WIDTH = str.maketrans("（）．：〔〕【】［］", "().:[][][]")
_SIGN_RANGES = (
    ("Ⅰ", "Ⅻ", 1),
    ("㈠", "㈩", 1),
    ("㊀", "㊉", 1),
    ("⑴", "⒇", 1),
    ("⒈", "⒛", 1),
    ("①", "⑳", 1),
    ("㉑", "㉟", 21),
    ("㊱", "㊿", 36),
    ("❶", "❿", 1),
    ("➀", "➉", 1),
    ("➊", "➓", 1),
    ("⓵", "⓾", 1),
)
_KIND_OF_GROUP = {
    "han_paren": Kind.HAN_PAREN,
    "han_sign": Kind.HAN_PAREN,
    "han": Kind.HAN,
    "han_said": Kind.HAN,
    "han_its": Kind.HAN,
    "han_th": Kind.HAN,
    "han_step": Kind.HAN,
    "roman": Kind.HAN,
    "number_paren": Kind.NUMBER_PAREN,
    "number_half": Kind.NUMBER_PAREN,
    "number_sign": Kind.NUMBER_PAREN,
    "number": Kind.NUMBER,
    "full_stop_sign": Kind.NUMBER,
    "circled": Kind.CIRCLED,
    "letter": Kind.LETTER,
    "letter_paren": Kind.LETTER,
    "decimal": Kind.DECIMAL,
    "bullet": Kind.BULLET,
}
_SIGN_GROUPS = {"roman", "han_sign", "number_sign", "full_stop_sign", "circled"}


def compact(text: str) -> str:
    """The text without any blank."""
    return "".join(text.split())


def close_up(text: str) -> str:
    """A name set with blanks between its characters, without them: 总 则 → 总则."""
    parts = text.split()
    if len(parts) > 1 and all(len(part) == 1 for part in parts):
        return "".join(parts)
    return " ".join(parts)


@lru_cache(maxsize=4096)
def style_of(label: str) -> str:
    """#、 for 1、 and 12、; width makes no difference."""
    return _ROMAN.sub("I", _NUMERALS.sub("#", label)).translate(_HALF_WIDTH)


def marker_at_start(text: str) -> Marker | None:
    """The marker with which a stripped line begins, or None."""
    match = _AT_START.match(text)
    return _marker(match, text) if match else None


def bare_number_at_start(text: str) -> Marker | None:
    """A numeral set off by a blank or by nothing (1 甲, 一　甲, 1甲).

    It is worth no more than its neighbours say.
    """
    match = _BARE.match(text)
    number = parse_number(match["han"] or match["number"]) if match else None
    if not match or not number:
        return None
    kind = Kind.HAN if match["han"] else Kind.NUMBER
    return Marker(kind, compact(match[0]), 0, match.end(), number)


def markers_inside(text: str) -> list[Marker]:
    """Every place in the line that has the shape of a marker, in order, not overlapping."""
    found = (_marker(match, text) for match in _INSIDE.finditer(text))
    return [marker for marker in found if marker]


def marker_of_label(label: str) -> Marker:
    """The marker that generated numbering stands for; OTHER when its shape is not known."""
    match = _AT_START.fullmatch(label.strip())
    marker = _marker(match, label.strip()) if match else None
    return marker or Marker(Kind.OTHER, compact(label), 0, 0)


def _marker(match: re.Match, text: str) -> Marker | None:
    label = compact(match[0])
    start, end = match.span()
    if match["unit"]:
        return _ordinal(match, label)
    group = match.lastgroup or ""
    kind, written = _KIND_OF_GROUP[group], match[group]
    if kind is Kind.BULLET:
        return Marker(kind, label, start, end)
    if kind is Kind.DECIMAL:
        path = tuple(int(part) for part in re.split("[.．]", written))
        return Marker(kind, label, start, end, path[-1], path=path)
    if kind is Kind.LETTER:
        return Marker(kind, label, start, end, _letter_number(written))
    number = _sign_number(written) if group in _SIGN_GROUPS else parse_number(written)
    if not number or (kind in {Kind.HAN, Kind.NUMBER} and _enumerates(text, end, number)):
        return None
    return Marker(kind, label, start, end, number)


def _enumerates(text: str, end: int, number: int) -> bool:
    """Whether 一、 only begins a list of numbers, as in 一、二组 or 1、3、5号."""
    if text[end - 1] != "、":
        return False
    following = _ENUMERATION.match(text, end)
    if not following:
        return False
    other = parse_number(following[1]) or 0
    return other == number + 1 if following[2] else other > number


def _ordinal(match: re.Match, label: str) -> Marker | None:
    number = parse_number(match["ordinal"])
    inserted = parse_number(match["inserted"]) if match["inserted"] else 0
    if not number or inserted is None:
        return None
    unit = match["unit"]
    if unit in "条條":
        kind = Kind.ARTICLE
    elif unit in "节節":
        kind = Kind.SECTION
    else:
        kind = Kind.CHAPTER if unit == "章" else Kind.PART
    end = match.start() + len(match[0].rstrip())
    core_end = match.start("separator") if match["separator"] else end
    return Marker(kind, label, *match.span(), number, inserted, core_end=core_end)


def _sign_number(sign: str) -> int | None:
    for first, last, value in _SIGN_RANGES:
        if first <= sign <= last:
            return ord(sign) - ord(first) + value
    return None


def _letter_number(letter: str) -> int:
    code = ord(letter.upper())
    return code - (ord("Ａ") if code > 0xFF00 else ord("A")) + 1
