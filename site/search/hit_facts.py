"""Where search asks what an article that it found sets, and since when.

The app that owns rules registers a source when it is ready; search never imports it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from search.asked import Asked


@dataclass(frozen=True)
class Figure:
    """A number an article sets, to be shown large: 不超过 15 桌 (酒席桌数, 红事、白事)."""

    before: str
    number: str
    unit: str
    after: str
    matter: str
    scope: str


@dataclass(frozen=True)
class HitFacts:
    """``since``: from when the text holds, in words; ``suspended``: the article does not apply."""

    since: str = ""
    suspended: bool = False
    figures: tuple[Figure, ...] = ()


@dataclass(frozen=True)
class QuestionWords:
    """What a question is about: for each thing its spellings; the characters it wants counted."""

    things: tuple[tuple[str, ...], ...] = ()
    measures: str = ""

    @classmethod
    def of(cls, asked: Asked) -> "QuestionWords":
        """The things that decide what is found; places and numbers are none."""
        things = (
            unit.literals
            for unit in asked.firm
            if not unit.paths and not unit.literals[0][:1].isdecimal()
        )
        return cls(tuple(things), "".join(asked.measures))


NO_FACTS = HitFacts()


class FactsSource(Protocol):
    """Costs the same number of queries whatever the number of hits."""

    def __call__(
        self, anchors: Mapping[int, str], best: int | None, question: QuestionWords
    ) -> dict[int, HitFacts]:
        """Facts of pages by primary key; ``anchors`` tells the article found in each.

        Figures only for ``best``, where the question is about them; None: for none.
        """


_sources: list[FactsSource] = []


def register_facts_source(source: FactsSource) -> None:
    """Makes a source one of those that search asks."""
    if source not in _sources:
        _sources.append(source)


def facts_of(
    anchors: Mapping[int, str], best: int | None, question: QuestionWords
) -> dict[int, HitFacts]:
    """What the sources know of the hits."""
    found: dict[int, HitFacts] = {}
    for source in _sources if anchors else ():
        found |= source(anchors, best, question)
    return found
