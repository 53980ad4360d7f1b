"""Turns Chinese text into index terms.

Pure: no Django, no index. `query_units` makes of a resident's words what is looked for with them.
"""

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from operator import add

import rjieba

from search.folding import HAN, normalise
from search.numerals import find_numbers

ANALYZER_VERSION = 1
"""Raised whenever the same text would give other terms; ``manage.py work`` then rebuilds."""

MAX_WORD = 64
"""Longest Latin term kept, in code points; a longer run is cut."""

_HAN_RUN = re.compile(rf"[{HAN}]+")
_WORD_RUN = re.compile(rf"[^\W_{HAN}]+")
_BETWEEN = "\n"
_HAN_CHAR = re.compile(f"[{HAN}]")
_HAN_WORD = re.compile(rf"[{HAN}]{{2,}}\Z")


def index_terms(text: str, *, words: bool = True) -> Counter[str]:
    """Terms of a text with their frequency.

    Single Han characters, pairs of neighbours, Latin words, numbers in Arabic digits (alone and
    with the character after them: 8桌) and, unless ``words`` is false, jieba's words in search
    mode. A word of one or two characters counts twice: what is really a word weighs more than
    characters that happen to touch.
    """
    folded = normalise(text)
    runs = _HAN_RUN.findall(folded)
    beside = _BETWEEN.join(runs)
    found = [pair for pair in map(add, beside, beside[1:]) if _BETWEEN not in pair]
    found.extend("".join(runs))
    found.extend(word[:MAX_WORD] for word in _WORD_RUN.findall(folded))
    found.extend(_number_terms(folded))
    terms = Counter(found)
    if words:
        for word, often in Counter(rjieba.cut_for_search(folded)).items():
            if _HAN_CHAR.match(word):
                terms[word] += often
    return terms


def _number_terms(folded: str) -> Iterator[str]:
    for number in find_numbers(folded):
        if number.is_han or folded[number.start : number.end] != number.value:
            yield number.value
        counted = counted_char(folded, number.end)
        if counted:
            yield number.value + counted
            yield measure_term(counted)


def measure_term(measure: str) -> str:
    """The term of texts that count something (几桌 asks for them); no word can be typed like it."""
    return f"#{measure}"


def counted_char(folded: str, end: int) -> str:
    """The Han character after a number that ends at ``end``, past spaces; empty if none."""
    while end < len(folded) and folded[end] == " ":
        end += 1
    return folded[end] if end < len(folded) and _HAN_CHAR.match(folded[end]) else ""


def word_terms(word: str) -> tuple[str, ...]:
    """Terms that stand for one folded word: itself, or all pairs of a longer Han word."""
    if len(word) > 2 and _HAN_WORD.match(word):
        return tuple(dict.fromkeys(map("".join, zip(word, word[1:], strict=False))))
    return (word,)


@cache
def _dictionary() -> rjieba.Jieba:
    return rjieba.Jieba()


def word_borders(folded: str) -> set[int]:
    """Places in folded text where a word begins or ends."""
    return {0, *accumulate(map(len, rjieba.cut(folded)))}


def is_word(text: str) -> bool:
    """Whether folded text is a word of the dictionary."""
    return _dictionary().has_word(text)
