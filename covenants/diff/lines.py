"""What changed between the lines of two articles: items that came, went or were altered."""

from dataclasses import dataclass, replace

from .characters import DELETE, EQUAL, INSERT, Segment, apply_segments, diff_text, replaced
from .likeness import likeness, profile
from .sequence import changes
from .texts import Line
from .work import Work

CHANGED = "changed"
SAME_LINE = 0.4
"""Below this likeness a line between two equal ones was replaced, not altered."""


@dataclass(frozen=True)
class LineDiff:
    """A line of either article, or what one line became.

    `op`: `equal`, `changed`, `delete` or `insert`; `label` and `text` are segments; the depths are
    None on the side where there is no such line. Where an article was split within a line,
    `old_continues` says that the old side goes on in the line of the piece before; `new_continues`
    the same of two articles that became one.
    """

    op: str
    old_depth: int | None
    new_depth: int | None
    label: tuple[Segment, ...] = ()
    text: tuple[Segment, ...] = ()
    old_continues: bool = False
    new_continues: bool = False

    @property
    def depth(self) -> int:
        return self.old_depth if self.new_depth is None else self.new_depth

    @property
    def is_head_with_same_label(self) -> bool:
        """Whether it begins an article that kept its number, or came or went as a whole."""
        kept = all(segment.op == EQUAL for segment in self.label)
        return self.depth == 0 and (kept or self.op in (INSERT, DELETE))


def diff_lines(old: list[Line], new: list[Line], work: Work, *, heads: bool = True):
    """LineDiffs that lead from `old` to `new`. With `heads` the first lines are one article's."""
    if heads and old and new:
        return [_pair(old[0], new[0], work), *diff_lines(old[1:], new[1:], work, heads=False)]
    result, at, new_at = [], 0, 0
    hunks = changes(
        [(line.depth, line.text) for line in old], [(line.depth, line.text) for line in new], work
    )
    if hunks is None:
        hunks = [(0, len(old), 0, len(new))]
    for i1, i2, j1, j2 in [*hunks, (len(old), len(old), len(new), len(new))]:
        result += [_pair(a, b, work) for a, b in zip(old[at:i1], new[new_at:j1], strict=True)]
        result += _replaced_lines(old[i1:i2], new[j1:j2], work)
        at, new_at = i2, j2
    return result


def _replaced_lines(old: list[Line], new: list[Line], work: Work):
    """Lines of a changed stretch: those alike in pairs, the others gone or come."""
    result, at, new_at = [], 0, 0
    for i, j in [*_alike(old, new, work), (len(old), len(new))]:
        result += [_gone(line) for line in old[at:i]] + [_come(line) for line in new[new_at:j]]
        if i < len(old):
            result.append(_pair(old[i], new[j], work))
        at, new_at = i + 1, j + 1
    return result


def _alike(old: list[Line], new: list[Line], work: Work) -> list[tuple[int, int]]:
    if not old or not new:
        return []
    profiles = [profile(line.text) for line in old]
    new_profiles = [profile(line.text) for line in new]
    work.passes += sum(p.total() for p in [*profiles, *new_profiles])
    pairs, next_new = [], 0
    for i, one in enumerate(profiles):
        best = (SAME_LINE, -1)
        for j in range(next_new, len(new)):
            if not work.take(1 + min(len(one), len(new_profiles[j]))):
                return pairs
            score = likeness(one, new_profiles[j])
            if old[i].label == new[j].label and old[i].label:
                score += 0.05
            if score > best[0]:
                best = (score, j)
        if best[1] >= 0:
            pairs.append((i, best[1]))
            next_new = best[1] + 1
    return pairs


def _pair(old: Line, new: Line, work: Work) -> LineDiff:
    op = EQUAL if old == new else CHANGED
    label, text = replaced(old.label, new.label), diff_text(old.text, new.text, work)
    return LineDiff(op, old.depth, new.depth, label, text)


def _gone(line: Line) -> LineDiff:
    return LineDiff(DELETE, line.depth, None, replaced(line.label, ""), diff_text(line.text, ""))


def _come(line: Line) -> LineDiff:
    return LineDiff(INSERT, None, line.depth, replaced("", line.label), diff_text("", line.text))


def diff_in_two(pieces, new_pieces, work: Work, *, old_cut: bool, new_cut: bool):
    """LineDiffs of two pieces of articles in a row: how one became two, or two became one.

    `pieces`, `new_pieces`: two lists of lines each; the cuts say whether the second piece of that
    side begins within a line.
    """
    first, second = (
        diff_lines(old, new, work) for old, new in zip(pieces, new_pieces, strict=True)
    )
    if second:
        second[0] = replace(second[0], old_continues=old_cut, new_continues=new_cut)
    return [*first, *second]


def apply_lines(old: list[Line], diffs) -> list[Line]:
    """The new lines. Raises ValueError where the diffs are of other lines."""
    new: list[Line] = []
    at, within, unread = -1, 0, 0
    for diff in diffs:
        label = text = ""
        if diff.old_depth is not None:
            size = sum(len(s.text) for s in diff.text if s.op != INSERT)
            if not diff.old_continues:
                if unread:
                    raise ValueError("these lines belong to another article")
                at, within = at + 1, 0
            if at >= len(old):
                raise ValueError("these lines belong to another article")
            label = "" if diff.old_continues else old[at].label
            text = old[at].text[within : within + size]
            within += size
            unread = len(old[at].text) - within
        label, text = apply_segments(label, diff.label), apply_segments(text, diff.text)
        if diff.new_depth is None:
            continue
        if diff.new_continues:
            new[-1] = replace(new[-1], text=new[-1].text + text)
        else:
            new.append(Line(diff.new_depth, label, text))
    if unread or at + 1 != len(old):
        raise ValueError("these lines belong to another article")
    return new
