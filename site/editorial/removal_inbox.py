"""The private inbox of requests to take down or correct: a list, one request, and the way on."""

from collections.abc import Callable

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import path, reverse, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.permissions import policy_registry

from safety.models import RemovalRequest
from safety.publishers import publishes_somewhere

from . import removal_steps

ROWS = 50
ON_FIRST_PAGE = 5
OPEN = (RemovalRequest.NEW, RemovalRequest.CHECKING)
_ways_on: list[Callable] = []


def register_way_on(ways: Callable) -> None:
    """Let a room offer what can be done about a page: `ways(page, user)` gives [(words, url)]."""
    if ways not in _ways_on:
        _ways_on.append(ways)


def ways_on(page, user) -> list[tuple[str, str]]:
    """What `user` can do about the page of a request, in words with addresses."""
    if page is None:
        return []
    page = page.specific
    found = [way for ways in _ways_on for way in ways(page, user)]
    policy = policy_registry.get_by_type(type(page))
    if policy.user_has_permission_for_instance(user, "change", page):
        found.append((_("编辑这一页"), reverse("wagtailadmin_pages:edit", args=[page.pk])))
    return found


@require_safe
@never_cache
def inbox(request):
    if not publishes_somewhere(request.user):
        raise PermissionDenied
    state = request.GET.get("state", "")
    state = state if state in dict(RemovalRequest.STATES) else ""
    rows = removal_steps.requests_for(request.user).select_related("body", "page")
    rows = rows.filter(state=state) if state else rows.filter(state__in=OPEN)
    context = {
        "rows": Paginator(rows.order_by("due", "pk"), ROWS).get_page(request.GET.get("p")),
        "states": [("", _("没有办完的")), *RemovalRequest.STATES],
        "state": state,
        "page_title": _("撤下、更正申请"),
    }
    return render(request, "editorial/removal_inbox.html", context)


@require_http_methods(["GET", "POST"])
@never_cache
def one_request(request, pk):
    """One request; what somebody may not see answers like what is not there."""
    rows = removal_steps.requests_for(request.user).select_related("body", "page", "decided_by")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise Http404
    error = ""
    if request.method == "POST":
        try:
            _step(found, request)
        except ValidationError as fault:
            error = " ".join(fault.messages)
        else:
            messages.success(request, _("已记下。"))
            return redirect("editorial_removal_request", found.pk)
    context = {
        "one": found,
        "error": error,
        "answer": request.POST.get("answer", ""),
        "ways": ways_on(found.page, request.user),
        "can_take_up": removal_steps.can_take_up(found),
        "can_close": removal_steps.can_close(found),
        "longest": RemovalRequest.LONGEST_ANSWER,
        "page_title": found.number,
    }
    return render(request, "editorial/removal_request.html", context)


def _step(found, request):
    if "take_up" in request.POST:
        removal_steps.take_up(found, by=request.user)
        return
    state = request.POST.get("state", "")
    removal_steps.close(found, state, request.POST.get("answer", ""), by=request.user)


class InboxMenuItem(MenuItem):
    """Shown to those who review somewhere."""

    def is_shown(self, request):
        return publishes_somewhere(request.user)


def menu_item():
    return InboxMenuItem(
        _("撤下、更正申请"),
        reverse_lazy("editorial_removal_inbox"),
        name="removal-requests",
        icon_name="mail",
        order=310,
    )


class RequestsPanel(Component):
    """Requests that are not closed, those due first; nothing where there are none."""

    name = "removal_requests"
    order = 90
    template_name = "editorial/removal_panel.html"

    def get_context_data(self, parent_context):
        user = parent_context["request"].user
        rows = removal_steps.requests_for(user).filter(state__in=OPEN).select_related("body")
        found = list(rows.order_by("due", "pk")[: ON_FIRST_PAGE + 1])
        return super().get_context_data(parent_context) | {
            "rows": found[:ON_FIRST_PAGE],
            "more": len(found) > ON_FIRST_PAGE,
        }


urls = [
    path("removal-requests/", inbox, name="editorial_removal_inbox"),
    path("removal-requests/<int:pk>/", one_request, name="editorial_removal_request"),
]
