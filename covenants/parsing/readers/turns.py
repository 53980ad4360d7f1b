"""So many conversions at once on this machine and no more, whichever process asks.

A turn is the lock of one of a few files in a folder that all processes share; the system gives it
back when its holder dies.
"""

from __future__ import annotations

import fcntl
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

_PAUSE = 0.1


class NoTurn(Exception):
    """All turns were taken for as long as one may wait."""


@dataclass(frozen=True, slots=True)
class Turns:
    """`number` turns, kept in `folder`; whoever asks waits at most `seconds`."""

    number: int
    folder: Path
    seconds: float = 20

    @contextmanager
    def taken(self) -> Iterator[None]:
        """Holds a turn. Raises NoTurn, or OSError where the folder cannot be used."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        until = time.monotonic() + self.seconds
        while (handle := self._free()) is None:
            if time.monotonic() >= until:
                raise NoTurn
            time.sleep(_PAUSE)
        try:
            yield
        finally:
            os.close(handle)

    def _free(self) -> int | None:
        """The open, locked file of a free turn; a process started meanwhile does not get it."""
        for turn in range(self.number):
            handle = os.open(
                self.folder / f"turn-{turn}", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600
            )
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(handle)
            except BaseException:
                os.close(handle)
                raise
            else:
                return handle
        return None


def usual_turns() -> Turns:
    """Half of the processors, at least one; a folder of the system user's own."""
    folder = Path(tempfile.gettempdir()) / f"cunyue-convert-{os.geteuid()}"
    return Turns(max(1, (os.cpu_count() or 1) // 2), folder)
