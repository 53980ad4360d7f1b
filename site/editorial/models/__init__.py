"""Who serves where, and the task by which a text is reviewed; one file per concept."""

from .seat import BodyCollection, Seat
from .task import ScopedReviewTask

__all__ = ["BodyCollection", "ScopedReviewTask", "Seat"]
