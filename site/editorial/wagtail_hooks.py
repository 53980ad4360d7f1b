"""Joins the editorial rules to Wagtail's admin. Gathers and asks; the rules stand elsewhere."""

from django.apps import apps
from django.contrib import messages
from django.db.models import OuterRef
from django.shortcuts import redirect
from django.urls import path, reverse, reverse_lazy
from django.utils.html import format_html
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.action_menu import WorkflowMenuItem
from wagtail.admin.menu import MenuItem
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.views.home import (
    UserObjectsInWorkflowModerationPanel,
    WorkflowObjectsToModeratePanel,
)
from wagtail.admin.widgets import Button
from wagtail.models import Page
from wagtail.snippets.models import register_snippet

from safety.publishers import publishes_somewhere

from . import (
    acting,
    copies,
    desk,
    draft_reading,
    drafts,
    inbox_views,
    logged,
    mandates,
    personal_data,
    recovery_views,
    refusals,
    removal_inbox,
    review,
    review_steps,
    unattended_view,
    withdrawing,
)
from .media_api import (
    IndexedPagesAPIViewSet,
    ScopedDocumentsAPIViewSet,
    ScopedImagesAPIViewSet,
)
from .office_contacts import OfficeContactViewSet
from .panels import DeskPanel
from .removal_inbox import RequestsPanel

register_snippet(OfficeContactViewSet)

ABOUT_WAGTAIL = ("whats-new-in-wagtail-", "editor-guide")
REVIEWERS_MENU_ITEMS = {"reports", "help"}


@hooks.register("construct_page_chooser_queryset")
def hide_drafts_of_others(pages, request):
    visible = drafts.visible(request.user)
    if not visible:
        return pages
    if request.resolver_match.url_name != "wagtailadmin_choose_page_search":
        return pages.filter(visible)
    # A search may filter by fields of the index only, so by numbers; asked of each page found, as
    # the list of all visible ones would be made of every page of a prefecture first.
    same = Page.objects.filter(visible, pk=OuterRef("pk"))
    return pages.filter(pk__in=same.order_by().values("pk"))


# After Wagtail's own apps have registered theirs.
@hooks.register("construct_admin_api", order=100)
def cut_media_lists(router):
    router.register_endpoint("pages", IndexedPagesAPIViewSet)
    router.register_endpoint("images", ScopedImagesAPIViewSet)
    router.register_endpoint("documents", ScopedDocumentsAPIViewSet)


@hooks.register("construct_homepage_panels")
def show_own_work(request, panels):
    """Wagtail's two workflow panels ask several questions per text; ours replace them."""
    replaced = (WorkflowObjectsToModeratePanel, UserObjectsInWorkflowModerationPanel)
    panels[:] = [panel for panel in panels if not isinstance(panel, replaced)]
    panels += [inbox_views.InboxPanel(), RequestsPanel(), DeskPanel()]


@hooks.register("construct_main_menu")
def hide_what_editors_do_not_need(request, menu_items):
    if not publishes_somewhere(request.user):
        menu_items[:] = [item for item in menu_items if item.name not in REVIEWERS_MENU_ITEMS]


@hooks.register("construct_help_menu")
def hide_guides_elsewhere(request, menu_items):
    """Wagtail's news and guide are in English, and on its own site."""
    menu_items[:] = [item for item in menu_items if not item.name.startswith(ABOUT_WAGTAIL)]


@hooks.register("construct_reports_menu")
def hide_report_across_places(request, menu_items):
    if not request.user.is_superuser:
        menu_items[:] = [item for item in menu_items if item.name != "page-types-usage"]


@hooks.register("before_publish_page")
def refuse_own_text(request, page):
    if not review.may_publish_directly(request.user, page):
        messages.error(request, review.refusal(page))
    elif obstacles := review.needs_review(page) and review.obstacles(page, request.user):
        messages.error(request, review.obstacles_told(obstacles))
    else:
        return None
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_bulk_action")
def no_publishing_in_bulk_past_obstacles(request, action_type, objects, action):
    """What keeps one text from being approved keeps many from it, and those below."""
    if action_type != "publish":
        return
    pages = list(objects)
    if request.POST.get("include_descendants"):
        pages += [below for page in objects for below in page.get_descendants().not_live()]
    for page in pages:
        if review.needs_review(page) and (found := review.obstacles(page, request.user)):
            told = review.obstacles_told(found)
            raise review.ReviewRefused(format_html("{}：{}", page.get_admin_display_title(), told))


@hooks.register("before_edit_page")
def tell_who_else_may_approve(request, page):
    """A reviewer who wrote a part of the waiting text, or took one of its reviews, sees why there
    is no button to approve; all see which reviews it passed without anybody."""
    if request.method != "GET" or not review.needs_review(page) or not page.workflow_in_progress:
        return
    for note in [review.author_note(request.user, page), *review_steps.notes(page)]:
        if note:
            messages.info(request, note)


@hooks.register("after_create_page")
@hooks.register("after_edit_page")
def lead_to_desk(request, page):
    """Whoever handed a text in, or took a step with it, goes on from their own first page."""
    submitted = "action-submit" in request.POST
    if not submitted and not refusals.is_step(request):
        return None
    if turn := acting.whose_turn(page):
        messages.info(request, turn)
    asked_for = get_valid_next_url_from_request(request)
    return None if asked_for else redirect("wagtailadmin_home")


