"""Questions that others ask next: kept by administrators, never taken from what people typed."""

from functools import lru_cache

import numpy as np
from modelsearch.backends import get_search_backend
from wagtail.models import Page

from search import synonyms
from search.asked import Asked
from search.documents import closed_paths
from search.folding import normalise
from search.matches import Match
from search.models import CommonQuestion
from search.schema import text_fields
from search.session import Session
from search.visible import ended_mask, public_mask

SHOWN, AT_LEAST = 6, 3
"""Most questions shown; and how many, with others that are asked often where few go together."""

TRIED = 18
"""Questions counted to find those: bounds the work."""

OF_TOPIC, SAME_WORDS, WORDS_TOGETHER = 4, 2, 1
"""What it counts that an administrator set a question beside a word, and that words meet."""


def related_questions(session: Session, mask: np.ndarray, *, many: bool = False) -> list[str]:
    """Questions to ask next that find something among the documents of ``mask``.

    ``many``: filled up with others, for who found nothing.
    """
    asked, table = session.asked, synonyms.current()
    rows = CommonQuestion.objects.values_list("text", "topics")
    scored = [(_nearness(asked, _read(text, table), topics), text) for text, topics in rows]
    ranked = sorted((row for row in scored if row[0] is not None), key=lambda row: -row[0])
    room = SHOWN if many else max(AT_LEAST, min(SHOWN, sum(score > 0 for score, _ in ranked)))

    def finds(text: str) -> bool:
        found: Match = session.evaluator.match(_read(text, table).strict())
        return found.within(mask).count() > 0

    return _first(finds, [text for _, text in ranked], room)


def frequent_questions() -> list[str]:
    """What is asked most, for an empty search box; raises IndexUnavailable."""
    texts = list(CommonQuestion.objects.values_list("text", flat=True)[:TRIED])
    backend, table = get_search_backend(), synonyms.current()
    with backend.directory.reading():
        evaluator, snapshot = backend.evaluate(text_fields(Page))
        mask = public_mask(snapshot, closed_paths()) & ~ended_mask(snapshot)

        def finds(text: str) -> bool:
            return evaluator.match(_read(text, table).strict()).within(mask).count() > 0

        return _first(finds, texts, SHOWN)


def _first(finds, texts: list[str], room: int) -> list[str]:
    found: list[str] = []
    for text in texts[:TRIED]:
        if len(found) == room:
            break
        if finds(text):
            found.append(text)
    return found


def _nearness(asked: Asked, other: Asked, topics: str) -> int | None:
    """How near a question is to the one asked; None where it is the same."""
    own, its = _words(asked), _words(other)
    if own and own == its and asked.measures == other.measures:
        return None
    beside = {normalise(word) for word in CommonQuestion.words_of(topics)}
    together = {word for unit in asked.firm for word in unit.related}
    return (
        OF_TOPIC * bool(own & beside)
        + SAME_WORDS * bool(own & its)
        + WORDS_TOGETHER * bool(together & its)
    )


def _words(asked: Asked) -> set[str]:
    return {word for unit in asked.firm for word in unit.literals}


@lru_cache(maxsize=512)
def _read(text: str, table) -> Asked:
    """A question taken apart with the synonyms ``table``, which are those in force."""
    return Asked.from_text(text)
