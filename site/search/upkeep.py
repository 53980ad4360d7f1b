"""What ``manage.py work`` does for the index at every tick: heal, drain, slim, compare.

Rebuilds and comparisons run in a child process, so that what editors change is found meanwhile.
Whatever fails waits longer each time before it is tried again.
"""

import datetime
import logging
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils import timezone

from search import check, outbox, writer
from search.index import Defect, IndexBusy, IndexDirectory, IndexUnavailable

logger = logging.getLogger(__name__)

PURGE_AFTER = 60
"""Seconds that a deleted document may stay in a small segment's file."""

PREVIOUS_FOR = 60
"""Seconds that the generation before a rebuild stays for who reads it; it has deleted texts."""

PURGE_EVERY = 300
SLIM_EVERY = 5
SETTLE = 60
"""Seconds after the start before index and database are compared."""

NIGHT = range(1, 5)
"""Hours of the day in which index and database are compared; later if no one was up then."""

LIMITS = {"check_index": 1800, "update_index": 4 * 3600}
"""Seconds after which a command that has not ended is taken to hang."""

GRACE = 30
"""Seconds that a process has to end when it is asked to."""

NIGHTLY = datetime.timedelta(hours=20)
OVERDUE = datetime.timedelta(hours=48)


class Pace:
    """When a step may be tried again: twice as late after each failure, up to a bound."""

    def __init__(self, clock: Callable[[], float], first: float, most: float):
        self._clock, self._first, self._most = clock, first, most
        self.reset()

    def reset(self) -> None:
        self._wait, self._due = self._first, 0.0

    def put_off(self) -> None:
        self._due = self._clock() + self._wait
        self._wait = min(2 * self._wait, self._most)

    def is_due(self) -> bool:
        return self._clock() >= self._due


class Here:
    """Runs a command at once, in this process."""

    def is_busy(self) -> bool:
        return False

    def start(self, name: str, *arguments: str) -> None:
        try:
            call_command(name, *arguments, verbosity=0)
        except (CommandError, SystemExit) as error:
            logger.error("%s failed: %s", name, error)

    def stop(self) -> None:
        pass


