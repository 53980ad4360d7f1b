"""Compiles modelsearch's query classes into a small tree of terms.

The tree is all an evaluator needs to know. Nothing here is ever parsed as an operator: what a
person types only ever becomes terms.
"""

import re
from dataclasses import dataclass

from modelsearch import query as asked

from search.analyzer import MAX_WORD, index_terms, word_terms
from search.folding import HAN, plain_words
from search.query_units import Unit, query_units
from search.word_groups import NO_SYNONYMS, Synonyms

MAX_QUERY = 1000
"""Code points of a query that are read; the rest is left unread."""

INSIDE_FACTOR = 0.1
"""What characters inside something else (五桌 in 十五桌) score, against what was asked for."""

RELATED_FACTOR, PART_FACTOR, CHAR_FACTOR = 0.6, 0.5, 0.25
"""What words that go together with a unit, words inside it and its characters score."""

PLACE_SCORE = 3.0
"""What standing in a place scores that was named."""


@dataclass(frozen=True)
class Term:
    """Documents with this term."""

    text: str


@dataclass(frozen=True)
class Prefix:
    """Documents with a term that begins so."""

    text: str


@dataclass(frozen=True)
class Phrase:
    """Documents in whose text the words stand side by side."""

    literal: str
    terms: tuple[str, ...]


@dataclass(frozen=True)
class Under:
    """Documents at or below places (tree paths of counties, townships, villages or groups)."""

    paths: tuple[str, ...]


@dataclass(frozen=True)
class AllOf:
    """Documents in every part; scores add up."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class AnyOf:
    """Documents in at least one part; scores add up."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class BestOf:
    """Documents in at least one part; the best score counts (synonyms, spellings)."""

    parts: tuple["Node", ...]


@dataclass(frozen=True)
class Ranked:
    """Documents of ``base``; those also in ``extra`` rank higher."""

    base: "Node"
    extra: "Node"


@dataclass(frozen=True)
class Scaled:
    """Documents of ``part`` with their score multiplied."""

    part: "Node"
    factor: float


@dataclass(frozen=True)
class Not:
    """All documents but those of ``part``."""

    part: "Node"


@dataclass(frozen=True)
class Everything:
    """All documents."""


@dataclass(frozen=True)
class Nothing:
    """No document."""


Node = (
    Term
    | Prefix
    | Phrase
    | Under
    | AllOf
    | AnyOf
    | BestOf
    | Ranked
    | Scaled
    | Not
    | Everything
    | Nothing
)


def compile_query(query: asked.SearchQuery, synonyms: Synonyms = NO_SYNONYMS) -> Node:
    """The tree for a search; raises TypeError for a query class it does not know."""
    match query:
        case asked.PlainText():
            units = query_units(query.query_string[:MAX_QUERY], synonyms)
            return _scaled(units_node(units, query.operator), query.boost)
        case asked.Fuzzy():
            return units_node(query_units(query.query_string[:MAX_QUERY]), query.operator)
        case asked.Phrase():
            return phrase_node(query.query_string[:MAX_QUERY])
        case _:
            return _combine(query, lambda part: compile_query(part, synonyms))


def compile_autocomplete(query: asked.SearchQuery) -> Node:
    """The tree for completion: every word typed may be the beginning of one."""
    match query:
        case asked.PlainText() | asked.Fuzzy():
            parts = tuple(map(Prefix, _typed_terms(query.query_string[:MAX_QUERY])))
            return _all_or_any(parts, query.operator)
        case asked.Phrase():
            return AllOf(tuple(map(Prefix, _typed_terms(query.query_string[:MAX_QUERY]))))
        case _:
            return _combine(query, compile_autocomplete)


def units_node(units: list[Unit], operator: str) -> Node:
    """The tree for query units: the firm ones decide, the optional ones only rank."""
    firm = tuple(_unit_node(unit) for unit in units if not unit.optional)
    extra = tuple(_unit_node(unit) for unit in units if unit.optional)
    base = _all_or_any(firm, operator)
    return Ranked(base, AnyOf(extra)) if firm and extra else base


def relaxed_node(units: list[Unit]) -> Node:
    """The tree for query units where not all can be had: any of them, or of the words in them."""
    firm = [unit for unit in units if not unit.optional]
    parts = [_wide_node(unit) for unit in firm]
    parts += [
        Scaled(Term(part), PART_FACTOR if len(part) > 1 else CHAR_FACTOR)
        for unit in firm
        for part in unit.parts
    ]
    extra = tuple(_unit_node(unit) for unit in units if unit.optional)
    base = _all_or_any(tuple(parts), "or")
    return Ranked(base, AnyOf(extra)) if parts and extra else base


def phrase_node(text: str) -> Node:
    """The tree for words that must stand side by side."""
    literal = plain_words(text)
    return Phrase(literal, tuple(_literal_terms(literal))) if literal else Nothing()


def _wide_node(unit: Unit) -> Node:
    """A unit or what goes together with it."""
    related = [Scaled(_terms_node(word_terms(word)), RELATED_FACTOR) for word in unit.related]
    return BestOf((_unit_node(unit), *related)) if related else _unit_node(unit)


def _unit_node(unit: Unit) -> Node:
    options = [_terms_node(terms) for terms in unit.alternatives]
    options += [Scaled(_terms_node(terms), INSIDE_FACTOR) for terms in unit.inside]
    if unit.paths:
        options.append(Scaled(Under(unit.paths), PLACE_SCORE))
    return options[0] if len(options) == 1 else BestOf(tuple(options))


def _terms_node(terms: tuple[str, ...]) -> Node:
    parts = tuple(map(Term, terms))
    # A long word's pairs together weigh as much as one term, not as many.
    return parts[0] if len(parts) == 1 else Scaled(AllOf(parts), 1.5 / len(parts))


def _literal_terms(literal: str) -> list[str]:
    """Terms that every text with the literal has: no number, which may be a part of another."""
    terms: list[str] = []
    for run in re.findall(rf"[{HAN}]+|[^\W_{HAN}]+", literal):
        if re.match(f"[{HAN}]", run):
            terms += list(map("".join, zip(run, run[1:], strict=False))) or [run]
        else:
            terms.append(run[:MAX_WORD])
    return list(dict.fromkeys(terms))


def _typed_terms(text: str) -> list[str]:
    terms = list(index_terms(text, words=False))
    pairs = {term for term in terms if len(term) > 1}
    return [term for term in terms if len(term) > 1 or not any(term in pair for pair in pairs)]


def _all_or_any(parts: tuple[Node, ...], operator: str) -> Node:
    if not parts:
        return Nothing()
    if len(parts) == 1:
        return parts[0]
    return AnyOf(parts) if operator == "or" else AllOf(parts)


def _scaled(node: Node, factor: float) -> Node:
    return node if factor == 1 else Scaled(node, float(factor))


def _combine(query: asked.SearchQuery, compile_part) -> Node:
    match query:
        case asked.MatchAll():
            return Everything()
        case asked.And():
            return AllOf(tuple(map(compile_part, query.subqueries)))
        case asked.Or():
            return AnyOf(tuple(map(compile_part, query.subqueries)))
        case asked.Not():
            return Not(compile_part(query.subquery))
        case asked.Boost():
            return Scaled(compile_part(query.subquery), float(query.boost))
    raise TypeError(f"`{type(query).__name__}` is not supported by this search backend.")
