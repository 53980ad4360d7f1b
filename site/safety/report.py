"""The report over all that is public: pages on which the scan found something."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.models import Page
from wagtail.permissions import policy_registry

from . import rescan
from .findings import KIND_NAMES
from .models import ScannedPage

ROWS = 50


def may_see(user) -> bool:
    """Those who publish somewhere; they see the pages they may publish."""
    return policy_registry.get_by_type(Page).user_has_permission(user, "publish")


@require_safe
def report(request):
    if not may_see(request.user):
        raise PermissionDenied
    policy = policy_registry.get_by_type(Page)
    pages = policy.instances_user_has_permission_for(request.user, "publish").filter(live=True)
    rows = (
        ScannedPage.objects.filter(page__in=pages.order_by().values("pk"))
        .exclude(red=0, amber=0)
        .select_related("page")
        .order_by("-red", "-amber", "page_id")
    )
    shown = Paginator(rows, ROWS).get_page(request.GET.get("p"))
    for row in shown:
        for one in row.findings:
            one["name"] = KIND_NAMES.get(one["kind"], one["kind"])
            one["blocks"] = one["level"] == "red"
    context = {"rows": shown, "waiting": rescan.due().count(), "page_title": _("个人信息检查")}
    return render(request, "safety/report.html", context)
