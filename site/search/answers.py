"""Reads what a document answers a question with, and how well.

Knows the index and a query; no database and no page.
"""

import math

from search.analyzer import word_terms
from search.asked import Asked
from search.collapse import Picked
from search.columns import Snapshot
from search.evaluator import Evaluator
from search.kinds import KIND_LABELS
from search.passages import (
    FIRM_WEIGHT,
    OPTIONAL_WEIGHT,
    Passage,
    Weights,
    pick_passage,
    whole_words,
    with_units,
)
from search.query_units import Unit

WORD_WEIGHT = 0.5
"""How much a hit gains where what was asked for is a word, not characters that touch (火把)."""

KIND_WEIGHTS = {"consultation": 0.6, "feature": 0.5, "household": 0.5, "place": 0.6}
"""What was talked of or told as an example stands behind the rule in force itself."""

OUTCOME_WEIGHT = 2.0
"""Where somebody asks what became of something, the record of the consultation comes first."""

OUTCOME_LABELS = frozenset({"协商结果", "落实进展"})
"""What was agreed and done answers more than what was said on the way."""

NAMED_WEIGHT = 4.0
"""The place itself comes before what stands in it, where only its name was typed."""

COMMON = 1.5
"""The rarity of a word that every document has; the higher, the less rarity counts."""


COUNTING_WEIGHT = 5.0
"""What counting the thing asked for (几桌) weighs: about as much as a word of middling rarity."""

COMMON_WORD = 3.0
"""Rarity from which a related word is worth all that one may be."""


class Answers:
    """Documents as answers to one query; each is read once."""

    def __init__(self, snapshot: Snapshot, evaluator: Evaluator, asked: Asked):
        self._snapshot, self._evaluator, self._asked = snapshot, evaluator, asked
        self._units = asked.marked
        self._weights = tuple(self._weight(unit) for unit in self._units)
        self._related = tuple(self._related_shares(unit) for unit in self._units)
        self._codes, self._kinds = snapshot.codes("kind")
        self._tag_codes, self._tags = snapshot.codes("tags")
        self._read: dict[int, Picked] = {}

    def __call__(self, doc: int) -> Picked:
        """What a document answers with."""
        if doc not in self._read:
            self._read[doc] = self._pick(doc)
        return self._read[doc]

    def weight(self, picked: Picked) -> float:
        """What a document's score is multiplied with for the answer it has."""
        kind = self._kinds[self._codes[picked.doc]]
        weight = KIND_WEIGHTS.get(kind, 1.0)
        if self._asked.outcome and kind == "consultation":
            weight = OUTCOME_WEIGHT
        if kind == "place" and self._names_it(picked.doc):
            weight = NAMED_WEIGHT
        return picked.answers**2 * (1 + WORD_WEIGHT * picked.whole_words) * weight

    def _names_it(self, doc: int) -> bool:
        """Whether nothing but this place was asked for."""
        path = self._snapshot.paths[doc].decode()
        return bool(self._units) and all(path in unit.paths for unit in self._units)

    def _told(self, doc: int, passages: list[Passage]) -> list[Passage]:
        """Passages that may answer: of a consultation whose outcome is asked for, the outcome."""
        if self._asked.outcome and self._kinds[self._codes[doc]] == "consultation":
            return [p for p in passages if p.label in OUTCOME_LABELS] or passages
        return passages

    def _pick(self, doc: int) -> Picked:
        snapshot = self._snapshot
        title = snapshot.texts(doc).get("title", "")
        passages = [Passage(*stored) for stored in snapshot.passages(doc)]
        known = self._known(doc, title)
        told = self._told(doc, passages)
        is_consultation = self._kinds[self._codes[doc]] == "consultation"
        first = OUTCOME_LABELS if is_consultation else frozenset()
        weights = Weights(self._weights, known, self._related, COUNTING_WEIGHT, first)
        pick = pick_passage(told, self._units, self._asked.measures, weights)
        by_title = len(known) == len(self._units)
        shown = title if by_title or pick.passage is None else pick.passage.text
        return Picked(
            doc,
            pick.passage,
            pick.cover,
            float(by_title),
            whole_words(shown, self._asked.firm),
            pick.whole,
            pick.has_all,
            pick.counts,
        )

    def _known(self, doc: int, title: str) -> frozenset[int]:
        """Units that the page has by what it is: its title, kind, tags and place."""
        kind = self._kinds[self._codes[doc]]
        about = [title, str(KIND_LABELS.get(kind, "")), *self._tags[self._tag_codes[doc]]]
        path = self._snapshot.paths[doc].decode()
        found = set(with_units(" ‖ ".join(about), self._units))
        for index, unit in enumerate(self._units):
            if unit.paths and path.startswith(unit.paths):
                found.add(index)
        return frozenset(found)

    def _weight(self, unit: Unit) -> float:
        """A unit's weight: the rarer the word, the more it tells."""
        base = OPTIONAL_WEIGHT if unit.optional else FIRM_WEIGHT
        ways = unit.alternatives or tuple(map(word_terms, unit.literals))
        return base * (COMMON + self._rarity(ways)) / COMMON

    def _related_shares(self, unit: Unit) -> tuple[float, ...]:
        """How much of the unit each related word is worth: common ones (报告, 责任) tell less."""
        if not unit.related:
            return ()
        rarities = [self._rarity([word_terms(word)]) for word in unit.related]
        most = max(COMMON_WORD, *rarities)
        return tuple(min(1.0, rarity / most) for rarity in rarities)

    def _rarity(self, ways) -> float:
        often = max(self._evaluator.frequency(terms) for terms in ways)
        return math.log(1 + self._snapshot.size / (often + 1))
