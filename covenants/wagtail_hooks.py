"""The upload desk's places in the admin."""

from django.urls import path, reverse
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.widgets import Button
from wagtail.snippets.models import register_snippet

from villages.models import GroupPage, VillagePage

from . import limit_desk, upload
from .limit_words import LimitWordsGroup
from .models import RulePage

register_snippet(LimitWordsGroup)


@hooks.register("register_admin_urls")
def admin_urls():
    return [
        path("rules/upload/", upload.upload, name="covenants_upload"),
        path("rules/upload/<uuid:source_id>/", upload.review, name="covenants_review_upload"),
        path("rules/text/<int:page_id>/", upload.edit_as_text, name="covenants_edit_as_text"),
        path("rules/limits/<int:page_id>/", limit_desk.limits, name="covenants_limits"),
        path("rules/original/<uuid:source_id>/", upload.original, name="covenants_original"),
    ]


@hooks.register("register_admin_menu_item")
def upload_menu_item():
    return MenuItem(
        _("上传规约"),
        reverse("covenants_upload"),
        name="upload-rules",
        icon_name="upload",
        order=90,
    )


@hooks.register("register_page_header_buttons")
def rule_buttons(page, user, view_name, next_url=None):
    if issubclass(page.specific_class, RulePage):
        if page.specific.permissions_for_user(user).can_edit():
            address = reverse("covenants_edit_as_text", args=[page.pk])
            yield Button(_("按文字修改"), address, icon_name="edit", priority=5)
            yield limit_desk.button(page)
        return
    place = page.specific if type(page) not in (VillagePage, GroupPage) else page
    if upload.may_upload(user, place):
        yield Button(_("上传规约"), upload.upload_address(place), icon_name="upload", priority=5)
