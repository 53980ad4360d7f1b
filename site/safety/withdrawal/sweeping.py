"""Deletes files that no row refers to: left by a killed process, or restored from a backup.

Only in folders that a room named (`registry.register_stored`), and only a day after they were last
written, as an upload stores its file before its row.
"""

import datetime
import logging
import time
from collections.abc import Iterator

from django.apps import apps
from django.core.files.storage import Storage, storages
from django.db import models
from django.utils import timezone

from . import registry

logger = logging.getLogger(__name__)

OLDER_THAN = datetime.timedelta(days=1)
EVERY_SECONDS = 3600
AT_ONCE = 500
"""Names asked for in one query."""

_next_at = 0.0


def sweep() -> int:
    """Delete what is left over; returns the number of files."""
    done = 0
    for alias, folders in registry.swept_folders():
        storage = storages[alias]
        fields = list(_fields_in(storage))
        for folder in folders:
            names: list[str] = []
            for name in _old_files(storage, folder):
                names.append(name)
                if len(names) == AT_ONCE:
                    done += _delete_unknown(storage, names, fields)
                    names = []
            done += _delete_unknown(storage, names, fields)
    return done


def _fields_in(storage: Storage) -> Iterator[models.FileField]:
    """All file fields of the site whose files lie in a storage."""
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            if isinstance(field, models.FileField) and _same(field.storage, storage):
                yield field


def _same(one: Storage, other: Storage) -> bool:
    return getattr(one, "location", one) == getattr(other, "location", other)


def _old_files(storage: Storage, folder: str) -> Iterator[str]:
    try:
        folders, files = storage.listdir(folder)
    except FileNotFoundError:
        return
    before = timezone.now() - OLDER_THAN
    for name in files:
        path = f"{folder}/{name}"
        if storage.get_modified_time(path) < before:
            yield path
    for name in folders:
        yield from _old_files(storage, f"{folder}/{name}")


def _delete_unknown(storage: Storage, names: list[str], fields) -> int:
    unknown = set(names)
    for field in fields:
        rows = field.model._base_manager.filter(**{f"{field.name}__in": list(unknown)})
        unknown -= set(rows.values_list(field.name, flat=True))
    for name in unknown:
        storage.delete(name)
    if unknown:
        logger.info("%d files that nothing refers to were deleted.", len(unknown))
    return len(unknown)


def step() -> int:
    """What the background process does once an hour."""
    global _next_at
    if time.monotonic() < _next_at:
        return 0
    _next_at = time.monotonic() + EVERY_SECONDS
    return sweep()
