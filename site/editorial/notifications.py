"""Tells reviewers by e-mail that a text waits for them.

Wagtail's own notifier knows group tasks only; it does tell the author of approval and return.
"""

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import TaskState
from wagtail.signals import task_submitted
from wagtail.users.models import UserProfile

from . import review
from .models import ScopedReviewTask


def connect():
    task_submitted.connect(tell_reviewers, sender=TaskState, dispatch_uid="editorial_review")


def tell_reviewers(sender, instance, user, **kwargs):
    """After the submission is committed, write to each reviewer who wants such mail."""
    if not isinstance(instance.task.specific, ScopedReviewTask):
        return
    if instance.workflow_state.task_states.filter(status=TaskState.STATUS_CANCELLED).exists():
        # The review only started anew because the text was edited meanwhile.
        return
    page = instance.workflow_state.content_object
    recipients = [
        reviewer.email
        for reviewer in review.reviewers(page)
        if reviewer.email and UserProfile.get_for_user(reviewer).submitted_notifications
    ]
    if not recipients:
        return
    subject = _("有文本等待审核：%(title)s") % {"title": page.get_admin_display_title()}
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    text = _("“%(title)s”已提交审核，请打开查看：%(url)s") % {
        "title": page.get_admin_display_title(),
        "url": f"{settings.WAGTAILADMIN_BASE_URL}{address}",
    }

    def send():
        for address in recipients:
            # Mail that fails must not undo a submission; the dashboard shows it all the same.
            send_mail(subject, text, None, [address], fail_silently=True)

    transaction.on_commit(send)
