"""Proposes the limits of an article: what, how much, for whom. Editors decide. No Django here."""

import re
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from decimal import Decimal

from . import bounds, scopes
from .lines import Line, lines_of
from .quantities import Quantity, blank_lookalikes, find_quantities, fold
from .subjects import Subject, Surroundings, find_words, subject_of, subject_of_bare
from .vocabulary import AT_LEAST, EXACTLY, SHIPPED, Vocabulary
from .waivers import find_waivers

# An article longer than this is no rule anyone limits something with.
LONGEST = 10_000
# How far around a number its subject is looked for, so that hostile texts cost no more.
_REACH, _HEADING = 300, 120
# A tab ends a cell of a table.
_SENTENCE_END = re.compile(r"[。；;！!？?\t]")
_FULL_STOP = re.compile("[。！!？?]")
_CLAUSE_END = re.compile(r"[，,]")
_WITHIN = re.compile(r"(?:以|之)?内")
# Sums of these clauses are not what a covenant lets people spend.
_OTHER_SUMS = re.compile("罚|违约金|赔偿|奖励|奖金|补助|补贴|捐款|捐赠|资助|借款|贷款")
_STORY = re.compile("去年|前年|上年|花了|节约了|收入|办了|用了|剩下")
_GAP = re.compile(
    r"(?:每[^，,。]{1,2}|一?[包瓶桌席盒]|按照?|为|是|以|定为|标准为?|一般为?|原则上|一律|均|都|限|只|再"
    r"|至少|办|收取?|交纳?|缴纳?|送|给|用|过|单价|价格|总数|桌数|规模|金额|总额|时间|天数|标准|提倡|控制"
    r"|人民币|[:：|\s　])*"
)
_GAP_MAX = 12
_DAYS = "[0-9一两二三半]{1,2}[天日]"
# 一天守灵、一天安葬, 一天待客、次日送山: what each day is for, no number of days in all.
_NEXT_DAY = re.compile(rf"[^，,。；;、0-9]{{1,6}}、(?:再?{_DAYS}|次日|翌日|隔天|第[二2]天|当天)")
_DAY_BEFORE = re.compile(rf"(?:{_DAYS}|当天|头天)[^，,。；;、0-9]{{1,6}}、再?$")
# Limits that differ by who comes.
_SPENDING = {"table", "yuan"}


@dataclass(frozen=True)
class FoundLimit:
    """One limit: [start, end) in the article's plain text is the number with its unit.

    `matter` and `measure` are keys of the vocabulary, `unit` the measure's own unit; a range has
    an `upper` end. `scope` are words such as 红事, 两个子女, 每桌. `clause` is the text between
    commas around the number.
    """

    start: int
    end: int
    matter: str
    measure: str
    comparator: str
    value: Decimal
    upper: Decimal | None
    unit: str
    scope: tuple[str, ...]
    clause: str


def find_limits(
    text: str, items=(), context: str = "", vocabulary: Vocabulary = SHIPPED
) -> list[FoundLimit]:
    """The limits an article sets, in order.

    `items` nest as [{"label","text","items"}]; places are those of `Provision.plain_text`.
    `context` is the chapter's title.
    """
    found, read = [], 0
    for line in lines_of(text, items):
        read += len(line.text)
        if read > LONGEST:
            break
        found += _Reader(line, context, vocabulary).limits()
    return found


