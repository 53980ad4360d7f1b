"""The labelled clauses hold the rules to what was promised of them."""

import pytest

from covenants.legality import AMBER, RED
from tests.covenants.legality.labelled import HELD_OUT, LATER, TUNED, clauses, score


@pytest.mark.parametrize("path", [TUNED, LATER, HELD_OUT], ids=["tuned_on", "later", "held_out"])
def test_red_clauses_are_found_and_few_lawful_ones_with_them(path):
    result = score(path)
    assert result.recall(RED) >= 0.95, result.missed
    assert result.recall(AMBER) >= 0.9, result.missed
    assert result.precision >= 0.9, result.alarms


def test_the_set_is_large_and_much_of_it_lawful():
    tuned, held_out = clauses(TUNED), clauses(HELD_OUT)
    assert len(tuned) >= 250 and len(held_out) >= len(tuned) // 4
    for rows in (tuned, held_out):
        assert sum(not clause.rules for clause in rows) >= len(rows) // 4
    texts = [clause.text for clause in tuned + held_out]
    assert len(set(texts)) == len(texts)
