"""The places of a rule's procedure in the admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.widgets import Button

from . import ledger, ledger_desk
from .models import RulePage


@hooks.register("register_admin_urls")
def admin_urls():
    return [
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
