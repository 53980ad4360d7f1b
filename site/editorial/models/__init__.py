"""Who serves where, who wrote what, and the tasks of the workflow; one file per concept."""

from .approval import Approval, ClauseRemark
from .body_collection import BodyCollection
from .contribution import Contribution
from .invitation import Invitation
from .mandate import Mandate
from .notification import NoticePreference, Notification
from .step_tasks import FilingTask, NoticeTask, VoteTask
from .task import ScopedReviewTask

__all__ = [
    "Approval",
    "BodyCollection",
    "ClauseRemark",
    "Contribution",
    "FilingTask",
    "Invitation",
    "Mandate",
    "NoticePreference",
    "NoticeTask",
    "Notification",
    "ScopedReviewTask",
    "VoteTask",
]
