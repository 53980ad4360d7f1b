"""Finds all words of all rules in one pass over a sentence. No Django here."""

import re
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property

from search.analyzer import fold

from .patterns import MONEY, NUMBER

_DIGITS = "0-9〇零一二三四五六七八九十百千万亿两半几壹贰叁肆伍陆柒捌玖拾佰仟"
_SUM = re.compile(
    rf"[{_DIGITS}](?:[{_DIGITS}.\-~至到余多]|,(?=[0-9]{{3}})){{0,19}}(?:元|圆|块钱|块(?![地田石]))"
)
_NUMBER = re.compile(rf"[{_DIGITS}]{{1,12}}")
_BUILT_IN = {MONEY: _SUM, NUMBER: _NUMBER}
Places = list[tuple[int, int]]


def spelling(word: str) -> str:
    """A word as it stands in a folded sentence."""
    return "".join(fold(word).split())


def any_of(words: Iterable[str]) -> str:
    """A regular expression that matches where one of the words begins; never where there is none.

    Sums and numbers (【金额】, 【数】) may be among the words, as typed; others are spelt as in a
    folded sentence. A tree of letters, so that a place is given up at the first wrong one.
    """
    tree: dict = {}
    others = []
    for word in words:
        if word in _BUILT_IN:
            others.append(_BUILT_IN[word].pattern)
            continue
        node = tree
        for sign in word:
            node = node.setdefault(sign, {})
        if word:
            node[""] = {}
    branches = [*([_branches(tree)] if tree else []), *others]
    return f"(?:{'|'.join(branches)})" if branches else "(?!)"


def _branches(node: dict) -> str:
    # Whether a word begins here is told by the shortest; what goes on behind it adds nothing.
    if "" in node:
        return ""
    ahead: dict[str, str] = defaultdict(str)
    for sign, below in node.items():
        ahead[_branches(below)] += sign
    parts = [f"{_one_of(signs)}{rest}" for rest, signs in ahead.items()]
    return parts[0] if len(parts) == 1 else f"(?:{'|'.join(parts)})"


def _one_of(signs: str) -> str:
    return re.escape(signs) if len(signs) == 1 else f"[{''.join(map(re.escape, signs))}]"


class Lexicon:
    """Words by group: `group` gives a number for a list of words, `find` the places of each."""

    def __init__(self):
        self._groups: dict[tuple[str, ...], int] = {}
        self._of_pair: dict[str, list[tuple[str, list[int]]]] = defaultdict(list)
        self._of_one: dict[str, list[int]] = defaultdict(list)
        self._sums: list[int] = []
        self._numbers: list[int] = []

    def group(self, words: Iterable[str]) -> int:
        """The number of this list of words; an equal list has the same one."""
        words = tuple(dict.fromkeys(words))
        if words in self._groups:
            return self._groups[words]
        number = self._groups[words] = len(self._groups)
        for word in words:
            self._add(word, number)
        return number

    def _add(self, word: str, group: int) -> None:
        if word == MONEY:
            self._sums.append(group)
            return
        if word == NUMBER:
            self._numbers.append(group)
            return
        word = spelling(word)
        if len(word) == 1:
            self._of_one[word].append(group)
        elif word:
            rows = self._of_pair[word[:2]]
            for known, groups in rows:
                if known == word:
                    groups.append(group)
                    return
            rows.append((word, [group]))

    @cached_property
    def _beginnings(self) -> re.Pattern:
        words = [*self._of_one, *(word for rows in self._of_pair.values() for word, _ in rows)]
        return re.compile(f"(?={any_of(words)})")

    def find(self, text: str) -> dict[int, Places]:
        """{group: [start, end) of its words} in a folded sentence, by place."""
        found: dict[int, Places] = {}
        pairs, ones = self._of_pair, self._of_one
        for place in [match.start() for match in self._beginnings.finditer(text)]:
            for group in ones.get(text[place], ()):
                found.setdefault(group, []).append((place, place + 1))
            for word, groups in pairs.get(text[place : place + 2], ()):
                if text.startswith(word, place):
                    for group in groups:
                        found.setdefault(group, []).append((place, place + len(word)))
        for pattern, groups in ((_SUM, self._sums), (_NUMBER, self._numbers)):
            spans = [match.span() for match in pattern.finditer(text)] if groups else []
            for group in groups if spans else ():
                found[group] = sorted([*found.get(group, ()), *spans])
        return found
