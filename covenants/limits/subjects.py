"""Decides what a number is about: the matter whose word stands nearest, in the order people read.

No Django here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from .quantities import Quantity, fold
from .vocabulary import Matter, Measure, Vocabulary

# Words that contain a matter's word and mean something else.
_OTHER_WORDS = """
出席 主席 缺席 列席 酒精 酒驾 酒后 烟花 烟叶 烤烟 烟雾 吸烟 炊烟 礼貌 礼仪 礼俗 礼节 礼物 礼品 彩礼
聘礼 财礼 村长 组长 会长 校长 家长 成长 长期 高龄 高压 提高 小高层 免费 消费 浪费 会费 客堂 客人
客厅 马路 马上 牛皮 蔬菜 种菜 菜地 菜园 洗菜 车间 停车场 连酒水 连烟酒 含烟酒 含酒水
"""
_TIMES = {"day", "hour", "week", "month", "minute", "year"}
_AFTERWARDS = re.compile("[^，,。；;]{0,2}(?:后|完|结束)")
_ERRAND = re.compile(
    r"[^，,。；;]{0,3}?(?:报|答|告|还|清|办结|整改|反馈|公布|提|复|修|缴|交|通知|备案|送|上门|处理"
    r"|解决|拆|搬|登记|改正|恢复|确定|召开|召集|作出|组织|申请|说明|回访|调解|不)"
)


@dataclass(frozen=True)
class Word:
    """A matter's word in a text, at [start, end)."""

    start: int
    end: int
    matters: tuple[tuple[Matter, bool], ...]


@dataclass(frozen=True)
class Subject:
    """What a quantity is about. `word` is where the text says so, None where it goes without.

    `near` tells that the word stands in the quantity's own clause.
    """

    matter: Matter
    measure: Measure
    word: Word | None = None
    near: bool = False


@lru_cache(maxsize=4)
def _word_pattern(vocabulary: Vocabulary) -> tuple[re.Pattern, dict]:
    table = {fold(word): tuple(uses) for word, uses in vocabulary.matters_of_word.items()}
    words = sorted({*table, *_OTHER_WORDS.split()}, key=len, reverse=True)
    return re.compile("|".join(map(re.escape, words)) or r"(?!)"), table


def find_words(folded: str, vocabulary: Vocabulary) -> list[Word]:
    """The matters' words in a folded text, longest first, none overlapping."""
    pattern, table = _word_pattern(vocabulary)
    return [
        Word(match.start(), match.end(), table[match[0]])
        for match in pattern.finditer(folded)
        if match[0] in table
    ]


@dataclass(frozen=True)
class Surroundings:
    """Where a quantity stands: its clause and sentence, the words in them, the texts above.

    Places are those of the folded line. `attached` is where a noun right behind the bound begins
    (30元以下的酒), or None. `within` is where a 以内 ends, after which an errand may follow.
    """

    folded: str
    clause: tuple[int, int]
    sentence: tuple[int, int]
    words: Sequence[Word]
    above: Sequence[str]
    attached: int | None = None
    within: int | None = None


def subject_of(quantity: Quantity, place: Surroundings, vocabulary: Vocabulary) -> Subject | None:
    """The matter and measure of a quantity with a unit, or None where nothing fits."""
    uses = vocabulary.measures_of_word[quantity.unit]
    measures = [measure for measure, _loose in uses]
    firm = [measure for measure, loose in uses if not loose]
    words = [w for w in place.words if not _is_over(w, quantity, place, measures)]
    here = [w for w in words if w.start >= place.clause[0] and w.end <= place.clause[1]]
    before = [w for w in here if w.end <= quantity.start][::-1]
    after = [w for w in here if w.start >= quantity.end]
    if place.attached is not None:
        found = _first([w for w in after if w.start == place.attached], measures, weak=False)
        if found:
            return found
    for candidates, weak in ((before, False), (before, True), (after, False)):
        found = _first(candidates, measures, weak=weak)
        if found:
            return found
    for measure in firm:
        only = vocabulary.matters_of_measure[measure.key]
        if len(only) == 1:
            return Subject(only[0], measure)
    if not _runs_an_errand(place, measures):
        earlier = [w for w in words if place.sentence[0] <= w.start and w.end <= place.clause[0]]
        found = _first(earlier[::-1], measures, weak=False, near=False)
        if found:
            return found
        for text in place.above:
            named = find_words(text, vocabulary)[::-1]
            for weak in (False, True):
                found = _first(named, measures, weak=weak, near=False)
                if found:
                    return found
    for measure in firm:
        for matter in vocabulary.matters_of_measure[measure.key]:
            if not matter.words:
                return Subject(matter, measure)
    return None


def subject_of_bare(
    quantity: Quantity, place: Surroundings, vocabulary: Vocabulary, *, alone: bool
) -> Subject | None:
    """The matter of a number without unit (烟不过二十); `alone`: its clause names nothing else."""
    by_key = {measure.key: measure for measure in vocabulary.measures}
    start = place.sentence[0] if alone else place.clause[0]
    before = [w for w in place.words if w.start >= start and w.end <= quantity.start]
    for word in before[::-1]:
        for matter, weak in word.matters:
            if matter.assumed and not weak and matter.measures[0] in by_key:
                return Subject(matter, by_key[matter.measures[0]], word, near=True)
    return None


def _first(words, measures, *, weak, near=True) -> Subject | None:
    for word in words:
        for matter, is_weak in word.matters:
            if is_weak != weak:
                continue
            for measure in measures:
                if measure.key in matter.measures:
                    return Subject(matter, measure, word, near)
    return None


def _is_over(word: Word, quantity: Quantity, place: Surroundings, measures) -> bool:
    """办完丧事三天内: the days are not those of the funeral."""
    if not any(measure.key in _TIMES for measure in measures) or word.end > quantity.start:
        return False
    after = _AFTERWARDS.match(place.folded, word.end, quantity.start)
    return bool(after) or place.folded[: word.start].endswith(("办完", "结束"))


def _runs_an_errand(place: Surroundings, measures) -> bool:
    """三天内答复: a term for doing something, whatever the sentence was about before."""
    if place.within is None or not any(measure.key in _TIMES for measure in measures):
        return False
    return bool(_ERRAND.match(place.folded, place.within, place.sentence[1]))
