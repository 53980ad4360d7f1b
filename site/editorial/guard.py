"""The door of the admin: what someone may not see does not exist for them, by any address.

Wagtail's views each check what they change; several show a page's draft title to whoever names
its number. This middleware looks at the numbers before any view does. It grants nothing.
"""

import json
import re
from collections import deque
from traceback import walk_tb

from django.apps import apps
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import InvalidPage
from django.forms.formsets import ORDERING_FIELD_NAME
from django.http import (
    Http404,
    HttpResponse,
    HttpResponseBadRequest,
    HttpResponseForbidden,
    JsonResponse,
)
from django.http.request import RawPostDataException
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.datastructures import MultiValueDictKeyError
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.defaults import page_not_found
from modelsearch.backends.base import FilterFieldError
from wagtail.admin.views.chooser import page_models_from_string
from wagtail.admin.views.generic.chooser import CreateViewMixin, CreationFormMixin
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.users.models import UserProfile

from safety.findings import PersonalDataFound
from safety.streams import BadStream
from safety.withdrawal.withdrawing import PageWithdrawn

from . import drafts, refusals, registers, review, shown_media, tags
from .keys import keys_in
from .review import ReviewRefused

PAGE_KWARGS = {"page_id", "parent_page_id", "page_to_move_id", "destination_id", "page_pk"}
MEDIA_KWARGS = {"pk", "image_id", "document_id", "doc_id"}
PAGE_PARAMETERS = (
    "area",
    "childOf",
    "target_pages[]",
    "parent_page_id",
    "new_parent_page",
    "chooser",
)
# Names the page last edited of each type, wherever it stands.
REPORTS_ACROSS_PLACES = {"page_types_usage", "page_types_usage_results"}
PAGE_NAMESPACES = {"wagtailadmin_pages", "wagtailadmin_api:pages"}
# Where the model itself may refuse to go live, and the buttons that ask it to.
PUBLISHING_VIEWS = {"wagtailadmin_pages:add", "wagtailadmin_pages:edit"}
PUBLISHING_BUTTONS = {
    "action-publish",
    "action-submit",
    "action-restart-workflow",
    "action-workflow-action",
}

# What an address of a list says without narrowing it to some of its rows, but for `collection_id`,
# which comes with `childOf`. Of all else Wagtail's “all” knows the words sought at most.
PLAIN = {"id", "next", "p", "ordering", "layout", "childOf", "collection_id"}

# Where Wagtail adds whatever JSON it is sent to a column that is read with every request.
DISMISSIBLES = "wagtailadmin_dismissibles"
DISMISSIBLES_MOST = 2000
"""Characters of all that one person has put away."""

# Modules that take what a form sends for what their own scripts make.
UNASKING = ("draftjs_exporter", "wagtail.admin.forms.choosers")
# What is looked up without asking: the order of rows, the file of a step before.
UNSENT = ((ORDERING_FIELD_NAME,), ("import_file_name",), ("input_format",))
# What a chooser's form to make a thing is made of.
_FORM_OF_CHOOSER = ("creation_form_class", "form_fields", "exclude_form_fields")
_NO_NUMBER = re.compile(
    r"expected a number but got|invalid literal for int|int too large to convert to SQLite"
)


