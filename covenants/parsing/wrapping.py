"""Finds out which lines of a source were broken by a margin rather than by their author.

Measures widths and line ends only; knows nothing of numbering.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

SENTENCE_ENDS = frozenset("。；;：:！!？?…．.")
CLOSING_MARKS = frozenset("”’」』）)】］]》〉\"'")
_DANGLING = tuple("，,、和及或与於于按照据依违反《（(“「之的") + ("依照", "根据", "按照", "违反")

NARROWEST_MARGIN = 18
LONG_LINE = 28
TOLERANCE = 2.5


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


def width(text: str) -> float:
    """Width in Han characters; a half-width character counts one half."""
    wide = sum(unicodedata.east_asian_width(char) in "WFA" for char in text)
    return wide + (len(text) - wide) / 2


def wrapped_lines(lines: Sequence[str]) -> set[int]:
    """Indices of lines whose last sentence goes on in the next line.

    A blank line always ends a paragraph. A margin is believed when at least two unfinished lines
    reach it; without one only an unfinished line of 28 characters or more is joined.
    """
    widths = {
        index: width(line.strip())
        for index, line in enumerate(lines[:-1])
        if line.strip() and lines[index + 1].strip() and not ends_sentence(line)
    }
    margin = _margin(sorted(widths.values(), reverse=True))
    return {
        index
        for index, measured in widths.items()
        if measured >= margin - TOLERANCE or measured >= LONG_LINE
    }


def _margin(descending: list[float]) -> float:
    """The greatest width that two unfinished lines share, infinite when there is none."""
    for wider, next_wider in zip(descending, descending[1:], strict=False):
        if next_wider < NARROWEST_MARGIN:
            break
        if wider - next_wider <= TOLERANCE:
            return wider
    return float("inf")
