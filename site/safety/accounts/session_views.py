"""Ending one's own sessions, and choosing a new password with a link someone made for it."""

from django.contrib import messages
from django.contrib.auth import views as auth_views
from django.http import Http404
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from wagtail.admin.auth import require_admin_access
from wagtail.log_actions import log

from safety.rate_limits import bounded

from . import sessions

ACCOUNT = "wagtailadmin_account"


@require_admin_access
@require_POST
def end_one(request, handle):
    """Ends one of one's own other sessions."""
    others = sessions.sessions_of(request.user).exclude(pk=request.session.session_key)
    row = next((row for row in others if sessions.handle(row.pk) == handle), None)
    if row is None:
        raise Http404
    row.delete()
    messages.success(request, _("已退出那台设备。"))
    return redirect(ACCOUNT)


@require_admin_access
@require_POST
def end_others(request):
    """Ends all of one's own sessions but this one."""
    ended = sessions.end_sessions(request.user, keep=request.session.session_key)
    text = ngettext("已退出 %(count)d 台设备。", "已退出 %(count)d 台设备。", ended)
    messages.success(request, text % {"count": ended})
    return redirect(ACCOUNT)


@method_decorator(bounded("password_link"), name="dispatch")
class NewPassword(auth_views.PasswordResetConfirmView):
    """Django's view for the link that `editorial.recovery` makes; the link works once."""

    template_name = "safety/accounts/new_password.html"
    success_url = reverse_lazy("wagtailadmin_login")

    def form_valid(self, form):
        response = super().form_valid(form)
        log(instance=self.user, action="safety.password_chosen", user=self.user)
        messages.success(self.request, _("新密码已经设好，请用它登录。"))
        return response
