"""The list of texts that wait where nobody serves to act, for whoever may appoint."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from wagtail.admin.menu import MenuItem

from . import desk, mandates

LISTED = 200


@require_safe
def report(request):
    if not mandates.may_appoint_somewhere(request.user):
        raise PermissionDenied
    rows, more = desk.without_anybody(request.user, LISTED)
    context = {"rows": rows, "more": more, "page_title": _("在等，没有人任职的")}
    return render(request, "editorial/unattended.html", context)


class ReportMenuItem(MenuItem):
    """Shown to those who appoint somewhere."""

    def is_shown(self, request):
        return mandates.may_appoint_somewhere(request.user)


def menu_item():
    return ReportMenuItem(
        _("没有人任职、在等的文本"),
        reverse_lazy("editorial_unattended"),
        name="unattended",
        icon_name="warning",
        order=1120,
    )


urls = [path("reports/unattended/", report, name="editorial_unattended")]
