"""The button that takes a page down everywhere, and the list of what was taken down.

`safety.withdrawal` does it; here people are asked whether they may and why.
"""

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db import transaction
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse, reverse_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.admin import messages
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from safety.models import Withdrawal
from safety.publishers import pages_to_publish, publishes_somewhere
from safety.withdrawal import ledger
from safety.withdrawal.withdrawing import WithdrawalRefused, refuse_unfit, withdraw

from . import review

ROWS = 50


def button(page, user):
    """Among the actions of a page, for those who may use it."""
    if page.pk and review.may_withdraw(user, page):
        yield Button(
            _("撤下并删除"),
            reverse("editorial_withdraw", args=[page.pk]),
            icon_name="bin",
            priority=70,
        )


@require_http_methods(["GET", "POST"])
def confirm(request, page_id):
    """What will be gone, the reason, and the button."""
    page = get_object_or_404(Page, pk=page_id)
    if not review.may_withdraw(request.user, page):
        raise PermissionDenied
    error, reason, place = "", request.POST.get("reason", ""), page.get_parent()
    try:
        refuse_unfit(page)
        if request.method == "POST":
            row = withdraw(page, reason=reason, by=request.user, thorough=False)
            text = _("已经撤下（编号 %s）。居民现在打不开了；余下的副本一分钟内清除。")
            messages.success(request, text % row.name)
            return redirect("wagtailadmin_explore", place.pk)
    except WithdrawalRefused as refused:
        error = " ".join(refused.messages)
        if not Page.objects.filter(pk=page_id).exists():
            # Somebody else was quicker.
            messages.warning(request, error)
            return redirect("wagtailadmin_explore", place.pk)
    context = {"page": page.specific, "reason": reason, "error": error}
    return render(request, "editorial/withdraw.html", context)


class ListMenuItem(MenuItem):
    """Shown to those who publish somewhere."""

    def is_shown(self, request):
        return publishes_somewhere(request.user)


def menu_item():
    return ListMenuItem(
        gettext_lazy("撤下的页面"),
        reverse_lazy("editorial_withdrawals"),
        name="withdrawals",
        icon_name="bin",
        order=1110,
    )


def _visible(user):
    """Withdrawals at the places where a user may publish; all for superusers."""
    if user.is_superuser:
        return Withdrawal.objects.all()
    return Withdrawal.objects.filter(place__in=pages_to_publish(user).values("pk"))


@require_safe
def withdrawals(request):
    """When, where, by whom and why; whether the same text may come again."""
    if not publishes_somewhere(request.user):
        raise PermissionDenied
    rows = _visible(request.user).select_related("place").order_by("-at")
    shown = Paginator(rows, ROWS).get_page(request.GET.get("p"))
    context = {"rows": shown, "page_title": _("撤下的页面")}
    return render(request, "editorial/withdrawals.html", context)


@require_POST
@transaction.atomic
def lift(request, pk):
    """Let the same text be brought to the site again. The page itself does not come back."""
    row = get_object_or_404(_visible(request.user).select_for_update(of=("self",)), pk=pk)
    if row.lifted_at is None:
        name = request.user.get_full_name() or request.user.get_username()
        ledger.lift(row, by_name=name)
        messages.success(request, _("已解除（编号 %s）：同一份文本可以重新导入。") % row.name)
    return redirect("editorial_withdrawals")
