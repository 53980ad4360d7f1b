"""The words that the index knows: for suggestions while typing and for nearest words.

Lists words of everyday language only, never pairs of characters that merely touch. Says nothing
of who may see them: a word may stand in a draft alone, so callers count public documents.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable
from functools import lru_cache

from pypinyin import Style, lazy_pinyin

from search.analyzer import is_word
from search.columns import Leaf, Snapshot
from search.folding import HAN

LONGEST = 8
"""Code points of a word that is suggested."""

_WORD = re.compile(rf"[{HAN}]{{2,{LONGEST}}}\Z")


def words_beginning(snapshot: Snapshot, fields: Iterable[str], start: str) -> dict[str, int]:
    """{word: number of documents, drafts included} of words that begin so."""
    found: dict[str, int] = {}
    for leaf in snapshot.leaves:
        for field in fields:
            words = _words_of(leaf, field, start[:1])
            for word in words[bisect_left(words, start) :]:
                if not word.startswith(start):
                    break
                often = leaf.reader.doc_frequency(field, word.encode())
                found[word] = found.get(word, 0) + often
    return found


class Vocabulary:
    """Words of an index by their sound and by their characters."""

    def __init__(self, words: Iterable[str]):
        self.words = frozenset(words)
        self._by_sound: dict[str, list[str]] = {}
        self._spelt: list[tuple[str, str, str]] = []
        for word in sorted(self.words):
            syllables = [sound(char) for char in word]
            spelt, initials = "".join(syllables), "".join(s[:1] for s in syllables)
            self._by_sound.setdefault(spelt, []).append(word)
            self._spelt.append((spelt, initials, word))

    def sounding(self, word: str) -> list[str]:
        """Other words that sound the same (彩里: 彩礼)."""
        spelt = "".join(map(sound, word))
        return [other for other in self._by_sound.get(spelt, ()) if other != word]

    def spelt(self, typed: str) -> list[str]:
        """Words whose pinyin, or initials, begin as typed; whole matches and short words first."""
        found = []
        for spelt, initials, word in self._spelt:
            if spelt.startswith(typed) or (len(typed) > 1 and initials.startswith(typed)):
                found.append((typed not in (spelt, initials), len(word), word))
        return [word for _, _, word in sorted(found)]

    def near(self, word: str) -> list[str]:
        """Other words that one character tells from this one: changed, too many or too few."""
        chars, shared = set(word), max(1, len(set(word)) - 1)
        return sorted(
            other
            for other in self.words
            if abs(len(other) - len(word)) <= 1
            and len(chars.intersection(other)) >= shared
            and other != word
            and _differ_by_one(word, other)
        )


def _differ_by_one(one: str, other: str) -> bool:
    if len(one) == len(other):
        unequal = [place for place in range(len(one)) if one[place] != other[place]]
        swapped = len(unequal) == 2 and sorted(one) == sorted(other)
        return len(unequal) == 1 or (swapped and unequal[1] == unequal[0] + 1)
    short, long = sorted((one, other), key=len)
    return any(short == long[:place] + long[place + 1 :] for place in range(len(long)))


@lru_cache(maxsize=16384)
def sound(char: str) -> str:
    """Pinyin of one character without its tone; a sign that has none as it is."""
    return lazy_pinyin(char, style=Style.NORMAL, errors="default")[0]


def vocabulary(snapshot: Snapshot, fields: Iterable[str]) -> Vocabulary:
    """All words of the fields; read once for each segment."""
    fields = tuple(fields)

    def make() -> Vocabulary:
        words = [_words_of(leaf, field) for leaf in snapshot.leaves for field in fields]
        return Vocabulary(frozenset().union(*words))

    return snapshot.kept(f"vocabulary of {fields}", make)


def _words_of(leaf: Leaf, field: str, first: str = "") -> tuple[str, ...]:
    """Words of a segment's field in order, all or those with one first character.

    Kept with the segment: a small commit makes a new small segment only.
    """
    kept = leaf.columns.words
    if (field, first) in kept:
        return kept[field, first]
    words = []
    for name, term in leaf.reader.terms_from(field, first.encode()):
        word = term.decode()
        if name != field or not word.startswith(first):
            break
        if _WORD.match(word) and is_word(word):
            words.append(word)
    # What is no beginning of any word is not kept: there are too many such characters.
    if words or not first:
        kept[field, first] = tuple(words)
    return tuple(words)
