"""The posting cache keeps within its bound, whatever it is filled with."""

import tracemalloc

import numpy as np
import pytest

from search.postings import PostingCache, Postings

BOUND = 8 * 1024 * 1024
NAMES = [f"field_{number}" for number in range(30)]


def of_a_term(number: int) -> tuple:
    return "MAIN_" + "a" * 16, "t_search_text", f"字{number}"


def of_a_phrase(number: int) -> tuple:
    # As a search makes it: names of its own each time.
    return "MAIN_" + "a" * 16, tuple(name[1:] for name in NAMES), f"字{number}"


def few(number: int) -> Postings:
    return Postings(np.array([number], np.int32), np.ones(1, np.uint8), 1)


def many(number: int) -> Postings:
    return Postings(None, np.ones(2000, np.uint8), 2000)


def documents(number: int) -> np.ndarray:
    return np.array([number], np.int32)


@pytest.mark.parametrize(
    ("key", "make"),
    [
        (of_a_term, lambda number: None),
        (of_a_term, few),
        (of_a_term, many),
        (of_a_phrase, documents),
    ],
)
def test_memory_stays_within_the_bound(key, make):
    cache = PostingCache(BOUND)
    tracemalloc.start()
    try:
        for number in range(50_000):
            cache.get(key(number), lambda: make(number))  # noqa: B023
        used, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    stats = cache.stats()
    assert stats["entries"] < 50_000, "some had to go"
    assert used < BOUND
    assert stats["bytes"] <= BOUND < 2 * used, "and the bound is made use of"
