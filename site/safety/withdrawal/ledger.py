"""The list of withdrawals outside the database: it survives the restore of an older backup.

`DATA_DIR/withdrawals.jsonl`, one line each, only ever added to:
{"id", "at", "by", "reason", "page", "place", "model",
 "marks": {"address": […], "text": […], "file": […]}}
or {"id", "lifted_at", "lifted_by"}. Marks are digests, no line holds a word of a page. Keep a copy
of the file apart from the backups of the database.
"""

import fcntl
import json
import logging
import os
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from wagtail.models import Page

from ..models import Withdrawal, WithdrawnMark
from . import addresses
from .texts import text_digests_of

logger = logging.getLogger(__name__)

CHECK_SECONDS = 30
_checked_at = 0.0


def file() -> Path:
    return Path(settings.DATA_DIR) / "withdrawals.jsonl"


def note(row: Withdrawal) -> None:
    """Add a withdrawal to the list unless it is there, and see that it reached the disk."""
    if row.noted:
        return
    marks: dict[str, list[str]] = {}
    for kind, digest in row.marks.values_list("kind", "digest"):
        marks.setdefault(kind, []).append(digest)
    add(
        {
            "id": str(row.pk),
            "at": row.at.isoformat(),
            "by": row.by_name,
            "reason": row.reason,
            "page": str(row.page_key),
            "place": str(row.place.translation_key) if row.place else "",
            "model": row.model,
            "marks": marks,
        }
    )
    Withdrawal.objects.filter(pk=row.pk).update(noted=True)
    row.noted = True


def note_lifted(row: Withdrawal) -> None:
    line = {"id": str(row.pk), "lifted_at": row.lifted_at.isoformat(), "lifted_by": row.lifted_by}
    add(line)


def add(line: dict) -> None:
    """Append a line unless an equal one is there, and see that it reached the disk."""
    with _opened() as handle:
        if any(line.items() <= known.items() for known in _lines(handle)):
            return
        handle.seek(0, os.SEEK_END)
        start = b""
        if handle.tell():
            handle.seek(-1, os.SEEK_END)
            # What a killed process left half written must not swallow the next line.
            start = b"" if handle.read(1) == b"\n" else b"\n"
        handle.write(start + json.dumps(line, ensure_ascii=False).encode() + b"\n")
        handle.flush()
        os.fsync(handle.fileno())


@contextmanager
def _opened() -> Iterator:
    path = file()
    path.parent.mkdir(parents=True, exist_ok=True)
    with open(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle


def _lines(handle) -> Iterator[dict]:
    handle.seek(0)
    for raw in handle:
        try:
            yield json.loads(raw)
        except ValueError:
            if raw.strip():
                logger.warning("A line of %s cannot be read and is passed over.", file())


def entries() -> dict[str, dict]:
    """{id: line} of all withdrawals, with `lifted_at` and `lifted_by` where they were lifted."""
    found: dict[str, dict] = {}
    if not file().exists():
        return found
    with _opened() as handle:
        for line in _lines(handle):
            if "page" in line:
                found.setdefault(line["id"], line)
            elif line.get("id") in found:
                found[line["id"]] |= line
    return found


def lines_with(name: str) -> list[dict]:
    """The lines that have a key, in order: what other lists are kept in the same file."""
    if not file().exists():
        return []
    with _opened() as handle:
        return [line for line in _lines(handle) if name in line]


def reapply() -> list[Withdrawal]:
    """Withdraw again what the list names and the database knows nothing of; returns the new rows.

    A page is the same when its key is, or when it stands at a withdrawn address with a withdrawn
    text. A page that is not there leaves its marks: its addresses answer 410, its file is refused.
    """
    known = {str(pk) for pk in Withdrawal.objects.values_list("pk", flat=True)}
    return [_apply(line) for key, line in entries().items() if key not in known]


def _apply(line: dict) -> Withdrawal:
    from . import withdrawing

    row = Withdrawal(
        pk=uuid.UUID(line["id"]),
        page_key=uuid.UUID(line["page"]),
        model=line["model"],
        at=parse_datetime(line["at"]),
        by_name=line["by"],
        reason=line["reason"],
        noted=True,
        lifted_at=parse_datetime(line["lifted_at"]) if line.get("lifted_at") else None,
        lifted_by=line.get("lifted_by", ""),
    )
    page = None if row.lifted_at else _page_of(line)
    with transaction.atomic():
        if page is None:
            place = Page.objects.filter(alias_of=None, translation_key=line["place"] or None)
            row.place = place.first()
            row.save(force_insert=True)
            withdrawing.note_marks(row, line["marks"])
        else:
            withdrawing.withdraw(page, reason=row.reason, same_as=row)
            _add_missing_marks(row, line["marks"])
    logger.warning("Withdrawal %s was applied again.", row.name)
    return row


def _page_of(line: dict) -> Page | None:
    """The page with the key; else one of its kind with a withdrawn address and a withdrawn text:
    in the backup it may be the one that another had replaced."""
    page = Page.objects.filter(translation_key=line["page"], alias_of=None).first()
    if page is not None:
        return page
    model = apps.get_model(line["model"])
    wanted, words = set(line["marks"].get("address", ())), set(line["marks"].get("text", ()))
    if not words:
        return None
    for page in model.objects.only("pk", "url_path").iterator():
        url = page.get_url()
        if url and addresses.digest(url) in wanted and words & text_digests_of(page.specific):
            return page
    return None


def _add_missing_marks(row, marks) -> None:
    held = set(row.marks.values_list("kind", "digest"))
    WithdrawnMark.objects.bulk_create(
        WithdrawnMark(withdrawal=row, kind=kind, digest=digest)
        for kind, digests in marks.items()
        for digest in digests
        if (kind, digest) not in held
    )


def lift(row: Withdrawal, *, by_name: str) -> None:
    """Let the same text come to the site again, by import or by hand."""
    row.lifted_at, row.lifted_by = timezone.now(), by_name
    row.save(update_fields=["lifted_at", "lifted_by"])
    transaction.on_commit(lambda: note_lifted(row), robust=True)


def step() -> int:
    """What the background process does at its start and twice a minute."""
    global _checked_at
    if time.monotonic() < _checked_at + CHECK_SECONDS and _checked_at:
        return 0
    _checked_at = time.monotonic()
    for row in Withdrawal.objects.filter(noted=False):
        note(row)
    return len(reapply()) if file().exists() else 0
