"""What changed between two editions: the result that views and reviewers show."""

from collections import Counter
from dataclasses import dataclass, field

from .alignment import Alignment, align
from .characters import EQUAL, Segment, apply_segments, diff_text
from .lines import LineDiff, apply_lines, diff_in_two, diff_lines
from .sequence import longest_increasing
from .texts import EditionText, Line, ProvisionText, headings_of, lines_of, provisions_of
from .work import Work

UNCHANGED, CHANGED, MOVED, RENUMBERED = "unchanged", "changed", "moved", "renumbered"
SPLIT, MERGED, INSERTED, DELETED = "split", "merged", "inserted", "deleted"


@dataclass(frozen=True)
class Entry:
    """What became of an article, or of two.

    `kinds`: one of `unchanged`, `inserted`, `deleted`, or any of `split` | `merged`, `changed`,
    `moved`, `renumbered`, the weightiest first. `old`, `new`: positions (from 0) in the two texts,
    in order; both of one element but for splits, merges, insertions and deletions. `keys`: stable
    ids of the new articles. `chapters`: positions of their chapters among the new headings, for a
    deletion among the old ones. `lines`: LineDiffs of article and items; a line of depth 0 begins
    an article.
    """

    kinds: tuple[str, ...]
    old: tuple[int, ...]
    new: tuple[int, ...]
    keys: tuple[str, ...]
    chapters: tuple[int, ...]
    lines: tuple[LineDiff, ...]

    @property
    def kind(self) -> str:
        return self.kinds[0]


@dataclass(frozen=True)
class EditionDiff:
    """All differences of two editions.

    `title`, `preamble`, `closing`: segments. `headings`: LineDiffs of the chapters' headings, the
    label and title of each. `entries`: in the order of the new text, deleted articles after what
    they followed. `coarse`: the texts were too different to be marked finely everywhere.
    """

    title: tuple[Segment, ...]
    preamble: tuple[Segment, ...]
    closing: tuple[Segment, ...]
    headings: tuple[LineDiff, ...]
    entries: tuple[Entry, ...]
    coarse: bool = field(default=False, compare=False)

    @property
    def counts(self) -> Counter:
        """Articles by what became of them; an altered, split or merged one counts as `changed`.

        Keys: unchanged, changed, moved, renumbered, split, merged, inserted, deleted. `split` and
        `merged` are also in `changed`; `moved` and `renumbered` are articles with nothing else.
        """
        counts: Counter = Counter()
        for entry in self.entries:
            counts[entry.kind] += 1
            if entry.kind in (SPLIT, MERGED):
                counts[CHANGED] += 1
        return counts

    @property
    def is_empty(self) -> bool:
        """Whether the two texts are the same to a reader."""
        texts = [self.title, self.preamble, self.closing]
        return (
            all(segment.op == EQUAL for text in texts for segment in text)
            and all(line.op == EQUAL for line in self.headings)
            and all(entry.kind == UNCHANGED for entry in self.entries)
        )


def compare(old: EditionText, new: EditionText, work: Work | None = None) -> EditionDiff:
    """The differences that lead from `old` to `new`."""
    work = work or Work()
    alignment = align(list(old.provisions), list(new.provisions), work)
    entries = _Entries(old, new, alignment, work)
    return EditionDiff(
        title=diff_text(old.title, new.title, work),
        preamble=diff_text(old.preamble, new.preamble, work),
        closing=diff_text(old.closing, new.closing, work),
        headings=tuple(entries.headings()),
        entries=tuple(entries.in_order()),
        coarse=work.coarse,
    )