class _Reader:
    """Reads one line."""

    def __init__(self, line: Line, context: str, vocabulary: Vocabulary):
        self.line, self.vocabulary = line, vocabulary
        self.folded = fold(line.text)
        self.words = find_words(self.folded, vocabulary)
        self.word_starts = [word.start for word in self.words]
        self.sentence_ends = [m.end() for m in _SENTENCE_END.finditer(self.folded)]
        cuts = (*_CLAUSE_END.finditer(self.folded), *_SENTENCE_END.finditer(self.folded))
        self.clause_ends = sorted(m.end() for m in cuts)
        self.last_end = 0
        self.first_colon = re.search("[：:]", self.folded)
        self.colon_end = self.first_colon.end() if self.first_colon else 0
        self.headings = _column_headings(line)
        self.above = [fold(text[:_HEADING]) for text in (*line.above[:4], context) if text]

    def limits(self) -> list[FoundLimit]:
        blanked = blank_lookalikes(self.folded)
        found = []
        for quantity in find_quantities(blanked, self.vocabulary):
            limit = self._limit(quantity)
            if limit:
                found.append(limit)
                self.last_end = quantity.end
        for start, end, matter, measure in find_waivers(self.folded, self.vocabulary):
            subject = Subject(matter, measure)
            zero = Quantity(start, end, Decimal(0), None, measure.unit)
            found.append(self._made(zero, subject, EXACTLY, self._clause(start)[0]))
        return sorted(found, key=lambda limit: limit.start)

    def _limit(self, quantity: Quantity) -> FoundLimit | None:
        clause = self._clause(quantity.start)
        begin = max(clause[0], self.last_end)
        before = self.folded[begin : quantity.start]
        after = self.folded[quantity.end : self._sentence(quantity.start)[1]]
        bound, behind = bounds.bound_before(before), None
        if bound is None:
            if bounds.is_condition_before(before):
                return None
            behind = bounds.bound_after(after)
        rest = quantity.end + (behind[1] if behind else 0)
        place = self._surroundings(quantity, clause, rest, behind)
        comparator = (bound or behind or ("",))[0]
        subject = self._subject(quantity, place, comparator)
        if subject is None or self._is_another_number(quantity, subject, clause):
            return None
        if (bound or behind) and not self._binds(subject, place, rest):
            return None
        if behind and bounds.makes_a_case_of(self.folded[quantity.end : quantity.end + 16]):
            return None
        if not comparator:
            comparator = self._assumed(quantity, subject, clause)
        elif behind and self._is_a_distance_to_keep(subject, quantity, clause, rest):
            comparator = AT_LEAST
        if not comparator or (subject.measure.key == "year" and not bound):
            return None
        return self._made(quantity, subject, comparator, begin)

    def _surroundings(self, quantity, clause, rest, behind) -> Surroundings:
        attached = rest + 1 if self.folded.startswith("的", rest) else None
        words = self.folded[quantity.end : rest]
        within = rest if behind and _WITHIN.search(words) else None
        sentence = self._sentence(quantity.start)
        return Surroundings(
            self.folded,
            clause,
            sentence,
            self.words[slice(*(bisect_left(self.word_starts, place) for place in sentence))],
            self._texts_above(quantity.start),
            attached,
            within,
        )

    def _texts_above(self, place) -> list[str]:
        """The texts a place stands under: in a table its column's and row's headings first.

        办丧事的：1.…；2.…: the line's own introduction stands above its later sentences.
        """
        if self.headings:
            cell = self.folded.count("\t", 0, place)
            return [self.headings[cell], self.folded.split("\t", 1)[0], *self.above]
        colon = self.first_colon if self._sentence(place)[0] >= self.colon_end else None
        if not colon:
            return self.above
        return [self.folded[max(0, colon.start() - _HEADING) : colon.start()], *self.above]

    def _subject(self, quantity, place, comparator) -> Subject | None:
        if quantity.unit:
            return subject_of(quantity, place, self.vocabulary)
        follows = self.folded[quantity.end : quantity.end + 1]
        if not comparator or (follows and follows not in "，,。；;：、）)！|以之内封为左\t "):
            return None
        clause = self.folded[place.clause[0] : quantity.start]
        bound = bounds.bound_before(clause)
        alone = not (clause[: bound[1]] if bound else clause).strip()
        return subject_of_bare(quantity, place, self.vocabulary, alone=alone)

    def _is_another_number(self, quantity, subject, clause) -> bool:
        text = self.folded[clause[0] : clause[1]]
        return subject.measure.key == "yuan" and bool(_OTHER_SUMS.search(text))

    def _binds(self, subject, place, rest) -> bool:
        """Not where the bound makes a case: 10桌以上的 …, 不少于8桌的须报告."""
        if not bounds.makes_a_case(self.folded[rest:]):
            return True
        return subject.word is not None and subject.word.start == place.attached

    def _assumed(self, quantity, subject, clause) -> str:
        """The comparator of a number that simply stands behind its matter, or nothing."""
        if quantity.upper is not None:
            return EXACTLY if subject.measure.key != "year" else ""
        if self.headings and self._fills_its_cell(quantity):
            return EXACTLY
        if subject.measure.key == "day" and self._is_one_day_of_several(quantity, clause):
            return ""
        if not subject.matter.assumed or _STORY.search(self.folded[clause[0] : clause[1]]):
            return ""
        if subject.word is None or not subject.near:
            return self._assumed_before_its_word(quantity, subject)
        gap = self.folded[subject.word.end : quantity.start]
        if subject.word.end > quantity.start or len(gap) > _GAP_MAX or not _GAP.fullmatch(gap):
            return self._assumed_before_its_word(quantity, subject)
        return subject.matter.assumed

    def _is_one_day_of_several(self, quantity, clause) -> bool:
        before = self.folded[clause[0] : quantity.start]
        after = self.folded[quantity.end : clause[1]]
        return bool(_NEXT_DAY.match(after) or _DAY_BEFORE.search(before))

    def _fills_its_cell(self, quantity) -> bool:
        start, end = self._sentence(quantity.start)
        rest = f"{self.folded[start : quantity.start]}{self.folded[quantity.end : end]}"
        return not rest.strip(" \t　") and "\t" in self.folded[: quantity.start]

    def _assumed_before_its_word(self, quantity, subject) -> str:
        """十桌客: a whole number of at least two right before a word of its matter."""
        follows = next((w for w in self.words if w.start == quantity.end), None)
        fits = follows and any(matter == subject.matter for matter, _weak in follows.matters)
        return subject.matter.assumed if fits and quantity.value >= 2 else ""

    def _is_a_distance_to_keep(self, subject, quantity, clause, rest) -> bool:
        if subject.matter.key != "distance":
            return False
        before = self.folded[clause[0] : quantity.start]
        following = f"{self.folded[rest : self._sentence(quantity.start)[1]]}{self.line.below}"
        return bounds.keeps_away(before, self.folded[quantity.end : rest], following)

    def _made(self, quantity, subject, comparator, begin) -> FoundLimit:
        start, end = self._clause(quantity.start)
        clause = self.line.text[start:end].strip("，,。；;！!？? ")
        return FoundLimit(
            self.line.start + quantity.start,
            self.line.start + quantity.end,
            subject.matter.key,
            subject.measure.key,
            comparator,
            quantity.value,
            quantity.upper,
            subject.measure.unit,
            self._scope(quantity, subject, begin),
            clause,
        )

    def _scope(self, quantity, subject, begin) -> tuple[str, ...]:
        sentence, clause = self._sentence(quantity.start), self._clause(quantity.start)
        segment = self.folded[begin : quantity.end]
        earlier = self.folded[sentence[0] : clause[0]]
        above = [self.folded[clause[0] : begin], earlier, *self._texts_above(quantity.start)]
        own = scopes.occasions(subject.matter.name)
        named = scopes.occasions(segment) or _nearest(scopes.occasions, above[:2])
        named = named or self._occasion_of_other_family(sentence) or _occasion_above(above[2:])
        found = [name for name in named if name not in own]
        found += scopes.conditions(segment) or _nearest(scopes.conditions, above)
        found += self._persons(segment, subject, begin)
        per = scopes.per_what(segment, self.folded[quantity.end : quantity.end + 3])
        # 每桌 says nothing new about 每桌金额.
        found += [name for name in per if name not in subject.matter.name]
        return tuple(dict.fromkeys(found))

    def _occasion_of_other_family(self, sentence) -> list[str]:
        """两个孩子的，第二个结婚十桌；三个孩子的，最后一次十二桌: both are about weddings."""
        start = sentence[0]
        if not start or self.folded[start - 1] not in "；;":
            return []
        earlier = self.folded[slice(*self._sentence(start - 1))]
        own = self.folded[slice(*sentence)]
        alike = scopes.conditions(own) and scopes.conditions(earlier)
        return _nearest(_one_occasion, [earlier]) if alike else []

    def _persons(self, segment, subject, begin) -> list[str]:
        if subject.measure.key == "people":
            return scopes.women(segment)
        if subject.measure.key not in _SPENDING:
            return []
        sentence = self._sentence(begin)[0]
        last = max(sentence, min(self.last_end, begin))
        found = scopes.persons(self.folded[last:begin] + segment)
        if found or (subject.near and subject.word and subject.word.start >= begin):
            return found
        return _nearest(scopes.persons, [self.folded[sentence:begin]])

    def _sentence(self, place) -> tuple[int, int]:
        return _around(self.sentence_ends, place, len(self.folded))

    def _clause(self, place) -> tuple[int, int]:
        return _around(self.clause_ends, place, len(self.folded))


