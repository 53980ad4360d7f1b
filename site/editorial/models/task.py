"""The one review task of the site: its approvers follow from the page's place in the tree."""

from django.db import transaction
from django.db.models import CharField
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import gettext, gettext_lazy
from wagtail.locks import WorkflowLock
from wagtail.log_actions import log
from wagtail.models import Page, Task, TaskState, get_default_page_content_type
from wagtail.permissions import policy_registry

from editorial import authorship, review
from editorial.forms import OverrideForm, RequiredCommentForm
from safety.findings import refuse_personal_data

COMMENT_REQUIRED = {"reject", "override"}


class ReviewLock(WorkflowLock):
    """Keeps the submitted text still while it is read; says so in plain words."""

    def get_message(self, user):
        if self.for_user(user):
            return gettext("文本正在等待上级审核，审核期间不能修改。如要修改，请先取消提交。")
        return super().get_message(user)


class ScopedReviewTask(Task):
    """Review by whoever may publish at the page's place, except the text's own authors.

    One task serves the whole tree: never one per township. Superusers are bound as all others,
    unless they record an override with a reason.
    """

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
        before = workflow_state.current_task_state
        if before is None or before.status == TaskState.STATUS_REJECTED:
            refuse_personal_data(workflow_state.content_object.get_latest_revision_as_object())
        return super().start(workflow_state, user=user)

    def user_can_access_editor(self, obj, user):
        return review.holds_review_right(user, obj)

    def locked_for_user(self, obj, user):
        return not review.holds_review_right(user, obj)

    def user_can_lock(self, obj, user):
        return review.holds_review_right(user, obj)

    def user_can_unlock(self, obj, user):
        return review.holds_review_right(user, obj)

    def get_actions(self, obj, user):
        if review.may_review(user, obj):
            return [
                ("reject", gettext("退回修改"), True),
                ("approve", gettext("批准"), False),
                ("approve", gettext("批准并附意见"), True),
            ]
        if review.may_override(user, obj):
            return [("override", gettext("越过审核批准（须写明理由）"), True)]
        return []

    def get_form_for_action(self, action):
        if action == "reject":
            return RequiredCommentForm
        if action == "override":
            return OverrideForm
        return super().get_form_for_action(action)

    def on_action(self, task_state, user, action_name, **kwargs):
        """Act on one text. Raises ReviewRefused, with the reason, instead of acting twice or late.

        The text is the task state's own: the address the action came by is not trusted.
        """
        comment = kwargs.get("comment", "").strip()
        if action_name in COMMENT_REQUIRED and not comment:
            raise review.ReviewRefused(gettext("请写明意见或理由。"))
        if self._follow_newest_text(task_state, user):
            raise review.ReviewRefused(
                gettext("文本在提交后有修改。请看过最新文本再审核；修改者本人不能批准。")
            )
        with transaction.atomic():
            locked = TaskState.objects.select_for_update().get(pk=task_state.pk)
            if locked.status != TaskState.STATUS_IN_PROGRESS:
                raise review.ReviewRefused(gettext("这份文本刚刚已由他人处理，请刷新查看结果。"))
            page = locked.workflow_state.content_object
            if action_name not in {name for name, *_rest in self.get_actions(page, user)}:
                raise review.ReviewRefused(
                    review.author_note(user, page) or gettext("这份文本不在您的审核范围内。")
                )
            if action_name == "reject":
                locked.specific.reject(user=user, comment=comment)
            else:
                if obstacles := review.obstacles(page, user):
                    raise review.ReviewRefused(" ".join(obstacles))
                if action_name == "override":
                    self._record_override(locked, page, user, comment)
                locked.specific.approve(user=user, comment=comment)

    def get_task_states_user_can_moderate(self, user, **kwargs):
        """Task states that await this user, as one query whatever the size of the tree."""
        states = self.task_states.filter(status=TaskState.STATUS_IN_PROGRESS)
        if user.is_superuser and user.is_active:
            return states
        pages = policy_registry.get_by_type(Page).instances_user_has_permission_for(user, "publish")
        return states.filter(
            workflow_state__base_content_type=get_default_page_content_type(),
            workflow_state__object_id__in=pages.order_by()
            .annotate(key=Cast("pk", CharField()))
            .values("key"),
        ).exclude(authorship.written_by(user))

    def _follow_newest_text(self, task_state, user):
        """Point the review at the newest text; returns whether it stood at an older one.

        Autosave overwrites a revision in place, which only its time of saving tells.
        """
        page = task_state.workflow_state.content_object
        newest = page.get_latest_revision()
        seen = newest.pk == task_state.revision_id and newest.created_at <= task_state.started_at
        return bool(
            not seen
            and review.holds_review_right(user, page)
            and TaskState.objects.filter(
                pk=task_state.pk, status=TaskState.STATUS_IN_PROGRESS
            ).update(revision=newest, started_at=timezone.now())
        )

    def _record_override(self, task_state, page, user, reason):
        log(
            instance=page.specific,
            action="editorial.override",
            user=user,
            revision=task_state.revision,
            data={"reason": reason},
        )
