"""Which article of the new text continues which of the old one: by identity, then by likeness."""

from collections import Counter, defaultdict, deque
from dataclasses import dataclass

from .characters import text_hunks
from .likeness import READ, likeness, profile
from .texts import Line, ProvisionText, lines_of
from .work import Work

SAME_ARTICLE = 0.5
"""Below this likeness two articles are different articles, not a changed one."""

PIECE_KEPT, WHOLE_KEPT = 0.6, 0.6
"""Shares of each piece, and of the whole, that must stand on the other side of a split."""

LEAST_PIECE = 4
_SENTENCE_ENDS = "。；！？!?;\n"


@dataclass(frozen=True)
class Halving:
    """One article (`whole`) and the two (`first`, `second`) that it became, or was made of.

    The second begins in line `line` of the whole, `offset` characters into it.
    """

    whole: int
    first: int
    second: int
    line: int
    offset: int

    def cut(self, lines: list[Line]) -> list[list[Line]]:
        """The lines of the whole in two pieces."""
        if not self.offset:
            return [lines[: self.line], lines[self.line :]]
        cut = lines[self.line]
        first = Line(cut.depth, cut.label, cut.text[: self.offset])
        second = Line(cut.depth, "", cut.text[self.offset :])
        return [[*lines[: self.line], first], [second, *lines[self.line + 1 :]]]


@dataclass
class Alignment:
    """`pairs` {new position: old position}; `splits` and `merges` hold no position of `pairs`."""

    pairs: dict[int, int]
    splits: list[Halving]
    merges: list[Halving]


def align(old: list[ProvisionText], new: list[ProvisionText], work: Work) -> Alignment:
    """Pair the articles of two texts. An article with the same id is the same article."""
    bodies, new_bodies = [_body(p) for p in old], [_body(p) for p in new]
    work.passes += sum(map(len, bodies)) + sum(map(len, new_bodies))
    pairs: dict[int, int] = {}
    pair_equal(pairs, [p.key for p in old], [p.key for p in new])
    pair_equal(pairs, bodies, new_bodies)
    with work.part(4) as part:
        pair_alike(pairs, bodies, new_bodies, part)
    with work.part(4) as part:
        splits = _halvings(pairs, bodies, new_bodies, [lines_of(p) for p in old], part)
    for split in splits:
        pairs.pop(split.first, None)
        pairs.pop(split.second, None)
    taken = {split.whole for split in splits}
    free = {n: o for n, o in pairs.items() if o not in taken}
    backward = {o: n for n, o in free.items()}
    used = {p for split in splits for p in (split.first, split.second)}
    with work.part(4) as part:
        new_lines = [lines_of(p) for p in new]
        merges = _halvings(backward, new_bodies, bodies, new_lines, part, used, taken)
    gone = {m.whole for m in merges}
    return Alignment({n: o for n, o in free.items() if n not in gone}, splits, merges)


def _body(provision: ProvisionText) -> str:
    """The article's words without numbers of articles and items."""
    return "".join(line.text for line in lines_of(provision))


def pair_equal(pairs: dict[int, int], marks: list, new_marks: list) -> None:
    """Pair positions of equal marks, in order; empty marks say nothing."""
    taken = set(pairs.values())
    waiting = defaultdict(deque)
    for position, mark in enumerate(marks):
        if mark and position not in taken:
            waiting[mark].append(position)
    for position, mark in enumerate(new_marks):
        if position not in pairs and mark and waiting.get(mark):
            pairs[position] = waiting[mark].popleft()


