"""Turns a shortest edit into one that a person would mark: at sentence ends, by whole numbers."""

from bisect import bisect_right

from .sequence import Hunk

LONGEST_ACCIDENT = 2
"""So many equal characters between two larger changes are chance, not something that stayed."""

LEAST_KEPT = 0.25
"""With a smaller share of equal characters a text is shown as replaced, not as altered."""

FURTHEST_SLIDE = 100
_STOPS = {**dict.fromkeys("。；！？!?;\n", 3), **dict.fromkeys("，、：,:", 2)}

Spans = list[tuple[int, int]]


def tidy(old: str, new: str, hunks: list[Hunk], old_numbers: Spans, new_numbers: Spans):
    """Hunks that mark at least what `hunks` mark, with fewer and more sensible limits."""
    if not hunks:
        return []
    deleted, inserted = (sum(hunk[k + 1] - hunk[k] for hunk in hunks) for k in (0, 2))
    if deleted and inserted and len(old) - deleted < LEAST_KEPT * min(len(old), len(new)):
        return [(0, len(old), 0, len(new))]
    hunks = _slid(old, new, hunks)
    hunks = _by_whole_numbers(old, hunks, old_numbers, new_numbers)
    return _without_accidents(hunks)


def _slid(old: str, new: str, hunks: list[Hunk]) -> list[Hunk]:
    """Pure insertions and deletions moved to where a sentence or clause begins, if they can be."""
    result, end = [], 0
    for position, (i1, i2, j1, j2) in enumerate(hunks):
        following = hunks[position + 1][0] if position + 1 < len(hunks) else len(old)
        if i1 == i2:
            by = _best_slide(new, j1, j2, i1 - end, following - i2)
        elif j1 == j2:
            by = _best_slide(old, i1, i2, i1 - end, following - i2)
        else:
            by = 0
        result.append((i1 + by, i2 + by, j1 + by, j2 + by))
        end = i2 + by
    return result


def _best_slide(text: str, start: int, end: int, room_before: int, room_after: int) -> int:
    """By how much the changed `text[start:end]` moves within what equals it on both sides."""
    offsets = [0]
    while (
        -offsets[-1] < min(room_before, FURTHEST_SLIDE)
        and text[start + offsets[-1] - 1] == text[end + offsets[-1] - 1]
    ):
        offsets.append(offsets[-1] - 1)
    by = 0
    while by < min(room_after, FURTHEST_SLIDE) and text[start + by] == text[end + by]:
        by += 1
        offsets.append(by)
    return max(offsets, key=lambda by: (_stop(text, start + by) + _stop(text, end + by), by))


def _stop(text: str, position: int) -> int:
    """How good a limit is: after a sentence, after a clause, or anywhere."""
    if position in (0, len(text)):
        return 3
    return _STOPS.get(text[position - 1], 0)


def _by_whole_numbers(old: str, hunks: list[Hunk], old_numbers: Spans, new_numbers: Spans):
    """Hunks widened until no equal run begins or ends within a number of either text."""
    starts, new_starts = [s for s, _e in old_numbers], [s for s, _e in new_numbers]

    def inside(spans, starts, position):
        at = bisect_right(starts, position) - 1
        found = spans[at] if at >= 0 else (0, 0)
        return found if found[0] < position < found[1] else None

    def out_of_numbers(i, j, size, forward):
        """How many of `size` equal characters at (i, j) belong to a number that changed."""
        by = 0
        while by < size:
            shift = by if forward else -by
            cuts = [
                (span, position)
                for span, position in (
                    (inside(old_numbers, starts, i + shift), i + shift),
                    (inside(new_numbers, new_starts, j + shift), j + shift),
                )
                if span
            ]
            if not cuts:
                return by
            by += max((span[1] - at) if forward else (at - span[0]) for span, at in cuts)
        return size

    result: list[Hunk] = []
    for position, (i1, i2, j1, j2) in enumerate(hunks):
        before = i1 - (result[-1][1] if result else 0)
        back = out_of_numbers(i1, j1, before, forward=False)
        following = hunks[position + 1][0] if position + 1 < len(hunks) else len(old)
        ahead = out_of_numbers(i2, j2, following - i2, forward=True)
        hunk = (i1 - back, i2 + ahead, j1 - back, j2 + ahead)
        result.append(hunk)
        _merge_touching(result)
    return result


def _merge_touching(hunks: list[Hunk]) -> None:
    while len(hunks) > 1 and hunks[-1][0] <= hunks[-2][1]:
        (i1, i2, j1, j2), (k1, k2, l1, l2) = hunks[-2:]
        hunks[-2:] = [(min(i1, k1), max(i2, k2), min(j1, l1), max(j2, l2))]


def _without_accidents(hunks: list[Hunk]) -> list[Hunk]:
    """Hunks joined over a few equal characters where both changes beside them are larger."""
    result: list[Hunk] = []
    for hunk in hunks:
        result.append(hunk)
        while len(result) > 1:
            before, last = result[-2:]
            equal = last[0] - before[1]
            if equal > LONGEST_ACCIDENT or equal >= min(_size(before), _size(last)):
                break
            result[-2:] = [(before[0], last[1], before[2], last[3])]
    return result


def _size(hunk: Hunk) -> int:
    return max(hunk[1] - hunk[0], hunk[3] - hunk[2])
