"""Who has to take the next step with a text, and where in the admin they take it."""

from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.models import Page

from . import mandates, procedures, review
from .models import FilingTask, NoticeTask, ScopedReviewTask, VoteTask
from .roles import TOWNSHIP_FILER, VILLAGE_EDITOR


def serving_above(page, role: str):
    """Users who hold a role now at the page or above it."""
    return mandates.people_serving(_line(page), [role])


def _line(page) -> list[str]:
    """Tree paths of a page and of all above it."""
    return [page.path[:end] for end in range(Page.steplen, len(page.path) + 1, Page.steplen)]


def people(page, task) -> list:
    """Users who have to act on a text that waits at `task` (a specific one).

    The vote and the public notice are the village's, filing the township's clerks'; where nobody
    holds that mandate, the reviewers are told, who see to it that somebody does.
    """
    if isinstance(task, ScopedReviewTask):
        return list(review.reviewers(page))
    role = TOWNSHIP_FILER if isinstance(task, FilingTask) else VILLAGE_EDITOR
    found = list(serving_above(page, role))
    return found or list(review.reviewers(page, wrote=set()))


def what_to_do(task) -> str:
    """The next step in a few plain words."""
    if isinstance(task, VoteTask):
        return _("请组织表决，并把表决情况登记到“订立程序”")
    if isinstance(task, NoticeTask):
        return _("请张榜公示，并把公示起止日期登记到“订立程序”")
    if isinstance(task, FilingTask):
        return _("请办理备案，并登记备案号和日期")
    return _("请审核")


def whose_turn(page) -> str:
    """A sentence for whoever handed a text in: who has it now, or what it needs next."""
    task = page.current_workflow_task
    if task is None:
        return ""
    if isinstance(task.specific, ScopedReviewTask):
        return review.whose_turn(page)
    return _("下一步：%s。") % what_to_do(task.specific)


def address(page, task) -> str:
    """Where that step is taken: reviewers see what a text changes, if it changes any."""
    if not isinstance(task, ScopedReviewTask):
        if found := procedures.address(page):
            return found
    elif page.live and (view := getattr(page.specific_class, "comparison_view", "")):
        return reverse(view, args=[page.pk])
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def place(page) -> str:
    """The titles of the places a page stands in, below the home page: 县 · 乡镇 · 村."""
    above = Page.objects.filter(path__in=_line(page)[2:-1]).order_by("path")
    return " · ".join(above.values_list("title", flat=True))


def reminder(title: str, where: str, task, url: str) -> str:
    """A few plain lines to paste into a chat: which text, where, what to do, and the address."""
    head = f"【{title}】{where}" if where else f"【{title}】"
    return f"{head}\n{what_to_do(task)}。\n{url}"
