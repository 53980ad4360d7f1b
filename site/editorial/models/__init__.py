"""Who serves where, who wrote what, and the task of review; one file per concept."""

from .contribution import Contribution
from .seat import BodyCollection, Seat
from .task import ScopedReviewTask

__all__ = ["BodyCollection", "Contribution", "ScopedReviewTask", "Seat"]
