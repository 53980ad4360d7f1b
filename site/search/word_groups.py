"""Words that a search treats as one, and words that go together. Pure: no Django, no index."""

import re
from collections.abc import Iterable, Iterator

from search.folding import normalise

MOST_WITH_CHAR = 12
"""A character in more words of the tables than this stands for none of them."""


class Synonyms:
    """Groups of words that a search treats as one, and groups of words that go together.

    ``related`` words stand in for each other only where nothing has the words themselves.
    """

    def __init__(self, groups: Iterable[Iterable[str]] = (), related: Iterable[Iterable[str]] = ()):
        self._group_of = _groups_of(groups)
        self._related_to = _groups_of(related, chained=False)
        known = {*self._group_of, *self._related_to}
        self._with_char: dict[str, tuple[str, ...]] = {}
        for word in sorted(known):
            for char in dict.fromkeys(word if len(word) == 2 else ""):
                self._with_char[char] = (*self._with_char.get(char, ()), word)
        longest_first = sorted(known, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def split(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yields (piece, group) in order; the group is empty for text between known words."""
        last = 0
        for match in self._pattern.finditer(text):
            yield text[last : match.start()], ()
            yield match.group(), self._group_of.get(match.group(), (match.group(),))
            last = match.end()
        yield text[last:], ()

    def group(self, word: str) -> tuple[str, ...]:
        """The group of a word of the tables; empty for any other word."""
        return self._group_of.get(word) or ((word,) if word in self._related_to else ())

    def with_char(self, char: str) -> tuple[str, ...]:
        """Words of the tables that a single character stands for; none where it is in many."""
        words = self._with_char.get(char, ())
        return (*words, *self.related(words)) if len(words) <= MOST_WITH_CHAR else ()

    def related(self, group: tuple[str, ...]) -> tuple[str, ...]:
        """Words that go together with any word of a group, without the group's own."""
        found = (other for word in group for other in self._related_to.get(word, ()))
        wider = (other for word in found for other in (word, *self._group_of.get(word, ())))
        return tuple(word for word in dict.fromkeys(wider) if word not in group)


def _groups_of(groups: Iterable[Iterable[str]], *, chained: bool = True) -> dict[str, tuple]:
    """{word: its group, itself first}; groups that share a word are one if ``chained``."""
    found: dict[str, tuple[str, ...]] = {}
    for group in groups:
        members = tuple(dict.fromkeys(filter(None, (normalise(w).strip() for w in group))))
        known = (word for member in members for word in found.get(member, ()))
        joined = tuple(dict.fromkeys((*members, *known))) if chained else members
        for member in joined:
            own = joined if chained else (*found.get(member, ()), *members)
            found[member] = tuple(dict.fromkeys((member, *own)))
    return found


NO_SYNONYMS = Synonyms()
