"""Queries as residents might ask them, drawn from the corpus itself with a fixed seed.

Each is a tree of the site's own query language; engines translate it. Knows no engine.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random

import rjieba

from search import query
from search.folding import HAN
from search.query_units import Unit, query_units
from tests.benchmarks.search.corpus import Corpus, Tokenised

SEED = 7
PER_KIND = 40
SAMPLED_SHARDS = 24
"""Shards whose documents queries are drawn from."""

KINDS = (
    "word",
    "AND",
    "phrase",
    "sentence",
    "filtered",
    "faceted",
    "highlighted",
    "date order",
    "single character",
)
FACETS = ("kind", "county", "year", "tags")

_HAN_RUN = re.compile(f"[{HAN}]+")
_ASKED = (
    "村里{0}和{1}是怎么规定的",
    "请问{0}，{1}要找哪个",
    "{0}的时候{1}怎么办",
    "我家想{0}，{1}有什么要求",
    "{0}、{1}还有{2}由谁来管",
)


@dataclass(frozen=True)
class Query:
    """One thing to ask: what it is called in the tables, and what is to be done.

    ``filters``: {column: value}. ``by_date``: the ten newest instead of the ten best.
    ``highlighted``: the passage of each of the ten picked, cut and marked.
    """

    kind: str
    text: str
    node: query.Node
    units: tuple[Unit, ...]
    filters: dict[str, str] = field(default_factory=dict)
    faceted: bool = False
    highlighted: bool = False
    by_date: bool = False


class Words:
    """Words, phrases and characters of a sample of documents.

    Half of what is drawn comes from a running text, so that everyday words come often; half from
    the list of all words, so that rare ones come, too.
    """

    def __init__(self, corpus: Corpus, seed: int):
        self.random = Random(f"{seed}:{corpus.size}")
        self.documents = list(_sample(corpus, self.random))
        self._words: list[list[str]] = []
        for document in self.documents:
            text = " ".join([document.title, *(passage[1] for passage in document.passages)])
            words = (word for word in rjieba.cut(text) if len(word) > 1)
            self._words.append([word for word in words if _HAN_RUN.fullmatch(word)])
        self._every_word = sorted({word for words in self._words for word in words})
        runs = (run for document in self.documents for run in _HAN_RUN.findall(document.text))
        self._every_char = sorted({char for run in runs for char in run})

    def place(self) -> int:
        """A document of the sample that has words."""
        while True:
            place = self.random.randrange(len(self.documents))
            if len(set(self._words[place])) >= 3:
                return place

    def word(self) -> str:
        if self.random.random() < 0.5:
            return self.random.choice(self._every_word)
        return self.random.choice(self._words[self.place()])

    def words(self, number: int, place: int | None = None) -> list[str]:
        """Different words of one document."""
        held = self._words[self.place() if place is None else place]
        return self.random.sample(sorted(set(held)), number)

    def phrase(self) -> str:
        """Three to six neighbouring characters of a text."""
        while True:
            run = self.random.choice(_HAN_RUN.findall(self.documents[self.place()].text))
            length = self.random.randint(3, 6)
            if len(run) >= length:
                start = self.random.randint(0, len(run) - length)
                return run[start : start + length]

    def char(self) -> str:
        if self.random.random() < 0.5:
            return self.random.choice(self._every_char)
        return self.random.choice("".join(_HAN_RUN.findall(self.documents[self.place()].text)))


def _sample(corpus: Corpus, random: Random) -> Iterator[Tokenised]:
    for number in sorted(random.sample(range(corpus.shards), min(SAMPLED_SHARDS, corpus.shards))):
        chunk = corpus.shard(number)
        yield from random.sample(chunk, min(50, len(chunk)))


def plain(kind: str, text: str, operator: str = "and", **wanted) -> Query:
    """A query for what somebody typed."""
    units = query_units(text)
    return Query(kind, text, query.units_node(units, operator), tuple(units), **wanted)


def phrase(kind: str, text: str) -> Query:
    """A query for words side by side."""
    return Query(kind, text, query.phrase_node(text), (Unit((text,), ((text,),)),))


def make_queries(words: Words, kind: str, number: int = PER_KIND) -> Iterator[Query]:
    """Yields queries of one kind."""
    random = words.random
    for _ in range(number):
        match kind:
            case "word":
                yield plain(kind, words.word())
            case "AND":
                yield plain(kind, " ".join(words.words(random.choice((2, 3)))))
            case "phrase" | "new phrase":
                yield phrase(kind, words.phrase())
            case "sentence":
                asked = random.choice(_ASKED).format(*words.words(3))
                yield plain(kind, asked, "or")
            case "filtered":
                place = words.place()
                document = words.documents[place]
                filters = {"kind": document.kind, "county": document.county}
                yield plain(kind, *words.words(1, place), filters=filters)
            case "faceted":
                yield plain(kind, words.word(), faceted=True)
            case "highlighted":
                yield plain(kind, " ".join(words.words(random.choice((1, 2)))), highlighted=True)
            case "date order":
                yield plain(kind, words.word(), by_date=True)
            case "single character":
                yield plain(kind, words.char())


def all_queries(corpus: Corpus) -> list[Query]:
    """The queries of every kind, and ``new phrase`` ones that are asked once only."""
    words = Words(corpus, SEED)
    return [query for kind in (*KINDS, "new phrase") for query in make_queries(words, kind)]


def many_queries(corpus: Corpus, number: int) -> Iterator[Query]:
    """As many different queries of all kinds, kinds taking turns."""
    words = Words(corpus, SEED + 1)
    for turn in range(number):
        yield from make_queries(words, KINDS[turn % len(KINDS)], 1)


def terms_of(queries: list[Query], without: tuple[str, ...] = ()) -> list[query.Term]:
    """The different terms that queries look up, longer ones first, in the order they come."""
    found: dict[str, query.Term] = {}
    for asked in queries:
        for term in _terms(asked.node):
            if term.text not in without:
                found.setdefault(term.text, term)
    return sorted(found.values(), key=lambda term: len(term.text) == 1)


def _terms(node) -> Iterator[query.Term]:
    match node:
        case query.Term():
            yield node
        case query.Phrase(_, terms):
            yield from map(query.Term, terms)
        case query.AllOf(parts) | query.AnyOf(parts) | query.BestOf(parts):
            for part in parts:
                yield from _terms(part)
        case query.Ranked(base, extra):
            yield from _terms(base)
            yield from _terms(extra)
        case query.Scaled(part, _):
            yield from _terms(part)
