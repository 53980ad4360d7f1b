"""Leads a refused step back to the page it was given on, with the reason and what was typed.

The comment is kept in the session until the next step is taken, so that the same form is filled in
again. Knows requests and addresses; the rules stand in `editorial.review`.
"""

import json
from http import HTTPStatus
from urllib.parse import urlsplit

from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from wagtail.admin import messages
from wagtail.models import Page

from . import procedures
from .forms import LONGEST

GIVEN_ON = "given_on"
"""The field of a form that tells on which page a step is given, where `next` is another."""

_KEPT = "editorial_refused"
_ACTION_VIEW, _EDITOR = "wagtailadmin_pages:workflow_action", "wagtailadmin_pages:edit"


def answer(request, texts, *, to_ledger=False):
    """A response that leads back, `texts` as messages. `to_ledger`: with the way to the ledger."""
    request.step_refused = True
    buttons = _to_ledger(request) if to_ledger else []
    for text in texts:
        messages.error(request, text, buttons=buttons)
    if comment := _keep(request):
        messages.info(request, _("您写的意见还在：%s") % comment)
    address = way_back(request)
    if request.headers.get("x-requested-with") == "XMLHttpRequest":
        return JsonResponse({"step": "success", "redirect": address})
    return redirect(address)


def way_back(request) -> str:
    """The page a step was given on: the one its form names, the page's editor, the list or screen
    it was sent from, else the admin's first page."""
    match = request.resolver_match
    view, kwargs = (match.view_name, match.kwargs) if match else ("", {})
    # The editor's own `next` is where it leads when all went well.
    for name in () if view == _EDITOR else (GIVEN_ON, "next"):
        address = request.POST.get(name) or request.GET.get(name) or ""
        if _is_ours(request, address):
            return address
    if view in (_ACTION_VIEW, _EDITOR):
        return reverse(_EDITOR, args=[kwargs["page_id"]])
    if "parent_page_id" in kwargs:
        return reverse("wagtailadmin_explore", args=[kwargs["parent_page_id"]])
    home, sent_from = reverse("wagtailadmin_home"), request.headers.get("referer", "")
    if request.method == "POST" and _is_ours(request, sent_from):
        parts = urlsplit(sent_from)
        if parts.path.startswith(home):
            return f"{parts.path}?{parts.query}" if parts.query else parts.path
    return home


def is_step(request) -> bool:
    """Whether the request takes a step of a review, by the editor or by an address of its own."""
    match = request.resolver_match
    if request.method != "POST" or match is None:
        return False
    in_editor = match.view_name == _EDITOR and "action-workflow-action" in request.POST
    return in_editor or match.view_name == _ACTION_VIEW


def is_whole(request) -> bool:
    """Whether a step comes with what its form in the editor's modal gives: comment and remarks."""
    try:
        data = json.loads(request.POST.get("workflow-action-extra-data", "{}"))
        comment, remarks = data.pop("comment", ""), data.pop("remarks", [])
        pairs = [(clause, remark) for clause, remark in remarks]
    except (AttributeError, RecursionError, TypeError, ValueError):
        return False
    texts = [comment, *(text for pair in pairs for text in pair)]
    return not data and all(isinstance(text, str) and len(text) <= LONGEST for text in texts)


def action_of(request) -> str:
    """The name of the step taken."""
    named = request.resolver_match.kwargs.get("action_name")
    return named or request.POST.get("workflow-action-name", "")


def typed(request, page) -> dict:
    """{name of a field: what was typed} of the last step refused, if it was about this page."""
    kept = request.session.get(_KEPT) or {}
    return kept.get("fields", {}) if kept.get("page") == page.pk else {}


def look_at(request, response) -> None:
    """Drop what was kept once a step was taken; keep it where the editor shows what is wrong."""
    if not is_step(request) or getattr(request, "step_refused", False):
        return
    if response.status_code == HTTPStatus.OK and request.resolver_match.view_name == _EDITOR:
        _keep(request)
    elif _KEPT in request.session:
        del request.session[_KEPT]


def _keep(request) -> str:
    """Keep what was typed with a step; returns the comment."""
    if not is_step(request):
        return ""
    names = ("comment", "clause_", "remark_")
    fields = {n: v[:LONGEST] for n, v in request.POST.items() if n.startswith(names) and v.strip()}
    if request.resolver_match.view_name == _EDITOR:
        fields = _from_editor(request.POST.get("workflow-action-extra-data", ""))
    if fields:
        page_id = int(request.resolver_match.kwargs["page_id"])
        request.session[_KEPT] = {"page": page_id, "fields": fields}
    return fields.get("comment", "")


def _from_editor(extra: str) -> dict:
    """What the editor's modal had checked and sent on, as the fields it came from."""
    try:
        data = json.loads(extra or "{}")
        pairs = list(enumerate(data.get("remarks") or []))
        fields = {f"clause_{row}": str(clause) for row, (clause, _text) in pairs}
        fields |= {f"remark_{row}": str(text) for row, (_clause, text) in pairs}
        fields["comment"] = str(data.get("comment") or "")
    except (AttributeError, TypeError, ValueError):
        return {}
    return {name: value[:LONGEST] for name, value in fields.items() if value.strip()}


def _to_ledger(request) -> list:
    page = Page.objects.filter(pk=request.resolver_match.kwargs.get("page_id")).first()
    address = procedures.address(page) if page else ""
    return [messages.button(address, _("打开“订立程序”"))] if address else []


def _is_ours(request, address: str) -> bool:
    return bool(address) and url_has_allowed_host_and_scheme(
        address, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
