"""The extractor on labelled clauses; the half kept apart shows how it does on texts not seen."""

import pytest

from tests.covenants.limits.labelled import HELD_OUT, TUNING, found_in, read, score


@pytest.mark.parametrize("clause", read(TUNING), ids=lambda clause: clause.text[:24])
def test_every_clause_it_was_tuned_with_is_read_as_labelled(clause):
    assert found_in(clause) == clause.limits


def test_clauses_kept_apart_are_read_nearly_as_well():
    result = score(read(HELD_OUT))
    assert result.precision >= 0.95
    assert result.recall >= 0.93
    assert result.scopes >= 0.95


def test_the_set_is_large_and_has_clauses_that_limit_nothing():
    both = read(TUNING) + read(HELD_OUT)
    assert len(both) >= 200
    assert sum(not clause.limits for clause in both) >= 60
    assert not {c.text for c in read(TUNING)} & {c.text for c in read(HELD_OUT)}
