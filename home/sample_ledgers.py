"""Gives some sample covenants their ledger: complete, voted on but not filed, opinions asked."""

import datetime
import tomllib
from pathlib import Path

from django.db import transaction
from django.utils import timezone

from covenants.filing_rule import papers
from covenants.ledger import working_digest
from covenants.models import (
    CovenantPage,
    Draft,
    Filing,
    LegalityReview,
    OpinionPeriod,
    Procedure,
    Publication,
    Vote,
)
from covenants.procedure import terms
from villages.models import VillagePage

FILE = Path(__file__).resolve().parent / "sample" / "ledgers.toml"
FIGURES = (
    "meeting",
    "base",
    "eligible",
    "expected",
    "present",
    "women",
    "votes_for",
    "votes_against",
    "votes_abstain",
)


def load_ledgers() -> int:
    """Write the ledgers that are missing; returns how many."""
    made = 0
    for row in tomllib.loads(FILE.read_text(encoding="utf-8"))["ledger"]:
        village = VillagePage.objects.get(code=row["village"])
        page = CovenantPage.objects.child_of(village).get()
        if Procedure.objects.filter(page_id=page.pk).exists():
            continue
        with transaction.atomic():
            if row.get("asking"):
                _asking(page, row)
            elif row.get("draft"):
                _voted_not_filed(page, row)
            else:
                _complete(page, village, row)
        made += 1
    return made


def _complete(page, village, row) -> None:
    edition = page.editions.get(number=row["edition"])
    kind = terms.MAKING if edition.number == 1 else terms.REVISING
    procedure = Procedure.objects.create(
        page_id=page.pk, kind=kind, edition=edition, closed_at=timezone.now()
    )
    _up_to_vote(procedure, row, edition.adopted_on, edition.digest)
    filed = edition.filed_on
    Filing.objects.create(
        procedure=procedure,
        on=filed,
        number=edition.filing_number,
        by=row["files"],
        township=village.get_parent(),
        year=filed.year,
    )
    Publication.objects.create(procedure=procedure, on=_after(filed, 2), where=row["where"])
    edition.complete_papers(**papers(Procedure.objects.with_ledger().get(pk=procedure.pk)))


def _asking(page, row) -> None:
    procedure = Procedure.objects.create(page_id=page.pk, kind=terms.REVISING)
    today = timezone.localdate()
    OpinionPeriod.objects.create(
        procedure=procedure,
        about=row["about"],
        form_open=True,
        begins=_after(today, -5),
        ends=_after(today, 25),
    )


def _voted_not_filed(page, row) -> None:
    for chapter in page.body:
        for article in chapter.value["articles"]:
            if article["label"] == row["label"]:
                article["text"] = row["text"]
    page.change_summary = row["change"]
    page.save_revision()
    procedure = Procedure.objects.create(page_id=page.pk, kind=terms.REVISING)
    voted = _after(timezone.localdate(), row["voted_in_days"])
    _up_to_vote(procedure, row, voted, working_digest(page))


def _up_to_vote(procedure, row, voted: datetime.date, digest: str) -> None:
    OpinionPeriod.objects.create(
        procedure=procedure,
        begins=_after(voted, -40),
        ends=_after(voted, -25),
        **{name: row[name] for name in ("about", "counted", "taken", "summary", "answer")},
    )
    Draft.objects.create(procedure=procedure, on=_after(voted, -22), by=row["body"])
    LegalityReview.objects.create(
        procedure=procedure,
        on=_after(voted, -14),
        by=row["township"],
        result=LegalityReview.LAWFUL,
        document=row["document"],
        digest=digest,
    )
    Vote.objects.create(
        procedure=procedure,
        on=voted,
        notified_on=_after(voted, -11),
        digest=digest,
        confirmed_at=timezone.now(),
        **{name: row[name] for name in FIGURES if name in row},
    )


def _after(day: datetime.date, days: int) -> datetime.date:
    return day + datetime.timedelta(days=days)
