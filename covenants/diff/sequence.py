"""The shortest edit between two sequences within a budget, and the longest increasing run.

Myers, "An O(ND) Difference Algorithm and Its Variations" (1986), greedy variant; anchors that are
unique on both sides after Cohen's patience diff.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence

from .work import TEXT_LIMIT, Work

Hunk = tuple[int, int, int, int]
"""(i1, i2, j1, j2): `old[i1:i2]` became `new[j1:j2]`; what lies between hunks is equal."""


def changes(old: Sequence, new: Sequence, work: Work, cap: int = TEXT_LIMIT) -> list[Hunk] | None:
    """The hunks of a shortest edit in order, or None where it costs more than `cap` or is left.

    A lone difference is found in linear time, whatever the length.
    """
    head, tail = trimmed(old, new, work)
    n, m = len(old) - head - tail, len(new) - head - tail
    if not n and not m:
        return []
    if not n or not m:
        return [(head, head + n, head, head + m)]
    runs = _equal_runs(old[head : head + n], new[head : head + m], work, cap)
    if runs is None:
        return None
    runs = [(i + head, j + head, size) for i, j, size in runs]
    return hunks_between(runs, head, head + n, head + m)


def trimmed(old: Sequence, new: Sequence, work: Work) -> tuple[int, int]:
    """Lengths of what both begin with and, after that, both end with."""
    shorter = min(len(old), len(new))
    head = 0
    while head < shorter and old[head] == new[head]:
        head += 1
    tail = 0
    while tail < shorter - head and old[-1 - tail] == new[-1 - tail]:
        tail += 1
    work.passes += head + tail
    return head, tail


def hunks_between(runs: list[tuple[int, int, int]], start: int, end: int, new_end: int):
    """Hunks around equal runs (i, j, size) in order, from `start` on both sides to the ends."""
    hunks, i, j = [], start, start
    for at, new_at, size in [*runs, (end, new_end, 0)]:
        if at > i or new_at > j:
            hunks.append((i, at, j, new_at))
        i, j = at + size, new_at + size
    return hunks


def _equal_runs(old: Sequence, new: Sequence, work: Work, cap: int):
    n, m = len(old), len(new)
    furthest, rows, used = {1: 0}, [], 0
    allowed = min(cap, work.left)
    for distance in range(n + m + 1):
        row = {}
        low, high = -distance + 2 * max(0, distance - m), distance - 2 * max(0, distance - n)
        for diagonal in range(low, high + 1, 2):
            above, beside = furthest.get(diagonal + 1, -1), furthest.get(diagonal - 1, -1)
            x = above if beside < above else beside + 1
            start = x
            y = x - diagonal
            while x < n and y < m and old[x] == new[y]:
                x += 1
                y += 1
            used += 1 + x - start
            row[diagonal] = x
            if x >= n and y >= m:
                work.spent += used
                return _walk_back(rows, n, diagonal)
            if used > allowed:
                work.spent += used
                work.coarse = True
                return None
        rows.append(row)
        furthest = row
    raise AssertionError("an edit of n + m steps always exists")


def _walk_back(rows, x, diagonal):
    """Equal runs of the path that ends at x on `diagonal`, from each distance's furthest points."""
    runs = []
    for row in reversed(rows):
        above, beside = row.get(diagonal + 1, -1), row.get(diagonal - 1, -1)
        if beside < above:
            begin, previous = above, diagonal + 1
        else:
            begin, previous = beside + 1, diagonal - 1
        if x > begin:
            runs.append((begin, begin - diagonal, x - begin))
        x = row[previous]
        diagonal = previous
    if x:
        runs.append((0, 0, x))
    return runs[::-1]


def anchored(old: Sequence, new: Sequence, work: Work) -> list[Hunk]:
    """Hunks between elements that occur once on either side and keep their order.

    Coarser than `changes`, never more than n log n.
    """
    work.passes += len(old) + len(new)
    once, new_once = Counter(old), Counter(new)
    places = {value: j for j, value in enumerate(new) if new_once[value] == 1}
    pairs = [(i, places[v]) for i, v in enumerate(old) if once[v] == 1 and v in places]
    kept = [pairs[k] for k in longest_increasing([j for _i, j in pairs])]
    hunks, i, j = [], 0, 0
    for at, new_at in [*kept, (len(old), len(new))]:
        if at > i or new_at > j:
            head, tail = trimmed(old[i:at], new[j:new_at], work)
            hunk = (i + head, at - tail, j + head, new_at - tail)
            if hunk[0] < hunk[1] or hunk[2] < hunk[3]:
                hunks.append(hunk)
        i, j = at + 1, new_at + 1
    return hunks


def longest_increasing(values: Sequence[int]) -> list[int]:
    """Positions of a longest strictly increasing run of `values`, in order."""
    tops, positions, before = [], [], []
    for position, value in enumerate(values):
        pile = bisect_left(tops, value)
        before.append(positions[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [value]
        positions[pile : pile + 1] = [position]
    chosen, position = [], positions[-1] if positions else -1
    while position >= 0:
        chosen.append(position)
        position = before[position]
    return chosen[::-1]
