"""Tasks that wait for steps outside the site: a vote, a public notice, filing.

They hold a text that was approved until its room's ledger says that the step was taken
(`editorial.procedures`). A text that needs no such step passes them at once; one that was edited
goes back to the reviewers.
"""

from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils.translation import gettext, gettext_lazy
from wagtail.locks import WorkflowLock
from wagtail.models import Task, TaskState, get_default_page_content_type

from editorial import procedures, review
from editorial.filing import pages_to_file, pages_to_write
from editorial.forms import RejectionForm
from editorial.steps import TextTask


class LedgerLock(WorkflowLock):
    """Keeps an approved text still while it waits for a vote, a notice or filing."""

    def get_message(self, user):
        if self.for_user(user):
            return gettext(
                "文本已经审核通过，正在等“%(task)s”，现在不能修改。要改文本，请乡镇（街道）退回修改。"
            ) % {"task": self.task.name}
        return super().get_message(user)


class LedgerTask(TextTask, Task):
    """A task that is done when the ledger says so. `steps`: those of `procedures` it waits for."""

    steps: tuple[str, ...] = ()
    lock_class = LedgerLock

    class Meta:
        abstract = True

    def start(self, workflow_state, user=None):
        page = workflow_state.content_object
        standing, _sentence = procedures.standing(page, self.steps)
        if standing == procedures.DONE:
            return self.passed(workflow_state, TaskState.STATUS_APPROVED)
        if standing == procedures.NOT_ASKED:
            return self.passed(workflow_state, TaskState.STATUS_SKIPPED)
        if self.earlier_is_open(workflow_state):
            return self.passed(workflow_state, TaskState.STATUS_CANCELLED)
        return super().start(workflow_state, user=user)

    def follow(self, task_state, by=None) -> bool:
        """Go on where the ledger says so; whether it did. Callers hold the state's row."""
        page = task_state.workflow_state.content_object
        standing, sentence = procedures.standing(page, self.steps)
        if standing in (procedures.DONE, procedures.NOT_ASKED):
            task_state.approve(user=by)
        elif standing == procedures.FAILED:
            task_state.reject(user=by, comment=sentence)
        return standing != procedures.OPEN

    def user_can_access_editor(self, obj, user):
        return review.holds_review_right(user, obj)

    def locked_for_user(self, obj, user):
        return not review.holds_review_right(user, obj)

    user_can_lock = user_can_unlock = user_can_access_editor

    def get_actions(self, obj, user):
        if review.holds_review_right(user, obj):
            return [("reject", gettext("退回修改"), True)]
        return []

    def get_form_for_action(self, action):
        return RejectionForm

    def on_action(self, task_state, user, action_name, **kwargs):
        """Send a text back that waits for this step. Raises ReviewRefused."""
        with transaction.atomic():
            locked = self.lock_state(task_state)
            page = locked.workflow_state.content_object
            self.refuse_unless_offered(page, user, action_name)
            self.send_back(locked, page, user, **kwargs)

    def get_task_states_user_can_moderate(self, user, **kwargs):
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        if user.is_superuser and user.is_active:
            return states
        return states.filter(
            workflow_state__base_content_type=get_default_page_content_type(),
            workflow_state__object_id__in=self.pages_for(user)
            .order_by()
            .annotate(key=Cast("pk", CharField()))
            .values("key"),
        )

    def pages_for(self, user):
        """Pages of which `user` may record the step, as one query."""
        return pages_to_write(user)


class VoteTask(LedgerTask):
    """表决: the village puts the approved text to its meeting and records the figures."""

    steps = (procedures.OPINIONS, procedures.VOTE, procedures.BACKING)

    class Meta:
        verbose_name = gettext_lazy("表决")
        verbose_name_plural = gettext_lazy("表决")

    @classmethod
    def get_description(cls):
        return gettext("等村里在“订立程序”里登记表决，人数合乎规定才往下走；没有通过的退回修改。")


class NoticeTask(LedgerTask):
    """公示: the adopted text hangs out for its days; `manage.py work` goes on after them."""

    steps = (procedures.NOTICE,)

    class Meta:
        verbose_name = gettext_lazy("公示")
        verbose_name_plural = gettext_lazy("公示")

    @classmethod
    def get_description(cls):
        return gettext("等公示期满；天数不能少于规定的最短天数。")


class FilingTask(LedgerTask):
    """备案: the township takes the text to its files under a number."""

    steps = (procedures.FILING,)

    class Meta:
        verbose_name = gettext_lazy("备案")
        verbose_name_plural = gettext_lazy("备案")

    @classmethod
    def get_description(cls):
        return gettext("等乡镇（街道）登记备案号和日期；备案以后文本成为新的一版。")

    def pages_for(self, user):
        return pages_to_file(user)
