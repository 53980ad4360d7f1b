"""The report over all that is public: pages on which the scan found something."""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from . import rescan
from .findings import KIND_NAMES
from .models import ScannedPage
from .publishers import pages_to_publish, publishes_somewhere

ROWS = 50


@require_safe
def report(request):
    if not publishes_somewhere(request.user):
        raise PermissionDenied
    pages = pages_to_publish(request.user).filter(live=True)
    rows = (
        ScannedPage.objects.filter(page__in=pages.values("pk"))
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
