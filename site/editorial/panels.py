"""What a reviewer and an author find on the admin's first page, in a fixed number of queries."""

from wagtail.admin.ui.components import Component
from wagtail.models import Page, TaskState, WorkflowState, get_default_page_content_type

SHOWN = 20


class AwaitingReviewPanel(Component):
    """Texts that this user can approve or return, oldest first."""

    name = "awaiting_review"
    order = 100
    template_name = "editorial/awaiting_review.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        states = (
            TaskState.objects.reviewable_by(user)
            .select_related("revision", "workflow_state__requested_by")
            .order_by("started_at", "pk")
        )
        rows = list(states[: SHOWN + 1])
        pages = _pages(row.workflow_state.object_id for row in rows)
        return super().get_context_data(parent_context) | {
            "rows": [
                {"state": row, "page": pages[row.workflow_state.object_id]}
                for row in rows[:SHOWN]
                if row.workflow_state.object_id in pages
            ],
            "more": len(rows) > SHOWN,
        }


class SubmittedPanel(Component):
    """Texts this user submitted: still waiting, or sent back with the reviewer's words."""

    name = "submitted_texts"
    order = 110
    template_name = "editorial/submitted.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        states = (
            WorkflowState.objects.active()
            .filter(requested_by=user, base_content_type=get_default_page_content_type())
            .select_related("current_task_state__finished_by")
            # “needs_changes” sorts after “in_progress”: what was sent back comes first.
            .order_by("-status", "-created_at")
        )
        rows = list(states[:SHOWN])
        pages = _pages(row.object_id for row in rows)
        return super().get_context_data(parent_context) | {
            "rows": [
                {
                    "page": pages[row.object_id],
                    "returned": row.status == WorkflowState.STATUS_NEEDS_CHANGES,
                    "state": row.current_task_state,
                }
                for row in rows
                if row.object_id in pages
            ]
        }


def _pages(object_ids):
    """{object id as text: page with `place`, the titles of what it stands in}; two queries.

    `comparison_view` names the address where a model of its own kind shows what a draft changes
    in the published text; empty for Wagtail's.
    """
    ids = [int(object_id) for object_id in object_ids]
    pages = Page.objects.filter(pk__in=ids)
    found = {str(page.pk): page for page in pages}
    steplen = Page.steplen
    above = {
        page.path[:end]
        for page in found.values()
        for end in range(steplen * 3, len(page.path), steplen)
    }
    titles = dict(Page.objects.filter(path__in=above).values_list("path", "title"))
    for page in found.values():
        page.comparison_view = getattr(page.specific_class, "comparison_view", "")
        parts = [titles.get(page.path[:end]) for end in range(steplen * 3, len(page.path), steplen)]
        page.place = " · ".join(part for part in parts if part)
    return found