class DraftGuard:
    """Answers 404 in the admin for what the user may not see, be it there or not.

    Stands after AuthenticationMiddleware and MessageMiddleware. Turns ReviewRefused, and a
    page's own refusal to be published, into a message.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        response = self.get_response(request)
        refusals.look_at(request, response)
        return response

    def process_view(self, request, view, args, kwargs):
        if not request.path_info.startswith(reverse("wagtailadmin_home")):
            return None
        _drop_what_leads_nowhere(request)
        if _offers_no_form(view):
            return _as_if_missing(request)
        if _puts_away_too_much(request):
            return HttpResponse(status=413)
        try:
            return self._closed(request, kwargs) or _step_not_offered(request)
        except ReviewRefused as refused:
            return refusals.answer(request, refused.args)

    def _closed(self, request, kwargs):
        """The answer where this user may not go, or start, as asked; None where they may."""
        match, user = request.resolver_match, request.user
        if match.view_name == "wagtailadmin_api:pages:action":
            # The admin's own screens do not use these; each is a door to publishing without review.
            return HttpResponseForbidden()
        if not user.is_authenticated or user.is_superuser:
            return None
        if not user.has_perm("wagtailadmin.access_admin"):
            # Wagtail leads them to the log-in, whatever they ask for.
            return None
        if match.url_name in tags.ADDRESSES:
            return tags.autocomplete(request, **kwargs)
        media = _model_of_media_bulk_action(match)
        if "all" in request.GET.getlist("id"):
            if _is_page_bulk_action(match):
                request.GET = _spelt_out(request, user)
            elif media is not None:
                request.GET = _media_spelt_out(request, user, media())
            elif (keys := registers.keys_of_all(request)) is not None:
                request.GET = _rows_spelt_out(request, keys)
        if match.namespace == "wagtailadmin_reports" and match.url_name in REPORTS_ACROSS_PLACES:
            return _as_if_missing(request)
        model = drafts.MEDIA_NAMESPACES.get(match.namespace) or media
        if model is not None:
            named = [value for name, value in kwargs.items() if name in MEDIA_KWARGS]
            ids = keys_in([*named, *request.GET.getlist("id")])
            hidden = bool(ids) and drafts.any_hidden_media(user, model(), ids)
            if not hidden and (refused := shown_media.refusal(request, model(), ids)):
                return refused
        else:
            ids = _page_ids(request, match, kwargs)
            hidden = bool(ids) and drafts.any_hidden_page(user, ids)
        hidden = hidden or drafts.any_hidden_private(user, kwargs)
        hidden = hidden or registers.is_hidden(request, keys_in(request.GET.getlist("id")))
        if hidden:
            return _as_if_missing(request)
        if match.view_name == "wagtailadmin_choose_page":
            return _start_of_chooser(request, user)
        return None

    def process_exception(self, request, exception):
        if request.method in ("POST", "PATCH") and _is_broken_form(request, exception):
            return _not_whole()
        if isinstance(exception, InvalidPage) or (
            isinstance(exception, ValueError | OverflowError) and _NO_NUMBER.search(str(exception))
        ):
            # Several of Wagtail's views look up what stands in the address as it is.
            return _as_if_missing(request)
        if isinstance(exception, FilterFieldError):
            # Wagtail's lists of media cannot look for words among those with one tag.
            messages.error(request, _("按标签筛选时不能同时搜索，请去掉一样。"))
            return redirect(request.path_info)
        if isinstance(exception, ReviewRefused):
            return refusals.answer(request, exception.args)
        if isinstance(exception, PageWithdrawn):
            texts, address = exception.messages, reverse("wagtailadmin_home")
        elif isinstance(exception, BadStream):
            texts, address = exception.messages, _history_of(request.resolver_match)
        elif isinstance(exception, ValidationError) and _is_publishing(request):
            return _refused_by_page(request, exception)
        else:
            return None
        for text in texts:
            messages.error(request, text)
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            return JsonResponse({"step": "success", "redirect": address})
        return redirect(address)


def _offers_no_form(view) -> bool:
    """Whether a chooser has a way to make a thing that its screen offers to nobody."""
    view_class = getattr(view, "view_class", object)
    if not issubclass(view_class, CreateViewMixin):
        return False
    if view_class.get_creation_form_class is not CreationFormMixin.get_creation_form_class:
        return False
    return not any(
        view.view_initkwargs.get(name) or getattr(view_class, name) for name in _FORM_OF_CHOOSER
    )


def _not_whole():
    return HttpResponseBadRequest(_("表单没有传完整，请重新打开再提交。"))


def _step_not_offered(request):
    """The answer to a reviewer whose step is not to be taken; None where it may be tried.

    Wagtail would lead to the admin's first page, or save the text as a draft and say nothing.
    """
    if not (refusals.is_step(request) and request.user.has_perm("wagtailadmin.access_admin")):
        return None
    if not refusals.is_whole(request):
        return _not_whole()
    page = Page.objects.filter(pk=request.resolver_match.kwargs["page_id"]).first()
    action = refusals.action_of(request)
    reason = page and review.why_not_offered(request.user, page.specific, action)
    return refusals.answer(request, [reason]) if reason else None


def _puts_away_too_much(request):
    if request.resolver_match.url_name != DISMISSIBLES or request.method != "PATCH":
        return False
    try:
        sent = len(request.body)
    except ValueError:
        # The header says no length.
        return True
    if sent > DISMISSIBLES_MOST or not request.user.is_authenticated:
        return sent > DISMISSIBLES_MOST
    held = UserProfile.objects.filter(user=request.user).values_list("dismissibles", flat=True)
    return sent + len(json.dumps(held.first() or {})) > DISMISSIBLES_MOST


def _refused_by_page(request, fault):
    """The answer where a text itself refused to go live."""
    personal = isinstance(fault, PersonalDataFound)
    texts, editor = fault.messages, request.resolver_match.kwargs.get("page_id")
    back = refusals.way_back(request)
    if personal and editor and back == reverse("wagtailadmin_pages:edit", args=[editor]):
        # The editor lists the places itself.
        texts = [_("没有提交，也没有发布：里面有不能公开的个人信息。文本已存为草稿。")]
    return refusals.answer(request, texts, to_ledger=not personal)


def _drop_what_leads_nowhere(request):
    """Take out a `next` that is no address here: Wagtail takes it for the name of a view."""
    for name in ("GET", "POST"):
        wanted = getattr(request, name).get("next")
        safe = url_has_allowed_host_and_scheme(wanted, allowed_hosts=None)
        if wanted and not (safe and wanted.startswith("/")):
            left = getattr(request, name).copy()
            left["next"] = ""
            setattr(request, name, left)


def _is_broken_form(request, exception):
    """Whether the admin's own scripts could not have sent the form that Wagtail failed to read.

    It reads counts of blocks without asking whether they came, rich text without asking whether
    it is JSON, numbers of rows without a form around, and looks for the order of rows among the
    fields that are valid. JSON without end or of another shape, and a form where JSON is read,
    are none, either.
    """
    if isinstance(exception, RecursionError | RawPostDataException):
        return True
    if isinstance(exception, TypeError | AttributeError) and _raised_in(exception, UNASKING):
        return True
    if request.resolver_match.url_name == DISMISSIBLES:
        return isinstance(exception, TypeError | ValueError)
    if getattr(exception, "code", None) == "invalid" and "value" in (exception.params or {}):
        return True
    if isinstance(exception, MultiValueDictKeyError | json.JSONDecodeError):
        return True
    return isinstance(exception, KeyError) and exception.args in UNSENT


def _raised_in(exception, modules):
    innermost = deque(walk_tb(exception.__traceback__), maxlen=1).pop()[0]
    return innermost.f_globals["__name__"].startswith(modules)


def _is_publishing(request):
    match = request.resolver_match
    if request.method != "POST" or match is None:
        return False
    if _is_page_bulk_action(match) and match.kwargs.get("action") == "publish":
        return True
    return match.view_name == "wagtailadmin_pages:workflow_action" or (
        match.view_name in PUBLISHING_VIEWS and not PUBLISHING_BUTTONS.isdisjoint(request.POST)
    )


def _history_of(match):
    """Where another version of a page can be chosen whose newest one cannot be opened."""
    given = match.kwargs if match else {}
    number = given.get("page_id")
    if number is None and match and match.namespace in PAGE_NAMESPACES:
        number = given.get("pk")
    if number is None:
        return reverse("wagtailadmin_home")
    return reverse("wagtailadmin_pages:history", args=[number])


def _as_if_missing(request):
    return page_not_found(request, Http404(), template_name="wagtailadmin/404.html")


def _page_ids(request, match, kwargs):
    values = [value for name, value in kwargs.items() if name in PAGE_KWARGS]
    if match.namespace in PAGE_NAMESPACES and "pk" in kwargs:
        values.append(kwargs["pk"])
    if match.view_name == "wagtailadmin_editing_sessions:ping" and _is_page_model(kwargs):
        values.append(kwargs["object_id"])
    if match.url_name == "wagtailadmin_choose_page_chosen_multiple" or _is_page_bulk_action(match):
        values += request.GET.getlist("id")
    for name in PAGE_PARAMETERS:
        values += request.GET.getlist(name) + request.POST.getlist(name)
    return keys_in(values)


def _is_page_bulk_action(match):
    return match.url_name == "wagtail_bulk_action" and match.kwargs.get("model_name") == "page"


def _is_page_model(kwargs):
    try:
        return issubclass(apps.get_model(kwargs["app_label"], kwargs["model_name"]), Page)
    except LookupError:
        return False


def _model_of_media_bulk_action(match):
    """The function that gives the model of pictures or documents acted on in bulk, or None."""
    if match.url_name != "wagtail_bulk_action":
        return None
    return drafts.MEDIA_APPS.get(match.kwargs.get("app_label"))


def _is_narrowed(query):
    return any(query[name] for name in query if name not in PLAIN)


def _spelt_out(request, user):
    """The query with “all” replaced by the numbers of the pages the user may see there."""
    query = request.GET.copy()
    parent = Page.objects.filter(pk__in=keys_in([query.get("childOf", "")])).first()
    if parent is None or _is_narrowed(query):
        raise ReviewRefused(_("搜索、筛选的结果不能整批处理，请逐页勾选。"))
    here = drafts.visible_pages(user).child_of(parent)
    return _naming(query, here.values_list("pk", flat=True))


def _media_spelt_out(request, user, model):
    """The query with “all” replaced by the numbers of the pictures or documents it stands for."""
    query = request.GET.copy()
    if _is_narrowed(query):
        raise ReviewRefused(_("搜索、筛选的结果不能整批处理，请逐个勾选。"))
    policy = policy_registry.get_by_type(model)
    chosen = policy.instances_user_has_permission_for(user, "change")
    if "childOf" in query:
        chosen = chosen.filter(collection__in=keys_in([query["childOf"]]))
    return _naming(query, chosen.values_list("pk", flat=True))


def _rows_spelt_out(request, keys):
    """The query with “all” replaced by the numbers of the rows of a register."""
    query = request.GET.copy()
    if _is_narrowed(query):
        raise ReviewRefused(_("搜索、筛选的结果不能整批处理，请逐个勾选。"))
    return _naming(query, keys)


def _naming(query, keys):
    """A query that names rows one by one; one that is nowhere if there are none."""
    query.setlist("id", [str(key) for key in keys] or ["0"])
    return query


def _start_of_chooser(request, user):
    """Let the chooser start at a page the user may see.

    Asked for one type of page, Wagtail starts at the parent of all such pages, which may be
    someone's draft.
    """
    try:
        models = page_models_from_string(request.GET.get("page_type") or "wagtailcore.page")
    except (ValueError, LookupError):
        return None
    if models == (Page,):
        return None
    start = Page.objects.all().type(*models).first_common_ancestor()
    if not drafts.any_hidden_page(user, {start.pk}):
        return None
    child = reverse("wagtailadmin_choose_page_child", args=[Page.get_first_root_node().pk])
    return redirect(f"{child}?{request.GET.urlencode()}")
