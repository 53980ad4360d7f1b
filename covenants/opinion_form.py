"""Where residents write what they think of a coming text, while opinions are asked for.

What they write is for the committee and the township; readers get its summary and answers.
"""

from django import forms
from django.http import Http404
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import never_cache

from covenants.models.procedure import Opinion, OpinionPeriod
from safety.rate_limits import bounded
from safety.removal.forms import PlainField

MOST_LETTERS = 5000
"""Of one period; more were a machine's."""


class OpinionForm(forms.Form):
    """`trap` is a field that people do not see and programs fill in."""

    text = PlainField(
        label=_("您的意见"),
        max_length=Opinion._meta.get_field("text").max_length,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("想到什么写什么，不用写姓名、电话。"),
    )
    trap = PlainField(
        label=_("这一格请不要填"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def clean_trap(self):
        if self.cleaned_data.get("trap"):
            raise forms.ValidationError(_("这一格是防止机器乱填的，请清空后再提交。"))
        return ""


def open_period(page) -> OpinionPeriod | None:
    """The period in which a page's form is open today; one query."""
    today = timezone.localdate()
    return OpinionPeriod.objects.filter(
        procedure__page_id=page.pk,
        procedure__closed_at__isnull=True,
        form_open=True,
        begins__lte=today,
        ends__gte=today,
    ).first()


@never_cache
@bounded("request", methods={"POST"})
def opinions(request, page):
    """The form and what is asked; 404 outside the period."""
    period = open_period(page)
    if period is None:
        raise Http404
    form = OpinionForm(request.POST if request.method == "POST" else None)
    letters = Opinion.objects.filter(procedure_id=period.procedure_id)
    if request.method == "POST" and form.is_valid():
        if letters.count() < MOST_LETTERS:
            letters.create(procedure_id=period.procedure_id, text=form.cleaned_data["text"])
        return redirect(f"{page.opinions_url}?sent=1")
    context = {"page": page, "period": period, "form": form, "sent": "sent" in request.GET}
    return TemplateResponse(request, "covenants/opinions_page.html", context)
