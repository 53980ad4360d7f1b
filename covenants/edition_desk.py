"""What editors and reviewers see of a rule's editions in the admin.

`compare`: the working text beside the edition in force, before anybody approves it. `editions`:
repealing an edition, suspending articles and taking both back. Views gather, ask and show; the
rules stand in `covenants.validity`.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe
from wagtail.models import Page

from covenants import adoption, comparing, hints, reading, validity
from covenants.models.edition import Edition, Provision
from covenants.models.rule import RulePage
from editorial.review import may_file


def may_compare(user, page) -> bool:
    """Whether `user` may see the working text: whoever may edit, review or file it."""
    return page.permissions_for_user(user).can_edit() or may_file(user, page)


def _rule(page_id) -> RulePage:
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, RulePage):
        raise PermissionDenied
    return page


@require_safe
def compare(request, page_id):
    """The latest draft compared with the edition in force, or with the one that `?from=` names."""
    page = _rule(page_id)
    if not may_compare(request.user, page):
        raise PermissionDenied
    draft = page.get_latest_revision_as_object()
    editions = list(page.editions.order_by("-number"))
    asked = {str(edition.number): edition for edition in editions}.get(request.GET.get("from", ""))
    edition = asked or page.shown_edition
    view = request.GET.get("view", comparing.INLINE)
    view = view if view in comparing.VIEWS else comparing.INLINE
    context = {
        "page": page,
        "draft": draft,
        "editions": editions,
        "edition": edition,
        "view": view,
        "views": comparing.view_choices(),
        "hints": hints.open_hits(page),
    }
    if edition:
        texts = [*comparing.edition_texts(edition), comparing.working_text(draft)]
        context["comparison"] = comparing.compared(*texts)
        context["text"] = comparing.as_text(context["comparison"])
        if not context["comparison"].is_empty:
            context["summary_fault"] = adoption.summary_fault(draft.change_summary, editions[0])
        context["status"] = reading.status_sentence(edition, timezone.localdate())
    return render(request, "covenants/admin/compare.html", context)


class DayForm(forms.Form):
    """From which day something holds."""

    on = forms.DateField(
        label=gettext_lazy("从哪天起"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        initial=timezone.localdate,
    )


class NoteForm(DayForm):
    """A day and why, for residents to read."""

    note = forms.CharField(
        label=gettext_lazy("缘由（会公布）"),
        max_length=200,
        error_messages={"required": gettext_lazy("请写明缘由，居民会看到。")},
        help_text=gettext_lazy("一句话，如：经村民会议表决废止；按镇政府〔2026〕3号文责令改正。"),
    )


class EndForm(NoteForm):
    """Ends the edition in force."""

    reason = forms.ChoiceField(
        label=gettext_lazy("废止还是责令改正"),
        choices=[
            (Edition.REPEALED, gettext_lazy("废止")),
            (Edition.ORDERED, gettext_lazy("责令改正，整份停用")),
        ],
        widget=forms.RadioSelect,
        initial=Edition.REPEALED,
        help_text=gettext_lazy(
            "废止的，旧文字还能看；责令改正整份停用的，文字从那天起撤下，居民只看到日期和缘由。"
        ),
    )
    field_order = ["reason", "on", "note"]


class SuspendForm(NoteForm):
    """Suspends articles of one edition."""

    articles = forms.ModelMultipleChoiceField(
        Provision.objects.none(),
        label=gettext_lazy("哪几条"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请勾选要暂停适用的条文。")},
    )
    field_order = ["articles", "on", "note"]

    def __init__(self, *args, edition, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["articles"].queryset = edition.provisions.all()


@require_http_methods(["GET", "POST"])
def editions(request, page_id):
    """All editions of a rule; forms for the one that holds."""
    page = _rule(page_id)
    if not validity.may_decide(request.user, page):
        raise PermissionDenied
    known = list(page.editions.order_by("-number"))
    edition = page.shown_edition
    forms_shown = _forms(edition, request)
    down = next((row for row in known if validity.can_take_end_back(row)), None)
    if request.method == "POST" and edition:
        done = _decide(request, edition, down, forms_shown)
        if done:
            messages.success(request, done)
            return redirect("covenants_editions", page.pk)
    context = {
        "page": page,
        "rows": reading.edition_rows(known),
        "edition": edition,
        "status": reading.status_sentence(edition, timezone.localdate()) if edition else "",
        "provisions": _to_resume(edition, forms_shown.get("resume_form"), request),
        "down": down,
        **forms_shown,
    }
    return render(request, "covenants/admin/editions.html", context)


def _suspended(edition) -> list[Provision]:
    if edition is None:
        return []
    rows = edition.provisions.exclude(suspended_from=None)
    shown = reading.with_suspensions(rows, timezone.localdate())
    return [provision for provision in shown if provision.suspension]


def _to_resume(edition, form, request) -> list[tuple[Provision, forms.Form]]:
    """Each suspended article with its form: the one posted, or one with ids of its own."""
    posted = _number(request.POST.get("article")) if form is not None and form.is_bound else None
    return [
        (
            provision,
            form if provision.pk == posted else DayForm(prefix="resume", auto_id=f"id_%s-{number}"),
        )
        for number, provision in enumerate(_suspended(edition))
    ]


def _forms(edition, request) -> dict:
    """The forms that make sense for the edition, bound to the request where it posts to them."""
    action = request.POST.get("action", "")

    def data(name):
        return request.POST if action == name else None

    found = {}
    if edition and validity.can_end(edition):
        found["end_form"] = EndForm(data("end"), prefix="end")
    if edition and validity.can_suspend(edition):
        found["suspend_form"] = SuspendForm(data("suspend"), prefix="suspend", edition=edition)
        found["resume_form"] = DayForm(data("resume"), prefix="resume")
    return found


def _decide(request, edition, down, forms_shown) -> str:
    """Do what was asked; a sentence on what was done, or empty with the faults on the form."""
    action, user = request.POST.get("action", ""), request.user
    if action == "take_back" and down:
        try:
            validity.take_end_back(down, by=user)
        except ValidationError as fault:
            messages.error(request, " ".join(fault.messages))
            return ""
        return _("已撤销，这一版恢复施行。")
    form = forms_shown.get(f"{action}_form")
    if form is None or not form.is_valid():
        return ""
    data = form.cleaned_data
    try:
        if action == "end":
            validity.end_edition(edition, **data, by=user)
            day = reading.day_text(data["on"])
            return _("已登记。从%s起，居民看到这一版已经停止施行。") % day
        if action == "suspend":
            validity.suspend(data["articles"], on=data["on"], note=data["note"], by=user)
            return _("已登记。正文里会标明这几条暂停适用。")
        provision = edition.provisions.filter(pk=_number(request.POST.get("article"))).first()
        if provision is None:
            return ""
        validity.resume(provision, on=data["on"], by=user)
    except ValidationError as fault:
        for field, faults in getattr(fault, "error_dict", {None: fault.messages}).items():
            form.add_error(field if field in form.fields else None, faults)
        return ""
    return _("已登记恢复适用。")


def _number(text) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0
