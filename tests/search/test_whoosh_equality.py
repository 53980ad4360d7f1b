"""The evaluator against exhaustive Whoosh: same documents, same scores, same order."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from random import Random

import numpy as np
import pytest
from whoosh import query as whoosh_query

from search import evaluator, matches, postings, segments, terms
from search.columns import Snapshot
from search.evaluator import Evaluator
from search.index import IndexDirectory
from search.matches import Match
from search.query import AllOf, AnyOf, BestOf, Everything, Not, Phrase, Prefix, Term, phrase_node
from tests.search.invented import (
    COMPLETED,
    FIELDS,
    Inventor,
    apply,
    bulk,
    merge,
    plain_apply,
    purge,
)
from tests.search.whoosh_reference import Boosted, Reference, Scores, matched, plain_searcher

SEED = 20_260_101
TOLERANCE = 1e-4


# How the generated indexes come about


def whole(directory: IndexDirectory, inventor: Inventor, size: int) -> None:
    """One segment, written whole."""
    bulk(directory, inventor.documents(range(size)))


def in_commits(directory: IndexDirectory, inventor: Inventor, size: int) -> None:
    """Several commits of ours that add, replace and delete."""
    for start in range(0, size, max(1, size // 5)):
        documents = inventor.documents(range(start, min(size, start + max(1, size // 5))))
        replaced = inventor.random.sample(range(start), min(start, 9))
        kept = replaced[:5]
        apply(
            directory,
            documents + inventor.documents(kept),
            removed=[f"invented.page:{number}" for number in replaced],
        )


def in_small_commits(directory: IndexDirectory, inventor: Inventor, size: int) -> None:
    """Many commits of a few documents, merged on the way."""
    whole(directory, inventor, size // 2)
    for number in range(size // 2, size, 4):
        apply(
            directory,
            inventor.documents(range(number, number + 4)),
            removed=[f"invented.page:{inventor.random.randrange(size)}"],
        )


def merged(directory: IndexDirectory, inventor: Inventor, size: int) -> None:
    """Commits, then our merge and purge, then another commit."""
    in_commits(directory, inventor, size)
    merge(directory)
    purge(directory)
    apply(directory, inventor.documents(range(size, size + 9)), removed=["invented.page:1"])


def by_whoosh(directory: IndexDirectory, inventor: Inventor, size: int) -> None:
    """Segments and deletions by Whoosh's own writer."""
    for start in range(0, size, max(1, size // 3)):
        documents = inventor.documents(range(start, min(size, start + max(1, size // 3))))
        removed = [f"invented.page:{number}" for number in range(0, start, 13)]
        plain_apply(directory.current(), documents, removed, merge=False)


def by_both(directory: IndexDirectory, inventor: Inventor, size: int) -> None:
    """Our segments, joined by Whoosh's optimize, then both writers in turn."""
    in_commits(directory, inventor, size // 2)
    documents = inventor.documents(range(size, size + size // 4))
    plain_apply(directory.current(), documents, ["invented.page:3"], optimize=True)
    apply(directory, inventor.documents(range(2 * size, 2 * size + 20)), ["invented.page:5"])
    plain_apply(
        directory.current(), inventor.documents(range(3 * size, 3 * size + 20)), merge=False
    )
    purge(directory)


MADE = (whole, in_commits, in_small_commits, merged, by_whoosh, by_both)

SIZES = (150, 60, 1, 300, 17, 150, 90)


def run(seed: int, indexes: int, queries: int) -> int:
    """Compares ``queries`` trees on each of ``indexes`` indexes; returns how many it compared."""
    compared = 0
    for number in range(indexes):
        inventor = Inventor(seed + number)
        with tempfile.TemporaryDirectory() as folder:
            directory = IndexDirectory(Path(folder) / "index")
            make = MADE[number % len(MADE)]
            make(directory, inventor, SIZES[number % len(SIZES)])
            fields = (FIELDS, {"t_search_text": 1.0}, FIELDS, COMPLETED)[number % 4]
            reference = Reference(directory.current(), fields)
            engine = evaluator_on(directory, fields)
            for _ in range(queries):
                tree = inventor.tree()
                match = engine.match(tree)
                told = f"{make.__name__}, seed {seed + number}: {tree!r}"
                compare(match, reference.combined(tree), told)
                compare(match, reference.whoosh(tree), told)
                compare_order(match, inventor.random, told)
                compared += 1
    return compared


def evaluator_on(directory: IndexDirectory, fields: dict[str, float]) -> Evaluator:
    searcher = directory.searcher()
    return Evaluator(searcher, Snapshot(searcher), fields)


def compare(match: Match, expected: Scores, told: str) -> None:
    docs = sorted(expected)
    assert match.docs.tolist() == docs, told
    wanted = np.array([expected[doc] for doc in docs])
    assert np.allclose(match.scores, wanted, rtol=TOLERANCE, atol=TOLERANCE), told
    ranked = np.array([expected[doc] for doc in match.best().tolist()])
    worse = np.diff(ranked) > TOLERANCE * (1 + np.abs(ranked[1:]))
    assert not worse.any(), f"order: {told}"


def compare_order(match: Match, random: Random, told: str) -> None:
    full = sorted(zip(-match.scores, match.docs, strict=True))
    limit, offset = random.randrange(1, 30), random.choice((0, 0, 3, 50))
    assert match.best().tolist() == [doc for _, doc in full], told
    cut = [doc for _, doc in full[offset : offset + limit]]
    assert match.best(limit, offset).tolist() == cut, told
    assert match.count() == len(full) == match.mask.sum(), told
    assert np.array_equal(match.at(match.docs), match.scores), told


@pytest.mark.parametrize("part", range(6))
def test_generated_trees_on_generated_indexes(part):
    assert run(SEED + 100 * part, indexes=6, queries=90) == 540


# Neither cache, nor representation, nor the size of blocks and runs may show


@pytest.fixture
def emptied():
    """No posting list from before; lists kept in another form are forgotten afterwards."""
    postings.cache.forget()
    yield
    postings.cache.forget()


@pytest.mark.parametrize("sparse_below", [0, 1, 10**9])
@pytest.mark.parametrize(("dense_from", "few"), [(0, 0), (10**9, 0), (10**9, 10**9), (0, 10**9)])
def test_representation_does_not_show(monkeypatch, emptied, sparse_below, dense_from, few):
    monkeypatch.setattr(matches, "SPARSE_BELOW", sparse_below)
    monkeypatch.setattr(terms, "SPARSE_BELOW", sparse_below)
    monkeypatch.setattr(postings, "DENSE_FROM", dense_from)
    monkeypatch.setattr(evaluator, "FEW", few)
    assert run(SEED + 1_000, indexes=5, queries=40) == 200


@pytest.mark.parametrize("bound", [0, 5_000])
def test_cache_does_not_show(monkeypatch, emptied, bound):
    monkeypatch.setattr(postings.cache, "bound", bound)
    assert run(SEED + 2_000, indexes=4, queries=40) == 160
    assert postings.cache.stats()["bytes"] <= bound


def test_size_of_blocks_and_runs_does_not_show(monkeypatch, emptied):
    monkeypatch.setattr(postings, "BLOCK", 31)
    monkeypatch.setattr(segments, "RUN_PAIRS", 700)
    assert run(SEED + 3_000, indexes=6, queries=40) == 240


# Corners that generated trees meet too seldom


@pytest.fixture
def directory(tmp_path) -> IndexDirectory:
    return IndexDirectory(tmp_path / "index")


def page(number: int, title: str, **more) -> dict:
    """A document with the title and nothing else."""
    from search.analyzer import index_terms
    from search.folding import plain_words

    return {
        "key": f"invented.page:{number}",
        "model": b"invented.page",
        "pk": str(number).encode(),
        "t_title": index_terms(title),
        "texts": {"title": plain_words(title)},
        "passages": [],
        **more,
    }


def both(directory: IndexDirectory, fields=None) -> tuple[Evaluator, Reference]:
    fields = fields or {"t_title": 1.0}
    return evaluator_on(directory, fields), Reference(directory.current(), fields)


def test_empty_index(directory):
    bulk(directory, [])
    engine, _ = both(directory)
    for tree in (Term("村"), Everything(), Not(Term("村")), Prefix("村"), AllOf(()), BestOf(())):
        assert engine.match(tree).docs.tolist() == []
        assert engine.match(tree).best(10).tolist() == []


def test_all_documents_deleted(directory):
    bulk(directory, [page(1, "村规"), page(2, "民约")])
    apply(directory, removed=["invented.page:1", "invented.page:2"])
    engine, _ = both(directory)
    for tree in (Term("村"), Everything(), Not(Term("村")), Prefix("村")):
        assert engine.match(tree).count() == 0


def test_field_that_no_document_has(directory):
    bulk(directory, [page(1, "村规")])
    engine, reference = both(directory, {"t_title": 1.0, "t_initials": 3.0, "t_unknown": 1.0})
    compare(engine.match(Term("村")), reference.combined(Term("村")), "missing field")


def test_segment_that_lacks_a_field(directory):
    apply(directory, [page(number, "村规") for number in range(70)])
    other = page(100, "村约")
    other["t_name"] = other.pop("t_title")
    apply(directory, [other])
    tree = AnyOf((Term("村"), Term("约")))
    engine, reference = both(directory, {"t_title": 1.0, "t_name": 4.0})
    compare(engine.match(tree), reference.whoosh(tree), "lacking field")
    assert engine.match(tree).count() == 71


@pytest.mark.parametrize(
    ("text", "literal", "found"),
    [
        ("村规民约", "规民", True),
        ("村规 民约", "规民", False),
        ("abc def", "bc def", False),
        ("110 10 10", "10 10", True),
        ("aba ba", "ba ba", False),
        ("x村规", "村规", True),
        ("title", "title", True),
    ],
)
def test_phrase_is_words_side_by_side(directory, text, literal, found):
    bulk(directory, [page(1, text), page(2, "其他 10 ba def")])
    engine, _ = both(directory)
    assert engine.match(phrase_node(literal)).docs.tolist() == ([0] if found else [])


def test_phrase_is_not_sought_in_other_fields(directory):
    bulk(directory, [page(1, "村规", texts={"title": "村规", "name": "礼金"})])
    engine, _ = both(directory)
    assert engine.match(Phrase("礼金", ("村",))).count() == 0


def test_same_term_again_and_again_adds_up(directory):
    bulk(directory, [page(1, "村规"), page(2, "村约村约"), page(3, "酒席")])
    engine, reference = both(directory)
    tree = AnyOf((Term("村"),) * 5)
    compare(engine.match(tree), reference.whoosh(tree), "repeated")


def test_a_prefix_of_more_terms_than_are_read_finds_the_first_of_them(directory):
    names = [f"a{number:05}" for number in range(evaluator.MAX_PREFIX_TERMS + 9)]
    bulk(directory, [page(number, name) for number, name in enumerate(names)])
    engine, _ = both(directory)
    assert engine.match(Prefix("a")).docs.tolist() == list(range(evaluator.MAX_PREFIX_TERMS))


# Where Whoosh itself is wrong, and why the reference goes around it


@pytest.fixture
def spread(directory) -> Iterator[IndexDirectory]:
    """Three documents: a term in the first and the last, another in the last only."""
    bulk(directory, [page(0, "村"), page(1, "酒席酒席酒席"), page(2, "村 abc")])
    return directory


def docs_of(directory: IndexDirectory, wanted: whoosh_query.Query) -> list[int]:
    return sorted(matched(plain_searcher(directory.current()), wanted))


def test_whoosh_require_finds_nothing(spread):
    term = whoosh_query.Term("t_title", "村")
    assert docs_of(spread, term) == [0, 2]
    assert docs_of(spread, whoosh_query.Require(term, term)) == []


def test_whoosh_dismax_takes_a_score_from_another_document(spread):
    common, rare = whoosh_query.Term("t_title", "村"), whoosh_query.Term("t_title", "abc")
    searcher = plain_searcher(spread.current())
    best = matched(searcher, whoosh_query.DisjunctionMax([common, rare]))
    assert best[0] == matched(searcher, rare)[2] != matched(searcher, common)[0]
    engine, reference = both(spread)
    tree = BestOf((Term("村"), Term("abc")))
    compare(engine.match(tree), reference.combined(tree), "best of")
    assert engine.match(tree).at([0])[0] == pytest.approx(matched(searcher, common)[0])


def test_whoosh_not_brings_deleted_documents_back(directory):
    bulk(directory, [page(number, "村" if number == 1 else "酒") for number in range(5)])
    apply(directory, removed=["invented.page:2"])
    tree = whoosh_query.Not(whoosh_query.Term("t_title", "村"))
    assert 2 in docs_of(directory, tree)
    engine, _ = both(directory)
    assert engine.match(Not(Term("村"))).docs.tolist() == [0, 3, 4]


def test_whoosh_loses_the_boost_of_a_compound_with_one_part(spread):
    term = whoosh_query.Term("t_title", "村")
    searcher = plain_searcher(spread.current())
    plain = matched(searcher, term)
    assert matched(searcher, whoosh_query.Or([term], boost=5.0)) == plain
    assert matched(searcher, Boosted(term, 5.0)) == {doc: 5 * plain[doc] for doc in plain}


def test_whoosh_prefix_does_not_rank(directory):
    bulk(directory, [page(0, "酒席"), page(1, "酒坛"), page(2, "酒坛 村"), page(3, "村")])
    found = matched(plain_searcher(directory.current()), whoosh_query.Prefix("t_title", "酒"))
    assert set(found) == {0, 1, 2} and set(found.values()) == {1.0}
    engine, _ = both(directory)
    assert len(set(engine.match(Prefix("酒")).scores.tolist())) > 1


def test_whoosh_or_with_everything_forgets_its_scores(spread):
    tree = whoosh_query.Or([whoosh_query.Every(), whoosh_query.Term("t_title", "村")])
    assert tree.normalize() == whoosh_query.Every()
