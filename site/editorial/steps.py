"""What all tasks of ours do with a text: hold its row while acting, and send it back."""

from django.utils import timezone
from django.utils.translation import gettext
from wagtail.models import Comment, TaskState

from safety.written import is_written

from . import procedures, review


class TextTask:
    """For task models: states over at once, locked states, rejections with remarks on clauses."""

    def passed(self, workflow_state, status, comment="") -> TaskState:
        """A state that is over at once; the workflow goes on to what is open."""
        return TaskState.objects.create(
            workflow_state=workflow_state,
            revision=workflow_state.content_object.get_latest_revision(),
            task=self,
            status=status,
            finished_at=timezone.now(),
            comment=comment,
        )

    def earlier_is_open(self, workflow_state) -> bool:
        """Whether the newest text still has to pass a task before this one."""
        following = workflow_state.get_next_task()
        return following is not None and following.pk != self.pk

    def lock_state(self, task_state) -> TaskState:
        """The state's row, locked for the transaction. Raises ReviewRefused if it is over."""
        locked = TaskState.objects.select_for_update().get(pk=task_state.pk)
        if locked.status != TaskState.STATUS_IN_PROGRESS:
            raise review.ReviewRefused(gettext("这份文本刚刚已由他人处理，请刷新查看结果。"))
        return locked

    def refuse_unless_offered(self, page, user, action_name) -> None:
        if action_name not in {name for name, *_rest in self.get_actions(page, user)}:
            raise review.ReviewRefused(
                review.author_note(user, page) or gettext("这份文本不在您的审核范围内。")
            )

    def send_back(self, locked, page, user, *, comment="", remarks=(), **kwargs) -> None:
        """Reject in words. `remarks`: (key of a clause, what is to be changed in it)."""
        if not is_written(comment):
            raise review.ReviewRefused(gettext("请写明意见或理由。"))
        known = {clause.key: clause for clause in procedures.clauses(page)}
        told = [(known[key], text.strip()) for key, text in remarks if key in known]
        for clause, text in told:
            locked.clause_remarks.create(clause=clause.key, label=clause.label[:40], text=text)
            Comment.objects.create(
                page=page, user=user, text=text, contentpath=clause.contentpath, position=""
            )
        lines = [comment.strip(), *(f"{clause.label}：{text}" for clause, text in told)]
        locked.specific.reject(user=user, comment="\n".join(lines))

    def get_template_for_action(self, action):
        return "editorial/rejection.html" if action == "reject" else ""
