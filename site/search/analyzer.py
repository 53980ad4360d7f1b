"""Turns Chinese text into index terms and a resident's words into query units.

Pure: no Django, no index. Index and query fold text the same way, so that width, script
(traditional or simplified), case, accents and the script of numbers make no difference.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources
from itertools import accumulate, chain
from operator import add

import numpy as np
import rjieba

from search.numerals import find_numbers, han_spellings, to_arabic

ANALYZER_VERSION = 1
"""Raised whenever the same text would give other terms; ``manage.py work`` then rebuilds."""

HAN = "\u3005\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
MAX_WORD = 64
"""Longest Latin term kept, in code points; a longer run is cut."""

_RUN = re.compile(rf"(?P<han>[{HAN}]+)|(?P<word>[^\W_{HAN}]+)")
_HAN_RUN = re.compile(rf"[{HAN}]+")
_WORD_RUN = re.compile(rf"[^\W_{HAN}]+")
_BETWEEN = "\n"
_HAN_CHAR = re.compile(f"[{HAN}]")
_HAN_WORD = re.compile(rf"[{HAN}]{{2,}}\Z")
_QUESTION = re.compile(
    "为什么|什么时候|啥时候|可不可以|能不能|是不是|有没有|要不要|怎么样|怎么办|多少钱|多少|怎么|怎样|如何|什么|哪些|哪里|哪个|多大|多久|几"
)
_MEASURES = frozenset("桌元块斤瓶包盒支户岁亩天")
"""What is counted here: 八桌 is a number though the dictionary has it as a word."""

_PARTICLES = frozenset("的了吗呢吧啊呀是在和与及或我你他她它这那谁要能可会就都也还") | {
    "可以",
    "应该",
    "我们",
    "需要",
    "请问",
    "最多",
    "最高",
}


class _FoldTable(dict):
    """Maps code point to code point, one to one, so that places in folded text stay true."""

    def __missing__(self, code: int) -> str:
        char = chr(code)
        category = unicodedata.category(char)
        if category in ("Cs", "Cc", "Cf", "Cn", "Co"):
            folded = " "
        else:
            folded = _single(unicodedata.normalize("NFKC", char), char)
            folded = _traditional().get(folded, folded)
            folded = _single(folded.casefold(), folded)
            base = unicodedata.normalize("NFKD", folded)
            if len(base) > 1 and all(map(unicodedata.combining, base[1:])):
                folded = base[0]
        self[code] = folded
        return folded


def _single(candidate: str, fallback: str) -> str:
    return candidate if len(candidate) == 1 else fallback


@cache
def _traditional() -> dict[str, str]:
    """Traditional to simplified, character by character (OpenCC's own table).

    Its phrase table is left out on purpose: one character must always fold the same way,
    or a query and a text cut at different places would differ.
    """
    table = resources.files("opencc") / "dictionary" / "TSCharacters.txt"
    pairs = (line.split("\t") for line in table.read_text("utf-8").splitlines() if "\t" in line)
    return {source: targets.split()[0] for source, targets in pairs}


_FOLDS = _FoldTable()


_FORMAT_SIGNS = (
    chr(code)
    for code in chain(range(0x20000), range(0xE0000, 0xE0080))
    if unicodedata.category(chr(code)) == "Cf"
)
_INVISIBLE = re.compile(f"[{''.join(map(re.escape, _FORMAT_SIGNS))}]")


_LONG = 80
"""Code points from which folding by an array is faster than by ``str.translate``."""

_UNKNOWN = 0xFFFFFFFF
_fold_codes = np.full(0x110000, _UNKNOWN, dtype=np.uint32)


def fold(text: str) -> str:
    """Folded text of the same length, code point for code point."""
    return _fold_long(text) if len(text) > _LONG else text.translate(_FOLDS)


def _fold_long(text: str) -> str:
    codes = np.frombuffer(text.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
    folded = _fold_codes[codes]
    unknown = folded == _UNKNOWN
    if unknown.any():
        for code in set(codes[unknown].tolist()):
            _fold_codes[code] = ord(_FOLDS[code])
        folded = _fold_codes[codes]
    return folded.tobytes().decode("utf-32-le")


def normalise(text: str) -> str:
    """Folded text for indexing: composed, without invisible characters inside words."""
    return fold(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)))


def plain_words(text: str) -> str:
    """Normalised text with every run of other signs as one space; phrases are sought in it."""
    return " ".join(match.group() for match in _RUN.finditer(normalise(text)))


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


@dataclass(frozen=True)
class Unit:
    """One thing a query asks for.

    ``alternatives``: each a tuple of terms that must all occur; one alternative is enough.
    ``literals``: folded strings to mark in a text. ``optional``: adds to the rank only.
    ``parts``: the words inside a longer word, for a search that asks for less. ``inside``:
    alternatives that find the bare characters inside something else (五桌 in 十五桌); they rank
    lower.
    """

    literals: tuple[str, ...]
    alternatives: tuple[tuple[str, ...], ...]
    optional: bool = False
    parts: tuple[str, ...] = ()
    inside: tuple[tuple[str, ...], ...] = ()


def word_terms(word: str) -> tuple[str, ...]:
    """Terms that stand for one folded word: itself, or all pairs of a longer Han word."""
    if len(word) > 2 and _HAN_WORD.match(word):
        return tuple(dict.fromkeys(map("".join, zip(word, word[1:], strict=False))))
    return (word,)


class Synonyms:
    """Groups of words that a search treats as one."""

    def __init__(self, groups: Iterable[Iterable[str]] = ()):
        self._group_of: dict[str, tuple[str, ...]] = {}
        for group in groups:
            members = tuple(dict.fromkeys(filter(None, (normalise(w).strip() for w in group))))
            known = (word for member in members for word in self._group_of.get(member, ()))
            joined = tuple(dict.fromkeys((*members, *known)))
            for member in joined:
                self._group_of[member] = tuple(dict.fromkeys((member, *joined)))
        longest_first = sorted(self._group_of, key=lambda word: (-len(word), word))
        self._pattern = re.compile("|".join(map(re.escape, longest_first)) or r"(?!)")

    def split(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yields (piece, group) in order; the group is empty for text between known words."""
        last = 0
        for match in self._pattern.finditer(text):
            yield text[last : match.start()], ()
            yield match.group(), self._group_of[match.group()]
            last = match.end()
        yield text[last:], ()


NO_SYNONYMS = Synonyms()


def query_units(text: str, synonyms: Synonyms = NO_SYNONYMS) -> list[Unit]:
    """What a query asks for, in order and without repeats.

    Question words (几, 多少, 能不能) and particles are left out and single characters inside a
    longer run are optional, as long as something firmer remains.
    """
    folded = normalise(text)
    units: list[Unit] = []
    for run in _RUN.finditer(folded):
        if run["word"] and not run["word"].isdecimal():
            word = run["word"][:MAX_WORD]
            units.append(Unit((word,), ((word,),)))
    asking: list[Unit] = []
    without_numbers = list(folded)
    for start, end, unit in _number_units(folded):
        units.append(unit)
        without_numbers[start:end] = " " * (end - start)
        if re.match(rf"[{HAN}](?![{HAN}])", folded[end:]):
            without_numbers[end] = " "
    for run in re.findall(f"[{HAN}]+", "".join(without_numbers)):
        units += _han_units(run, synonyms, asking)
    units = list(dict.fromkeys(units))
    firm = [unit for unit in units if not unit.optional]
    if firm:
        return [unit for unit in units if unit.literals[0] not in _PARTICLES]
    return [replace(unit, optional=False) for unit in (units or dict.fromkeys(asking))]


def asked_measures(text: str) -> tuple[str, ...]:
    """What a question wants counted: 几桌 → 桌, 多少钱 → 元."""
    found = re.findall(f"(?:几|多少)([{HAN}])", normalise(text))
    return tuple(dict.fromkeys("元" if measure == "钱" else measure for measure in found))


def _number_units(folded: str) -> Iterator[tuple[int, int, Unit]]:
    """Yields (start, end, unit) for the numbers a query counts with."""
    for number in find_numbers(folded):
        if number.is_han and _is_part_of_word(folded, number.start, number.end):
            continue
        if _is_part_of_run(folded, number.start, number.end):
            continue
        counted = counted_char(folded, number.end)
        term, after = number.value + counted, folded[number.end : number.end + 1]
        # The same spellings whatever script was typed, so that 8桌 finds what 八桌 finds.
        spelt = [*han_spellings(number.value), folded[number.start : number.end]]
        spelt = [text + (counted if after in (counted, " ") else "") for text in spelt]
        inside = dict.fromkeys(word_terms(text) for text in spelt if not text[0].isdecimal())
        yield (
            number.start,
            number.end,
            Unit(
                (term,),
                ((term,),),
                parts=tuple(dict.fromkeys([*([number.value] if counted else []), *spelt])),
                inside=tuple(inside),
            ),
        )


def _is_part_of_run(folded: str, start: int, end: int) -> bool:
    """Whether digits belong to a Latin word (A4, 5G), which is a unit of its own."""
    around = folded[max(0, start - 1) : start] + folded[end : end + 1]
    return folded[start].isascii() and re.search("[a-z]", around) is not None


def _is_part_of_word(folded: str, start: int, end: int) -> bool:
    """Whether a Han numeral belongs to a word of the dictionary (一起, 统一), not to a count."""
    if end - start > 1 or folded[end : end + 1] in _MEASURES:
        return False
    after, before = folded[start : end + 1], folded[max(0, start - 1) : end]
    return any(len(word) == 2 and _dictionary().has_word(word) for word in (after, before))


@cache
def _dictionary() -> rjieba.Jieba:
    return rjieba.Jieba()


def word_borders(folded: str) -> set[int]:
    """Places in folded text where a word begins or ends."""
    return {0, *accumulate(map(len, rjieba.cut(folded)))}


def is_word(text: str) -> bool:
    """Whether folded text is a word of the dictionary."""
    return _dictionary().has_word(text)


def _han_units(run: str, synonyms: Synonyms, asking: list[Unit]) -> Iterator[Unit]:
    for piece, group in synonyms.split(run):
        if group:
            yield Unit(group, tuple(map(word_terms, group)))
            continue
        last = 0
        for question in _QUESTION.finditer(piece):
            yield from _word_units(piece[last : question.start()], run)
            asking.append(Unit((question.group(),), (word_terms(question.group()),)))
            last = question.end()
        yield from _word_units(piece[last:], run)


def _word_units(piece: str, run: str) -> Iterator[Unit]:
    if not piece:
        return
    for word in _joined_singles(_freed_words(piece)):
        literals, alternatives = [word], [word_terms(word)]
        arabic = to_arabic(word)
        if arabic != word:
            literals.append(arabic)
            alternatives.append(_arabic_terms(word))
        optional = word in _PARTICLES or (len(word) == 1 and len(run) > 1)
        parts = (part for part in rjieba.cut_for_search(word) if 1 < len(part) < len(word))
        yield Unit(tuple(literals), tuple(alternatives), optional, tuple(parts))


def _freed_words(piece: str) -> Iterator[str]:
    """Words of a piece; empty strings stand where a particle was taken away."""
    for word in rjieba.cut(piece):
        freed = _without_particles(word)
        yield from (freed,) if freed == word else ("", freed, "")


def _without_particles(word: str) -> str:
    """A word that jieba only guessed (能办), freed of the particles it took along."""
    while len(word) > 1 and not _dictionary().has_word(word):
        if word[0] in _PARTICLES:
            word = word[1:]
        elif word[-1] in _PARTICLES:
            word = word[:-1]
        else:
            break
    return word


def _arabic_terms(word: str) -> tuple[str, ...]:
    """Terms of a word that begins with or holds a number, the number in Arabic digits."""
    terms, rest = [], list(word)
    for number in find_numbers(word):
        terms.append(number.value + counted_char(word, number.end))
        rest[number.start : number.end] = " " * (number.end - number.start)
    pieces = "".join(rest).split()
    return (*terms, *(term for piece in pieces if len(piece) > 1 for term in word_terms(piece)))


def _joined_singles(words: Iterable[str]) -> Iterator[str]:
    """Joins neighbouring single characters (拴|养): most likely a word jieba does not know."""
    pending = ""
    for word in words:
        if len(word) == 1 and word not in _PARTICLES:
            pending += word
            continue
        yield from filter(None, (pending, word))
        pending = ""
    if pending:
        yield pending
