"""换届 in the admin: who serves at a place and below, ending and beginning terms, invitations.

Views gather, ask and show; the rules stand in `editorial.mandates`, `editorial.appointments`,
`editorial.invitations` and `weighing`.
"""

import segno
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from wagtail.models import Page

from editorial import invitations
from editorial.appointments import AppointmentError, end
from editorial.mandates import may_appoint
from editorial.models import Invitation, Mandate
from safety.sheets import XLSX
from villages.places import within

from . import bodies as places
from . import roster, weighing
from .forms import EndForm, RosterForm

MAX_TICKED = 2000


@require_safe
def index(request):
    """The places whose people the user appoints, and the villages there that nobody edits."""
    tops = places.tops(request.user)
    if not tops:
        raise PermissionDenied
    lacking = places.numbers_without_editor()
    rows = [
        {
            "page": page,
            "depth": page.depth - tops[0].depth,
            "lacking": sum(n for path, n in lacking.items() if path.startswith(page.path)),
        }
        for page in tops
    ]
    if len(rows) == 1:
        return redirect("change_of_term", tops[0].pk)
    context = {"rows": rows, "page_title": _("人员与换届")}
    return render(request, "villages/admin/terms_index.html", context)


@require_http_methods(["GET", "POST"])
def screen(request, page_id):
    """Everybody who serves at a place and directly below it; a list handed in is reported on."""
    page = _page(request, page_id)
    form, weighed, landed = RosterForm(), None, False
    if request.method == "POST":
        form = RosterForm(request.POST, request.FILES)
        if form.is_valid() and "confirm" in request.POST:
            weighed, landed = _land(request, page, form.rows), True
            if not weighed:
                return redirect("change_of_term", page.pk)
            form = RosterForm(initial={"roster": roster.as_text(one.row for one in weighed)})
    bodies = places.Bodies(page)
    if request.method == "POST" and not landed and form.is_valid():
        weighed = weighing.weigh(form.rows, bodies, request.user)
    context = {
        "page": page,
        "page_title": _("人员与换届"),
        "groups": _by_body(bodies, request.user),
        "lacking": places.villages_without_editor(page),
        "form": form,
        "end_form": EndForm(),
        "weighed": weighed,
        "landed": landed,
        "usable": [one for one in weighed or [] if one.outcome in (weighing.NEW, weighing.KNOWN)],
        "text": roster.as_text(one.row for one in weighed or []),
        "appoints": any(bodies.roles_for(request.user, body) for body in bodies.pages),
    }
    return render(request, "villages/admin/terms.html", context)


@require_POST
def finish(request, page_id):
    """End the ticked terms as of a day; all of them or, where one may not be ended, none."""
    page = _page(request, page_id)
    form = EndForm(request.POST)
    chosen = _ticked(request, page)
    if not chosen:
        messages.error(request, _("请先勾选要结束的任期。"))
    elif "all" in request.POST and "sure" not in request.POST:
        messages.error(request, _("要结束全部任期，请先勾选“确定结束全部”。"))
    elif not form.is_valid():
        for errors in form.errors.values():
            messages.error(request, " ".join(errors))
    else:
        data = form.cleaned_data
        try:
            with transaction.atomic():
                ended = sum(
                    end(mandate, by=request.user, as_of=data["as_of"], why=data["why"])
                    for mandate in chosen
                )
        except AppointmentError as error:
            messages.error(request, _("%s没有结束任何任期。") % error)
        else:
            messages.success(request, _("已结束 %d 个任期。") % ended)
    return redirect("change_of_term", page.pk)


@require_POST
def invite(request, page_id):
    """Issue invitations for the ticked people, or all who cannot sign in yet, and go to their
    slips."""
    page = _page(request, page_id)
    newcomers = "newcomers" in request.POST
    chosen = _newcomers(request, page) if newcomers else _ticked(request, page)
    if not chosen:
        told = (
            _("要发邀请单的人都发过了，或者已经设了密码。")
            if newcomers
            else _("请先勾选要发邀请的人。")
        )
        messages.error(request, told)
        return redirect("change_of_term", page.pk)
    try:
        made = invitations.issue(chosen, by=request.user)
    except invitations.InvitationError as error:
        messages.error(request, _("%s没有发出邀请。") % error)
        return redirect("change_of_term", page.pk)
    query = urlencode({"id": [one.pk for one in made]}, doseq=True)
    return redirect(f"{reverse('change_of_term_slips', args=[page.pk])}?{query}")


