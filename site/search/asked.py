"""A query taken apart: what to find, what to mark, what is to be counted.

Pure but for the synonyms in force. Only quotation marks mean anything beside the words; no other
sign a person can type is an operator.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from search import query, synonyms
from search.analyzer import measure_term
from search.folding import normalise, plain_words
from search.query_units import NO_PLACES, Places, Unit, asked_measures, is_general, query_units

MAX_QUERY = 100
"""Code points of a query that are read."""

PLACE_ENDINGS = ("cun", "shequ", "zhen", "xiang", "xian", "shi", "jiedao", "c", "s", "z", "x", "sq")
"""Pinyin, and initials, of what the name of a place may end in: lucheng(zhen), lc(z)."""

_OUTCOME = re.compile(
    "(?:了没有|了没|没有|没得|成没成|咋样了|怎么样了|咋个说|进展|结果|下文)[吗呢啊]?$|协商|商量"
)
"""What a question after the outcome of a consultation has."""

_QUOTES = re.compile('["“”＂「」『』]')


@dataclass(frozen=True)
class Asked:
    """Units to find and mark, phrases, and measures (几桌 asks for a number of 桌).

    ``run_on``: words were cut out of a sentence, so that a page which has them in different
    articles is no answer yet. ``outcome``: asks what became of something.
    """

    units: tuple[Unit, ...]
    phrases: tuple[str, ...]
    measures: tuple[str, ...]
    run_on: bool = False
    outcome: bool = False

    @classmethod
    def from_text(cls, text: str, places: Places = NO_PLACES) -> "Asked":
        """Reads what a person typed; words in a pair of quotation marks are one phrase."""
        parts = _QUOTES.split(text)
        if len(parts) % 2 == 0:
            parts = [" ".join(parts)]
        phrases = tuple(part for part in parts[1::2] if plain_words(part))
        plain = " ".join(parts[::2])
        units = tuple(query_units(plain, synonyms.current(), places))
        firm = [unit for unit in units if not unit.optional and not unit.paths]
        run_on = len(firm) > len(plain_words(plain).split())
        outcome = _OUTCOME.search(normalise(plain).strip()) is not None
        return cls(units, phrases, asked_measures(plain), run_on, outcome)

    def __bool__(self):
        return bool(self.units or self.phrases)

    @cached_property
    def marked(self) -> tuple[Unit, ...]:
        """Units to mark in a text, phrases among them."""
        phrases = (Unit((normalise(phrase).strip(),), ()) for phrase in self.phrases)
        return (*self.units, *phrases)

    @cached_property
    def firm(self) -> tuple[Unit, ...]:
        """Units that decide what is found."""
        return tuple(unit for unit in self.units if not unit.optional)

    @cached_property
    def is_loose(self) -> bool:
        """Whether pages that merely have all the words somewhere may be no answer."""
        return (
            self.run_on
            or bool(self.measures)
            or any(unit.parts for unit in self.firm)
            or any(unit.optional and not is_general(unit) for unit in self.units)
        )

    def strict(self) -> query.Node:
        """All words, and every phrase."""
        parts = [query.phrase_node(phrase) for phrase in self.phrases]
        if self.units:
            parts.append(query.units_node(list(self.units), "and"))
        words = self._measured(query.AllOf(tuple(parts))) if parts else query.Nothing()
        place = self._place()
        return query.BestOf((words, place)) if place else words

    def relaxed(self) -> query.Node:
        """Some of the words; phrases stay what they are."""
        phrases = [query.phrase_node(phrase) for phrase in self.phrases]
        return self._measured(query.AnyOf((*phrases, query.relaxed_node(list(self.units)))))

    def _measured(self, node: query.Node) -> query.Node:
        """The same, ranking higher what counts the thing whose number is asked for."""
        chars = dict.fromkeys("".join(self.measures))
        counted = tuple(query.Term(measure_term(char)) for char in chars)
        return query.Ranked(node, query.AnyOf(counted)) if counted else node

    def _place(self) -> query.Node | None:
        """The beginning of a place's pinyin or initials, where nothing but that was typed."""
        spelt = "".join(unit.literals[0] for unit in self.units)
        if self.phrases or len(spelt) < 2 or not re.fullmatch("[a-z]+", spelt):
            return None
        whole = tuple(query.Term(spelt + ending) for ending in PLACE_ENDINGS)
        return query.BestOf(
            (query.Scaled(query.BestOf(whole), 0.8), query.Scaled(query.Prefix(spelt), 0.2))
        )
