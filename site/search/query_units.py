"""Turns a resident's words into what is looked for with them.

Pure: no Django, no index. Text is folded as `analyzer` folds it for the index.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Protocol

import rjieba

from search.analyzer import MAX_WORD, counted_char, is_word, word_terms
from search.folding import HAN, RUN, normalise
from search.numerals import find_numbers, han_spellings, to_arabic
from search.word_groups import NO_SYNONYMS, Synonyms

_HAN_PAIR = re.compile(rf"[{HAN}]{{2}}\Z")
_QUESTION = re.compile(
    "为什么|为哪样|为啥|什么时候|啥时候|哪个时候|几时|多会儿"
    "|可不可以|能不能|是不是|有没有|要不要|怎么样"
    "|怎么办|怎么整|咋个办|咋个整|咋办|咋样|咋整|咋个|咋|多少钱|多少|好多|怎么|怎样|如何|什么样|什么"
    "|几块钱|几块|几元|哪些|哪里|哪个|哪家|哪天|哪年|哪种|哪样|啥子|啥"
    "|多大|多久|多长|多高|多远|了没有|了没|没得|没有$|几[天只头辆盏]|几"
    rf"|([{HAN}])[不没](?=\1)"
)
"""What only asks; of 准不准, 犯不犯 the repeated character stays as an ordinary one."""

_YES_OR_NO = re.compile(rf"(?![要是能可]不|有没)([{HAN}])[不没](?=\1)")
"""Such a question is cut off first: 收不收垃圾费 is of 收垃圾费, and 收不 is nothing."""

_NO_QUESTION = frozenset(["几何", "几乎", "几率", "几近", "几经", "几度"])

_MEASURES = frozenset("桌元块斤瓶包盒支户岁亩天")
"""What is counted here: 八桌 is a number though the dictionary has it as a word."""

_EACH = _MEASURES | frozenset("月年户人家次桶吨方亩只头")
"""What rules set something for each of: 一桌, 一个月."""

_PARTICLES = frozenset("的了吗呢吧啊呀着嘛么是在和与及或我你他她它这那谁要能可会就都也还给跟得") | {
    "可以",
    "应该",
    "我们",
    "需要",
    "请问",
    "最多",
    "最高",
}

_GENERAL = frozenset(
    """
    没有 那条 那个 这条 这个 这些 那些 别人 人家 村里 村上 我们村 组里 家里 家头 我家 自家 自己 不给
    以后 以前 以下 以上 以内 一个 一家 一次 一下 同一个 同一 现在 时候 东西 事情 还有 知道 晓得 规定
    要求 里面 外面 一般 不能 不可以 不准 不许 不让 不要 允许 上头 里头 时间 那边 这边 怕是 到底 一起
    出来 家的 别家 标准 今年 做些 那截 那段
    """.split()  # noqa: SIM905
)
"""Words that nearly any question may have: they help to rank and decide nothing."""


@dataclass(frozen=True)
class Unit:
    """One thing a query asks for.

    ``alternatives``: each a tuple of terms that must all occur; one alternative is enough.
    ``literals``: folded strings to mark in a text. ``optional``: adds to the rank only.
    ``parts``: the words inside a longer word, for a search that asks for less. ``inside``:
    alternatives that find the bare characters inside something else (五桌 in 十五桌); they rank
    lower. ``related``: folded words that often stand where this one is asked for (过世: 丧事), for
    a search that asks for less. ``paths``: tree paths of places called so; whatever stands there
    has the unit, too.
    """

    literals: tuple[str, ...]
    alternatives: tuple[tuple[str, ...], ...]
    optional: bool = False
    parts: tuple[str, ...] = ()
    inside: tuple[tuple[str, ...], ...] = ()
    related: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()


class Places(Protocol):
    """Knows what places are called."""

    def split(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Yields (piece, tree paths) in order; no paths for text between names."""

    def spelt(self, word: str) -> tuple[str, ...]:
        """Tree paths of the places whose pinyin a Latin word is."""


