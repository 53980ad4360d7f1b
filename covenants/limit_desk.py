"""The limits desk: the numbers found in a rule's articles, each to be confirmed, corrected or
rejected by an editor of the place. Views and forms."""

from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.widgets import Button
from wagtail.models import Page

from covenants import limit_proposals
from covenants.adoption import provision_rows, text_digest
from covenants.limit_table import figure
from covenants.models import Edition, Limit, Provision, RulePage

DRAFT = "draft"


@dataclass
class Text:
    """The text whose limits are decided on: an edition, or the working text (`edition` None)."""

    page: RulePage
    edition: Edition | None
    provisions: list[Provision]

    @property
    def key(self) -> str:
        return str(self.edition.number) if self.edition else DRAFT

    def limits(self):
        return Limit.objects.filter(page_id=self.page.pk, edition=self.edition)

    def address(self, limit: Limit | None = None, **query) -> str:
        """The desk at this text, and at a limit's row."""
        parts = "".join(f"&{name}={value}" for name, value in query.items())
        place = f"#limit-{limit.pk}" if limit else ""
        return f"{reverse('covenants_limits', args=[self.page.pk])}?text={self.key}{parts}{place}"


class LimitForm(forms.ModelForm):
    """Corrects what was found."""

    class Meta:
        model = Limit
        fields = ["matter", "scope", "comparator", "value", "upper", "measure"]

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name in ("value", "upper"):
            if self.initial.get(name) is not None:
                self.initial[name] = format(self.initial[name].normalize(), "f")

    def clean_scope(self):
        return self.cleaned_data["scope"].strip()


class NewLimitForm(LimitForm):
    """Enters by hand what was not found: where it stands, and what it is."""

    stable_id = forms.ChoiceField(label=gettext_lazy("哪一条"))
    quote = forms.CharField(
        label=gettext_lazy("条文原话"),
        max_length=limit_proposals.QUOTE_MAX,
        help_text=gettext_lazy("照抄条文里的数和单位，如：十五桌。"),
    )
    field_order = ["stable_id", "quote"]

    def __init__(self, *args, provisions, **kwargs):
        super().__init__(*args, **kwargs)
        self.by_id = {str(p.stable_id): p for p in provisions}
        self.fields["stable_id"].choices = [
            (key, f"{p.label} {p.plain_text[:24]}") for key, p in self.by_id.items()
        ]

    def clean(self):
        data = super().clean()
        provision, quote = self.by_id.get(data.get("stable_id")), data.get("quote")
        if provision and quote and quote not in provision.plain_text:
            raise ValidationError({"quote": _("这一条里没有这几个字，请照抄条文。")})
        return data

    def limit(self) -> Limit:
        """The unsaved limit, at the first place its words stand."""
        limit, provision = self.save(commit=False), self.by_id[self.cleaned_data["stable_id"]]
        plain, limit.quote = provision.plain_text, self.cleaned_data["quote"]
        limit.stable_id = provision.stable_id
        limit.start = plain.index(limit.quote)
        limit.end = limit.start + len(limit.quote)
        limit.clause = limit_proposals.clause_around(plain, limit.start, limit.end)
        limit.text_digest = limit_proposals.digest_of(provision)
        return limit


def may_decide(user, page) -> bool:
    """Who may edit a rule may decide on its limits."""
    return page.permissions_for_user(user).can_edit()


def button(page) -> Button:
    """The way from a rule's screens to the desk; says how many limits wait there."""
    newest = page.editions.order_by("-number").values("pk")[:1]
    waiting = Limit.objects.filter(edition__in=newest, status=Limit.PROPOSED).count()
    label = _("核对限额（%d 项待确认）") % waiting if waiting else _("核对限额")
    address = reverse("covenants_limits", args=[page.pk])
    return Button(label, address, icon_name="list-ul", priority=6)


@require_http_methods(["GET", "POST"])
def limits(request, page_id):
    """The one screen: the articles with their numbers marked, and what to do with each."""
    page = get_object_or_404(Page, pk=page_id).specific
    if not isinstance(page, RulePage):
        raise Http404
    if not may_decide(request.user, page):
        return render(request, "403.html", status=403)
    text = _text(page, request.GET.get("text", ""))
    if request.method == "POST":
        return _act(request, text)
    editing = text.limits().filter(pk=_number(request.GET.get("edit"))).first()
    form = LimitForm(instance=editing) if editing else None
    adding = _new_form(text) if "add" in request.GET else None
    return _screen(request, text, editing, form, adding)


def _text(page, asked: str) -> Text:
    """The text asked for, with its limits proposed: the newest edition unless told otherwise."""
    editions = list(page.editions.order_by("-number"))
    limit_proposals.read_editions(edition.pk for edition in editions)
    edition = next((e for e in editions if str(e.number) == asked), None)
    if asked != DRAFT and editions:
        edition = edition or editions[0]
        return Text(page, edition, list(edition.provisions.all()))
    draft = page.get_latest_revision_as_object()
    rows = provision_rows(draft.body)
    provisions = [Provision(**row) for row in rows]
    digest = text_digest(draft.title, draft.preamble, draft.closing, rows)
    limit_proposals.read_draft(page.pk, provisions, digest)
    return Text(page, None, provisions)


