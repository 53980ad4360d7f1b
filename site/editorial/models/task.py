"""The one review task of the site: its approvers follow from the page's place in the tree."""

from django.core.validators import MinValueValidator
from django.db import models, transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from wagtail.locks import WorkflowLock
from wagtail.log_actions import log
from wagtail.models import Revision, Task, TaskState, get_default_page_content_type

from editorial import authorship, procedures, review, review_steps
from editorial.filing import pages_served_as
from editorial.forms import ApprovalForm, OverrideForm, RejectionForm
from editorial.roles import FIRST, REVIEWS, SECOND, roles_reviewing
from editorial.steps import TextTask
from safety.findings import refuse_personal_data
from safety.publishers import pages_to_publish
from safety.written import is_written


class ReviewLock(WorkflowLock):
    """Keeps the submitted text still while it is read; says so in plain words."""

    def get_message(self, user):
        if self.for_user(user):
            return gettext("文本正在等待上级审核，审核期间不能修改。如要修改，请先按“撤回送审”。")
        return super().get_message(user)


class ScopedReviewTask(TextTask, Task):
    """Review by whoever may publish at the page's place, except the text's own authors.

    One task serves the whole tree: never one per township. It may ask for `approvals` of several
    people, each counted once. Superusers are bound as all others, unless they record an override
    with a reason. Page models that go through several reviews have a task for each (`step`), taken
    by its own role; a text that was changed begins with the first.
    """

    step = models.CharField(
        gettext_lazy("第几道审核"),
        max_length=10,
        blank=True,
        default="",
        choices=list(REVIEWS.items()),
        editable=False,
    )

    approvals = models.PositiveSmallIntegerField(
        gettext_lazy("要几人批准"),
        default=1,
        validators=[MinValueValidator(1)],
        help_text=gettext_lazy("每人只算一次；文本改动后重新计算。"),
    )

    admin_form_fields = [*Task.admin_form_fields, "approvals"]
    lock_class = ReviewLock

    class Meta:
        verbose_name = gettext_lazy("逐级审核")
        verbose_name_plural = gettext_lazy("逐级审核")

    @classmethod
    def get_description(cls):
        return gettext("由页面所在地的审核员审核；任何人不得审核自己写的文本。")

    def start(self, workflow_state, user=None):
        """Take a text into review. Raises PersonalDataFound for what could not be published.

        A review that starts anew because the waiting text was edited goes on: the edit is saved,
        and approving it will refuse.
        """
        page = workflow_state.content_object
        before = workflow_state.current_task_state
        if before is None or before.status == TaskState.STATUS_REJECTED:
            refuse_personal_data(page.get_latest_revision_as_object())
        if not self._concerns(page, workflow_state):
            return self.passed(workflow_state, TaskState.STATUS_SKIPPED)
        procedures.note_submission(page, user)
        if procedures.skips_review(page):
            return self.passed(workflow_state, TaskState.STATUS_SKIPPED)
        if self.step and self.earlier_is_open(workflow_state):
            return self.passed(workflow_state, TaskState.STATUS_CANCELLED)
        if review_steps.has_nobody(page, self.step):
            return self._passed_by_nobody(workflow_state, page, user)
        return super().start(workflow_state, user=user)

    def _concerns(self, page, workflow_state) -> bool:
        """Whether this is one of the page's reviews.

        Where the workflow lacks the last of several, the one review takes their place.
        """
        steps = review_steps.of(page)
        if self.step or not review_steps.has_several(page):
            return self.step in steps
        last = {"task__active": True, "task__scopedreviewtask__step": steps[-1]}
        return not workflow_state.workflow.workflow_tasks.filter(**last).exists()

    def _passed_by_nobody(self, workflow_state, page, user) -> TaskState:
        note = self._note_passed(page, user)
        return self.passed(workflow_state, TaskState.STATUS_SKIPPED, note)

    def _note_passed(self, page, user=None) -> str:
        data = {"step": self.step}
        log(instance=page.specific, action="editorial.step_passed", user=user, data=data)
        return gettext("现在没有人任%(step)s，这一道跳过。") % {"step": self.get_step_display()}

    def pass_without_anybody(self, task_state) -> bool:
        """Go on with a text that began to wait while somebody served; whether it went on.

        Callers hold the state's row.
        """
        page = task_state.workflow_state.content_object
        if not review_steps.has_nobody(page, self.step):
            return False
        task_state.status, task_state.finished_at = TaskState.STATUS_SKIPPED, timezone.now()
        task_state.comment = self._note_passed(page)
        task_state.save()
        task_state.workflow_state.update()
        return True

    def _reads(self, user, page) -> bool:
        return user.is_superuser or review.takes_review(user, page, self.step)

    def user_can_access_editor(self, obj, user):
        return self._reads(user, obj)

    def locked_for_user(self, obj, user):
        return not self._reads(user, obj)

    def user_can_lock(self, obj, user):
        return self._reads(user, obj)

    def user_can_unlock(self, obj, user):
        return self._reads(user, obj)

    def get_actions(self, obj, user):
        if review.may_review(user, obj):
            back = ("reject", gettext("退回修改"), True)
            if self._approved_by(obj, user):
                return [back]
            return [
                back,
                ("approve", gettext("批准"), False),
                ("approve", gettext("批准并附意见"), True),
            ]
        if review.may_override(user, obj):
            return [("override", gettext("越过审核批准（须写明理由）"), True)]
        return []

    def get_template_for_action(self, action):
        return super().get_template_for_action(action) or "editorial/step.html"

    def get_form_for_action(self, action):
        if action == "reject":
            return RejectionForm
        if action == "override":
            return OverrideForm
        return ApprovalForm

    def on_action(self, task_state, user, action_name, **kwargs):
        """Act on one text. Raises ReviewRefused, with the reason, instead of acting twice or late.

        The text is the task state's own: the address the action came by is not trusted.
        """
        with transaction.atomic():
            locked = self.lock_state(task_state)
            page = locked.workflow_state.content_object
            moved_on = self._follow_newest_text(locked, page, user)
            if not moved_on:
                self.refuse_unless_offered(page, user, action_name)
                self._act(locked, page, user, action_name, **kwargs)
        if moved_on:
            raise review.ReviewRefused(
                gettext("文本在提交后有修改。请看过最新文本再审核；修改者本人不能批准。")
            )

    def _act(self, locked, page, user, action_name, *, comment="", **kwargs):
        comment = comment.strip()
        if action_name == "reject":
            self.send_back(locked, page, user, comment=comment, **kwargs)
            procedures.note_review(page, user, lawful=False, opinion=comment)
            return
        if obstacles := review.obstacles(page, user):
            raise review.ReviewRefused(review.obstacles_told(obstacles))
        if action_name == "override":
            if not is_written(comment):
                raise review.ReviewRefused(gettext("请写明意见或理由。"))
            self._record_override(locked, page, user, comment)
        else:
            locked.approvals.create(user=user, comment=comment)
            if locked.approvals.count() < self.approvals:
                log(instance=page.specific, action="editorial.approve_one", user=user)
                return
        procedures.note_review(page, user, lawful=True, opinion=comment)
        locked.specific.approve(user=user, comment=comment)

    def _approved_by(self, page, user) -> bool:
        """Whether `user` is one of several whose approval of the text is noted."""
        states = TaskState.objects.for_instance(page).filter(
            task=self, status=TaskState.STATUS_IN_PROGRESS
        )
        return self.approvals > 1 and states.filter(approvals__user=user.pk).exists()

    def get_task_states_user_can_moderate(self, user, **kwargs):
        """Task states that await this user, as one query whatever the size of the tree."""
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        if user.is_superuser and user.is_active:
            return states
        waiting = states.filter(
            workflow_state__base_content_type=get_default_page_content_type(),
            workflow_state__object_id__in=self._pages_of(user)
            .order_by()
            .annotate(key=Cast("pk", CharField()))
            .values("key"),
        ).exclude(authorship.written_by(user))
        return waiting.exclude(review_steps.took_part(user)) if self.step else waiting

    def _pages_of(self, user):
        """Pages for which `review.takes_review` holds, as one query."""
        if self.step in (FIRST, SECOND):
            return pages_served_as(user, roles_reviewing(self.step))
        return pages_to_publish(user)

    def _follow_newest_text(self, locked, page, user) -> bool:
        """Point the review at the newest text; returns whether it stood at an older one.

        Autosave overwrites a revision in place, which only its time of saving tells. The row is
        locked, so that nothing is saved between this look and the approval.
        """
        if not self._reads(user, page):
            return False
        newest = Revision.objects.select_for_update().get(pk=page.get_latest_revision().pk)
        if newest.pk == locked.revision_id and newest.created_at <= locked.started_at:
            return False
        locked.approvals.all().delete()
        locked.revision, locked.started_at = newest, timezone.now()
        locked.save(update_fields=["revision", "started_at"])
        return True

    def _record_override(self, task_state, page, user, reason):
        log(
            instance=page.specific,
            action="editorial.override",
            user=user,
            revision=task_state.revision,
            data={"reason": reason},
        )
