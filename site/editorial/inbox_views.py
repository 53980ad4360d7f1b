"""The screens of a person's notices, and how they want them by mail. Everybody sees their own."""

from django import forms
from django.core.paginator import Paginator
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe
from wagtail.admin.menu import MenuItem
from wagtail.admin.ui.components import Component
from wagtail.admin.views.account import BaseSettingsPanel, notifications_tab

from . import digests, inbox
from .models import NoticePreference

ROWS, ON_FIRST_PAGE = 30, 5


@require_safe
@never_cache
def notices(request):
    """All that was kept, the newest first."""
    rows = Paginator(inbox.of(request.user), ROWS).get_page(request.GET.get("p"))
    unread = inbox.unread(request.user).count()
    context = {"rows": rows, "unread": unread, "page_title": _("通知"), "header_icon": "mail"}
    return render(request, "editorial/inbox.html", context)


@require_POST
def open_notice(request, pk):
    """Mark one as read and go where it is acted on."""
    row = get_object_or_404(inbox.of(request.user), pk=pk)
    inbox.mark_read(inbox.of(request.user).filter(pk=pk))
    return redirect(row.address or "editorial_notices")


@require_POST
def read_all(request):
    inbox.mark_read(inbox.of(request.user))
    return redirect("editorial_notices")


class InboxPanel(Component):
    """The newest unread notices on the first page; nothing where there are none."""

    name = "notices"
    order = 80
    template_name = "editorial/inbox_panel.html"

    def get_context_data(self, parent_context):
        rows = inbox.unread(parent_context["request"].user)
        return super().get_context_data(parent_context) | {
            "rows": rows[:ON_FIRST_PAGE],
            "unread": rows.count(),
        }


def menu_item():
    return MenuItem(
        _("通知"), reverse_lazy("editorial_notices"), name="notices", icon_name="mail", order=305
    )


class PreferenceForm(forms.ModelForm):
    """At once, once a day, or no mail."""

    class Meta:
        model = NoticePreference
        fields = ("mail",)
        widgets = {"mail": forms.RadioSelect}

    def __init__(self, *args, instance, **kwargs):
        self.user = instance
        preference = NoticePreference.objects.filter(user=instance).first()
        super().__init__(*args, instance=preference or NoticePreference(user=instance), **kwargs)

    def save(self, commit=True):
        return digests.choose(self.user, self.cleaned_data["mail"])


class MailPanel(BaseSettingsPanel):
    """In the account, beside Wagtail's choice of kinds."""

    name = "mail"
    title = _("邮件通知")
    tab = notifications_tab
    order = 90
    form_class = PreferenceForm


urls = [
    path("notices/", notices, name="editorial_notices"),
    path("notices/read/", read_all, name="editorial_notices_read"),
    path("notices/<int:pk>/", open_notice, name="editorial_notice"),
]
