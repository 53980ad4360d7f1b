"""Compares the index with the database, in memory bounded by some fifty bytes a document.

Reads both; what differs is told and, if asked, noted in the outbox. Never writes to the index.
"""

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

import numpy as np
from django.apps import apps
from django.utils import timezone
from modelsearch.backends.base import get_model_root
from modelsearch.index import get_indexed_models

from search import outbox
from search.columns import Snapshot
from search.documents import readable_documents, restricted_paths
from search.durable import write_durably
from search.index import Defect, IndexDirectory, IndexUnavailable
from search.layout import column_values, unpack_passages
from search.schema import ENDED, LIVE, PATH_LENGTH, RESTRICTED, SAMPLE
from search.stamps import stamp_fields, stamp_of

CHUNK = 2000
"""Rows read at a time, and differences looked at again under one hold of the write lock."""

DEEP_CHUNK = 200
LOOKED_AT_AGAIN = 20_000
"""With more differences than this some may be of changes made during the check itself."""

LOOKS = 2
"""A row saved outside of any transaction is noted an instant later: one look might fall between."""

KINDS = ("missing", "ghost", "double", "stale")
"""Not in the index; not in the database; in the index twice; in the index as it was before."""

RECORD = "checked.json"


@dataclass
class Report:
    """What was found: ``found`` {kind: [(root model label, primary key as text)]}."""

    path: str
    defect: Defect = Defect.NONE
    refusal: str = ""
    documents: int = 0
    objects: int = 0
    found: dict[str, list[tuple[str, str]]] = field(default_factory=lambda: defaultdict(list))

    @property
    def clean(self) -> bool:
        """Whether there is nothing to repair."""
        return not self.defect and not any(self.found.values())

    def differences(self) -> list[tuple[str, str]]:
        """All objects whose documents differ, each once."""
        return list(dict.fromkeys(entry for kind in KINDS for entry in self.found[kind]))


def check(directory: IndexDirectory, *, deep: bool = False) -> Report:
    """Compares one index with the database.

    Row stamps of all objects and what bears on whether they show; with ``deep`` every column
    and text, made anew. What changes during the check is looked at again while no one may
    write, so that it is not called drift.
    """
    report = Report(str(directory.path), directory.defect(), directory.refusal())
    if report.defect in (Defect.REFUSED, Defect.MISSING, Defect.DAMAGED):
        return report
    try:
        _compare_all(directory, report, deep)
        for _look in range(LOOKS):
            _look_again(directory, report, deep)
    except IndexUnavailable:
        report.defect = directory.defect() or Defect.DAMAGED
    return report


def repair(report: Report) -> int:
    """Notes all that differs in the outbox; returns the number of objects."""
    pks_of: dict[str, list[str]] = defaultdict(list)
    for label, pk in report.differences():
        pks_of[label].append(pk)
    for label, pks in pks_of.items():
        outbox.touch_label(label, pks)
    return sum(map(len, pks_of.values()))


def record(directory: IndexDirectory, report: Report) -> None:
    """Leaves in the index folder when it was checked last, and on which run of the machine."""
    noted = {"at": timezone.now().isoformat(), "boot": boot_id(), "clean": report.clean}
    write_durably(directory.path / RECORD, json.dumps(noted))


def last_record(directory: IndexDirectory) -> dict:
    """What ``record`` left; empty if nothing."""
    try:
        return dict(json.loads((directory.path / RECORD).read_text()))
    except (OSError, ValueError, TypeError):
        return {}


def boot_id() -> str:
    """Names this run of the machine: after a power loss the database may have lost commits."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    except OSError:
        return ""


class _Documents:
    """The documents of one root model in a snapshot, sorted by the number of their object."""

    def __init__(self, snapshot: Snapshot, docs: np.ndarray):
        numbers = snapshot.numbers("number")[docs].astype(np.int64)
        for position in np.flatnonzero(numbers < 0):
            numbers[position] = object_number(snapshot.pk(docs[position]))
        order = np.argsort(numbers, kind="stable")
        self.snapshot, self.docs, self.numbers = snapshot, docs[order], numbers[order]
        self.seen = np.zeros(len(docs), bool)

    def pk(self, position: int) -> str:
        return self.snapshot.pk(int(self.docs[position]))

    def find(self, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(position per number, whether it is there at all); marks them as seen."""
        positions = np.searchsorted(self.numbers, numbers)
        positions[positions == len(self.numbers)] = 0
        there = (
            self.numbers[positions] == numbers
            if len(self.numbers)
            else np.zeros(len(numbers), bool)
        )
        self.seen[positions[there]] = True
        return positions, there


