"""The places of a rule's procedure in the admin."""

import datetime

from django.urls import path, reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button
from wagtail.log_actions import LogFormatter
from wagtail.snippets.models import register_snippet

from . import law_admin, ledger, ledger_desk, legacy_report, reminders
from .models import RulePage

register_snippet(law_admin.LawGroup)
REMIND_EVERY = datetime.timedelta(hours=1)
_reminded: list[datetime.datetime] = []


@hooks.register("register_admin_menu_item")
def go_live_menu_item():
    return law_admin.menu_item()


@hooks.register("register_reports_menu_item")
def legacy_menu_item():
    return legacy_report.menu_item()


@hooks.register("background_step")
def remind():
    """Reminders go out once an hour at most; which ones did is in the database."""
    now = timezone.now()
    if _reminded and now - _reminded[-1] < REMIND_EVERY:
        return 0
    _reminded[:] = [now]
    return reminders.send_some()


@hooks.register("register_log_actions")
def name_log_actions(actions):
    @actions.register_action("covenants.go_live")
    class GoLiveSet(LogFormatter):
        label = _("启用备案要求")

        def format_message(self, entry):
            told = _("备案要求自%(day)s起启用（原为%(before)s）") % entry.data
            reason = entry.data.get("reason")
            return (
                _("%(told)s，理由：%(reason)s") % {"told": told, "reason": reason}
                if reason
                else told
            )


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("rules/legacy/", legacy_report.report, name="covenants_legacy"),
        path("rules/go-live/", law_admin.go_live, name="covenants_go_live"),
        path("rules/procedure/<int:page_id>/", ledger_desk.desk, name="covenants_procedure"),
        path(
            "rules/procedure/scan/<int:procedure_id>/<slug:stage>/",
            ledger_desk.scan,
            name="covenants_procedure_scan",
        ),
    ]


@hooks.register("register_page_header_buttons")
def ledger_button(page, user, view_name, next_url=None):
    if issubclass(page.specific_class, RulePage) and ledger.may_open(user, page.specific):
        address = reverse("covenants_procedure", args=[page.pk])
        yield Button(_("订立程序"), address, icon_name="list-ol", priority=6)
