"""Reads an article with a book of rules. No Django here; see `find_hits`."""

from dataclasses import dataclass
from functools import lru_cache

from .book import GREY, LEVELS, Book, Rule
from .known import Known
from .lexicon import Lexicon, Places, spelling
from .patterns import MONEY, NUMBER, Pattern, expand, parse_patterns, split_list
from .sentences import Sentence, clause_of, clause_starts, plain_text, sentences_of

_MOST_TRIES = 200
"""Combinations of places tried for one pattern in one sentence."""
_BEFORE = 4
"""Characters between an authority and the softener that tells what it does (公安机关会依法…)."""
_BEHIND = 6
"""Characters behind an act within which a softener still speaks of it (罚款由有关部门决定)."""


@dataclass(frozen=True)
class Hit:
    """Something a reviewer should look at: [start, end) in the article's plain text.

    `level` is the rule's, or grey where the sentence takes the edge off it.
    """

    rule: str
    level: str
    start: int
    end: int
    match: str


@dataclass(frozen=True)
class _Compiled:
    """A rule with its word lists as groups of the lexicon.

    `patterns`: each with the numbers of its groups, in order and as a set; `rarest`: one group of
    each pattern, without which that finds nothing.
    """

    rule: Rule
    patterns: tuple[tuple[Pattern, tuple[int, ...], frozenset[int]], ...]
    rarest: frozenset[int]
    unless: int
    ignored: int
    dropped_by: int
    lowered_by: int


def _rarest(pattern: Pattern) -> int:
    """The group of a pattern whose words are the least common: long ones, and few.

    Sums of money are rarer than single characters, numbers are everywhere.
    """
    length = {MONEY: 1.5, NUMBER: 0}

    def rank(number):
        words = pattern.groups[number]
        return min(length.get(word, len(word)) for word in words), -len(words)

    return max(range(len(pattern.groups)), key=rank)


class Reader:
    """A book ready for reading, with what it found in articles it met before."""

    def __init__(self, book: Book):
        self.lexicon, self._needed, self.known = Lexicon(), Lexicon(), Known()
        words = book.words
        self.turns = self.lexicon.group(words.get("转折", ()))
        self.village = self.lexicon.group(words.get("村组织", ()))
        self.authorities = self.lexicon.group(words.get("机关", ()))
        self.rules = [self._compiled(rule, words) for rule in book.rules]

    def _compiled(self, rule: Rule, lists) -> _Compiled:
        patterns = parse_patterns(rule.patterns, lists)
        groups = [tuple(map(self.lexicon.group, pattern.groups)) for pattern in patterns]
        rarest = frozenset(
            numbers[_rarest(pattern)] for pattern, numbers in zip(patterns, groups, strict=True)
        )
        for pattern in patterns:
            self._needed.group(pattern.groups[_rarest(pattern)])
        lists = {
            name: self.lexicon.group(expand(split_list(getattr(rule, name)), lists))
            for name in ("unless", "ignored", "dropped_by", "lowered_by")
        }
        rows = zip(patterns, groups, map(frozenset, groups), strict=True)
        return _Compiled(rule, tuple(rows), rarest, **lists)

    def places(self, text: str, items) -> tuple[tuple[str, str, int, int], ...]:
        """(rule's key, level, start, end) in the plain text, one of each rule a sentence."""
        key = self.known.key(text, items)
        found = self.known.get(key)
        if found is None:
            found = self._places(text, items)
            self.known.put(key, found)
        return found

    def _places(self, text, items):
        # Most articles have no word that any rule needs: they are not taken apart.
        if not self._needed.has_any(spelling(plain_text(text, items))):
            return ()
        found = [
            (rule.key, level, *sentence.origin(start, end))
            for sentence in sentences_of(text, items)
            if self._needed.has_any(sentence.text)
            for rule, level, start, end in self.read(sentence)
        ]
        return tuple(sorted(found, key=lambda row: row[2:]))

    def read(self, sentence: Sentence) -> list[tuple[Rule, str, int, int]]:
        """(rule, level, start, end) in the sentence's text: the gravest of each rule."""
        found = self.lexicon.find(sentence.text)
        if not found:
            return []
        starts, present = clause_starts(sentence.text, found.get(self.turns, [])), found.keys()
        hits = []
        for compiled in self.rules:
            if compiled.rarest.isdisjoint(found) or compiled.unless in found:
                continue
            best = None
            for pattern, groups, needed in compiled.patterns:
                if not present >= needed:
                    continue
                places = [_without(found[group], found.get(compiled.ignored)) for group in groups]
                for match in _matches(pattern, places, starts, len(sentence.text)):
                    level = self._level(compiled, match[pattern.act], sentence, found, starts)
                    begin, end = min(s for s, _ in match), max(e for _, e in match)
                    if level is None or end <= sentence.lead:
                        continue
                    rank = (LEVELS.index(level), end - begin, begin)
                    if best is None or rank < best[0]:
                        best = (rank, (compiled.rule, level, begin, end))
            if best:
                hits.append(best[1])
        return hits

    def _level(self, compiled, act, sentence, found, starts) -> str | None:
        """The level of a hit whose act stands there; None where it is no hit."""
        begin, end = clause_of(starts, act[0], len(sentence.text))
        dropping = found.get(compiled.dropped_by, ())
        if compiled.rule.dropped_by and sentence.text[act[0] - 1 : act[0]] == "不":
            return None
        if any(begin <= start and stop <= act[0] for start, stop in dropping):
            return None
        for start, stop in found.get(compiled.lowered_by, ()):
            if _set_aside(sentence.text, stop):
                continue
            before = stop <= act[0] and (
                start >= begin or self._carries(sentence.text, start, stop, act, found)
            )
            if before or act[1] <= start < min(end, act[1] + _BEHIND):
                return GREY
        return compiled.rule.level

    def _carries(self, text, start, stop, act, found) -> bool:
        """Whether 由公安机关 …, or 公安机关会依法 …, still says who acts, clauses later."""
        named = any(0 <= start - e <= _BEFORE for _s, e in found.get(self.authorities, ()))
        if text[start] != "由" and not named:
            return False
        return not any(stop <= s and e <= act[0] for s, e in found.get(self.village, ()))