class Child:
    """Runs one command at a time in a process of its own, which knows the code as it is now."""

    def __init__(self, clock: Callable[[], float]):
        self._clock = clock
        self._process: subprocess.Popen | None = None
        self._name, self._late_at = "", 0.0

    def is_busy(self) -> bool:
        """Whether the command still runs; one that hangs is asked to end, then made to."""
        if self._process is None or self._process.poll() is not None:
            return False
        late = self._clock() - self._late_at
        if late >= GRACE:
            self._process.kill()
        elif late >= 0:
            logger.error("%s takes too long and is stopped.", self._name)
            self._process.terminate()
        return True

    def start(self, name: str, *arguments: str) -> None:
        environment = os.environ | {
            "DJANGO_SETTINGS_MODULE": settings.SETTINGS_MODULE,
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        command = [sys.executable, "-m", "django", name, "--verbosity", "0", *arguments]
        self._process = subprocess.Popen(command, env=environment)  # noqa: S603
        self._name, self._late_at = name, self._clock() + LIMITS[name]

    def stop(self) -> None:
        if self._process is None:
            return
        self._process.terminate()
        try:
            self._process.wait(GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Upkeep:
    """The care of all configured indexes; ``alone``: everything due happens before tick returns."""

    def __init__(self, *, alone: bool = False, clock: Callable[[], float] = time.monotonic):
        self._clock = clock
        self._commands = Here() if alone else Child(clock)
        self._alone = alone
        self._started = clock()
        self._healing = Pace(clock, 10, 3600)
        self._draining = Pace(clock, 1, 30)
        self._slimming = Pace(clock, 30, 600)
        self._slimmer: threading.Thread | None = None
        self._slim_next = 0.0
        self._was_busy = True
        self._deleted_since: dict[IndexDirectory, float] = {}
        self._purged: dict[IndexDirectory, float] = {}
        self._generations: dict[IndexDirectory, tuple[str | None, float]] = {}

    def tick(self) -> None:
        """Does what is due; trouble with the index is logged, with the database raised."""
        busy = self._commands.is_busy()
        if self._was_busy and not busy:
            self._draining.reset()
            self._each(IndexDirectory.tidy)
        self._was_busy = busy
        if not busy and self._healing.is_due():
            self._was_busy = self._heal()
        if self._draining.is_due():
            self._drain()
        if self._slimming.is_due() and self._clock() >= self._slim_next:
            self._start_slimming()
        if not (self._alone or self._was_busy):
            self._compare()

    def stop(self) -> None:
        """Ends what runs in a child process; the index in use stays."""
        self._commands.stop()

    def _start_slimming(self) -> None:
        """Merges may take long and hold no lock: editors' changes are drained meanwhile."""
        if self._slimmer is not None and self._slimmer.is_alive():
            return
        self._slim_next = self._clock() + SLIM_EVERY
        self._slimmer = threading.Thread(
            target=self._each, args=(self._slim, self._slimming), daemon=True
        )
        self._slimmer.start()
        if self._alone:
            self._slimmer.join()

    def _each(self, step: Callable, on_failure: Pace | None = None) -> None:
        for directory in outbox.configured_directories():
            try:
                step(directory)
            except IndexBusy:
                continue
            except (IndexUnavailable, OSError) as error:
                if on_failure is None:
                    continue
                on_failure.put_off()
                logger.error("The search index in %s cannot be kept up: %s", directory.path, error)

    def _heal(self) -> bool:
        """Starts a rebuild where one is needed; whether it did."""
        for directory in outbox.configured_directories():
            defect = directory.defect()
            if defect is Defect.NONE:
                continue
            self._healing.put_off()
            if defect is Defect.REFUSED:
                logger.error("The search index is refused: %s", directory.refusal())
            elif not self._is_rebuilding(directory):
                logger.warning("The search index in %s is %s: rebuilding.", directory.path, defect)
                self._commands.start("update_index", "--if-needed")
                return True
            return False
        self._healing.reset()
        return False

    def _is_rebuilding(self, directory: IndexDirectory) -> bool:
        try:
            return directory.is_rebuilding()
        except (IndexUnavailable, OSError):
            return False

    def _drain(self) -> None:
        try:
            outbox.drain()
        except (IndexUnavailable, OSError) as error:
            self._draining.put_off()
            logger.error("The search index cannot be written; its outbox keeps the work: %s", error)
        else:
            self._draining.reset()

    def _slim(self, directory: IndexDirectory) -> None:
        """Joins segments where there are many and drops what was deleted a while ago."""
        now = self._clock()
        self._drop_previous(directory, now)
        deleted, _ = directory.deleted()
        since = self._deleted_since.setdefault(directory, now) if deleted else now
        if not deleted:
            self._deleted_since.pop(directory, None)
        purge = now - since >= PURGE_AFTER and self._may_purge(directory, now)
        writer.merge(directory)
        if purge:
            writer.purge(directory)
            self._purged[directory] = now
            self._deleted_since.pop(directory, None)

    def _drop_previous(self, directory: IndexDirectory, now: float) -> None:
        generation = directory.generation()
        known, since = self._generations.setdefault(directory, (generation, now))
        if generation != known:
            self._generations[directory] = generation, now
        elif now - since >= PREVIOUS_FOR:
            with suppress(IndexBusy):
                directory.drop_previous()

    def _may_purge(self, directory: IndexDirectory, now: float) -> bool:
        last = self._purged.get(directory)
        return last is None or now - last >= PURGE_EVERY

    def _compare(self) -> None:
        if self._clock() - self._started < SETTLE:
            return
        for directory in outbox.configured_directories():
            if directory.state() == "ready" and is_due(check.last_record(directory)):
                self._was_busy = True
                self._commands.start("check_index", "--repair", "--purge")
                return


def is_due(record: dict, now: datetime.datetime | None = None) -> bool:
    """Whether index and database are to be compared, ``record`` being what the last time left.

    At night; at once when the machine was started since, because a power loss may have taken
    commits from the database that the index already had.
    """
    now = now or timezone.now()
    try:
        age = now - datetime.datetime.fromisoformat(record["at"])
    except (KeyError, TypeError, ValueError):
        return True
    at_night = timezone.localtime(now).hour in NIGHT
    return record.get("boot") != check.boot_id() or age > (NIGHTLY if at_night else OVERDUE)
