"""Locks of an index folder, held across processes and threads."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

_held = threading.local()


class IndexBusy(Exception):
    """Another process holds the lock that was asked for."""


@contextmanager
def held(file_name: Path, *, wait: bool) -> Iterator[None]:
    """Holds the lock of a file that is made where it is missing; raises IndexBusy."""
    with open(file_name, "w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            raise IndexBusy(file_name.stem) from error
        own = _held.__dict__.setdefault("names", set())
        own.add(file_name)
        try:
            yield
        finally:
            own.discard(file_name)


def is_held_here(file_name: Path) -> bool:
    """Whether the calling thread holds the lock: to ask for it again would wait for ever."""
    return file_name in _held.__dict__.get("names", ())