class _Entries:
    """Makes the entries of a comparison from its alignment."""

    def __init__(self, old: EditionText, new: EditionText, alignment: Alignment, work: Work):
        self.old, self.new = old.provisions, new.provisions
        self.work = work
        self.old_headings, self.old_chapters = headings_of(self.old)
        self.new_headings, self.new_chapters = headings_of(self.new)
        self.splits = {halving.first: halving for halving in alignment.splits}
        self.merges = {halving.whole: halving for halving in alignment.merges}
        self.sources: dict[int, tuple[int, ...]] = {n: (o,) for n, o in alignment.pairs.items()}
        self.sources |= {s.first: (s.whole,) for s in alignment.splits}
        self.sources |= {m.whole: (m.first, m.second) for m in alignment.merges}
        self.seconds = {s.second for s in alignment.splits}
        self.chapter_of_new = self._continued_chapters()
        self.stayed = self._stayed()

    def _continued_chapters(self) -> dict[int, int]:
        """{new chapter: the old one that most of its articles came from, or of the same name}."""
        votes: dict[int, Counter] = {}
        for n, sources in sorted(self.sources.items()):
            votes.setdefault(self.new_chapters[n], Counter())[self.old_chapters[sources[0]]] += 1
        return {
            new: max(counter, key=lambda old: (counter[old], self._same_title(old, new), -old))
            for new, counter in votes.items()
        }

    def _same_title(self, old: int, new: int) -> bool:
        return self.old_headings[old].text == self.new_headings[new].text

    def _stayed(self) -> set[int]:
        """New positions of continued articles that kept their order among the others."""
        continued = sorted(self.sources)
        kept = longest_increasing([self.sources[n][0] for n in continued])
        return {continued[position] for position in kept}

    def headings(self) -> list[LineDiff]:
        continued = sorted(self.chapter_of_new.items())
        kept = longest_increasing([old for _new, old in continued])
        pairs = [continued[position] for position in kept]
        result, at, new_at = [], 0, 0
        for new, old in [*pairs, (len(self.new_headings), len(self.old_headings))]:
            result += diff_lines(
                self.old_headings[at:old], self.new_headings[new_at:new], self.work, heads=False
            )
            result += diff_lines(
                self.old_headings[old : old + 1], self.new_headings[new : new + 1], self.work
            )
            at, new_at = old + 1, new + 1
        return result

    def in_order(self) -> list[Entry]:
        entries = [self._entry(n) for n in range(len(self.new)) if n not in self.seconds]
        used = {o for sources in self.sources.values() for o in sources}
        gone: dict[int, list[Entry]] = {}
        follows = -1
        for o in range(len(self.old)):
            if o in used:
                follows = o
            else:
                gone.setdefault(follows, []).append(self._deleted(o))
        result = gone.get(-1, [])
        for entry in entries:
            result.append(entry)
            for o in entry.old:
                result += gone.get(o, [])
        return result

    def _entry(self, n: int) -> Entry:
        sources = self.sources.get(n, ())
        if not sources:
            lines = diff_lines([], lines_of(self.new[n]), self.work, heads=False)
            return self._made((INSERTED,), (), (n,), lines)
        if n in self.splits:
            halving = self.splits[n]
            pieces = halving.cut(lines_of(self.old[halving.whole]))
            whole = [lines_of(self.new[n]), lines_of(self.new[halving.second])]
            lines = diff_in_two(
                pieces, whole, self.work, old_cut=bool(halving.offset), new_cut=False
            )
            return self._made((SPLIT, *self._move(n)), sources, (n, halving.second), lines)
        if n in self.merges:
            halving = self.merges[n]
            pieces = halving.cut(lines_of(self.new[n]))
            whole = [lines_of(self.old[o]) for o in sources]
            lines = diff_in_two(
                whole, pieces, self.work, old_cut=False, new_cut=bool(halving.offset)
            )
            return self._made((MERGED, *self._move(n)), sources, (n,), lines)
        return self._continued(n, sources)

    def _continued(self, n: int, sources) -> Entry:
        old, new = lines_of(self.old[sources[0]]), lines_of(self.new[n])
        lines = diff_lines(old, new, self.work)
        relabelled = old[0].label != new[0].label
        same = [Line(0, "", old[0].text), *old[1:]] == [Line(0, "", new[0].text), *new[1:]]
        kinds = (
            *(() if same else (CHANGED,)),
            *self._move(n),
            *((RENUMBERED,) if relabelled else ()),
        )
        return self._made(kinds or (UNCHANGED,), sources, (n,), lines)

    def _move(self, n: int) -> tuple[str, ...]:
        chapter, old_chapter = self.new_chapters[n], self.old_chapters[self.sources[n][0]]
        stayed = n in self.stayed and self.chapter_of_new[chapter] == old_chapter
        return () if stayed else (MOVED,)

    def _deleted(self, o: int) -> Entry:
        lines = diff_lines(lines_of(self.old[o]), [], self.work, heads=False)
        return Entry((DELETED,), (o,), (), (), (self.old_chapters[o],), tuple(lines))

    def _made(self, kinds, old, new, lines) -> Entry:
        keys = tuple(self.new[n].key for n in new)
        return Entry(kinds, old, new, keys, tuple(self.new_chapters[n] for n in new), tuple(lines))


def apply_edition(old: EditionText, diff: EditionDiff) -> EditionText:
    """The new text, of the old one and the diff alone. Raises ValueError on another old text."""
    old_headings, _chapters = headings_of(old.provisions)
    headings = apply_lines(old_headings, diff.headings)
    lines = [lines_of(provision) for provision in old.provisions]
    made: dict[int, ProvisionText] = {}
    used: list[int] = []
    for entry in diff.entries:
        if any(o >= len(lines) for o in entry.old):
            raise ValueError("this diff belongs to another edition")
        used += entry.old
        parts = provisions_of(apply_lines([x for o in entry.old for x in lines[o]], entry.lines))
        for n, key, chapter, (label, text, items) in zip(
            entry.new, entry.keys, entry.chapters if entry.new else (), parts, strict=True
        ):
            heading = headings[chapter]
            made[n] = ProvisionText(key, label, text, items, heading.label, heading.text)
    if sorted(used) != list(range(len(old.provisions))):
        raise ValueError("this diff belongs to another edition")
    return EditionText(
        title=apply_segments(old.title, diff.title),
        preamble=apply_segments(old.preamble, diff.preamble),
        closing=apply_segments(old.closing, diff.closing),
        provisions=tuple(made[n] for n in sorted(made)),
    )
