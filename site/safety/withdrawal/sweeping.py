"""Deletes files that no row refers to: left by a killed process, or restored from a backup.

Only in folders that a room named (`registry.register_stored`), and only a day after they were last
written, as an upload stores its file before its row. Those of withdrawn pages go within an hour, as
the web server hands out sized pictures without asking; at once where nobody can upload.
"""

import datetime
import logging
import time
from collections.abc import Iterable, Iterator
from contextlib import suppress

from django.apps import apps
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone

from ..models import WithdrawnMark
from . import addresses, registry

logger = logging.getLogger(__name__)

OLDER_THAN = datetime.timedelta(days=1)
UPLOADED_WITHIN = datetime.timedelta(hours=1)
"""A document may get the name that one of a withdrawn page had, and wait that long for its row."""
EVERY_SECONDS = 3600
AT_ONCE = 500
"""Names asked for in one query."""
SUSPICIOUS = 100
"""So many unknown files, if they are most of a folder, mean another site's database."""

_next_at = 0.0


def sweep(*, is_stopped: bool = False) -> int:
    """Delete what is left over; returns the number of files. `is_stopped`: nobody uploads now."""
    done = 0
    marks = WithdrawnMark.objects.filter(kind=WithdrawnMark.ADDRESS)
    withdrawn = set(marks.values_list("digest", flat=True))
    for alias, folders in registry.swept_folders():
        storage = storages[alias]
        fields = list(_fields_in(storage))
        for folder in folders:
            names = list(_files(storage, folder))
            if withdrawn:
                came_back = [n for n in names if addresses.digest(storage.url(n)) in withdrawn]
                if not is_stopped:
                    came_back = _older(storage, came_back, UPLOADED_WITHIN)
                done += _delete(storage, _unknown(came_back, fields))
            names = _older(storage, names, OLDER_THAN)
            unknown = _unknown(names, fields)
            if len(unknown) > SUSPICIOUS and 2 * len(unknown) > len(names):
                logger.error(
                    "%d of %d files in %s have no row: none was deleted. Is this its database?",
                    len(unknown),
                    len(names),
                    folder,
                )
                continue
            done += _delete(storage, unknown)
    return done


def _delete(storage: Storage, names: Iterable[str]) -> int:
    names = list(names)
    for name in names:
        storage.delete(name)
    return len(names)


def _fields_in(storage: Storage) -> Iterator[models.FileField]:
    """All file fields of the site whose files lie in a storage."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.FileField) and _same(field.storage, storage):
                yield field


def _same(one: Storage, other: Storage) -> bool:
    return getattr(one, "location", one) == getattr(other, "location", other)


def _files(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _files(storage, f"{folder}/{name}")


def _older(storage: Storage, names: list[str], than: datetime.timedelta) -> list[str]:
    """Those that were last written longer ago; one that went meanwhile was not."""
    before, found = timezone.now() - than, []
    for name in names:
        with suppress(FileNotFoundError):
            if storage.get_modified_time(name) < before:
                found.append(name)
    return found


def _unknown(names: list[str], fields) -> set[str]:
    """Those of some names that no row has."""
    unknown = set(names)
    for start in range(0, len(names), AT_ONCE):
        asked = names[start : start + AT_ONCE]
        for field in fields:
            rows = field.model._base_manager.filter(**{f"{field.name}__in": asked})
            unknown -= set(rows.values_list(field.name, flat=True))
    return unknown


def step() -> int:
    """What the background process does once an hour."""
    global _next_at
    if time.monotonic() < _next_at:
        return 0
    _next_at = time.monotonic() + EVERY_SECONDS
    return sweep()
