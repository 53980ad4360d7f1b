"""What one search works on, handed from step to step."""

from dataclasses import dataclass

import numpy as np

from search import query
from search.answers import Answers
from search.asked import Asked
from search.columns import Snapshot
from search.evaluator import Evaluator
from search.facets import Filters
from search.matches import Match


@dataclass(frozen=True)
class Session:
    """What one search works on: the index as it is now and what was asked of it.

    ``near``: tree path of the asker's own village or group, or empty.
    """

    evaluator: Evaluator
    snapshot: Snapshot
    asked: Asked
    filters: Filters
    answers: Answers
    near: str = ""

    def found(self, node: query.Node, mask: np.ndarray) -> Match:
        """Documents of a mask that match."""
        return self.evaluator.match(node).within(mask)
