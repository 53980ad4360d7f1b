"""What the templates of the workflow's tasks ask for."""

from django import template
from django.urls import reverse

from editorial import procedures, refusals

register = template.Library()


@register.simple_tag
def clauses_of(page):
    """The parts of a page's newest text that a remark can be about."""
    return procedures.clauses(page)


@register.simple_tag(takes_context=True)
def as_typed(context, form, page):
    """The form of a step, filled in with what was typed when the same was refused before."""
    if not form.is_bound:
        form.initial |= refusals.typed(context["request"], page)
    return ""


@register.inclusion_tag("editorial/approve_here.html", takes_context=True)
def approve_here(context, page):
    """A button to approve the waiting text on the screen that shows it; nothing for all others."""
    request, task = context["request"], page.current_workflow_task
    offered = {name for name, *_rest in task.get_actions(page, request.user)} if task else set()
    if "approve" not in offered:
        return {}
    step = [page.pk, "approve", page.current_workflow_task_state.pk]
    return {
        "request": request,
        "step_address": reverse("wagtailadmin_pages:workflow_action", args=step),
        "given_on": request.get_full_path(),
        "typed": refusals.typed(request, page).get("comment", ""),
    }
