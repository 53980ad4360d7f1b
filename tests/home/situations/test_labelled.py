"""How well articles are told to concern a situation, on invented articles labelled by hand."""

import tomllib
from pathlib import Path

from home.situations.choosing import Passage, Topic, relevance
from home.situations.shipped import shipped_situations

ARTICLES = tomllib.loads(Path(__file__).with_name("labelled.toml").read_text(encoding="utf-8"))
FLOOR = 0.9


def words(text):
    return tuple(filter(None, text.split("、")))


def topics():
    return {
        row["slug"]: Topic(
            words(row["words"]),
            words(row["weak"]),
            words(row["ignored"]),
            frozenset(row["matters"]),
            words(row["scopes"]),
        )
        for row in shipped_situations()
    }


def judged():
    """(expected, found) pairs of (article, situation)."""
    expected, found = set(), set()
    for place, article in enumerate(ARTICLES["article"]):
        passage = Passage(article["text"], article.get("heading", ""))
        expected |= {(place, slug) for slug in article["situations"]}
        found |= {(place, slug) for slug, topic in topics().items() if relevance(passage, topic)}
    return expected, found


def test_most_of_what_is_expected_is_found_and_little_else():
    expected, found = judged()
    right = len(expected & found)
    recall, precision = right / len(expected), right / len(found)
    texts = [article["text"] for article in ARTICLES["article"]]
    missed = sorted((slug, texts[place]) for place, slug in expected - found)
    wrong = sorted((slug, texts[place]) for place, slug in found - expected)
    assert len(texts) >= 60
    assert recall >= FLOOR and precision >= FLOOR, (recall, precision, missed, wrong)