class NoPlaces:
    """Knows no place."""

    def split(self, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        yield text, ()

    def spelt(self, word: str) -> tuple[str, ...]:
        return ()


NO_PLACES = NoPlaces()


def query_units(
    text: str, synonyms: Synonyms = NO_SYNONYMS, places: Places = NO_PLACES
) -> list[Unit]:
    """What a query asks for, in order and without repeats.

    Question words (几, 多少, 能不能) and particles are left out and single characters inside a
    longer run are optional, as long as something firmer remains.
    """
    folded = normalise(text)
    units: list[Unit] = []
    for run in RUN.finditer(folded):
        if run["word"] and not run["word"].isdecimal():
            word = run["word"][:MAX_WORD]
            units.append(Unit((word,), ((word,),), paths=places.spelt(word)))
    asking: list[Unit] = []
    without_numbers = list(folded)
    for start, end, unit in _number_units(folded):
        units.append(unit)
        without_numbers[start:end] = " " * (end - start)
        if re.match(rf"[{HAN}](?![{HAN}])", folded[end:]):
            without_numbers[end] = " "
    for run in re.findall(f"[{HAN}]+", "".join(without_numbers)):
        for piece, paths in places.split(run):
            if paths:
                units.append(Unit((piece,), (word_terms(piece),), paths=paths))
            else:
                own = list(_han_units(piece, run, synonyms, asking))
                units += [*own, *_parted(own, synonyms)]
    units = list(dict.fromkeys(units))
    firm = [unit for unit in units if not unit.optional]
    if firm:
        told = (unit for unit in units if unit.literals[0] not in _PARTICLES)
        alone = len(units) == 1 and not asking
        return [u if alone or not _is_guess(u) else _taken_apart(u, synonyms) for u in told]
    telling = [unit for unit in units if unit.literals[0] not in _PARTICLES | _GENERAL]
    return [replace(unit, optional=False) for unit in (telling or units or dict.fromkeys(asking))]


def is_general(unit: Unit) -> bool:
    """Whether nearly any question may have a unit: what it is about does not show."""
    return unit.literals[0] in _PARTICLES or unit.literals[0] in _GENERAL


def _is_guess(unit: Unit) -> bool:
    """Whether a unit is two characters that merely stood side by side (路修, 娃住)."""
    word = unit.literals[0]
    return not (unit.optional or unit.parts or unit.related or unit.paths) and bool(
        len(word) == 2 and _HAN_PAIR.match(word) and not is_word(word)
    )


def _taken_apart(unit: Unit, synonyms: Synonyms) -> Unit:
    """The unit with what its two characters may stand for: 修路, 娃娃."""
    one, other = unit.literals[0]
    turned = synonyms.group(other + one) or ((other + one,) if is_word(other + one) else ())
    words = (
        *turned,
        *synonyms.related(turned),
        *synonyms.with_char(one),
        *synonyms.with_char(other),
    )
    return replace(unit, related=tuple(dict.fromkeys(words)))


def _parted(units: list[Unit], synonyms: Synonyms) -> Iterator[Unit]:
    """Known words whose two characters a question puts something between: 停人家的水, 停水."""
    words = [unit.literals[0] for unit in units if unit.literals[0] not in _PARTICLES | _GENERAL]
    for one, other in zip(words, words[1:], strict=False):
        if len(one) == len(other) == 1 and (group := synonyms.group(one + other)):
            related = synonyms.related(group)
            yield Unit(group, tuple(map(word_terms, group)), True, related=related)


_TIMES = "月日天点时号季年晚"
_MOMENTS = _TIMES.replace("年", "")
"""What tells when; 任期三年 tells how long."""

_ASKED = {
    "个": "个人名",
    "个人": "人名个",
    "个月": "月",
    "人": "人名",
    "钱": "元块",
    "块": "元块",
    "元": "元块",
    "点": "点时",
    "天": "天日",
    "久": _TIMES,
    "长时间": _TIMES,
}


def asked_measures(text: str) -> tuple[str, ...]:
    """What a question wants counted, each as the characters that may stand behind the number.

    几桌 → 桌, 多少钱 → 元块, 几个人 → 人名个, 什么时候 → 月日….
    """
    folded = normalise(text)
    found = re.findall(f"(?:几|多少|好多)(个[人月]|[{HAN}])", folded)
    found += re.findall("多(长时间|久)", folded)
    measures = [_ASKED.get(measure, measure) for measure in found]
    if re.search("什么时候|啥时候|哪个时候|几时|哪天|多会儿", folded):
        measures.append(_MOMENTS)
    return tuple(dict.fromkeys(measures))


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
        each = _each(folded, number.end) if number.value == "1" else ""
        yield (
            number.start,
            number.end,
            Unit(
                (term, each) if each else (term,),
                ((term,), word_terms(each)) if each else ((term,),),
                parts=tuple(dict.fromkeys([*([number.value] if counted else []), *spelt])),
                inside=tuple(inside),
            ),
        )


def _each(folded: str, end: int) -> str:
    """每桌 for the 一桌 that ends here: 一桌多少钱 and 每桌三百元 are of one thing."""
    after = folded[end : end + 2].removeprefix("个")[:1]
    return f"每{after}" if after and after in _EACH else ""


def _is_part_of_run(folded: str, start: int, end: int) -> bool:
    """Whether digits belong to a Latin word (A4, 5G), which is a unit of its own."""
    around = folded[max(0, start - 1) : start] + folded[end : end + 1]
    return folded[start].isascii() and re.search("[a-z]", around) is not None


def _is_part_of_word(folded: str, start: int, end: int) -> bool:
    """Whether a Han numeral belongs to a word of the dictionary (一起, 统一), not to a count."""
    if end - start > 1 or folded[end : end + 1] in _MEASURES:
        return False
    after, before = folded[start : end + 1], folded[max(0, start - 1) : end]
    return any(len(word) == 2 and is_word(word) for word in (after, before))


def _han_units(piece: str, run: str, synonyms: Synonyms, asking: list[Unit]) -> Iterator[Unit]:
    if question := _YES_OR_NO.search(piece):
        yield from _han_units(piece[: question.start()], run, synonyms, asking)
        asking.append(Unit((question.group(),), (word_terms(question.group()),)))
        yield from _han_units(piece[question.end() :], run, synonyms, asking)
        return
    for part, group in synonyms.split(piece):
        if group:
            ways, related = tuple(map(word_terms, group)), synonyms.related(group)
            yield Unit(group, ways, part in _GENERAL, _parts(part), related=related)
            continue
        last = 0
        for question in _questions(part):
            yield from _word_units(part[last : question.start()], run, synonyms)
            asking.append(Unit((question.group(),), (word_terms(question.group()),)))
            last = question.end()
        yield from _word_units(part[last:], run, synonyms)


def _questions(part: str) -> Iterator[re.Match]:
    """Question words of a piece; 几 inside another word (茶几) is none."""
    found = list(_QUESTION.finditer(part))
    if not found:
        return
    starts, place = {}, 0
    for word in rjieba.cut(part):
        starts |= dict.fromkeys(range(place, place + len(word)), (place, word))
        place += len(word)
    for match in found:
        start, word = starts[match.start()]
        inside = start < match.start() and match.end() <= start + len(word)
        if len(match.group()) == 1 and (word in _NO_QUESTION or (inside and is_word(word))):
            continue
        yield match


def _word_units(piece: str, run: str, synonyms: Synonyms) -> Iterator[Unit]:
    if not piece:
        return
    for word in _joined_singles(_freed_words(piece)):
        literals, alternatives = [word], [word_terms(word)]
        arabic = to_arabic(word)
        if arabic != word:
            literals.append(arabic)
            alternatives.append(_arabic_terms(word))
            if word[0] == "一" and (each := _each(word, 1)):
                literals.append(each)
                alternatives.append(word_terms(each))
        optional = word in _PARTICLES or word in _GENERAL or (len(word) == 1 and len(run) > 1)
        related = synonyms.with_char(word) if len(word) == 1 and word not in _PARTICLES else ()
        yield Unit(tuple(literals), tuple(alternatives), optional, _parts(word), related=related)


_PLACE_ENDS = frozenset("村镇乡县市州组")
"""An unknown word that ends so is a place of that name or none."""

LONG_UNKNOWN = 3
"""Characters from which a word that no dictionary knows is most likely several (狗咬着人)."""


def _parts(word: str) -> tuple[str, ...]:
    """Words inside a longer word; of one that no dictionary knows its characters."""
    parts = [part for part in rjieba.cut_for_search(word) if 1 < len(part) < len(word)]
    unknown = len(word) >= LONG_UNKNOWN and word[-1] not in _PLACE_ENDS and not is_word(word)
    if not parts and unknown:
        parts = [char for char in word if char not in _PARTICLES]
    return tuple(dict.fromkeys(parts))


def _freed_words(piece: str) -> Iterator[str]:
    """Words of a piece; empty strings stand where a particle was taken away."""
    for word in rjieba.cut(piece):
        freed = _without_particles(word)
        yield from (freed,) if freed == word else ("", freed, "")


def _without_particles(word: str) -> str:
    """A word that jieba only guessed (能办), freed of the particles it took along."""
    while len(word) > 1 and not is_word(word):
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