def _texts(page) -> list[tuple[str, str]]:
    """(key, name) of the texts a rule has: its editions and a working text that differs."""
    editions = list(page.editions.order_by("-number"))
    names = [(str(e.number), _("第%d版") % e.number) for e in editions]
    draft = page.get_latest_revision_as_object()
    rows = provision_rows(draft.body)
    digest = text_digest(draft.title, draft.preamble, draft.closing, rows)
    if not editions or editions[0].digest != digest:
        names.insert(0, (DRAFT, _("工作稿（未公布）")))
    return names


def _number(text) -> int:
    """The number in a request; 0 for what is none."""
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) < 19 else 0


def _new_form(text, data=None):
    return NewLimitForm(data, provisions=text.provisions)


def _act(request, text):
    """Do what a button says, then show the screen again."""
    act = request.POST.get("do")
    if act == "confirm_all":
        shown = [_number(key) for key in request.POST.getlist("shown")]
        rows = text.limits().filter(pk__in=shown, status=Limit.PROPOSED)
        count = _decide(rows, Limit.CONFIRMED, request.user)
        messages.success(request, _("已确认 %d 项。") % count)
        return redirect(text.address())
    if act == "read_again":
        edition_id = text.edition.pk if text.edition else None
        count = limit_proposals.read_again(text.page.pk, edition_id, text.provisions)
        messages.success(request, _("又找到 %d 项。") % count if count else _("没有新的。"))
        return redirect(text.address())
    if act == "add":
        return _add(request, text)
    limit = get_object_or_404(text.limits(), pk=_number(request.POST.get("limit")))
    if act == "correct":
        return _correct(request, text, limit)
    status = {
        "confirm": Limit.CONFIRMED,
        "reject": Limit.REJECTED,
        "reopen": Limit.PROPOSED,
    }.get(act)
    if status is None:
        raise Http404
    _decide(text.limits().filter(pk=limit.pk), status, request.user)
    return redirect(text.address(limit))


def _decide(rows, status, user) -> int:
    return rows.update(status=status, decided_by=user, decided_at=timezone.now())


def _settled(limit, user) -> Limit:
    """What an editor typed is confirmed by the typing."""
    limit.unit = limit.measure.unit
    limit.status, limit.decided_by, limit.decided_at = Limit.CONFIRMED, user, timezone.now()
    return limit


def _correct(request, text, limit):
    form = LimitForm(request.POST, instance=limit)
    if not form.is_valid():
        return _screen(request, text, limit, form, None)
    limit = _settled(form.save(commit=False), request.user)
    limit.save()
    messages.success(request, _("已改好并确认。"))
    return redirect(text.address(limit))


@transaction.atomic
def _add(request, text):
    form = _new_form(text, request.POST)
    if not form.is_valid():
        return _screen(request, text, None, None, form)
    limit = _settled(form.limit(), request.user)
    limit.page_id, limit.edition = text.page.pk, text.edition
    limit.save()
    messages.success(request, _("已补上。"))
    return redirect(text.address(limit))


def _screen(request, text, editing, form, adding):
    rows = list(text.limits().select_related("matter", "decided_by").order_by("start", "pk"))
    proposed = [limit for limit in rows if limit.status == Limit.PROPOSED]
    context = {
        "page": text.page,
        "area": text.page.get_parent().specific,
        "text": text,
        "texts": _texts(text.page),
        "clauses": _clauses(text, rows),
        "proposed": proposed,
        "confirmed": sum(limit.status == Limit.CONFIRMED for limit in rows),
        "editing": editing,
        "form": form,
        "adding": adding,
    }
    return render(request, "covenants/admin/limits.html", context)


def _clauses(text, rows) -> list[dict]:
    """[{"provision","segments","limits"}] of the articles that have limits, in order."""
    found = []
    for provision in text.provisions:
        own = [limit for limit in rows if limit.stable_id == provision.stable_id]
        for limit in own:
            limit.figure = figure(limit)
        if own:
            segments = marked(provision.plain_text, own)
            found.append({"provision": provision, "segments": segments, "limits": own})
    return found


def marked(plain: str, limits) -> list[dict]:
    """[{"text","limit"}]: a provision's text cut at the numbers; `limit` None between them."""
    segments, place = [], 0
    for limit in sorted(limits, key=lambda limit: limit.start):
        if limit.start < place or limit.end > len(plain):
            continue
        segments.append({"text": plain[place : limit.start], "limit": None})
        segments.append({"text": plain[limit.start : limit.end], "limit": limit})
        place = limit.end
    segments.append({"text": plain[place:], "limit": None})
    return [segment for segment in segments if segment["text"]]
