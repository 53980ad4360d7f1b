"""What the account screen shows of signing in: the second factor, and one's sessions."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.admin.views.account import BaseSettingsPanel, ChangePasswordPanel, SettingsTab

from . import second_factor, sessions
from .forms import NewPasswordForm

security_tab = SettingsTab("security", _("登录安全"), order=150)


def bound_password_panel():
    """Give Wagtail's panel for a new password a form that bounds tries of the old one."""
    ChangePasswordPanel.form_class = NewPasswordForm


class _ShownOnly(BaseSettingsPanel):
    """A panel without fields: its buttons send the account form to addresses of their own."""

    tab = security_tab

    def get_form(self):
        return forms.Form()


class SecondFactorPanel(_ShownOnly):
    name = "second_factor"
    title = _("两步验证")
    order = 100
    template_name = "safety/accounts/second_factor_panel.html"

    def get_context_data(self):
        return {
            "device": second_factor.device_of(self.user),
            "is_required": second_factor.is_required_of(self.user),
            "codes_left": second_factor.backup_codes_left(self.user),
        }


class SessionsPanel(_ShownOnly):
    name = "sessions"
    title = _("登录着的设备")
    order = 200
    template_name = "safety/accounts/sessions_panel.html"

    def get_context_data(self):
        own = self.request.session.session_key
        rows = [
            {"session": row, "is_own": row.pk == own, "handle": sessions.handle(row.pk)}
            for row in sessions.sessions_of(self.user)
        ]
        rows.sort(key=lambda row: not row["is_own"])
        return {"rows": rows}
