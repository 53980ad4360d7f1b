"""What every engine is asked for and gives back, and what all of them do the same way."""

import pickle
from dataclasses import dataclass
from typing import Protocol

from search.passages import Passage, highlight, pick_passage, snippet
from tests.benchmarks.search.queries import Query

TOP = 10


@dataclass(frozen=True)
class Answer:
    """``count`` documents in all, ``top`` how the engine names the first ten, ``facets``
    {column: {value: documents}}, ``html`` a marked passage for each of the ten."""

    count: int
    top: list
    facets: dict[str, dict] | None = None
    html: list[str] | None = None


class Engine(Protocol):
    """One search engine on one folder."""

    name: str

    def begin(self, folder) -> None:
        """Starts building an index in an empty folder."""

    def add(self, chunk: list) -> None:
        """Adds documents to it."""

    def finish(self) -> None:
        """Makes it durable and ready to be searched."""

    def open(self, folder) -> None:
        """Opens an index for searching."""

    def answer(self, query: Query) -> Answer:
        """Searches."""

    def replace(self, documents: list) -> None:
        """Replaces documents in one durable commit."""


def marked_passage(passages: list[tuple], query: Query) -> str:
    """HTML of the passage that answers, picked and marked by the site's own code."""
    picked = pick_passage([Passage(*passage) for passage in passages], query.units).passage
    return highlight(snippet(picked.text, query.units), query.units) if picked else ""


def packed(passages: list[tuple]) -> bytes:
    """Passages as a stored field of an engine that compresses its store itself."""
    return pickle.dumps(passages, 4)


def pairs(literal: str) -> list[str]:
    """The neighbouring pairs of Han characters that a phrase is made of, in order."""
    return list(map("".join, zip(literal, literal[1:], strict=False)))
