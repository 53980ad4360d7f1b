"""What a rule looks for, as an administrator types it, made into groups of words. No Django here.

One pattern a line: words between 、; groups in this order between ＞, in any order between ＋; a
number right behind the sign (＞8) for at most so many characters between the two, within one
clause (without: anywhere in the sentence). `!` before a group names the act, on which negations
and softeners bear (without: the last group). 【金额】 stands for a sum of money, 【数】 for a
number, 【机关】 for the words of the list of that name. Nobody types regular expressions, so no
pattern can take long.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

MONEY, NUMBER = "【金额】", "【数】"
BUILT_IN = (MONEY, NUMBER)
MOST_LINES, MOST_GROUPS, MOST_WORDS, LONGEST_WORD, FARTHEST = 40, 4, 120, 24, 60
_SEPARATORS = re.compile(r"[\s,，、;；|]+")
_LINKS = re.compile(r"\s*([>＞+＋])([0-9]{0,3})\s*")
_NAME = re.compile(r"【([^【】]{1,10})】")


class PatternFault(ValueError):
    """A pattern that cannot be used.

    `code` is empty_group, too_many_lines, too_many_groups, too_many_words, long_word, far,
    unknown_list or stray_bracket; `line` counts from 1 (0: no line), `word` is what it is about.
    """

    def __init__(self, code: str, line: int = 0, word: str = ""):
        super().__init__(f"{code} in line {line}: {word}")
        self.code, self.line, self.word = code, line, word


@dataclass(frozen=True)
class Pattern:
    """Groups of words that must stand together.

    `ordered[i]` says whether group i + 1 must follow group i, `reach[i]` how many characters may
    stand between them in one clause (None: anywhere in the sentence); `act` is the group that
    negations and softeners bear on.
    """

    groups: tuple[tuple[str, ...], ...]
    ordered: tuple[bool, ...]
    reach: tuple[int | None, ...]
    act: int


def split_list(text: str) -> tuple[str, ...]:
    """The words of a list as typed: 罚款、罚金，重罚."""
    return tuple(dict.fromkeys(filter(None, _SEPARATORS.split(text))))


def words_in(text: str) -> tuple[str, ...]:
    """All words of a rule's field as typed, signs between groups left out."""
    groups = (group for line in text.splitlines() for group in _LINKS.split(line.strip())[::3])
    return tuple(dict.fromkeys(word for g in groups for word in split_list(g.lstrip("!！"))))


def expand(words: Iterable[str], lists: Mapping[str, tuple[str, ...]], line: int = 0):
    """The words with those of the lists they name: 由【机关】 → 由公安机关, 由派出所 …"""
    found: list[str] = []
    for word in words:
        name = _NAME.search(word)
        if word in BUILT_IN:
            found.append(word)
        elif name and name[1] in lists:
            found += [word.replace(name[0], one, 1) for one in lists[name[1]]]
        elif name:
            raise PatternFault("unknown_list", line, word)
        elif "【" in word or "】" in word:
            raise PatternFault("stray_bracket", line, word)
        else:
            found.append(word)
    if long := next((word for word in found if len(word) > LONGEST_WORD), ""):
        raise PatternFault("long_word", line, long)
    return tuple(dict.fromkeys(found))


def parse_patterns(text: str, lists: Mapping[str, tuple[str, ...]]) -> tuple[Pattern, ...]:
    """The patterns of a rule, one a line. Raises PatternFault."""
    lines = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1)]
    lines = [(number, line) for number, line in lines if line]
    if len(lines) > MOST_LINES:
        raise PatternFault("too_many_lines", lines[MOST_LINES][0])
    return tuple(_parse_line(line, number, lists) for number, line in lines)


def _parse_line(line: str, number: int, lists) -> Pattern:
    parts = _LINKS.split(line)
    raw, links, reaches = parts[::3], parts[1::3], parts[2::3]
    if far := next((reach for reach in reaches if reach and int(reach) > FARTHEST), ""):
        raise PatternFault("far", number, far)
    if len(raw) > MOST_GROUPS:
        raise PatternFault("too_many_groups", number)
    marked = [i for i, group in enumerate(raw) if group.startswith(("!", "！"))]
    groups = []
    for group in raw:
        words = split_list(group.lstrip("!！"))
        if not words:
            raise PatternFault("empty_group", number, line)
        if len(words) > MOST_WORDS:
            raise PatternFault("too_many_words", number)
        groups.append(expand(words, lists, number))
    return Pattern(
        groups=tuple(groups),
        ordered=tuple(link in ">＞" for link in links),
        reach=tuple(int(reach) if reach else None for reach in reaches),
        act=marked[0] if marked else len(groups) - 1,
    )
