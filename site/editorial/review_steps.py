"""Texts that go through several reviews (初审、复审、终审): which one waits, who has taken one.

A page model names its reviews, in order, by the words of `editorial.roles`:
`review_steps = (FIRST, SECOND, FINAL)`; all others have the one review, "". Asks only;
`editorial.review` says who may do what.
"""

from django.db.models import Exists, OuterRef, Q
from wagtail.models import Page, Task, TaskState, WorkflowState, get_default_page_content_type

from .models.mandate import Mandate
from .roles import FIRST, SECOND, roles_reviewing

ONE_REVIEW = ("",)


def of(page_or_model) -> tuple[str, ...]:
    """The reviews that this page, or the pages of this model, go through."""
    model = page_or_model if isinstance(page_or_model, type) else page_or_model.specific_class
    return getattr(model, "review_steps", ONE_REVIEW)


def has_several(page_or_model) -> bool:
    return of(page_or_model) != ONE_REVIEW


def approvals_asked() -> int:
    """How many people have to approve a text that goes through one review."""
    asked = Task.objects.filter(active=True, scopedreviewtask__step="")
    return max(asked.values_list("scopedreviewtask__approvals", flat=True), default=1)


def were_taken(workflow_state) -> bool:
    """Whether the newest text of a page went through its reviews in this workflow.

    A text that its own steps let pass the one review (`editorial.procedures`) has a state of it
    that was skipped. A workflow that lacks the review, or in which others approved, has none.
    """
    page = workflow_state.content_object
    states = workflow_state.task_states.filter(revision=page.latest_revision_id)
    approved = Q(status=TaskState.STATUS_APPROVED)
    if has_several(page):
        last = Q(task__scopedreviewtask__step__in=(of(page)[-1], ""))
        return states.filter(last, approved).exists()
    passed = approved | Q(status=TaskState.STATUS_SKIPPED)
    return states.filter(passed, task__scopedreviewtask__step="").exists()


def awaited(page) -> str:
    """The review that the newest text waits for; the last one while it waits for none."""
    steps = of(page)
    if not has_several(page):
        return steps[0]
    waiting = _states(page).filter(status=TaskState.STATUS_IN_PROGRESS)
    found = waiting.values_list("task__scopedreviewtask__step", flat=True).first()
    return steps[-1] if found is None else found


def taken_by(page) -> set[int]:
    """Ids of the users who approved the newest text in one of several reviews."""
    if not has_several(page):
        return set()
    newest = Page.objects.filter(pk=page.pk).values("latest_revision")
    approved = _states(page).filter(status=TaskState.STATUS_APPROVED, revision__in=newest)
    pairs = approved.values_list("finished_by", "approvals__user")
    return {pk for pair in pairs for pk in pair if pk is not None}


def took_part(user):
    """A Q on TaskState for those of whose text `user` approved an earlier review: `taken_by` in
    SQL."""
    earlier = TaskState.objects.filter(
        Q(finished_by=user.pk) | Q(approvals__user=user.pk),
        workflow_state=OuterRef("workflow_state"),
        revision=OuterRef("revision"),
        status=TaskState.STATUS_APPROVED,
    )
    return Q(Exists(earlier))


def is_passed_without(task) -> bool:
    """Whether a text passes this task where nobody serves to take it.

    Never the final review: it waits until there is somebody.
    """
    return getattr(task, "step", "") in (FIRST, SECOND)


def has_nobody(page, step: str) -> bool:
    """Whether no one at all serves now, at `page` or above it, in a role that takes this review
    and may be passed (`is_passed_without`)."""
    if step not in (FIRST, SECOND):
        return False
    above = page.get_ancestors(inclusive=True)
    live = Mandate.objects.live().filter(role__in=roles_reviewing(step), body__in=above)
    return not live.exists()


def notes(page) -> list[str]:
    """Sentences on the reviews that the newest text passed without anybody."""
    if not has_several(page):
        return []
    newest = Page.objects.filter(pk=page.pk).values("latest_revision")
    skipped = _states(page).filter(status=TaskState.STATUS_SKIPPED, revision__in=newest)
    return list(skipped.exclude(comment="").order_by("pk").values_list("comment", flat=True))


def _states(page):
    """Task states of the workflow that the page is in now."""
    return TaskState.objects.filter(
        workflow_state__base_content_type=get_default_page_content_type(),
        workflow_state__object_id=str(page.pk),
        workflow_state__status=WorkflowState.STATUS_IN_PROGRESS,
    )
