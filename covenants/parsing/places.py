"""Looks at what stands before a place in a line: a full stop, a short name, a blank."""

from __future__ import annotations

import re

from .markers import Marker
from .wrapping import CLOSING_MARKS, dangles

BREAKS = frozenset("。；;！!？?｡")
LOOSE_BREAKS = BREAKS | frozenset("：:，,")
LONGEST_PART_NAME = 12

_NAME_BREAKS = LOOSE_BREAKS | frozenset(".．")

_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff、“”\s]{2,16}")
PART_NAME_AT_END = re.compile(r"[总總附分]\s{0,4}[则則纲綱]\s{0,4}$")
_NO_NAME = re.compile(
    r"[违違]反|按照|依照|依[据據]|根[据據]|适用|適用|参照|參照|符合|[执執]行|遵守|[规規]定|[应應][当當]|不得|本[约約]"
    r"|本章程|前款|其[中他它]|或者|以及|[之的]$|[与與和及或按依据據见見由于於对對除在经經同至到把将將是为為向从從]$"
)


def character_before(text: str, position: int) -> str:
    """The last character before a position, passing over blanks and closing marks.

    The beginning of a line and a half-width stop after a word both count as a full stop.
    """
    position -= 1
    while position >= 0 and (text[position].isspace() or text[position] in CLOSING_MARKS):
        position -= 1
    if position < 0:
        return "。"
    before = text[position]
    return "。" if before in ".．" and _is_full_stop(text, position) else before


def is_break_before(text: str, position: int) -> bool:
    """Whether a sentence ends, or the line begins, right before a position."""
    return character_before(text, position) in BREAKS


def stands_between_blanks(text: str, marker: Marker) -> bool:
    return (
        text[marker.start - 1].isspace()
        and text[marker.core_end : marker.core_end + 1].isspace()
        and not dangles(text[max(0, marker.start - 12) : marker.start])
    )


def name_before(text: str, start: int, position: int) -> int | None:
    """Where a short name of a part begins that is glued to a marker at `position`, or None.

    The name reaches back to the last sentence end, blank or `start`: 附则 in 。附则第九条.
    """
    spaced = PART_NAME_AT_END.search(text, max(start, position - 8), position)
    begin = spaced.start() if spaced else position
    while begin > start and position - begin <= LONGEST_PART_NAME:
        if text[begin - 1] in _NAME_BREAKS or text[begin - 1].isspace():
            break
        begin -= 1
    name = text[begin:position]
    if begin > start and not is_break_before(text, begin):
        return None
    return begin if is_name_of_part(name) else None


def is_name_of_part(text: str) -> bool:
    """Whether words could head a part: 环境卫生, but not 违反本约 or a sentence."""
    compact = "".join(text.split())
    if not 2 <= len(compact) <= LONGEST_PART_NAME or not _NAME.fullmatch(text.strip()):
        return False
    return not _NO_NAME.search(compact)


def _is_full_stop(text: str, position: int) -> bool:
    """Whether a half-width stop ends a sentence: after Han words, or an English word."""
    before = text[max(0, position - 2) : position]
    if not before or before[-1].isdigit():
        return False
    return not before[-1].isascii() or (before.isalpha() and before.islower())
