"""Whole covenants and charters as villages write them, each with its expected labels."""

import pytest

from covenants.parsing import parse_text

from .written_texts import adopted_of, characters, outline_of, texts_of, written_texts

CASES = {case.name: case for case in written_texts()}


@pytest.mark.parametrize("name", CASES)
def test_a_whole_text(name):
    case = CASES[name]
    rules = parse_text(case.text)
    found = {
        "title": rules.title,
        "preamble": rules.preamble,
        "closing": rules.closing,
        "adopted": adopted_of(rules),
        "outline": outline_of(rules),
        "unplaced": [entry.text for entry in rules.unplaced],
        "warnings": sorted({warning.code for warning in rules.warnings}),
    }
    assert found == {
        "title": case.title,
        "preamble": case.preamble,
        "closing": case.closing,
        "adopted": case.adopted,
        "outline": case.outline,
        "unplaced": case.unplaced,
        "warnings": sorted(case.warnings),
    }
    texts = texts_of(rules)
    assert [phrase for phrase in case.phrases if not any(phrase in text for text in texts)] == []
    assert characters(texts) == characters([case.text])
