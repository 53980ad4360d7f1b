"""Judges search results against labelled questions. Pure: knows no Django and no index.

A hit answers a question when its page *and* the passage it picked were labelled as an answer;
only where an answer says ``page = true`` (places, a text or household asked for by its name) is
the page enough.
"""

import re
import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

FIRST = 3
"""A resident looks at so many results."""

SELECTORS = frozenset(
    {"village", "group", "place", "kind", "kinds", "title", "labels", "matches", "page"}
)


@dataclass(frozen=True)
class Question:
    """What a resident typed, the village (code) they are known to live in, and the answers."""

    id: str
    topic: str
    text: str
    near: str
    answers: tuple[dict, ...]


@dataclass(frozen=True)
class PublicPassage:
    """A passage of a public page, the way a hit names it; a page without any has one empty.

    ``place``: code of a place page; ``village``: code of the village a page stands in;
    ``group``: number of the group, None for the village's own pages.
    """

    path: str
    kind: str
    title: str
    place: str = ""
    village: str = ""
    group: int | None = None
    label: str = ""
    anchor: str = ""
    text: str = ""


@dataclass(frozen=True)
class Accepted:
    """Answers of one question: pages (paths), and passages as (path, label, anchor)."""

    pages: frozenset[str]
    passages: frozenset[tuple[str, str, str]]


def load(path: Path) -> list[Question]:
    """Questions of one TOML file. Raises ValueError for an answer that says nothing or too much."""
    questions = []
    for row in tomllib.loads(path.read_text(encoding="utf-8"))["question"]:
        for answer in row["answers"]:
            unknown = set(answer) - SELECTORS
            if unknown or not (set(answer) & {"labels", "matches", "page"}):
                raise ValueError(f"{row['id']}: {answer}")
        questions.append(
            Question(
                row["id"], row["topic"], row["text"], row.get("near", ""), tuple(row["answers"])
            )
        )
    return questions


def selected(answer: dict, passages: Iterable[PublicPassage]) -> list[PublicPassage]:
    """The passages that one answer of a question names."""
    return [passage for passage in passages if _selects(answer, passage)]


def _selects(answer: dict, passage: PublicPassage) -> bool:
    if "village" in answer and (answer["village"], answer.get("group")) != (
        passage.village,
        passage.group,
    ):
        return False
    kinds = answer.get("kinds") or ([answer["kind"]] if "kind" in answer else [passage.kind])
    return (
        passage.kind in kinds
        and answer.get("place", passage.place) == passage.place
        and answer.get("title", passage.title) == passage.title
        and passage.label in answer.get("labels", [passage.label])
        and re.search(answer.get("matches", ""), passage.text) is not None
    )


def accepted(question: Question, passages: Sequence[PublicPassage]) -> Accepted:
    """What counts as an answer to a question on a site with these passages."""
    pages, exact = set(), set()
    for answer in question.answers:
        for passage in selected(answer, passages):
            if answer.get("page"):
                pages.add(passage.path)
            else:
                exact.add((passage.path, passage.label, passage.anchor))
    return Accepted(frozenset(pages), frozenset(exact))


def is_answer(hit, answers: Accepted) -> bool:
    """Whether a hit (with ``url`` and ``label``) is one of the answers."""
    address, _, anchor = hit.url.partition("#")
    path = address.partition("?")[0]
    return path in answers.pages or (path, hit.label, anchor) in answers.passages


def rank(hits: Iterable, answers: Accepted) -> int:
    """Place of the first answer among the hits, counted from 1; 0 where there is none."""
    return next((n for n, hit in enumerate(hits, start=1) if is_answer(hit, answers)), 0)


def first_share(ranks: Sequence[int], first: int = FIRST) -> float:
    """Share (0 to 1) of questions answered among the first results."""
    return sum(0 < r <= first for r in ranks) / len(ranks)


def mean_reciprocal_rank(ranks: Sequence[int]) -> float:
    """Mean of 1/rank (0 to 1); a question without an answer on the first page counts 0."""
    return sum(1 / r for r in ranks if r) / len(ranks)
