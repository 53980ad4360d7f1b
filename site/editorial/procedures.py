"""What the tasks of the workflow ask of a text whose making has further steps than a review.

The room that keeps the ledger of such texts registers itself for its page models; all others have
no steps. Nothing here knows what a step is about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol

from wagtail.models import Page

NOT_ASKED, OPEN, DONE, FAILED = "not_asked", "open", "done", "failed"
"""How a step stands: the text needs none, it is awaited, it was taken, the text did not pass it."""

OPINIONS, VOTE, BACKING, NOTICE, FILING = "opinions", "vote", "backing", "notice", "filing"


@dataclass(frozen=True)
class Clause:
    """A part of a text that a reviewer can point at; `contentpath` is Wagtail's for comments."""

    key: str
    label: str
    excerpt: str
    contentpath: str


class Ledger(Protocol):
    """What a room offers for its pages (specific ones)."""

    def standing(self, page, steps: Sequence[str]) -> tuple[str, str]:
        """(how these steps stand together, a sentence on it for people; may be empty)."""

    def may_record(self, user, page, step: str) -> bool: ...

    def skips_review(self, page) -> bool:
        """Whether the newest text needs no reviewers, as its own steps take their place."""

    def note_submission(self, page, user) -> None:
        """The newest text was handed to the reviewers."""

    def note_review(self, page, user, *, lawful: bool, opinion: str) -> None:
        """The reviewers of the place approved or returned the newest text."""

    def clauses(self, page) -> list[Clause]:
        """The parts of the newest text, in order."""

    def address(self, page) -> str:
        """Where in the admin the steps are recorded."""

    def ended_notices(self) -> Iterable[int]:
        """Keys of pages whose public notice is over."""


_ledgers: dict[type[Page], Ledger] = {}


def register(model: type[Page], ledger: Ledger) -> None:
    _ledgers[model] = ledger


def ledger_of(page) -> Ledger | None:
    """The ledger of a page's model, None for pages that need a review at most."""
    return _ledgers.get(page.specific_class)


def ledgers() -> set[Ledger]:
    return set(_ledgers.values())


def standing(page, steps: Sequence[str]) -> tuple[str, str]:
    """(how these steps of a page stand, a sentence on it)."""
    ledger = ledger_of(page)
    return ledger.standing(page.specific, steps) if ledger else (NOT_ASKED, "")


def may_record(user, page, steps: Sequence[str]) -> bool:
    """Whether `user` may record any of these steps of a page."""
    ledger = ledger_of(page)
    return ledger is not None and any(
        ledger.may_record(user, page.specific, step) for step in steps
    )


def skips_review(page) -> bool:
    ledger = ledger_of(page)
    return ledger is not None and ledger.skips_review(page.specific)


def note_submission(page, user) -> None:
    if (ledger := ledger_of(page)) and user is not None:
        ledger.note_submission(page.specific, user)


def note_review(page, user, *, lawful: bool, opinion: str = "") -> None:
    if ledger := ledger_of(page):
        ledger.note_review(page.specific, user, lawful=lawful, opinion=opinion)


def clauses(page) -> list[Clause]:
    ledger = ledger_of(page)
    return ledger.clauses(page.specific) if ledger else []


def address(page) -> str:
    """Where the steps of a page are recorded; empty where it has none."""
    ledger = ledger_of(page)
    return ledger.address(page) if ledger else ""