@hooks.register("before_edit_page")
def show_remarks(request, page):
    if request.method == "GET":
        desk.tell_remarks(request, page)


@hooks.register("before_edit_page")
def show_personal_data(request, page):
    if request.method == "GET":
        personal_data.tell_findings(request, page)
        draft_reading.tell_comments(request, page)


@hooks.register("register_admin_urls")
def personal_data_url():
    address = "personal-data/<int:page_id>/"
    return [path(address, personal_data.findings, name="editorial_personal_data")]


@hooks.register("register_admin_urls")
def draft_reading_urls():
    return draft_reading.urls


@hooks.register("register_page_listing_buttons")
def read_draft_button(page, user, next_url=None):
    """For those who read and do not edit: supervisors, filing clerks."""
    if draft_reading.reads_only(user, page):
        address = reverse("editorial_draft", args=[page.pk])
        yield Button(gettext("看文本、提意见"), address, icon_name="view", priority=10)


@hooks.register("construct_settings_menu")
def hide_groups(request, menu_items):
    """Groups give no rights here; a screen for them would promise some."""
    menu_items[:] = [item for item in menu_items if item.name != "groups"]


@hooks.register("register_admin_urls")
def removal_urls():
    return removal_inbox.urls


@hooks.register("register_admin_menu_item")
def removal_menu_item():
    return removal_inbox.menu_item()


@hooks.register("register_admin_urls")
def notices_urls():
    return inbox_views.urls


@hooks.register("register_admin_menu_item")
def notices_menu_item():
    return inbox_views.menu_item()


@hooks.register("register_account_settings_panel")
def mail_settings(request, user, profile):
    return inbox_views.MailPanel(request, user, profile)


@hooks.register("register_admin_urls")
def withdrawal_urls():
    return [
        path("withdraw/<int:page_id>/", withdrawing.confirm, name="editorial_withdraw"),
        path("reports/withdrawals/", withdrawing.withdrawals, name="editorial_withdrawals"),
        path(
            "reports/withdrawals/<uuid:pk>/lift/",
            withdrawing.lift,
            name="editorial_lift_withdrawal",
        ),
    ]


@hooks.register("register_page_listing_more_buttons")
def withdraw_from_list(page, user, next_url=None):
    yield from withdrawing.button(page, user)


@hooks.register("register_page_header_buttons")
def withdraw_from_page(page, user, view_name, next_url=None):
    yield from withdrawing.button(page, user)


@hooks.register("register_admin_urls")
def copies_url():
    return [path("copies/<int:page_id>/", copies.purge, name="editorial_purge_copies")]


@hooks.register("register_page_header_buttons")
def purge_copies_button(page, user, view_name, next_url=None):
    yield from copies.buttons(page, user)


@hooks.register("register_reports_menu_item")
def withdrawals_menu_item():
    return withdrawing.menu_item()


@hooks.register("construct_page_action_menu")
def no_publish_button_for_new_texts(menu_items, request, context):
    """Whoever is creating a text is its author."""
    kwargs = request.resolver_match.kwargs
    if context.get("view") != "create" or "content_type_model_name" not in kwargs:
        return
    model = apps.get_model(kwargs["content_type_app_name"], kwargs["content_type_model_name"])
    if review.needs_review(model):
        menu_items[:] = [item for item in menu_items if item.name != "action-publish"]


@hooks.register("construct_page_action_menu", order=200)
def approve_first(menu_items, request, context):
    """What a reviewer came for is the large button: to approve, before saving an edit."""
    steps = [item for item in menu_items if isinstance(item, WorkflowMenuItem)]
    first = next((item for item in steps if item.name == "approve"), None)
    if first is None:
        return
    first.template_name = "editorial/approve_button.html"
    rest = [item for item in menu_items if item not in steps]
    menu_items[:] = [first, *(step for step in steps if step is not first), *rest]


@hooks.register("before_copy_page")
def no_publishing_by_copy(request, page):
    """A copy stands in another place, where nobody has approved it; so does an alias."""
    if request.method != "POST" or not (
        request.POST.get("publish_copies") or request.POST.get("alias")
    ):
        return None
    below = page.get_descendants(inclusive=True) if request.POST.get("copy_subpages") else [page]
    if not any(review.needs_review(copied) for copied in below):
        return None
    messages.error(request, _("复制的文本须经审核才能发布：请不要勾选“发布”或“别名”。"))
    return redirect("wagtailadmin_pages:copy", page.pk)


class RecoveryMenuItem(MenuItem):
    """Shown to those who appoint somewhere."""

    def is_shown(self, request):
        return mandates.may_appoint_somewhere(request.user)


@hooks.register("register_admin_menu_item")
def recovery_menu_item():
    return RecoveryMenuItem(
        _("帮人登录"),
        reverse_lazy("editorial_recovery"),
        name="recovery",
        icon_name="key",
        order=900,
    )


@hooks.register("register_admin_urls")
def recovery_urls():
    return [
        path("recovery/", recovery_views.people, name="editorial_recovery"),
        path("recovery/<int:user_id>/", recovery_views.person, name="editorial_recovery_person"),
    ]


@hooks.register("register_admin_urls")
def unattended_urls():
    return unattended_view.urls


@hooks.register("register_reports_menu_item")
def unattended_menu_item():
    return unattended_view.menu_item()


hooks.register("register_log_actions", logged.name_recovery)
hooks.register("register_log_actions", logged.name_log_actions)