def _set_aside(text: str, stop: int) -> bool:
    """Whether what ends there is only set aside: 除由公安机关处理外."""
    ahead = text[stop : stop + 14].split(",", 1)[0]
    return ("外" in ahead) and "除" in text[max(0, stop - 16) : stop]


def _without(places: Places, covering: Places | None) -> Places:
    """The places that do not stand inside a look-alike."""
    if not covering:
        return places
    return [
        (start, end)
        for start, end in places
        if not any(first <= start and end <= last for first, last in covering)
    ]


def _matches(pattern: Pattern, places: list[Places], starts, length):
    """Tuples of one place for each group, as the pattern wants them to stand."""
    tries = _MOST_TRIES
    stack = [(place,) for place in reversed(places[0])]
    while stack and tries:
        tries -= 1
        chosen = stack.pop()
        if len(chosen) == len(places):
            yield chosen
            continue
        number, last = len(chosen), chosen[-1]
        following = [
            place
            for place in places[number]
            if _apart(place, chosen) and _fits(pattern, number, last, place, starts, length)
        ]
        following.sort(key=lambda place: abs(place[0] - last[0]), reverse=True)
        stack += [(*chosen, place) for place in following]


def _apart(place, chosen) -> bool:
    return all(place[1] <= start or end <= place[0] for start, end in chosen)


def _fits(pattern, number, last, place, starts, length) -> bool:
    if pattern.ordered[number - 1] and place[0] < last[1]:
        return False
    reach = pattern.reach[number - 1]
    if reach is None:
        return True
    first, second = sorted((last, place))
    near = second[0] - first[1] <= reach
    return near and second[0] < clause_of(starts, first[1] - 1, length)[1]


@lru_cache(maxsize=16)
def reader_for(book: Book) -> Reader:
    """The reader of a book, kept as long as the book is."""
    return Reader(book)


def find_hits(text: str, items=(), *, book: Book) -> list[Hit]:
    """The hits of an article in order of place; of one rule at most one a sentence.

    `items` nest as [{"label","text","items"}]; places are those of `Provision.plain_text`.
    """
    places = reader_for(book).places(text, items)
    plain = plain_text(text, items) if places else ""
    return [Hit(rule, level, start, end, plain[start:end]) for rule, level, start, end in places]
