"""沿用村约 in the admin: many groups proposed in one action, the batch reviewed as a whole.

`desk`: a village's groups and batches. `batch`: one batch, the articles that differ in its groups,
and the decision on it. Views gather, ask and show; the rules stand in `covenants.following`.
"""

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets import Button

from covenants import following, group_rule
from covenants.models import CovenantPage, DifferingArticle, Following, FollowingBatch, Provision
from covenants.reading import day_text
from villages.models import GroupPage, VillagePage
from villages.places import path_range

BATCHES_SHOWN = 20


def _day_field(label, **kwargs):
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label=label, widget=widget, **kwargs)


class FollowForm(forms.Form):
    """How the groups ticked in the table decided to follow the village's covenant."""

    adopted_on = _day_field(gettext_lazy("通过日期"))
    adopted_by = forms.CharField(
        label=gettext_lazy("通过的会议"),
        max_length=80,
        initial="村民小组会议",
    )
    effective_from = _day_field(gettext_lazy("从哪天起沿用"))


class DifferForm(forms.Form):
    """An article in whose place something else holds in some groups of a batch."""

    groups = forms.MultipleChoiceField(
        label=gettext_lazy("哪些小组"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("请勾选小组。")},
    )
    provision = forms.ModelChoiceField(
        Provision.objects.none(), label=gettext_lazy("代替村里的哪一条"), empty_label=None
    )
    text = forms.CharField(
        label=gettext_lazy("本组怎样规定"), widget=forms.Textarea(attrs={"rows": 4})
    )

    def __init__(self, *args, rows, provisions, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["groups"].choices = [(str(row.group_id), row.group.title) for row in rows]
        self.fields["provision"].queryset = provisions


class NoteForm(forms.Form):
    """Why a batch is sent back or revoked."""

    note = forms.CharField(label=gettext_lazy("缘由"), max_length=200)


def may_open(user, village) -> bool:
    """Whoever may propose or decide here."""
    return following.may_propose(user, village) or following.may_revoke(user, village)


def button(village) -> Button:
    """The way from a village's screens to the desk; says how many batches wait there."""
    waiting = FollowingBatch.objects.filter(
        village=village.pk, approved_at=None, returned_at=None
    ).count()
    label = _("小组沿用村约（%d 批待审核）") % waiting if waiting else _("小组沿用村约")
    address = reverse("covenants_following", args=[village.pk])
    return Button(label, address, icon_name="group", priority=8)


@require_http_methods(["GET", "POST"])
def desk(request, page_id):
    """A village's groups with what holds in each; proposes that the ticked ones follow."""
    village = get_object_or_404(VillagePage, pk=page_id)
    if not may_open(request.user, village):
        return render(request, "403.html", status=403)
    covenant = CovenantPage.objects.child_of(village).first()
    groups = list(GroupPage.objects.child_of(village).order_by("path"))
    posted = request.POST if request.method == "POST" else None
    proposing = covenant is not None and following.may_propose(request.user, village)
    again = _returned(village, request.POST.get("again") or request.GET.get("again"))
    ticked, known = _as_it_was(again)
    if request.method == "POST":
        ticked, known = set(request.POST.getlist("groups")), None
    form = FollowForm(posted, initial=known) if proposing else None
    faults = []
    if request.method == "POST":
        if form is None:
            return render(request, "403.html", status=403)
        made, faults = _propose(form, covenant, groups, ticked, request.user, again)
        if made:
            messages.success(request, _("已提交，等人审核。某些小组另有规定的，请写在下面。"))
            return redirect("covenants_following_batch", made.pk)
    batches = FollowingBatch.objects.filter(village=village).prefetch_related("followings")
    context = {
        "village": village,
        "covenant": covenant,
        "rows": _group_rows(village, groups, ticked),
        "form": form,
        "faults": faults,
        "again": again,
        "again_articles": _carried(again, covenant) if again and covenant else [],
        "batches": [(row, _state_name(row)) for row in batches[:BATCHES_SHOWN]],
    }
    return render(request, "covenants/admin/following.html", context)


def _returned(village, number) -> FollowingBatch | None:
    """The batch sent back to the village that is to be handed in again."""
    if not number:
        return None
    batches = FollowingBatch.objects.filter(village=village, returned_at__isnull=False)
    return get_object_or_404(batches, pk=_number(number))


def _as_it_was(again) -> tuple[set[str], dict | None]:
    """(ticked groups, first values of the form) of a batch sent back; nothing without one."""
    rows = list(again.followings.all()) if again else []
    if not rows:
        return set(), None
    names = ("adopted_on", "adopted_by", "effective_from")
    return {str(row.group_id) for row in rows}, {name: getattr(rows[0], name) for name in names}


def _carried(again, covenant) -> list[dict]:
    """[{"article", "stands"}] that differ in a batch sent back; those that stand come along."""
    edition = covenant.shown_edition
    known = set(edition.provisions.values_list("stable_id", flat=True)) if edition else set()
    return [{"article": row, "stands": row.stable_id in known} for row in _articles(again)]


def _propose(form, covenant, groups, ticked, user, again):
    """(the batch or None, faults about the groups)."""
    if not form.is_valid():
        return None, []
    chosen = [group for group in groups if str(group.pk) in ticked]
    try:
        made = following.propose(covenant, chosen, **form.cleaned_data, by=user, again=again)
        return made, []
    except ValidationError as fault:
        return None, _put_on(form, fault)


def _put_on(form, fault) -> list[str]:
    """Tell faults beside their fields; returns those of no field of the form."""
    rest = []
    for field, texts in getattr(fault, "error_dict", {None: fault.messages}).items():
        if field in form.fields:
            form.add_error(field, texts)
        else:
            rest += ValidationError(texts).messages
    return rest


def _group_rows(village, groups, ticked) -> list[dict]:
    """[{"group","now","own","ticked"}]: what holds in each group now; `own`: its own covenant."""
    today = timezone.localdate()
    by_group = {}
    held = Following.objects.holding_from(today).filter(group__in=[g.pk for g in groups])
    for row in held.select_related("batch").order_by("-effective_from"):
        by_group[row.group_id] = row
    own = {}
    for edition in group_rule.own_editions(today, page__path__range=path_range(village.path)):
        own[edition.page.path[: -village.steplen]] = edition
    rows = []
    for group in groups:
        row, edition, now = by_group.get(group.pk), own.get(group.path), _("没有登记")
        if edition:
            now = _("有自己的规约（第%(number)s版，自%(day)s），沿用后终止") % {
                "number": edition.number,
                "day": day_text(edition.effective_from),
            }
        elif row:
            now = _("自%s起沿用，重新登记后由新的代替") % day_text(row.effective_from)
        rows.append({"group": group, "now": now, "own": edition, "ticked": str(group.pk) in ticked})
    return rows


def _state_name(batch) -> str:
    return {
        FollowingBatch.PROPOSED: _("待审核"),
        FollowingBatch.RETURNED: _("已退回"),
        FollowingBatch.APPROVED: _("已批准"),
        FollowingBatch.REVOKED: _("已撤销"),
    }[batch.state]


@require_http_methods(["GET", "POST"])
def batch(request, followings_id):
    """One batch: its groups, what differs in them, and what may be done with it."""
    found = FollowingBatch.objects.select_related(
        "village", "proposed_by", "approved_by", "again_of"
    )
    found = get_object_or_404(found, pk=followings_id)
    if not may_open(request.user, found.village):
        return render(request, "403.html", status=403)
    rows = list(found.followings.select_related("group").order_by("group__path"))
    allowed = _allowed(request.user, found)
    form = _differ_form(request, rows) if "differ" in allowed else None
    note_form = NoteForm(request.POST if "note" in request.POST else None)
    faults = []
    if request.method == "POST":
        action = request.POST.get("do", "")
        if action not in allowed:
            return render(request, "403.html", status=403)
        done, faults = _act(request, found, action, form, note_form)
        if done:
            messages.success(request, done)
            return redirect("covenants_following_batch", found.pk)
    former, own = ([], [])
    if rows and found.state == FollowingBatch.PROPOSED:
        former, own = group_rule.what_ends(rows)
    context = {
        "batch": found,
        "state": _state_name(found),
        "rows": rows,
        "first": rows[0] if rows else None,
        "articles": _articles(found),
        "former": former,
        "own": own,
        "allowed": allowed,
        "form": form,
        "note_form": note_form,
        "author_note": _author_note(request.user, found),
        "may_hand_in_again": found.state == FollowingBatch.RETURNED
        and following.may_propose(request.user, found.village),
        "faults": faults,
        "seen": following.fingerprint(found),
    }
    return render(request, "covenants/admin/following_batch.html", context)


def _author_note(user, found) -> str:
    proposed = found.state == FollowingBatch.PROPOSED
    return following.author_note(user, found) if proposed else ""


def _articles(found):
    rows = DifferingArticle.objects.filter(following__batch=found)
    return rows.select_related("following__group").order_by("following__group__path", "pk")


def _allowed(user, found) -> set[str]:
    """Which of differ, agree, approve, send_back, revoke the user may do with the batch now."""
    allowed = set()
    if found.state == FollowingBatch.PROPOSED:
        if following.may_propose(user, found.village):
            allowed |= {"differ", "agree"}
        if following.may_review(user, found):
            allowed |= {"approve", "send_back"}
    elif found.state == FollowingBatch.APPROVED and following.may_revoke(user, found.village):
        allowed.add("revoke")
    return allowed


def _differ_form(request, rows):
    covenant = CovenantPage.objects.filter(pk=rows[0].covenant_id).first() if rows else None
    edition = covenant and covenant.shown_edition
    if not edition:
        return None
    data = request.POST if request.POST.get("do") == "differ" else None
    return DifferForm(data, rows=rows, provisions=edition.provisions.all())


def _act(request, found, action, form, note_form):
    """(what was done in a sentence or "", faults of no field)."""
    user = request.user
    try:
        if action == "differ":
            if form is None or not form.is_valid():
                return "", []
            following.differ(found, **form.cleaned_data, by=user)
            return _("已记下本组另有规定。"), []
        if action == "agree":
            following.agree(found, _number(request.POST.get("article")), by=user)
            return _("已去掉，这一条按村里的办。"), []
        if action == "approve":
            following.approve(found, seen=request.POST.get("seen", ""), by=user)
            return _("已批准，从登记的日子起沿用。"), []
        if not note_form.is_valid():
            return "", []
        step = {"send_back": following.send_back, "revoke": following.revoke}[action]
        step(found, note=note_form.cleaned_data["note"], by=user)
        return (_("已退回。") if action == "send_back" else _("已撤销整批。")), []
    except ValidationError as fault:
        return "", _put_on(form if action == "differ" else note_form, fault)


def _number(text) -> int:
    if not (text and text.isascii() and text.isdecimal() and len(text) < 19):
        raise Http404
    return int(text)
