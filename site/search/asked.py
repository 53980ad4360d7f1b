"""A query taken apart: what to find, what to mark, what is to be counted.

Pure but for the synonyms in force. Only quotation marks mean anything beside the words; no other
sign a person can type is an operator.
"""

import re
from dataclasses import dataclass
from functools import cached_property

from search import query, synonyms
from search.analyzer import Unit, asked_measures, measure_term, normalise, query_units

MAX_QUERY = 100
"""Code points of a query that are read."""

PLACE_ENDINGS = ("cun", "shequ", "zhen", "xiang", "xian", "shi", "jiedao", "c", "s", "z", "x", "sq")
"""Pinyin, and initials, of what the name of a place may end in: lucheng(zhen), lc(z)."""

_QUOTES = re.compile('["“”＂「」『』]')


@dataclass(frozen=True)
class Asked:
    """Units to find and mark, phrases, and measures (几桌 asks for a number of 桌)."""

    units: tuple[Unit, ...]
    phrases: tuple[str, ...]
    measures: tuple[str, ...]

    @classmethod
    def from_text(cls, text: str) -> "Asked":
        """Reads what a person typed; words in a pair of quotation marks are one phrase."""
        parts = _QUOTES.split(text)
        if len(parts) % 2 == 0:
            parts = [" ".join(parts)]
        phrases = tuple(part for part in parts[1::2] if normalise(part).strip())
        plain = " ".join(parts[::2])
        units = tuple(query_units(plain, synonyms.current()))
        return cls(units, phrases, asked_measures(plain))

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
        counted = tuple(query.Term(measure_term(measure)) for measure in self.measures)
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