def object_number(pk) -> int:
    """A number for any primary key: itself where it is one, else a hash below zero."""
    text = str(pk)
    if text.isascii() and text.isdigit() and len(text) < 19:
        return int(text)
    return -2 - int.from_bytes(hashlib.blake2b(text.encode(), digest_size=7).digest(), "big")


def _compare_all(directory: IndexDirectory, report: Report, deep: bool) -> None:
    with directory.reading():
        snapshot = _snapshot(directory)
        report.documents = int(np.count_nonzero(snapshot.present))
        documents = dict(_by_root(snapshot, np.flatnonzero(snapshot.present), report))
        nothing = np.array([], dtype=np.int64)
        for root, models in _indexed_models().items():
            own = documents.pop(root._meta.label_lower, None) or _Documents(snapshot, nothing)
            for model in models:
                for rows in _chunks(_rows(model, root)):
                    report.objects += len(rows)
                    _compare(own, model, root, rows, report, deep)
            _tell_unseen(own, root._meta.label_lower, report)
        for label, rest in documents.items():
            _tell_unseen(rest, label, report)


def _look_again(directory: IndexDirectory, report: Report, deep: bool) -> None:
    suspects = report.differences()
    if not suspects or len(suspects) > LOOKED_AT_AGAIN:
        return
    report.found.clear()
    roots = {root._meta.label_lower: (root, models) for root, models in _indexed_models().items()}
    remaining = iter(suspects)
    while batch := list(islice(remaining, DEEP_CHUNK if deep else CHUNK)):
        pks_of: dict[str, list[str]] = defaultdict(list)
        for label, pk in batch:
            pks_of[label].append(pk)
        again = Report(report.path)
        with _no_writers(directory), directory.reading():
            snapshot = _snapshot(directory)
            documents = dict(_by_root(snapshot, _docs_of(directory, batch), again))
            nothing = np.array([], dtype=np.int64)
            for label, pks in pks_of.items():
                own = documents.get(label) or _Documents(snapshot, nothing)
                root, models = roots.get(label, (None, ()))
                for model in models:
                    for rows in _chunks(_rows(model, root, pks)):
                        _compare(own, model, root, rows, again, deep)
                _tell_unseen(own, label, again)
            # Read last: a change committed before its row was read is still pending now.
            pending = {label: outbox.pending_label(label, pks) for label, pks in pks_of.items()}
        for kind, entries in again.found.items():
            report.found[kind] += [(label, pk) for label, pk in entries if pk not in pending[label]]


@contextmanager
def _no_writers(directory: IndexDirectory) -> Iterator[None]:
    try:
        lock = directory.locked("write", wait=True)
        lock.__enter__()
    except OSError:
        # A read-only disk: nobody else writes either.
        yield
        return
    try:
        yield
    finally:
        lock.__exit__(None, None, None)


def _snapshot(directory: IndexDirectory) -> Snapshot:
    directory.searcher()
    return directory.snapshot(Snapshot)


def _docs_of(directory: IndexDirectory, entries: Iterable[tuple[str, str]]) -> np.ndarray:
    """Documents with the keys of the entries."""
    reader = directory.searcher().reader()
    docs: list[int] = []
    for label, pk in entries:
        key = f"{label}:{pk}"
        if ("key", key) in reader:
            docs += reader.postings("key", key).all_ids()
    return np.array(sorted(docs), dtype=np.int64)


def _indexed_models() -> dict[type, list[type]]:
    models: dict[type, list[type]] = defaultdict(list)
    for model in get_indexed_models():
        models[get_model_root(model)].append(model)
    return models


def _by_root(snapshot: Snapshot, docs: np.ndarray, report: Report):
    """Yields (root model label, its ``_Documents``); a label without a model is its own root."""
    codes, labels = snapshot.codes("model")
    roots: dict[str, list[int]] = defaultdict(list)
    for code, label in enumerate(labels):
        roots[_root_label(label)].append(code)
    own = codes[docs]
    for label, of_root in roots.items():
        chosen = docs[np.isin(own, of_root)]
        if len(chosen):
            documents = _Documents(snapshot, chosen)
            twice = np.flatnonzero(documents.numbers[1:] == documents.numbers[:-1]) + 1
            documents.seen[twice] = True
            report.found["double"] += [(label, documents.pk(position)) for position in twice]
            yield label, documents


def _root_label(label: str) -> str:
    try:
        return get_model_root(apps.get_model(label))._meta.label_lower
    except (LookupError, ValueError):
        return label