@never_cache
@require_safe
def slips(request, page_id):
    """Open invitations as slips to print and cut, with link and QR code."""
    page = _page(request, page_id)
    numbers = _numbers(request.GET.getlist("id"))
    rows = Invitation.objects.open().filter(pk__in=numbers, issued_by=request.user)
    shown = [
        {
            "invitation": one,
            "address": invitations.address(one),
            "code": segno.make(invitations.address(one), error="m").svg_data_uri(border=2),
        }
        for one in rows.select_related("mandate__user", "mandate__body").order_by("pk")
        if may_appoint(request.user, one.mandate.role, one.mandate.body)
    ]
    return render(request, "villages/admin/slips.html", {"page": page, "slips": shown})


@require_safe
def template(request):
    """The .xlsx to fill in."""
    response = HttpResponse(roster.template(), content_type=XLSX)
    response["Content-Disposition"] = 'attachment; filename="renyuan.xlsx"'
    return response


def _page(request, page_id) -> Page:
    page = get_object_or_404(Page, pk=page_id)
    if not places.may_open(request.user, page):
        raise PermissionDenied
    return page


def _land(request, page, rows) -> list[weighing.Weighed]:
    """Appoint from a list; returns the rows that nobody was appointed from."""
    made, weighed = weighing.land(rows, page, by=request.user, why=_("按名单任命"))
    left = [one for one in weighed if one.outcome == weighing.WRONG]
    messages.success(request, _("已任命 %d 人。") % len(made))
    if left:
        messages.warning(request, _("有 %d 行没有任命，列在下面，改好再交一次。") % len(left))
    return left


def _by_body(bodies, user) -> list[dict]:
    """The bodies with those who serve or will serve there, and those who did."""
    keys = [page.pk for page in bodies.pages]
    running = set(
        Mandate.objects.running().filter(body__in=keys).order_by().values_list("pk", flat=True)
    )
    open_now = Invitation.objects.open().filter(mandate__body__in=keys)
    invited = dict(open_now.values_list("mandate__user", "expires_at"))
    rows: dict[int, dict] = {
        page.pk: {
            "page": page,
            "code": bodies.codes.get(page.pk),
            "roles": bodies.roles_at(page),
            "mine": bool(bodies.roles_for(user, page)),
            "running": [],
            "ended": [],
        }
        for page in bodies.pages
    }
    for mandate in bodies.mandates():
        mandate.may_end = may_appoint(user, mandate.role, mandate.body)
        mandate.invited_until = invited.get(mandate.user_id)
        mandate.has_password = bool(mandate.user and mandate.user.has_usable_password())
        mandate.has_begun = mandate.is_live()
        rows[mandate.body_id]["running" if mandate.pk in running else "ended"].append(mandate)
    return list(rows.values())


def _shown(page):
    """The mandates of this screen that have not ended."""
    here = within(Mandate.objects.running(), page, "body__path")
    return here.filter(body__depth__lte=page.depth + 1).select_related("body", "user")


def _newcomers(request, page) -> list[Mandate]:
    """One mandate of each person of this screen without a password and without a slip."""
    invited = set(Invitation.objects.open().values_list("mandate__user", flat=True))
    people = {
        one.user_id: one
        for one in _shown(page).filter(user__is_active=True)
        if not one.user.has_usable_password()
        and one.user_id not in invited
        and invitations.may_invite(request.user, one)
    }
    return list(people.values())


def _ticked(request, page) -> list[Mandate]:
    """The mandates of this screen that were ticked, or all that have not ended."""
    rows = _shown(page)
    if "all" in request.POST:
        return [one for one in rows if may_appoint(request.user, one.role, one.body)]
    return list(rows.filter(pk__in=_numbers(request.POST.getlist("mandate"))))


def _numbers(texts) -> list[int]:
    # Longer numbers than the database holds are nobody's.
    short = (text for text in texts[:MAX_TICKED] if text.isascii() and text.isdigit())
    return [int(text) for text in short if len(text) < 19]
