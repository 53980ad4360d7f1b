"""Where hints are seen and answered: the screen of a rule, and the check while a text is typed.

Views gather, ask and show; the rules stand in `covenants.hints`.
"""

import json
import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST
from wagtail.admin import messages as admin_messages
from wagtail.admin.widgets import Button
from wagtail.models import Page

from covenants import hints
from covenants.hint_reading import ADOPTION, CLOSING, PREAMBLE, Clause
from covenants.models import HintAnswer, RulePage

MOST_CLAUSES, MOST_BYTES = 400, 400_000
SHOWN = 8


def may_see(user, page) -> bool:
    """Whether `user` may see the hints of a working text: whoever may edit or answer."""
    return hints.may_propose(user, page) or hints.may_answer(user, page)


def _rule(request, page_id) -> RulePage:
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, RulePage) or not may_see(request.user, page):
        raise PermissionDenied
    return page


def address(page) -> str:
    return reverse("covenants_hints", args=[page.pk])


@require_http_methods(["GET", "POST"])
def desk(request, page_id):
    """The clauses with their hints; each red and amber one is answered here."""
    page = _rule(request, page_id)
    key = request.POST.get("hint", "")
    if request.method == "POST":
        kind, reason = request.POST.get("kind", ""), request.POST.get("reason", "")
        try:
            made = hints.answer(page, key, kind, reason, by=request.user)
        except hints.AnswerRefused as refusal:
            messages.error(request, str(refusal))
            if not any(hint.key == key for hint in hints.hints_for(page)):
                return redirect(address(page))
        else:
            done = _("已记下您的建议，由审核员答复。") if made.proposed else _("已答复并记入日志。")
            messages.success(request, done)
            return redirect(f"{address(page)}#{'hint' if made.proposed else 'next'}-{key}")
    return _screen(request, page, key)


def _screen(request, page, key):
    found = hints.hints_for(page)
    decides = hints.may_answer(request.user, page)
    typed = {"key": key, "kind": request.POST.get("kind"), "reason": request.POST.get("reason")}
    context = {
        "page": page,
        "area": page.get_parent().specific,
        "hints": list(zip(found, _next_open(found), strict=True)),
        "waiting": sum(hint.is_open for hint in found),
        "decides": decides,
        "kinds": HintAnswer._meta.get_field("kind").choices,
        "typed": typed if key else None,
        "demands": hints.demands(page, found),
    }
    return render(request, "covenants/admin/hints.html", context)


def _next_open(found) -> list[str]:
    """For each hint the key of the next open one, from the top again; "" where none is open."""
    ahead = next((hint.key for hint in found if hint.is_open), "")
    keys = []
    for hint in reversed(found):
        keys.append(ahead)
        ahead = hint.key if hint.is_open else ahead
    return keys[::-1]


@require_POST
def check(request, page_id):
    """The hints of a text as it is being typed; stores nothing.

    Takes {"clauses": [{"id", "label", "lines": […]}], "preamble", "closing", "adopted_by"} and
    answers {"hints": [{"id", "key", "rule", "level", "match", "why", "how", "ground", "answered",
    "open"}], "open": N}; `id` is as sent, or preamble, closing, adopted_by.
    """
    page = _rule(request, page_id)
    try:
        clauses, names, adopted_by = _clauses(request.body)
    except (ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return JsonResponse({"message": _("没有看懂要检查的内容。")}, status=400)
    found = hints.hints_of(clauses, adopted_by, page)
    rows = [_as_data(hint, names.get(hint.clause.stable_id, "adopted_by")) for hint in found]
    return JsonResponse({"hints": rows, "open": sum(hint.is_open for hint in found)})


def _clauses(body: bytes) -> tuple[list[Clause], dict, str]:
    if len(body) > MOST_BYTES:
        raise ValueError("too long")
    sent = json.loads(body)
    rows = sent["clauses"][:MOST_CLAUSES]
    clauses, names = [], {PREAMBLE: "preamble", CLOSING: "closing", ADOPTION: "adopted_by"}
    for name, stable_id in (("preamble", PREAMBLE), ("closing", CLOSING)):
        clauses.append(Clause(stable_id, "", str(sent.get(name) or "")))
    for row in rows:
        sent_id = str(row["id"])[:60]
        lines = [str(line) for line in row["lines"][:200]]
        stable_id = _uuid(sent_id)
        names[stable_id] = sent_id
        clauses.append(hints.clause_from(str(stable_id), str(row.get("label") or "")[:20], lines))
    return clauses, names, str(sent.get("adopted_by") or "")[:80]


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.uuid5(uuid.NAMESPACE_OID, text)


def _as_data(hint, name) -> dict:
    return {
        "id": name,
        "rule": hint.rule.name,
        "level": hint.level,
        "match": hint.match,
        "why": hint.rule.explanation,
        "how": hint.rule.suggestion,
        "ground": hint.ground,
        "answered": hint.answer.get_kind_display() if hint.answer else "",
        "open": hint.is_open,
    }


def button(page) -> Button:
    """The way from a rule's screens to its hints."""
    return Button(_("合法性提示"), address(page), icon_name="warning", priority=6)


def tell(request, page) -> None:
    """Above the editor: what the saved text is hinted at for, with the way to the clauses.

    `page` is the one the editor opens, made of the newest revision.
    """
    if not may_see(request.user, page):
        return
    waiting = [hint for hint in hints.hints_in(page, page) if hint.is_open]
    if not waiting:
        return
    rows = format_html_join(
        "",
        '<li><a href="#{}">{}</a></li>',
        ((_anchor(hint), hint.title) for hint in waiting[:SHOWN]),
    )
    head = _("有%d处合法性提示，批准以前要逐处答复或者改写（提示供人判断，不是结论）：") % len(
        waiting
    )
    buttons = [admin_messages.button(address(page), _("逐处看、答复"))]
    text = format_html("{}<ul>{}</ul>", head, rows)
    admin_messages.warning(request, text, buttons=buttons)


def _anchor(hint) -> str:
    """The id of what the editor shows a clause by."""
    names = {PREAMBLE: "id_preamble", CLOSING: "id_closing", ADOPTION: "id_adopted_by"}
    return names.get(hint.clause.stable_id, f"block-{hint.clause.stable_id}-section")
