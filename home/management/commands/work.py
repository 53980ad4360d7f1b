"""The one background process. Stop and start it at any moment; two of them do no harm."""

import datetime
import logging
import signal
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections, connection
from django.utils import timezone
from wagtail import hooks

from home import background
from safety.renditions import make_missing
from safety.withdrawal import erasing
from search.upkeep import Upkeep

logger = logging.getLogger(__name__)

TICK_SECONDS = 1
SCHEDULE_SECONDS = 20
# Some seconds of work at most: the index outbox waits meanwhile.
PICTURES_AT_ONCE = 2
# A worker that was off for a while still catches the editions that turned meanwhile.
CATCH_UP = datetime.timedelta(days=31)


class Command(BaseCommand):
    help = (
        "Do what is timed or deferred: index outbox, scheduled publishing, editions that turn, and "
        "whatever a room registered with the hook `background_step`."
    )

    def add_arguments(self, parser):
        parser.add_argument("--once", action="store_true", help="do what is due now and stop")

    def handle(self, *, once, **options):
        stop = threading.Event()
        if not once:
            for number in (signal.SIGTERM, signal.SIGINT):
                signal.signal(number, lambda *_: stop.set())
        self.turned_until = timezone.localdate() - CATCH_UP
        upkeep = Upkeep(alone=once)
        erasures = erasing.Beside(alone=once)
        is_due = Every(SCHEDULE_SECONDS)
        while not stop.is_set():
            steps = [upkeep.tick, *hooks.get_hooks("background_step"), erasures.tick]
            if is_due():
                steps = [*self.scheduled(), *steps]
            run_each(steps)
            if once:
                break
            close_old_connections()
            stop.wait(TICK_SECONDS)
        upkeep.stop()

    def scheduled(self) -> list[Callable]:
        """What is looked at every SCHEDULE_SECONDS."""
        return [
            background.publish_due,
            background.end_notices,
            background.attend_to_unattended,
            background.tell_in_force,
            background.send_digests,
            background.propose_limits,
            background.read_hints,
            partial(make_missing, PICTURES_AT_ONCE),
            self.turn_the_day,
        ]

    def turn_the_day(self) -> None:
        """What is done once for each new day; again until it has succeeded."""
        today = timezone.localdate()
        if self.turned_until < today:
            background.turn_editions(self.turned_until, today)
            background.forget_notices()
            self.turned_until = today


class Every:
    """Whether so many seconds are over since it last said so: rounds of an import take long."""

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic):
        self._seconds, self._clock = seconds, clock
        self._next_at = clock()

    def __call__(self) -> bool:
        now = self._clock()
        if now < self._next_at:
            return False
        self._next_at = now + self._seconds
        return True


def run_each(steps: Iterable[Callable]) -> None:
    """Each step by itself: one that fails is tried again in a later round and stops no other."""
    for step in steps:
        try:
            step()
        except Exception as error:
            logger.exception("A step of the background work failed; trying again.")
            if isinstance(error, DatabaseError) and not connection.is_usable():
                # The others would fail alike.
                return
