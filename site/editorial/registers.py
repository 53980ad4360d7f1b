"""Who sees the registers (snippets) at all: for all others neither list nor row is there.

Wagtail looks a row up before it asks for the right, shows its history and usage by the right to the
kind, and lets everybody in the admin choose from every register.
"""

from functools import cache, partial
from urllib.parse import unquote

from django.apps import apps
from django.core.exceptions import ValidationError
from django.db.models import ForeignKey
from modelcluster.fields import ParentalKey
from wagtail.models import Page
from wagtail.permissions import policy_registry
from wagtail.snippets.models import get_snippet_models

WORK = ("add", "change", "delete", "view")
CHANGE = ("change", "delete")


def is_hidden(request, ids) -> bool:
    """Whether a request in the admin asks for a register, or a row of one, hidden from its user.

    A row that is in the user's list may be opened; who changes or deletes it must have the right.
    `ids`: the rows that the address names beside its arguments, as those of a bulk action.
    """
    user, match = request.user, request.resolver_match
    if model := _choosers().get(match.namespace):
        return not _may_choose(user, model)
    model = _lists().get(match.namespace) or _acted_on(match)
    if model is None:
        return False
    if not policy_registry.get_by_type(model).user_has_any_permission(user, WORK):
        return True
    named = [unquote(str(match.kwargs["pk"]))] if "pk" in match.kwargs else list(ids)
    return not all(_is_there(request, model, key) for key in named)


def keys_of_all(request) -> list | None:
    """What “all” of a register means to a bulk action: the rows of the user's list that they may
    change; None where the request is about no register."""
    model = _acted_on(request.resolver_match)
    if model is None:
        return None
    policy = policy_registry.get_by_type(model)
    may_change = partial(policy.user_has_any_permission_for_instance, request.user, CHANGE)
    return [row.pk for row in _rows(request, model) if may_change(row)]


def _rows(request, model):
    # With what a row refers to: a right may hang on it, and asking for it would tell of the row.
    above = [one.name for one in model._meta.fields if one.many_to_one]
    rows = model.snippet_viewset.get_queryset(request)
    return (model._default_manager.all() if rows is None else rows).select_related(*above)


def _is_there(request, model, key) -> bool:
    try:
        found = _rows(request, model).filter(pk=model._meta.pk.to_python(key)).first()
    except (ValidationError, OverflowError):
        return False
    if found is None or not _would_change(request):
        return found is not None
    policy = policy_registry.get_by_type(model)
    return policy.user_has_any_permission_for_instance(request.user, CHANGE, found)


def _would_change(request) -> bool:
    match = request.resolver_match
    return request.method == "POST" or match.url_name in ("delete", "wagtail_bulk_action")


def _may_choose(user, model) -> bool:
    """Rows of a register are chosen in forms of pages or of registers, and nowhere else."""
    sources = _refer_to().get(model, set())
    return Page in sources or any(
        policy_registry.get_by_type(source).user_has_any_permission(user, WORK)
        for source in sources
    )


@cache
def _lists() -> dict:
    return {m.snippet_viewset.url_namespace: m for m in get_snippet_models()}


@cache
def _choosers() -> dict:
    registers = get_snippet_models()
    return {m.snippet_viewset.get_chooser_admin_url_namespace(): m for m in registers}


@cache
def _refer_to() -> dict:
    """{register: what its rows are chosen for: other registers, or Page for any page}."""
    found: dict = {}
    registers = set(get_snippet_models())
    for model in apps.get_models():
        fields = [one for one in model._meta.get_fields() if isinstance(one, ForeignKey)]
        of_pages = issubclass(model, Page) or any(isinstance(one, ParentalKey) for one in fields)
        if of_pages or model in registers:
            source = Page if of_pages else model
            for one in fields:
                found.setdefault(one.related_model, set()).add(source)
    return found


def _acted_on(match):
    """The register whose rows a bulk action is about, or None."""
    if match.url_name != "wagtail_bulk_action":
        return None
    named = match.kwargs.get("app_label"), match.kwargs.get("model_name")
    registers = {(m._meta.app_label, m._meta.model_name): m for m in get_snippet_models()}
    return registers.get(named)
