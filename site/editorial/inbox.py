"""A person's notices on the site: written by a sender of `editorial.notices`, read, forgotten."""

import datetime

from django.conf import settings
from django.utils import timezone
from wagtail.models import get_default_page_content_type

from safety.withdrawal.registry import Purged, register_purger

from .models import ClauseRemark, Notification
from .notices import Notice


class SiteSender:
    """Keeps a row for each recipient."""

    def send(self, user, notice: Notice) -> None:
        Notification.objects.create(
            user=user,
            page_id=notice.page_id,
            kind=notice.kind,
            title=notice.subject[:250],
            text=notice.text,
            address=notice.path,
        )


def of(user):
    """A person's own notices, the newest first."""
    return Notification.objects.filter(user=user)


def unread(user):
    return of(user).filter(read_at=None)


def mark_read(rows) -> int:
    """Note that these rows (a queryset) were read; those read before keep their moment."""
    return rows.filter(read_at=None).update(read_at=timezone.now())


def forget_old() -> int:
    """Delete notices older than NOTICES_KEPT_DAYS, read or not."""
    before = timezone.now() - datetime.timedelta(days=settings.NOTICES_KEPT_DAYS)
    return Notification.objects.filter(at__lt=before).delete()[0]


def purge(pages) -> Purged:
    """Notices that name or quote pages, and what reviewers remarked on their clauses."""
    done, keys = Purged(), [page.pk for page in pages]
    done.add("notices", Notification.objects.filter(page__in=keys).delete()[0])
    remarks = ClauseRemark.objects.filter(
        task_state__workflow_state__base_content_type=get_default_page_content_type(),
        task_state__workflow_state__object_id__in=[str(key) for key in keys],
    )
    done.add("remarks", remarks.delete()[0])
    return done


def register() -> None:
    register_purger(purge, ["editorial.Notification", "editorial.ClauseRemark"])
