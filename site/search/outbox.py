"""The outbox: index work is noted with the content and done afterwards by whoever is free.

``touch`` in the transaction of the change, ``drain`` after it. A rolled-back change leaves no
trace in the index, a killed process loses nothing. The only module that reads or writes
``OutboxEntry``.

Saving and deleting objects touches by itself, for pages in the transaction that Wagtail opens; an
image or document saved outside of any is noted an instant after its row. Whoever changes rows past
the models' ``save`` (``QuerySet.update``, ``bulk_create``, SQL) calls ``touch`` or
``touch_queryset`` in the same transaction; what was forgotten the nightly ``check_index --repair``
finds.
"""

import datetime
import logging
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice

from asgiref.local import Local
from django.apps import apps
from django.core.signals import request_finished, request_started
from django.db import connection, transaction
from django.db.models import BigIntegerField, Case, Exists, OuterRef, QuerySet, When
from django.db.models.functions import Cast
from modelsearch.backends import get_search_backends_with_name
from modelsearch.backends.base import get_model_root
from modelsearch.index import Indexed

from search import writer
from search.documents import object_key, readable_documents
from search.index import IndexBusy, IndexDirectory, IndexUnavailable

logger = logging.getLogger(__name__)

BATCH = 500
"""Entries drained in one commit, and rows read or written by one statement."""

IN_REQUEST = 100
"""Entries that an editor's own request drains at most; the rest is for ``manage.py work``."""

_serving = Local()


def touch(model, pks: Iterable) -> None:
    """Notes that objects of a model were made, changed or deleted, and drains after commit."""
    touch_label(get_model_root(model)._meta.label_lower, pks)


def touch_label(label: str, pks: Iterable) -> None:
    """The same by a root model's label, for documents whose model has left the project."""
    from search.models import OutboxEntry

    pks = iter(pks)
    noted = False
    while batch := list(islice(pks, BATCH)):
        noted = True
        OutboxEntry.objects.bulk_create(
            [OutboxEntry(model=label, object_pk=str(pk)) for pk in batch]
        )
    if noted:
        _drain_after_commit()


def touch_queryset(queryset: QuerySet) -> None:
    """Notes all objects of a queryset, without loading them."""
    pks = queryset.order_by().values_list("pk", flat=True)
    touch(queryset.model, pks.iterator(chunk_size=BATCH))


@contextmanager
def later() -> Iterator[None]:
    """Leaves the work noted inside to ``manage.py work`` or ``update_index``: for bulk imports."""
    before = getattr(_serving, "later", False)
    _serving.later = True
    try:
        yield
    finally:
        _serving.later = before


def _drain_after_commit() -> None:
    if getattr(_serving, "later", False):
        return
    here = set(connection.savepoint_ids)
    for savepoints, function, *_ in connection.run_on_commit:
        if function is _try_to_drain and set(savepoints) <= here:
            return
    transaction.on_commit(_try_to_drain, robust=True)


def _try_to_drain() -> None:
    """Drains if no one else does; trouble with the index is logged and never reaches an editor.

    What an editor did is seen at once, whatever an import noted before.
    """
    in_request = getattr(_serving, "request", False)
    try:
        drain(IN_REQUEST if in_request else None, newest=in_request)
    except (IndexUnavailable, OSError) as error:
        logger.error("The search index could not be updated; its outbox keeps the work: %s", error)
    except Exception:
        logger.exception("The search index could not be updated; its outbox keeps the work.")


def connect() -> None:
    """Tells work done for a visitor from work done by a command."""
    request_started.connect(_request_started, dispatch_uid="search.request_started")
    request_finished.connect(_request_finished, dispatch_uid="search.request_finished")


def _request_started(**kwargs) -> None:
    _serving.request = True


def _request_finished(**kwargs) -> None:
    _serving.request = False


def drain(
    limit: int | None = None,
    *,
    wait: bool = False,
    also: Iterable[IndexDirectory] = (),
    gone: bool = False,
    newest: bool = False,
):
    """Brings pending work into the index and returns the number of entries done.

    ``limit`` bounds the entries of this call. Without ``wait`` a busy index leaves the work to
    its holder and 0 is returned. ``also`` names indexes beside the configured ones. ``gone``: only
    pages that are no more, whatever else was noted before. ``newest``: what was noted last first;
    entries say only what is to be read again, so that their order changes no result.
    """
    directories = list(dict.fromkeys([*configured_directories(), *also]))
    wanted = _gone_pages() if gone else _pending()
    wanted = wanted.order_by("-pk") if newest else wanted
    done = 0
    while limit is None or done < limit:
        size = BATCH if limit is None else min(BATCH, limit - done)
        try:
            drained = _drain_batch(wanted.all(), directories, size, wait)
        except IndexBusy:
            break
        done += drained
        if drained < size:
            break
    return done


def _pending() -> QuerySet:
    from search.models import OutboxEntry

    return OutboxEntry.objects.filter(applied=False).order_by("pk")


def _gone_pages() -> QuerySet:
    """Pending entries of pages that are no more."""
    from wagtail.models import Page

    label = Page._meta.label_lower
    # Keys of other models need be no numbers.
    key = Case(When(model=label, then=Cast("object_pk", BigIntegerField())))
    there = Page.objects.filter(pk=OuterRef("page"))
    return _pending().filter(model=label).annotate(page=key).exclude(Exists(there))


