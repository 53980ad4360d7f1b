"""Who serves where, who wrote what, and the task of review; one file per concept."""

from .body_collection import BodyCollection
from .contribution import Contribution
from .invitation import Invitation
from .mandate import Mandate
from .task import ScopedReviewTask

__all__ = ["BodyCollection", "Contribution", "Invitation", "Mandate", "ScopedReviewTask"]
