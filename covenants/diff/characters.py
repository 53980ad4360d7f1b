"""What changed inside one text, per code point, in the segments that a reader sees marked."""

import re
from dataclasses import dataclass

from .figures import number_spans
from .sequence import Hunk, anchored, changes
from .tidying import tidy
from .work import TEXT_LIMIT, Work

EQUAL, DELETE, INSERT = "equal", "delete", "insert"
LONG = 2_000
"""Texts longer than this together are first compared sentence by sentence."""

_SENTENCE = re.compile(r"[^。；！？!?;\n]*[。；！？!?;\n]|[^。；！？!?;\n]+")


@dataclass(frozen=True)
class Segment:
    """A run of text that stayed, went or came.

    `op`: `equal`, `delete` or `insert`; `text`: never empty; `numbers`: (start, end) within `text`
    of each number of a changed segment. A number of which any digit changed is one whole:
    二十桌 → 十五桌 deletes 二十 and inserts 十五.
    """

    op: str
    text: str
    numbers: tuple[tuple[int, int], ...] = ()

    @property
    def pieces(self) -> list[tuple[str, bool]]:
        """The text in order as (part, whether it is a number)."""
        parts, last = [], 0
        for start, end in self.numbers:
            parts += [(self.text[last:start], False), (self.text[start:end], True)]
            last = end
        return [(part, number) for part, number in [*parts, (self.text[last:], False)] if part]

    @property
    def is_blank(self) -> bool:
        """Whether only spaces or line breaks changed, which no mark would show."""
        return self.op != EQUAL and not self.text.strip()


def diff_text(old: str, new: str, work: Work | None = None) -> tuple[Segment, ...]:
    """Segments that lead from `old` to `new`, in reading order, deletions before insertions.

    Equal texts give one equal segment, two empty ones none. Beyond the budget the marks are
    coarser (sentences, in the end the whole middle), and still exact.
    """
    work = work or Work()
    if old == new:
        return (Segment(EQUAL, old),) if old else ()
    old_numbers, new_numbers = number_spans(old), number_spans(new)
    work.passes += len(old) + len(new)
    hunks = tidy(old, new, text_hunks(old, new, work), old_numbers, new_numbers)
    segments, at = [], 0
    for i1, i2, j1, j2 in hunks:
        segments.append(Segment(EQUAL, old[at:i1]))
        segments.append(_changed(DELETE, old, i1, i2, old_numbers))
        segments.append(_changed(INSERT, new, j1, j2, new_numbers))
        at = i2
    segments.append(Segment(EQUAL, old[at:]))
    return tuple(segment for segment in segments if segment.text)


def replaced(old: str, new: str) -> tuple[Segment, ...]:
    """Segments that take one whole for another: labels are read as wholes."""
    if old == new:
        return (Segment(EQUAL, old),) if old else ()
    return tuple(s for s in (Segment(DELETE, old), Segment(INSERT, new)) if s.text)


def apply_segments(old: str, segments) -> str:
    """The new text. Raises ValueError where the segments are of another old text."""
    parts, at = [], 0
    for segment in segments:
        if segment.op == INSERT:
            parts.append(segment.text)
            continue
        end = at + len(segment.text)
        if old[at:end] != segment.text:
            raise ValueError("these segments belong to another text")
        if segment.op == EQUAL:
            parts.append(old[at:end])
        at = end
    if at != len(old):
        raise ValueError("these segments belong to another text")
    return "".join(parts)


def text_hunks(old: str, new: str, work: Work) -> list[Hunk]:
    """Changed hunks per character; where that costs too much, per sentence."""
    if len(old) + len(new) <= LONG:
        found = changes(old, new, work)
        if found is not None:
            return found
    return _by_sentence(old, new, work)


def _by_sentence(old: str, new: str, work: Work) -> list[Hunk]:
    sentences, new_sentences = _SENTENCE.findall(old), _SENTENCE.findall(new)
    offsets, new_offsets = _offsets(sentences), _offsets(new_sentences)
    hunks = []
    coarse = anchored(sentences, new_sentences, work)
    for k1, k2, l1, l2 in coarse:
        i1, i2, j1, j2 = offsets[k1], offsets[k2], new_offsets[l1], new_offsets[l2]
        finer = changes(old[i1:i2], new[j1:j2], work, TEXT_LIMIT // 4)
        if finer is None:
            hunks.append((i1, i2, j1, j2))
        else:
            hunks += [(a + i1, b + i1, c + j1, d + j1) for a, b, c, d in finer]
    return hunks


def _offsets(parts: list[str]) -> list[int]:
    offsets = [0]
    for part in parts:
        offsets.append(offsets[-1] + len(part))
    return offsets


def _changed(op, text, start, end, numbers) -> Segment:
    inside = tuple((s - start, e - start) for s, e in numbers if s >= start and e <= end)
    return Segment(op, text[start:end], inside)
