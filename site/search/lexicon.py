"""The words that the index knows: for suggestions while typing and for nearest words.

Lists words of everyday language only, never pairs of characters that merely touch. Says nothing
of who may see them: a word may stand in a draft alone, so callers count public documents.
"""

import re
import threading
from collections import OrderedDict
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice

from pypinyin import Style, lazy_pinyin

from search.analyzer import HAN, is_word
from search.columns import Leaf, Snapshot

LONGEST = 8
"""Code points of a word that is suggested."""

SCANNED = 400
"""Index terms looked at for one beginning."""

KEPT_SEGMENTS = 16
"""Segments whose words stay in memory. A small commit makes a new small segment only."""

_WORD = re.compile(rf"[{HAN}]{{2,{LONGEST}}}\Z")


def words_beginning(snapshot: Snapshot, fields: Iterable[str], start: str) -> dict[str, int]:
    """{word: number of documents, drafts included} of words that begin so."""
    prefix, found = start.encode(), {}
    for leaf in snapshot.leaves:
        for field in fields:
            for name, term in islice(leaf.reader.terms_from(field, prefix), SCANNED):
                if name != field or not term.startswith(prefix):
                    break
                word = term.decode()
                if _WORD.match(word) and is_word(word):
                    often = leaf.reader.doc_frequency(field, term)
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


_kept: OrderedDict[tuple, frozenset[str]] = OrderedDict()
_lock = threading.Lock()


def vocabulary(snapshot: Snapshot, fields: Iterable[str]) -> Vocabulary:
    """All words of the fields; read once for each segment."""
    fields = tuple(fields)

    def make() -> Vocabulary:
        words = [_words_of(leaf, field) for leaf in snapshot.leaves for field in fields]
        return Vocabulary(frozenset().union(*words))

    return snapshot.kept(f"vocabulary of {fields}", make)


def _words_of(leaf: Leaf, field: str) -> frozenset[str]:
    key = (leaf.reader.segment().segment_id(), field)
    with _lock:
        if key in _kept:
            _kept.move_to_end(key)
            return _kept[key]
    terms = (term.decode() for term in leaf.reader.lexicon(field))
    words = frozenset(term for term in terms if _WORD.match(term) and is_word(term))
    with _lock:
        _kept[key] = words
        while len(_kept) > KEPT_SEGMENTS:
            _kept.popitem(last=False)
    return words
