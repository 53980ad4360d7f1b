"""Where residents write what they think of a coming text: while opinions are asked for, and
during the public notice.

What they write is for the committee and the township; readers get its summary and answers.
"""

from django import forms
from django.conf import settings
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from covenants.models.entry import ENTRY_MODELS, Periods
from covenants.models.procedure import Opinion
from covenants.procedure import terms
from safety.lapsed import closed_paths
from safety.rate_limits import bounded
from safety.removal.forms import PlainField, TrappedForm

MOST_LETTERS = 5000
"""Of one period; more were a machine's."""


class OpinionForm(TrappedForm):
    """What a resident thinks."""

    text = PlainField(
        label=_("您的意见"),
        max_length=Opinion._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("想到什么写什么，不用写姓名、电话。"),
    )


def asked_for(procedure_id: int) -> tuple[str, Periods]:
    """(stage, its period) in which a procedure's form is open today, or was open last.

    Raises Http404 where there is none, and where nobody may be shown the place now.
    """
    today = timezone.localdate()
    found = [
        (stage, period)
        for stage in Opinion.WRITTEN_DURING
        for period in ENTRY_MODELS[stage]
        .objects.select_related("procedure__page")
        .filter(procedure_id=procedure_id, form_open=True, begins__lte=today)
    ]
    if not found:
        raise Http404
    stage, period = max(found, key=lambda one: (is_open(one[1]), one[1].ends))
    path = period.procedure.page.path
    if any(path.startswith(closed) for closed in closed_paths()):
        raise Http404
    return stage, period


def is_open(period: Periods) -> bool:
    """Whether what residents write is taken now: within the days, of a procedure that goes on."""
    return period.procedure.is_running and period.takes_letters(timezone.localdate())


@never_cache
@bounded("request", methods={"POST"})
@require_http_methods(["GET", "HEAD", "POST"])
def opinions(request, procedure_id):
    """The form and what is asked, of a rule that is public or not yet; that it is over, afterwards.

    404 before the period.
    """
    stage, period = asked_for(procedure_id)
    page = period.procedure.page.specific
    if page.is_sample and not settings.CUNYUE_SAMPLE:
        raise Http404
    form = OpinionForm(request.POST if request.method == "POST" else None)
    taken = is_open(period)
    letters = Opinion.objects.filter(procedure_id=period.procedure_id, stage=stage)
    if request.method == "POST" and taken and form.is_valid():
        if letters.count() < MOST_LETTERS:
            Opinion.objects.create(
                procedure_id=period.procedure_id, stage=stage, text=form.cleaned_data["text"]
            )
            return redirect(f"{period.address}?sent=1")
        form.add_error("text", _("网上收到的意见太多，这里收不下了。请直接交给村（居）委会。"))
    areas = [area for area in page.areas if area.live]
    context = {
        "page": page,
        "areas": areas,
        "way_back": page if page.live else next(reversed(areas), None),
        "period": period,
        "is_notice": stage == terms.NOTICE,
        "form": form,
        "is_over": not taken,
        "sent": taken and "sent" in request.GET,
    }
    return render(request, "covenants/opinions_page.html", context)