def _rows(model, root, pks: list[str] | None = None) -> Iterator[tuple]:
    """(primary key, path, live, stamped columns …) of a model's indexed objects, by primary key."""
    names = {column.name for column in root._meta.concrete_fields}
    page_like = {"path", "live"} <= names
    columns = ["pk", *(("path", "live") if page_like else ()), *stamp_fields(root)]
    rows = model.get_indexed_objects().select_related(None).prefetch_related(None).order_by("pk")
    if pks is not None:
        to_python = model._meta.pk.to_python
        rows = rows.filter(pk__in=[to_python(pk) for pk in pks])
    last = None
    while True:
        page = rows if last is None else rows.filter(pk__gt=last)
        found = list(page.values_list(*columns)[:CHUNK])
        for row in found:
            yield row if page_like else (row[0], "", None, *row[1:])
        if len(found) < CHUNK:
            return
        last = found[-1][0]


def _chunks(rows: Iterator[tuple]) -> Iterator[list[tuple]]:
    while chunk := list(islice(rows, CHUNK)):
        yield chunk


def _compare(own: _Documents, model, root, rows, report: Report, deep: bool) -> None:
    """Tells which of the rows the index lacks or has as they were before."""
    label = root._meta.label_lower
    snapshot = own.snapshot
    positions, there = own.find(np.array([object_number(row[0]) for row in rows], np.int64))
    report.found["missing"] += [
        (label, str(row[0])) for row, known in zip(rows, there, strict=True) if not known
    ]
    rows = [row for row, known in zip(rows, there, strict=True) if known]
    if not rows:
        return
    docs = own.docs[positions[there]]
    codes, labels = snapshot.codes("model")
    name = model._meta.label_lower
    same = codes[docs] == (labels.index(name) if name in labels else -1)
    same &= snapshot.numbers("stamp")[docs] == np.array(
        [stamp_of(row[3:]) for row in rows], np.uint32
    )
    if rows[0][1]:
        paths = [row[1].encode()[:PATH_LENGTH] for row in rows]
        same &= snapshot.paths[docs] == np.array(paths, f"S{PATH_LENGTH}")
        restricted = restricted_paths()
        flags = [
            (LIVE if row[2] else 0) | (RESTRICTED if row[1].startswith(restricted) else 0)
            for row in rows
        ]
        same &= (snapshot.flags[docs] & (LIVE | RESTRICTED)) == np.array(flags, np.uint8)
        same &= _same_state(snapshot, model, docs, rows)
    if deep:
        same &= _same_documents(snapshot, model, docs, rows)
    report.found["stale"] += [
        (label, str(row[0])) for row, equal in zip(rows, same, strict=True) if not equal
    ]


def _same_state(snapshot: Snapshot, model, docs: np.ndarray, rows) -> np.ndarray:
    """Whether each document says what the model tells in bulk: of samples, and what has ended.

    A model tells it by the classmethod ``search_states({pk: tree path})``, which returns
    {pk: (sample, in_force)} in a fixed number of queries. Without one only ``deep`` compares it.
    """
    if not hasattr(model, "search_states"):
        return np.ones(len(rows), bool)
    states = model.search_states({row[0]: row[1] for row in rows})
    flags = [
        (SAMPLE if sample else 0) | (0 if in_force else ENDED)
        for sample, in_force in (states[row[0]] for row in rows)
    ]
    return (snapshot.flags[docs] & (SAMPLE | ENDED)) == np.array(flags, np.uint8)


def _same_documents(snapshot: Snapshot, model, docs: np.ndarray, rows) -> np.ndarray:
    """Whether each document says what one made anew would say, in every column.

    One that cannot be made anew is told as stale.
    """
    same = np.zeros(len(rows), bool)
    for start in range(0, len(rows), DEEP_CHUNK):
        places = {str(row[0]): start + place for place, row in enumerate(rows[start:][:DEEP_CHUNK])}
        pks = [row[0] for row in rows[start:][:DEEP_CHUNK]]
        objects = list(model.get_indexed_objects().filter(pk__in=pks))
        for document in readable_documents(objects):
            place = places[document["pk"].decode()]
            columns = column_values(document)
            stored = snapshot.columns(int(docs[place]), columns)
            # Passages are compressed: the same ones may have been packed by another release.
            for values in (columns, stored):
                values["passages"] = unpack_passages(values["passages"])
            same[place] = columns == stored
    return same


def _tell_unseen(own: _Documents, label: str, report: Report) -> None:
    report.found["ghost"] += [(label, own.pk(place)) for place in np.flatnonzero(~own.seen)]
