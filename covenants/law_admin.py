"""The admin screens of the law's figures, profiles and go-live dates; for county and above."""

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods
from wagtail.admin.menu import MenuItem
from wagtail.admin.panels import FieldPanel, FieldRowPanel, HelpPanel, InlinePanel
from wagtail.log_actions import log
from wagtail.permissions import register_permission_policy
from wagtail.snippets.views.snippets import SnippetViewSet, SnippetViewSetGroup

from covenants.filing_rule import puts_off
from covenants.limit_words import ROLES, CountyAndAbove
from covenants.models import GoLive, LawFigure, ProcedureProfile
from editorial.mandates import holds_any_role, holds_role_at
from safety.written import is_written
from villages.models import CountyPage

REASON_MOST = 200


class ChangedOnly(CountyAndAbove):
    """The three profiles are changed; none is added."""

    def user_has_permission(self, user, action):
        return action != "add" and super().user_has_permission(user, action)


class LawFigureViewSet(SnippetViewSet):
    model = LawFigure
    icon = "tick-inverse"
    menu_label = gettext_lazy("会议的法定数")
    list_display = ["meeting", "base", "law", "version", "valid_from", "valid_until", "verified"]
    list_filter = ["meeting", "verified"]
    copy_view_enabled = True
    panels = [
        FieldRowPanel([FieldPanel("meeting"), FieldPanel("base")]),
        FieldRowPanel(
            [
                FieldPanel("quorum_numerator"),
                FieldPanel("quorum_denominator"),
                FieldPanel("quorum_above"),
            ],
            heading=gettext_lazy("到会"),
        ),
        FieldRowPanel(
            [
                FieldPanel("passing_numerator"),
                FieldPanel("passing_denominator"),
                FieldPanel("passing_above"),
                FieldPanel("passing_of"),
            ],
            heading=gettext_lazy("通过"),
        ),
        FieldRowPanel([FieldPanel("women_numerator"), FieldPanel("women_denominator")]),
        FieldPanel("notice_days"),
        FieldRowPanel([FieldPanel("law"), FieldPanel("article"), FieldPanel("version")]),
        FieldRowPanel([FieldPanel("valid_from"), FieldPanel("valid_until")]),
        FieldPanel("verified"),
    ]


class ProcedureProfileViewSet(SnippetViewSet):
    model = ProcedureProfile
    icon = "list-ol"
    menu_label = gettext_lazy("订立程序的步骤")
    list_display = ["name", "notice_days", "filing_within_days", "revise_after_years"]
    copy_view_enabled = False
    panels = [
        FieldPanel("name"),
        FieldPanel("notice_days"),
        FieldRowPanel([FieldPanel("filing_within_days"), FieldPanel("filing_within_verified")]),
        FieldRowPanel([FieldPanel("revise_after_years"), FieldPanel("waiting_days")]),
        HelpPanel(
            gettext_lazy(
                "村规民约的合法性审查、表决、备案，小组规约的村里确认，章程的表决、公示，删去或改成可以"
                "没有也照样要；审查和备案不能由村里登记。"
            )
        ),
        InlinePanel("stages", heading=gettext_lazy("步骤"), label=gettext_lazy("步骤")),
        InlinePanel("meetings", heading=gettext_lazy("哪些会议"), label=gettext_lazy("会议")),
    ]


class LawGroup(SnippetViewSetGroup):
    items = [LawFigureViewSet, ProcedureProfileViewSet]
    menu_icon = "list-ol"
    menu_label = gettext_lazy("订立程序")
    menu_order = 311


register_permission_policy(LawFigure, CountyAndAbove(LawFigure))
register_permission_policy(ProcedureProfile, ChangedOnly(ProcedureProfile))


def may_set_go_live(user, county) -> bool:
    """Whether `user` may set a county's go-live date: its administrators and the prefecture's."""
    if user.is_active and user.is_superuser:
        return True
    return any(holds_role_at(user, role, county) for role in ROLES)


def may_put_off(user) -> bool:
    """Whether `user` may do so, for a reason that is kept: as with one text let through unfiled."""
    return user.is_active and user.is_superuser


@transaction.atomic
def set_go_live(county, on, *, by, reason: str = "") -> None:
    """Set the day from which a county's covenants must be filed; logged.

    Before it has come it may be put off or taken back, afterwards by `may_put_off` for a `reason`.
    Raises ValidationError {field: message}.
    """
    if not may_set_go_live(by, county):
        raise PermissionDenied
    row, _created = GoLive.objects.select_for_update().get_or_create(county=county)
    if row.on == on:
        return
    data = {"day": on.isoformat() if on else "—", "before": row.on.isoformat() if row.on else "—"}
    if puts_off(row.on, on):
        if not may_put_off(by):
            raise ValidationError(
                {
                    "on": _(
                        "备案要求已经启用，只能提前，不能推迟或取消。确有必要的，请系统管理员办理。"
                    )
                }
            )
        if not is_written(reason):
            raise ValidationError({"reason": _("推迟或取消已经启用的备案要求，要写明理由。")})
        data["reason"] = reason.strip()[:REASON_MOST]
    row.on = on
    row.save(update_fields=["on"])
    log(instance=county, action="covenants.go_live", user=by, data=data)


class GoLiveForm(forms.Form):
    on = forms.DateField(
        label=gettext_lazy("从哪天起"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
    )
    reason = forms.CharField(
        label=gettext_lazy("推迟或取消的理由（记入日志）"), required=False, max_length=REASON_MOST
    )

    def __init__(self, *args, by, **kwargs):
        super().__init__(*args, **kwargs)
        if not may_put_off(by):
            del self.fields["reason"]


@require_http_methods(["GET", "POST"])
def go_live(request):
    """The counties one may set, each with its day."""
    counties = [c for c in CountyPage.objects.order_by("path") if may_set_go_live(request.user, c)]
    if not counties:
        raise PermissionDenied
    days = dict(GoLive.objects.values_list("county_id", "on"))
    rows = []
    for county in counties:
        posted = request.POST if request.POST.get("county") == str(county.pk) else None
        initial = {"on": days.get(county.pk)}
        form = GoLiveForm(posted, initial=initial, prefix=str(county.pk), by=request.user)
        if posted is not None and form.is_valid():
            try:
                set_go_live(county, **form.cleaned_data, by=request.user)
            except ValidationError as fault:
                form.add_error(None, fault)
            else:
                messages.success(request, _("%s已登记。") % county.title)
                return redirect("covenants_go_live")
        rows.append((county, form))
    return render(request, "covenants/admin/go_live.html", {"rows": rows})


class GoLiveMenuItem(MenuItem):
    def is_shown(self, request):
        return request.user.is_superuser or holds_any_role(request.user, ROLES)


def menu_item() -> MenuItem:
    return GoLiveMenuItem(
        gettext_lazy("启用备案要求"),
        reverse("covenants_go_live"),
        name="go-live",
        icon_name="calendar-check",
        order=312,
    )
