"""Who is given a document's file (nothing here changes a document or its rights); where the admin
shows what the scan for personal data found, and when it is repeated; signing in on the account
screen and in the log."""

from django.conf import settings
from django.contrib.contenttypes.models import ContentType
from django.db.models import IntegerField
from django.db.models.functions import Cast
from django.http import Http404
from django.urls import path, reverse, reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.documents import get_document_model
from wagtail.log_actions import LogFormatter
from wagtail.models import Page, ReferenceIndex
from wagtail.permissions import policy_registry

from . import lapsed, redactions, report, rescan
from .accounts import attempts, panels
from .accounts.sessions import SessionStore
from .publishers import publishes_somewhere
from .removal.receiving import forget_closed
from .restrictions import closed_to
from .withdrawal import ledger, sweeping

# A document of this many published pages is looked at no further.
MAX_PAGES = 50


class ReportMenuItem(MenuItem):
    """Shown to those who publish somewhere."""

    def is_shown(self, request):
        return publishes_somewhere(request.user)


@hooks.register("register_admin_urls")
def report_url():
    return [path("reports/personal-data/", report.report, name="safety_report")]


@hooks.register("register_reports_menu_item")
def report_menu_item():
    return ReportMenuItem(
        _("个人信息检查"),
        reverse_lazy("safety_report"),
        name="personal-data",
        icon_name="view",
        order=1100,
    )


@hooks.register("background_step")
def scan_again():
    return rescan.step()


@hooks.register("background_step")
def forget_closed_requests():
    return forget_closed()


@hooks.register("before_serve_page", order=-10)
def not_beyond_its_time(page, request, serve_args, serve_kwargs):
    """410 for a page that has lapsed, whether or not it was taken down yet."""
    return lapsed.gone(request) if lapsed.is_over(page) else None


_old_forgotten_on = None


@hooks.register("background_step")
def forget_old_signing_in():
    """Once a day: what was noted of signing in too long ago, and sessions that ended."""
    global _old_forgotten_on
    today = timezone.localdate()
    if _old_forgotten_on != today:
        attempts.forget_old()
        SessionStore.clear_expired()
        _old_forgotten_on = today


panels.bound_password_panel()


@hooks.register("register_account_settings_panel")
def second_factor_panel(request, user, profile):
    return panels.SecondFactorPanel(request, user, profile)


@hooks.register("register_account_settings_panel")
def sessions_panel(request, user, profile):
    return panels.SessionsPanel(request, user, profile)


LOGGED = {
    "safety.second_factor_set_up": _("启用两步验证"),
    "safety.second_factor_removed": _("停用两步验证"),
    "safety.backup_codes": _("换一组备用码"),
    "safety.password_chosen": _("凭链接设新密码"),
}


@hooks.register("register_log_actions")
def name_what_is_logged(actions):
    for name, words in LOGGED.items():
        formatter = type("Formatter", (LogFormatter,), {"label": words, "message": words})
        actions.register_action(name)(formatter)


@hooks.register("background_step")
def withdraw_again():
    return ledger.step()


@hooks.register("background_step")
def cover_again():
    return redactions.step()


@hooks.register("background_step")
def sweep_files():
    return sweeping.step()


@hooks.register("on_serve_page", order=-1)
def hide_from_outsiders(serve):
    """Answer 404 where Wagtail would lead to the log-in, which tells that a page is there.

    A page with a password asks for it.
    """

    def serve_or_hide(page, request, args, kwargs):
        response = serve(page, request, args, kwargs)
        login = f"{reverse('wagtailcore_login')}?"
        if response.status_code == 302 and response.url.startswith(login):
            raise Http404
        return response

    return serve_or_hide


@hooks.register("before_serve_document")
def only_published_or_permitted(document, request):
    """404 for a file that no public page shows, unless the user may choose or change it."""
    if not (_may_use(request.user, document) or _is_published(document)):
        raise Http404("No published page refers to this document.")


def _may_use(user, document) -> bool:
    if not user.is_authenticated:
        return False
    policy = policy_registry.get_by_type(get_document_model())
    return policy.user_has_any_permission_for_instance(user, ["choose", "change"], document)


def _is_published(document) -> bool:
    """Whether a live page without view restriction refers to the document and shows it.

    A page that refers to more than it shows says so with `shows_document(document)`. The index
    follows the saved rows: of a live page the published text, of a page never published its first
    draft, hence the look at `live`.
    """
    page_ids = (
        ReferenceIndex.get_references_to(document)
        .filter(base_content_type=ContentType.objects.get_for_model(Page))
        .annotate(page_id=Cast("object_id", IntegerField()))
        .values("page_id")
    )
    pages = Page.objects.filter(~closed_to(), pk__in=page_ids, live=True).order_by("pk")
    return any(_shows(page, document) for page in pages.specific()[:MAX_PAGES])


def _shows(page, document) -> bool:
    if getattr(page, "is_sample", False) and not settings.CUNYUE_SAMPLE:
        return False
    if lapsed.is_over(page):
        return False
    return not hasattr(page, "shows_document") or page.shows_document(document)
