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
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import transaction
from django.db.models import Model
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
    for number, line in _numbered(handle):
        if line is None:
            logger.warning("Line %d of %s cannot be read and is passed over.", number, file())
        else:
            yield line


def _numbered(handle) -> Iterator[tuple[int, dict | None]]:
    """(number, line) of all that are not empty; None for what is no line of such a list."""
    handle.seek(0)
    for number, raw in enumerate(handle, start=1):
        if not raw.strip():
            continue
        try:
            line = json.loads(raw)
        except ValueError:
            line = None
        known = isinstance(line, dict) and isinstance(line.get("id"), str)
        yield number, line if known else None


def unreadable() -> list[int]:
    """Numbers of the lines that cannot be read: somebody has to look what they were."""
    if not file().exists():
        return []
    with _opened() as handle:
        return [number for number, line in _numbered(handle) if line is None]


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
    return apply_each(missing().values(), _apply)


def missing() -> dict[str, dict]:
    """{id: line} of what the list names and the database knows nothing of."""
    known = {str(pk) for pk in Withdrawal.objects.values_list("pk", flat=True)}
    return {key: line for key, line in entries().items() if key not in known}


def apply_each(lines: Iterable[dict], apply: Callable[[dict], Model]) -> list[Model]:
    """The new rows; a line that cannot be applied is logged and stops no other."""
    done = []
    for line in lines:
        try:
            done.append(apply(line))
        except Exception:
            logger.exception("%s of %s could not be applied again.", line["id"], file())
    return done


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
    complete()
    return len(reapply())


def complete() -> None:
    """Add what the database knows and the list does not: it was lost, is an older copy, or a
    process was killed before it wrote."""
    known = entries()
    for row in Withdrawal.objects.select_related("place"):
        line = known.get(str(row.pk))
        if line is None:
            note(row)
        if row.lifted_at and not (line and line.get("lifted_at")):
            note_lifted(row)
