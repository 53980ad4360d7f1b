"""The list of words that were covered, kept outside the database and applied again after a restore.

It stands in the file of `withdrawal.ledger`, one line each:
{"id", "at", "by", "reason", "redacts": key of the page, "units": [{"unit", "length", "digest"}]}.
A page's room covers the words; here is only the list. A page says how with
`cover_again(marks)`, which gives the number of places it covered.
"""

import logging
import time
import uuid

from django.db import transaction
from django.utils.dateparse import parse_datetime
from wagtail.models import Page

from .models.redaction import Redaction, digest_of_words
from .withdrawal import ledger

logger = logging.getLogger(__name__)

CHECK_SECONDS = 30
_checked_at = 0.0


def remember(page, words: str, units, reason: str, *, by=None) -> Redaction:
    """Keep that words of a page were covered, and note it outside after the commit."""
    digest = digest_of_words(words)
    row = Redaction.objects.create(
        page_key=page.translation_key,
        by=by,
        by_name=(by.get_full_name() or by.get_username()) if by else "",
        reason=reason,
        marks=[{"unit": unit, "length": len(words), "digest": digest} for unit in sorted(units)],
    )
    transaction.on_commit(lambda: note(row), robust=True)
    return row


def covered_in(page, texts: dict[str, str]) -> list[str]:
    """Names of those texts ({name: words}) in which words stand that were covered on this page."""
    known: dict[int, set[str]] = {}
    for marks in Redaction.objects.filter(page_key=page.translation_key).values_list(
        "marks", flat=True
    ):
        for mark in marks:
            known.setdefault(mark["length"], set()).add(mark["digest"])
    return [
        name
        for name, text in texts.items()
        if any(_has(text, length, digests) for length, digests in known.items())
    ]


def _has(text: str, length: int, digests: set[str]) -> bool:
    pieces = {text[at : at + length] for at in range(len(text) - length + 1)}
    return any(digest_of_words(piece) in digests for piece in pieces)


def note(row: Redaction) -> None:
    """Add a redaction to the list unless it is there."""
    ledger.add(
        {
            "id": str(row.pk),
            "at": row.at.isoformat(),
            "by": row.by_name,
            "reason": row.reason,
            "redacts": str(row.page_key),
            "units": row.marks,
        }
    )
    Redaction.objects.filter(pk=row.pk).update(noted=True)


def reapply() -> list[Redaction]:
    """Cover again what the list names and the database knows nothing of; returns the new rows."""
    return ledger.apply_each(missing(), _apply)


def missing() -> list[dict]:
    """The lines of the list that the database knows nothing of."""
    lines = ledger.lines_with("redacts")
    known = {str(pk) for pk in Redaction.objects.values_list("pk", flat=True)} if lines else set()
    return [line for line in lines if line["id"] not in known]


@transaction.atomic
def _apply(line: dict) -> Redaction:
    row = Redaction.objects.create(
        pk=uuid.UUID(line["id"]),
        page_key=uuid.UUID(line["redacts"]),
        at=parse_datetime(line["at"]),
        by_name=line["by"],
        reason=line["reason"],
        marks=line["units"],
        noted=True,
    )
    page = Page.objects.filter(translation_key=row.page_key, alias_of=None).first()
    specific = page.specific if page else None
    places = specific.cover_again(row.marks) if hasattr(specific, "cover_again") else 0
    logger.warning("Redaction %s was applied again: %d places.", row, places)
    return row


def step() -> int:
    """What the background process does at its start and every half minute."""
    global _checked_at
    if time.monotonic() < _checked_at + CHECK_SECONDS and _checked_at:
        return 0
    _checked_at = time.monotonic()
    complete()
    return len(reapply())


def complete() -> None:
    """Add what the database knows and the list does not (see `ledger.complete`)."""
    known = {line["id"] for line in ledger.lines_with("redacts")}
    for row in Redaction.objects.all():
        if str(row.pk) not in known:
            note(row)
