"""The one background process. Stop and start it at any moment; two of them do no harm."""

import datetime
import logging
import signal
import threading

from django.core.management.base import BaseCommand
from django.db import DatabaseError, close_old_connections
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
        turned_until = timezone.localdate() - CATCH_UP
        upkeep = Upkeep(alone=once)
        erasures = erasing.Beside(alone=once)
        ticks = 0
        while not stop.is_set():
            try:
                if ticks % (SCHEDULE_SECONDS // TICK_SECONDS) == 0:
                    background.publish_due()
                    background.end_notices()
                    background.tell_in_force()
                    background.send_digests()
                    background.propose_limits()
                    background.read_hints()
                    make_missing(PICTURES_AT_ONCE)
                    today = timezone.localdate()
                    if turned_until < today:
                        background.turn_editions(turned_until, today)
                        background.forget_notices()
                        turned_until = today
                upkeep.tick()
                for step in hooks.get_hooks("background_step"):
                    step()
                erasures.tick()
            except DatabaseError:
                logger.exception("The database did not answer; trying again.")
            except Exception:
                logger.exception("A step of the background work failed; trying again.")
            if once:
                break
            ticks += 1
            close_old_connections()
            stop.wait(TICK_SECONDS)
        upkeep.stop()