def _around(ends: list[int], place: int, length: int) -> tuple[int, int]:
    at = bisect_right(ends, place)
    start = ends[at - 1] if at else 0
    end = ends[at] if at < len(ends) else length
    return max(start, place - _REACH), min(end, place + _REACH)


def _column_headings(line: Line) -> list[str]:
    """The headings over the cells of a table's row: of a line above with as many cells."""
    cells = line.text.count("\t")
    if not cells:
        return []
    heads = [text for text in line.above if text.count("\t") == cells]
    return [fold(cell) for cell in heads[-1].split("\t")] if heads else []


def _one_occasion(text) -> list[str]:
    """A heading for both (红白喜事) says nothing of the one at hand."""
    found = scopes.occasions(text)
    return [] if "红事" in found and "白事" in found else found


def _occasion_above(texts) -> list[str]:
    """The occasion that the texts above are about.

    A sentence about both (喜事新办，丧事俭办：) tells nothing, whichever it names last.
    """
    for text in texts:
        sentences = reversed(_FULL_STOP.split(text))
        last = next((one for one in sentences if scopes.occasions(one)), "")
        found = _nearest(scopes.occasions, [last]) if _one_occasion(last) else []
        if found:
            return found
    return []


def _nearest(read, texts) -> list[str]:
    """What the last clause of the first text that names anything names."""
    for text in texts:
        for clause in reversed(_CLAUSE_END.split(text)):
            found = read(clause)
            if found:
                return found
    return []
