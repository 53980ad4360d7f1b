"""清除旧稿: former texts of a page that has no editions are purged; what is public stays.

For records, households and features an editor simply corrects the page; what it said before stands
in revisions, comments and originals until a reviewer clears them. `safety.withdrawal` does it.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets.button import Button
from wagtail.log_actions import log
from wagtail.models import Page

from safety.withdrawal.withdrawing import WithdrawalRefused, checked_reason, purge_copies

from . import review


def may_purge(user, page) -> bool:
    """Whether `user` may clear the former texts of a page: who publishes there, places aside."""
    model = page.specific_class
    return (
        bool(getattr(model, "withdrawable", False))
        and not getattr(model, "has_editions", False)
        and review.holds_review_right(user, page)
    )


def address_of(page) -> str:
    return reverse("editorial_purge_copies", args=[page.pk])


def buttons(page, user):
    """Among the actions of a page, for those who may use it."""
    if page.pk and may_purge(user, page):
        yield Button(_("清除旧稿"), address_of(page), icon_name="history", priority=69)


def ways_on(page, user) -> list[tuple[str, str]]:
    """What the inbox of requests offers for pages of any kind."""
    ways = []
    if review.may_withdraw(user, page):
        ways.append((_("撤下并删除这一页"), reverse("editorial_withdraw", args=[page.pk])))
    if may_purge(user, page):
        ways.append((_("改好以后清除旧稿"), address_of(page)))
    return ways


@require_http_methods(["GET", "POST"])
def purge(request, page_id):
    page = get_object_or_404(Page, pk=page_id)
    if not may_purge(request.user, page):
        raise PermissionDenied
    error = ""
    if request.method == "POST":
        try:
            clear(page, request.POST.get("reason", ""), by=request.user)
            messages.success(request, _("旧稿已清除，网上的页面没有变。余下的副本一分钟内清除。"))
            return redirect("wagtailadmin_pages:edit", page.pk)
        except WithdrawalRefused as refused:
            error = " ".join(refused.messages)
    context = {"page": page, "error": error, "reason": request.POST.get("reason", "")}
    return render(request, "editorial/purge_copies.html", context)


@transaction.atomic
def clear(page, reason: str, *, by) -> dict[str, int]:
    """Purge the former texts of a page; logged with the reason. Raises WithdrawalRefused."""
    reason = checked_reason(reason)
    cleared = purge_copies(page)
    log(
        instance=page.specific,
        action="editorial.purge_copies",
        user=by,
        data={"reason": reason, "cleared": cleared},
    )
    return cleared
