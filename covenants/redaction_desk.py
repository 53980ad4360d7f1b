"""The screen on which a reviewer covers words of a rule: find them, see how it reads, say why.

The words travel in the body of requests only: addresses are written to the server's logs.
"""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets.button import Button
from wagtail.models import Page

from covenants import reading, redacting
from covenants.models.rule import RulePage
from safety.models.redaction import REASON_MOST
from safety.withdrawal.withdrawing import PageWithdrawn


def address_of(page) -> str:
    return reverse("covenants_redact", args=[page.pk])


def buttons(page, user):
    """Among the actions of a rule, for those who may cover words of it."""
    if redacting.may_redact(user, page):
        yield Button(_("遮盖个人信息"), address_of(page), icon_name="view", priority=8)


def ways_on(page, user) -> list[tuple[str, str]]:
    """What the inbox of requests offers for a rule."""
    may = isinstance(page, RulePage) and redacting.may_redact(user, page)
    return [(_("遮盖几个字"), address_of(page))] if may else []


@require_http_methods(["GET", "POST"])
@never_cache
def redact(request, page_id):
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, RulePage) or not redacting.may_redact(request.user, page):
        raise PermissionDenied
    words, faults, places = request.POST.get("words", ""), {}, []
    chosen = request.POST.getlist("unit")
    reason = request.POST.get("reason", "")
    if request.method == "POST":
        try:
            words = redacting.checked_words(words)
            places = redacting.places_of(page, words)
            if not places:
                raise ValidationError({"words": _("这份规约里没有这几个字，请照原文写。")})
            if "cover" in request.POST:
                count = redacting.redact(page, words, chosen, reason, by=request.user)
                done = _("已遮盖 %d 处。居民现在看到的是遮盖后的文本，旧稿和原件一分钟内清除。")
                messages.success(request, done % count)
                return redirect("covenants_redact", page.pk)
        except PageWithdrawn:
            raise
        except ValidationError as fault:
            faults = {name: " ".join(told) for name, told in fault.message_dict.items()}
    context = {
        "page": page,
        "words": words,
        "faults": faults,
        "places": places,
        "chosen": chosen if "cover" in request.POST else [place.unit for place in places],
        "reason": reason,
        "reason_most": REASON_MOST,
        "longest": redacting.LONGEST,
        "mark": redacting.MARK,
        "chapters": _shown_text(page),
    }
    return render(request, "covenants/admin/redact.html", context)


def _shown_text(page) -> list[dict]:
    """The text that residents read, to copy the words from."""
    edition = page.shown_edition
    return reading.chapters_of(edition.provisions.order_by("position")) if edition else []
