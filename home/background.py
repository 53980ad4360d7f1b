"""What the background process does, step by step. Every step may be cut off and run again."""

import datetime
import logging

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from wagtail.log_actions import log
from wagtail.models import Page, Revision
from wagtail.models.draft_state import DraftStateMixin

from covenants import hint_reading, in_force_notices
from covenants.limit_proposals import read_some
from covenants.models import Edition, Following
from editorial import digests, inbox, progress, unattended
from safety import lapsed
from safety.renditions import clear_unshown
from search import outbox

logger = logging.getLogger(__name__)

# A few milliseconds of work each, every twenty seconds: nothing else waits for them, and a whole
# prefecture is read within hours. The command `propose_limits` reads all at once.
EDITIONS_AT_ONCE = 100
# About a second's work: when the rules change, a prefecture's texts are read again in an hour.
HINTS_AT_ONCE = 400


def publish_due() -> int:
    """Publish what was scheduled and take down what has lapsed; one fault stops nothing else."""
    done = 0
    now = timezone.now()
    for pk in lapsed.live_pks():
        done += _alone("expire", pk, _expire)
    due = Revision.objects.filter(approved_go_live_at__lt=now).order_by("approved_go_live_at")
    for pk in list(due.values_list("pk", flat=True)):
        done += _alone("publish", pk, _publish)
    return done


def _alone(what, pk, step) -> int:
    try:
        with transaction.atomic():
            return int(step(pk))
    except Exception:
        logger.exception("Could not %s %s as scheduled.", what, pk)
        return 0


def _expire(pk):
    page = Page.objects.select_for_update().get(pk=pk).specific
    if not page.live or not lapsed.is_over(page):
        return False
    page.unpublish(set_expired=True, log_action="wagtail.unpublish.scheduled")
    clear_unshown(page)
    return True


def _publish(pk):
    revision = Revision.objects.select_for_update().get(pk=pk)
    due = revision.approved_go_live_at
    if due is None or due > timezone.now():
        return False
    if not isinstance(revision.content_object, DraftStateMixin):
        return False
    try:
        with transaction.atomic():
            revision.publish(log_action="wagtail.publish.scheduled")
    except ValidationError as error:
        # Personal data, papers that are missing, a text that can be no edition: a person is needed.
        _give_up(revision, " ".join(error.messages))
        return False
    return True


def _give_up(revision, message):
    """Take a text off the schedule that may not be published, and note why in the page's log."""
    Revision.objects.filter(pk=revision.pk).update(approved_go_live_at=None)
    page = revision.content_object
    log(instance=page, action="safety.not_published", revision=revision, data={"message": message})


def end_notices() -> int:
    """Let texts go on in their workflow whose public notice is over; one fault stops no other."""
    return sum(_alone("go on after the notice of", pk, progress.follow) for pk in progress.due())


def attend_to_unattended() -> int:
    """Move on, or tell of, texts whose step nobody serves to take; one fault stops no other."""
    rows = {row.state.pk: row for row in unattended.due()}
    return sum(_alone("attend to", pk, lambda pk: unattended.attend(rows[pk])) for pk in rows)


def tell_in_force() -> int:
    """Tell villages of editions that came into force, each once; one fault stops no other."""
    due = in_force_notices.due()
    return sum(_alone("tell of edition", pk, in_force_notices.tell) for pk in due)


def send_digests() -> int:
    """Send the mail of the day to those who want one; one that fails stops no other."""
    sent = 0
    for pk in digests.due():
        try:
            sent += digests.send(pk)
        except Exception:
            logger.exception("Could not send the mail of the day to %s.", pk)
    return sent


def forget_notices() -> int:
    return _alone("forget", "old notices", lambda _: inbox.forget_old())


def propose_limits() -> int:
    """Read the limits of some editions that were made in bulk, or before there were limits."""
    if not Edition.objects.filter(limit_reading__isnull=True).exists():
        return 0
    return _alone("read limits of", "editions", lambda _: read_some(EDITIONS_AT_ONCE))


def read_hints() -> int:
    """Read some editions for legality hints: made in bulk, or read with rules of another day."""
    return _alone("read hints of", "editions", lambda _: hint_reading.read_some(HINTS_AT_ONCE))


def turn_editions(since: datetime.date, today: datetime.date) -> int:
    """Bring pages whose edition or following turned after `since`, to `today`, into the index."""
    turned = Edition.objects.filter(
        Q(effective_from__gt=since, effective_from__lte=today)
        | Q(ended_on__gt=since, ended_on__lte=today)
    )
    pages = set(turned.values_list("page_id", flat=True))
    followings = Following.objects.approved().filter(
        Q(effective_from__gt=since, effective_from__lte=today)
        | Q(ended_on__gt=since, ended_on__lte=today)
    )
    pages.update(followings.values_list("group_id", flat=True))
    ordered = turned.filter(ended_reason=Edition.ORDERED, ended_on__gt=since, ended_on__lte=today)
    for pk in ordered.values_list("page_id", flat=True).distinct():
        _alone("clear pictures of", pk, lambda pk: clear_unshown(Page.objects.get(pk=pk)))
    with transaction.atomic():
        outbox.touch(Page, pages)
    return len(pages)
