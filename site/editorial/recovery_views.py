"""The screens on which somebody is helped back into their account."""

import segno
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Q
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from . import mandates, recovery

ROWS = 50


@require_safe
def people(request):
    """Whom one may help, found by user name or name."""
    if not mandates.may_appoint_somewhere(request.user):
        raise Http404
    found = recovery.people_helped_by(request.user)
    wanted = request.GET.get("q", "").strip()[:100]
    for word in wanted.split():
        found = found.filter(
            Q(username__icontains=word)
            | Q(first_name__icontains=word)
            | Q(last_name__icontains=word)
            | Q(mandates__person__icontains=word)
            | Q(mandates__body__title__icontains=word)
        )
    page = Paginator(found.distinct(), ROWS).get_page(request.GET.get("p"))
    context = {"page_of": page, "q": wanted, "page_title": _("帮人登录")}
    return render(request, "editorial/recovery_people.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def person(request, user_id):
    """One person, and what can be done; a link for a new password is shown once."""
    chosen = get_object_or_404(recovery.people_helped_by(request.user), pk=user_id)
    context = {"person": chosen, "page_title": chosen.get_full_name() or chosen.get_username()}
    if request.method == "POST":
        step = recovery.STEPS.get(request.POST.get("step"))
        if step is None:
            raise Http404
        done = step(chosen, by=request.user)
        if not done.link:
            messages.success(request, done.text)
            return redirect(request.path)
        drawing = segno.make(done.link, error="m").svg_inline(scale=4, border=4, light="#fff")
        # Drawn by segno from a text that stands only in its pattern.
        context |= {"done": done, "qr_code": mark_safe(drawing)}  # noqa: S308
    return render(request, "editorial/recovery_person.html", context)
