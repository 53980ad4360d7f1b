"""Finds out which lines of a source were broken by a margin rather than by their author.

Measures widths and line ends only; knows nothing of numbering.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

SENTENCE_ENDS = frozenset("。；;：:！!？?…．.｡")
CLOSING_MARKS = frozenset("”’」』）)】］]》〉\"'")
_DANGLING = tuple("，,、和及或与與於于按照据據依违違反《（(“「之的") + (
    "依照",
    "根据",
    "按照",
    "违反",
)

NARROWEST_MARGIN = 18
NARROWEST_PROSE = 9
LONG_LINE = 28
TOLERANCE = 2.5

_HAN = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_FOREIGN = re.compile(r"[A-Za-z\ua000-\ua4cf\ue000-\uf8ff]")
_COMMA_AT_END = tuple("，,、；;")
_INNER_SENTENCE_END = re.compile(r"[。；;！？](?=\s{0,4}[^\s。；;！？”’」』）)】］\]》〉])")
_NARROW = re.compile(r"[\u0000-\u00a0\uff61-\uffdc]")
_NUMERAL = r"[零〇○一二三四五六七八九十百两壹贰叁肆伍陆柒捌玖拾\d]"
_LABEL_HEAD = re.compile(rf"(?P<ordinal>第\s?{_NUMERAL}{{0,6}})$|[（(]\s?{_NUMERAL}{{0,3}}$")
_ORDINAL_TAIL = re.compile(rf"{_NUMERAL}{{0,6}}\s?[条條章节節]")
_BRACKET_TAIL = re.compile(rf"{_NUMERAL}{{0,3}}[）)]")
_HAN_RUN = re.compile(r"[\u3400-\u9fff]+")


def ends_sentence(text: str) -> bool:
    """Whether a line ends with a full stop, a semicolon, a colon or the like."""
    tail = text.rstrip()
    position = len(tail) - 1
    while position >= 0 and len(tail) - position <= 4 and tail[position] in CLOSING_MARKS:
        position -= 1
    return position >= 0 and tail[position] in SENTENCE_ENDS


def dangles(text: str) -> bool:
    """Whether a line ends in the middle of a phrase (依照, 、, an open bracket)."""
    return text.rstrip().endswith(_DANGLING)


def is_foreign(text: str) -> bool:
    """Whether a line is written in Latin or Yi letters without any Han character."""
    return bool(_FOREIGN.search(text)) and not _HAN.search(text)


def width(text: str) -> float:
    """Width in Han characters; a half-width character counts one half."""
    if text.isascii():
        return len(text) / 2
    wide = len(text) - len(_NARROW.findall(text))
    return wide + (len(text) - wide) / 2


def continuing_lines(lines: Sequence[str]) -> set[int]:
    """Indices of lines that go on with the sentence of the line before them.

    A blank line ends a paragraph; where blank lines stand between nearly all lines, two do. A
    margin is believed when at least two unfinished lines reach it; without one only an unfinished
    line of 28 characters or more is joined. Verse and a change of script are never joined.
    """
    filled = [index for index, line in enumerate(lines) if line.strip()]
    double_spaced = _is_double_spaced(filled)
    next_filled = dict(zip(filled, filled[1:], strict=False))
    widths = {
        index: width(lines[index].strip())
        for index, following in next_filled.items()
        if following <= index + (2 if double_spaced else 1)
        and not ends_sentence(lines[index])
        and is_foreign(lines[index]) == is_foreign(lines[following])
        and not is_verse(lines[index])
    }
    margin = _margin(sorted(widths.values(), reverse=True))
    if margin < LONG_LINE and _mostly_verse(lines, widths, margin):
        margin = float("inf")
    if margin == float("inf"):
        margin = _narrow_margin(lines, filled, widths)
    return {
        next_filled[index]
        for index, measured in widths.items()
        if measured >= margin - TOLERANCE or measured >= LONG_LINE
    }


def cuts_label(line: str, following: str) -> bool:
    """Whether a margin cut a label in two: 第三 | 条, （ | 一）."""
    head = _LABEL_HEAD.search(line.rstrip()[-12:])
    if not head:
        return False
    tail = _ORDINAL_TAIL if head["ordinal"] else _BRACKET_TAIL
    return bool(tail.match(following.strip()[:12])) and bool(line.strip())


def is_verse(line: str) -> bool:
    """Whether a line is three or more groups of equal length, as 爱祖国 守法纪 敬老人 is."""
    groups = _HAN_RUN.findall(line) if len(line) <= 60 else []
    if len(groups) < 3 or len(set(map(len, groups))) > 1 or not 3 <= len(groups[0]) <= 7:
        return False
    return len(groups) * (len(groups[0]) + 1) >= len("".join(line.split()))


def _is_double_spaced(filled: Sequence[int]) -> bool:
    gaps = sum(b > a + 1 for a, b in zip(filled, filled[1:], strict=False))
    return len(filled) >= 4 and gaps >= 0.9 * (len(filled) - 1)


def _margin(descending: list[float]) -> float:
    """The greatest width that two unfinished lines share, infinite when there is none."""
    for wider, next_wider in zip(descending, descending[1:], strict=False):
        if next_wider < NARROWEST_MARGIN:
            break
        if wider - next_wider <= TOLERANCE:
            return wider
    return float("inf")


def _mostly_verse(lines: Sequence[str], widths: dict[int, float], margin: float) -> bool:
    """A margin cuts anywhere; where most lines end with a comma the author broke them."""
    reaching = [index for index, measured in widths.items() if measured >= margin - TOLERANCE]
    at_comma = sum(lines[index].rstrip().endswith(_COMMA_AT_END) for index in reaching)
    return at_comma * 2 > len(reaching)


def _narrow_margin(lines: Sequence[str], filled: Sequence[int], widths: dict[int, float]) -> float:
    """The width of a telephone's lines: no line is longer, sentences end anywhere inside them."""
    widest = max((width(lines[index].strip()) for index in filled[1:]), default=0.0)
    if not NARROWEST_PROSE <= widest < NARROWEST_MARGIN:
        return float("inf")
    reaching = [index for index, measured in widths.items() if measured >= widest - TOLERANCE]
    broken_inside = sum(bool(_INNER_SENTENCE_END.search(lines[index])) for index in reaching)
    if len(reaching) < 3 or not broken_inside or _mostly_verse(lines, widths, widest):
        return float("inf")
    return widest