def _drain_batch(wanted: QuerySet, directories: list[IndexDirectory], size: int, wait: bool) -> int:
    entries = wanted.model
    if not directories or not entries.objects.exists():
        return 0
    with _all_locked(directories, wait):
        rebuilding = any(directory.is_rebuilding() for directory in directories)
        if not rebuilding:
            entries.objects.filter(applied=True).delete()
        pending = list(wanted[:size])
        if not pending:
            return 0
        keys, objects = current_objects((entry.model, entry.object_pk) for entry in pending)
        documents = readable_documents(objects)
        for directory in directories:
            _apply(directory, keys, documents)
        done = entries.objects.filter(pk__in=[entry.pk for entry in pending])
        if rebuilding:
            done.update(applied=True)
        else:
            done.delete()
    return len(pending)


def _apply(directory: IndexDirectory, keys: list[str], documents: list[dict]) -> None:
    try:
        writer.apply(directory, keys, documents)
    except OSError:
        # On a full disk what a failed commit leaves would be in the way of all else.
        directory.tidy(locked=True)
        raise


class _all_locked:
    """Holds the write locks of several indexes, always in the same order."""

    def __init__(self, directories: list[IndexDirectory], wait: bool):
        self._directories = sorted(directories, key=lambda directory: directory.path)
        self._wait = wait

    def __enter__(self):
        self._held = []
        try:
            for directory in self._directories:
                lock = directory.locked("write", wait=self._wait)
                lock.__enter__()
                self._held.append(lock)
        except BaseException:
            self.__exit__(None, None, None)
            raise

    def __exit__(self, *exc):
        while self._held:
            self._held.pop().__exit__(None, None, None)


def noted() -> list[int]:
    """Primary keys of all entries there are: a rebuild that begins now reads what they speak of."""
    from search.models import OutboxEntry

    return list(OutboxEntry.objects.values_list("pk", flat=True))


def take_up_again(covered: Collection[int]) -> None:
    """Makes entries done during a rebuild pending again, for the index it built.

    ``covered``: what was noted before it began to read; that stays done.
    """
    from search.models import OutboxEntry

    known = set(covered)
    done = OutboxEntry.objects.filter(applied=True).values_list("pk", flat=True)
    again = [pk for pk in done if pk not in known]
    for start in range(0, len(again), BATCH):
        OutboxEntry.objects.filter(pk__in=again[start : start + BATCH]).update(applied=False)


def forget(covered: Sequence[int]) -> None:
    """Removes entries whose work the index in use holds since a rebuild was swapped in."""
    from search.models import OutboxEntry

    for start in range(0, len(covered), BATCH):
        OutboxEntry.objects.filter(pk__in=covered[start : start + BATCH]).delete()


def pending_among(model, pks: Iterable) -> set[str]:
    """Those of the primary keys, as text, that the index does not yet show as they are."""
    return pending_label(get_model_root(model)._meta.label_lower, pks)


def pending_label(label: str, pks: Iterable) -> set[str]:
    """The same by a root model's label."""
    from search.models import OutboxEntry

    pending = OutboxEntry.objects.filter(applied=False, model=label)
    wanted = {str(pk) for pk in pks}
    if len(wanted) <= BATCH:
        pending = pending.filter(object_pk__in=wanted)
    return wanted & set(pending.values_list("object_pk", flat=True))


def newest() -> int:
    """Primary key of the entry noted last; 0 for none."""
    return _pending().values_list("pk", flat=True).last() or 0


def waits_until(newest: int) -> bool:
    """Whether anything is pending that was noted up to then."""
    return _pending().filter(pk__lte=newest).exists()


def backlog() -> tuple[int, datetime.datetime | None]:
    """(number of pending entries, when the oldest was noted)."""
    pending = _pending()
    oldest = pending.values_list("noted_at", flat=True).first()
    return pending.count(), oldest


def configured_directories() -> list[IndexDirectory]:
    """Folders of all configured backends that are ours and update themselves."""
    return [
        backend.directory
        for _, backend in get_search_backends_with_name(with_auto_update=True)
        if hasattr(backend, "directory")
    ]


def current_objects(touched: Iterable[tuple[str, str]]) -> tuple[list[str], list[Indexed]]:
    """Looks the touched objects up: (keys of all, those that are still to be indexed).

    ``touched`` pairs of root model label and primary key. Two queries per concrete model.
    """
    pks_of: dict[str, dict[str, None]] = defaultdict(dict)
    for label, pk in touched:
        pks_of[label][pk] = None
    keys, objects = [], []
    for label, pks in pks_of.items():
        try:
            root = apps.get_model(label)
        except LookupError:
            # The model left the project, and its documents go with it.
            keys += [f"{label}:{pk}" for pk in pks]
            continue
        keys += [object_key(root, pk) for pk in pks]
        objects += _still_indexed(root, list(pks))
    return keys, objects


def _still_indexed(root, pks: list[str]) -> list[Indexed]:
    concrete: dict[type, list] = defaultdict(list)
    for obj in root._default_manager.filter(pk__in=pks):
        model = _concrete_model(obj)
        if model is not None:
            concrete[model].append(obj.pk)
    found: dict = {}
    for model, own_pks in concrete.items():
        for obj in model.get_indexed_objects().filter(pk__in=own_pks):
            found[obj.pk] = obj
    return list(found.values())


def _concrete_model(obj) -> type | None:
    """The class an object is indexed as, without a query where its row says so (pages do)."""
    if hasattr(obj, "cached_content_type"):
        return obj.specific_class
    if not isinstance(obj, Indexed):
        return None
    instance = obj.get_indexed_instance()
    return type(instance) if instance is not None else None