def pair_alike(pairs: dict[int, int], bodies: list[str], new_bodies: list[str], work: Work):
    """Pair what is left by likeness, the most alike first, neighbours before distant ones."""
    taken = set(pairs.values())
    profiles = {o: profile(b) for o, b in enumerate(bodies) if o not in taken and b}
    work.passes += sum(one.total() for one in profiles.values())
    postings: dict[tuple, list[int]] = defaultdict(list)
    for o, pairs_of in profiles.items():
        for pair in pairs_of:
            postings[pair].append(o)
    scored = []
    for n, body in enumerate(new_bodies):
        if n in pairs or not body:
            continue
        one = profile(body)
        work.passes += one.total()
        if not work.take(sum(len(postings.get(pair, ())) for pair in one)):
            break
        common: Counter = Counter()
        for pair, count in one.items():
            for o in postings.get(pair, ()):
                common[o] += min(count, profiles[o][pair])
        for o, count in common.items():
            score = 2 * count / (one.total() + profiles[o].total())
            if score >= SAME_ARTICLE:
                scored.append((-score, abs(n - o), n, o))
    for _score, _distance, n, o in sorted(scored):
        if n not in pairs and o not in taken:
            pairs[n] = o
            taken.add(o)


def _halvings(pairs, bodies, new_bodies, lines, work, used=(), taken=()) -> list[Halving]:
    """Articles of the first side that became two neighbours of the second.

    `pairs` {second: first}; positions in `used` (second) and `taken` (first) are already spoken
    for. Called with the sides exchanged it finds two that became one.
    """
    found: list[Halving] = []
    used, taken = set(used), set(taken)
    matched = set(pairs.values())
    alone = [o for o in range(len(bodies)) if o not in matched and o not in taken]
    for n in range(len(new_bodies) - 1):
        first, second = n, n + 1
        if first in used or second in used or (first in pairs and second in pairs):
            continue
        if first in pairs or second in pairs:
            candidates = [pairs[first] if first in pairs else pairs[second]]
        else:
            candidates = [o for o in alone if o not in taken]
        for whole in candidates:
            texts = (bodies[whole], new_bodies[first], new_bodies[second])
            if work.left < len(new_bodies):
                return found
            if whole in taken or not _may_hold(*texts, work):
                continue
            cut = _cut(*texts, work)
            if cut is None:
                continue
            found.append(Halving(whole, first, second, *_place(lines[whole], cut)))
            used |= {first, second}
            taken.add(whole)
            break
    return found


def _may_hold(whole: str, first: str, second: str, work: Work) -> bool:
    """A quick look before the exact one: the two together must be about as long and alike."""
    if min(len(first), len(second)) < LEAST_PIECE or not whole:
        return False
    together = len(first) + len(second)
    if not 0.5 <= len(whole) / together <= 2:
        return False
    if not work.take(min(len(whole), READ) + min(together, READ)):
        return False
    return likeness(profile(whole), profile(first + second)) >= SAME_ARTICLE


def _cut(whole: str, first: str, second: str, work: Work) -> int | None:
    """Where in `whole` the second piece begins, or None where it is not these two."""
    border, total = len(first), len(first) + len(second)
    hunks = text_hunks(whole, first + second, work)
    kept, cut = [0, 0], None
    i = j = 0
    for i1, i2, j1, j2 in [*hunks, (len(whole), len(whole), total, total)]:
        before = max(0, min(j1, border) - j)
        kept[0] += before
        kept[1] += (j1 - j) - before
        if cut is None and j <= border <= j1 and not (border == j1 and i1 < len(whole)):
            cut = i + border - j
        elif cut is None and j1 <= border <= j2:
            cut = _sentence_end(whole, i1, i2)
        i, j = i2, j2
    if min(kept) < LEAST_PIECE or sum(kept) < WHOLE_KEPT * len(whole):
        return None
    if kept[0] < PIECE_KEPT * len(first) or kept[1] < PIECE_KEPT * len(second):
        return None
    return cut if cut and cut < len(whole) else None


def _sentence_end(text: str, start: int, end: int) -> int:
    """The last limit within `text[start:end]` after a sentence, else its end."""
    for position in range(end, start - 1, -1):
        if position and text[position - 1] in _SENTENCE_ENDS:
            return position
    return end


def _place(lines: list[Line], cut: int) -> tuple[int, int]:
    """(line, offset) of the character at `cut` of the joined texts of `lines`."""
    for position, line in enumerate(lines):
        if cut < len(line.text):
            return position, cut
        cut -= len(line.text)
    raise ValueError("the cut lies beyond the article")
