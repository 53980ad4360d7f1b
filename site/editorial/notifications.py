"""Tells reviewers that a text waits for them.

Wagtail's own notifier knows group tasks only; it does tell the author of approval and return.
"""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import TaskState
from wagtail.signals import task_submitted

from . import notices, review
from .models import ScopedReviewTask


def connect():
    task_submitted.connect(tell_reviewers, sender=TaskState, dispatch_uid="editorial_review")


def tell_reviewers(sender, instance, user, **kwargs):
    """After the submission is committed, tell each reviewer who wants such notices."""
    if not isinstance(instance.task.specific, ScopedReviewTask):
        return
    if instance.workflow_state.task_states.filter(status=TaskState.STATUS_CANCELLED).exists():
        # The review only started anew because the text was edited meanwhile.
        return
    page = instance.workflow_state.content_object
    title = {"title": page.get_admin_display_title()}

    def words():
        subject = _("有文本等待审核：%(title)s") % title
        return subject, _("“%(title)s”已提交审核，请打开查看：") % title

    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    notices.tell(review.reviewers(page), notices.SUBMITTED, words, address)
