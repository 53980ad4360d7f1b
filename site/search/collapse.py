"""Walks ranked documents and makes one hit of near-identical passages.

Pure: gets the ranking and how to read a document; knows no index, no database and no page.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from search.matches import Match
from search.passages import Passage

CHUNK = 128
"""Documents ranked at a time: how many are needed depends on how many copies stand among them."""

CONFIRMED = 3
"""Documents that must show the same passage before their kin are passed over, where the passage
has only a part of what was asked for: another document with it might have a better one."""


@dataclass
class Picked:
    """What one document answers with.

    ``cover``: share of the query (0 to 1) that the passage has; ``title_cover``: that the title
    has; ``whole_words``: share of the query's words that are words of the passage, too;
    ``answers``: share of the query that passage and page have together; ``has_all``: whether
    they have every word of it that decides; ``counts``: whether what is to be counted is.
    """

    doc: int
    passage: Passage | None
    cover: float = 0.0
    title_cover: float = 0.0
    whole_words: float = 0.0
    answers: float = 0.0
    has_all: bool = False
    counts: bool = False

    @property
    def signature(self) -> str:
        """Of the passage, if that is what answers: a page found by its title is one of its own."""
        by_passage = self.passage is not None and self.cover > self.title_cover
        return self.passage.signature if by_passage else ""


@dataclass
class Group:
    """One hit: the best document with a passage, and how many others have the same one."""

    picked: Picked
    same: int = 0
    seen: int = field(default=1, repr=False)


class Walk:
    """Goes through a match, best first, and yields a ``Group`` for every distinct passage.

    ``own``: documents of one's own place, best first; they come first and are never passed over.
    ``read``: document → ``Picked``. ``kin``: signature → numbers of all documents that have it.
    """

    def __init__(
        self,
        match: Match,
        own: np.ndarray,
        read: Callable[[int], Picked],
        kin: Callable[[str], np.ndarray],
    ):
        self._match, self._own, self._read, self._kin = match, own, read, kin
        self._left = match.mask.copy()
        self._groups: dict[str, Group] = {}

    def __iter__(self) -> Iterator[Group]:
        for doc in self._own.tolist():
            self._left[doc] = False
            picked = self._read(doc)
            group = Group(picked)
            if picked.signature:
                group.same = self._found_kin(picked.signature).size - 1
                self._groups.setdefault(picked.signature, group)
            yield group
        while (chunk := self._match.within(self._left).best(CHUNK)).size:
            for doc in chunk.tolist():
                if self._left[doc]:
                    self._left[doc] = False
                    yield from self._visit(doc)

    def _visit(self, doc: int) -> Iterator[Group]:
        picked = self._read(doc)
        signature = picked.signature
        if not signature:
            yield Group(picked)
            return
        group = self._groups.get(signature)
        if group is None:
            group = self._groups[signature] = Group(picked)
            group.same = self._found_kin(signature).size - 1
            yield group
        else:
            group.seen += 1
        if picked.cover >= 1 or group.seen >= CONFIRMED:
            self._left[self._found_kin(signature)] = False

    def _found_kin(self, signature: str) -> np.ndarray:
        kin = self._kin(signature)
        return kin[self._match.mask[kin]]
