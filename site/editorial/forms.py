"""What a reviewer is asked when acting."""

from django import forms
from django.utils.translation import gettext_lazy as _
from wagtail.forms import TaskStateCommentForm

LONGEST = 2000
"""Characters of what a reviewer says with a step; `refusals.is_whole` takes no more."""


class ApprovalForm(TaskStateCommentForm):
    """Wagtail's, which would let a remark be written that the step then refuses."""

    comment = forms.CharField(
        label=TaskStateCommentForm.base_fields["comment"].label,
        required=False,
        widget=forms.Textarea({"rows": 2}),
        max_length=LONGEST,
    )


class RequiredCommentForm(forms.Form):
    """Sending a text back: the author must be told what to correct."""

    comment = forms.CharField(
        label=_("修改意见"),
        help_text=_("请写明哪里要改、怎么改，提交人会看到。"),
        widget=forms.Textarea({"rows": 4}),
        max_length=LONGEST,
    )


class RejectionForm(RequiredCommentForm):
    """Sending a text back, with remarks on single clauses: `cleaned_data["remarks"]` is a list of
    (key of a clause, what is to be changed in it).

    The template offers the clauses; the task knows which of the keys exist.
    """

    ROWS = range(4)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for row in self.ROWS:
            self.fields[f"clause_{row}"] = forms.CharField(required=False, max_length=64)
            self.fields[f"remark_{row}"] = forms.CharField(required=False, max_length=500)

    def clean(self):
        data = super().clean()
        pairs = [(data.pop(f"clause_{n}", ""), data.pop(f"remark_{n}", "")) for n in self.ROWS]
        for row, (clause, remark) in enumerate(pairs):
            if bool(clause) != bool(remark.strip()):
                name = "remark" if clause else "clause"
                self.add_error(f"{name}_{row}", _("选了条文就写上意见，写了意见就选条文。"))
        data["remarks"] = [pair for pair in pairs if all(pair)]
        return data

    @property
    def rows(self):
        """Pairs of bound fields for the template."""
        return [(self[f"clause_{row}"], self[f"remark_{row}"]) for row in self.ROWS]


class OverrideForm(forms.Form):
    """Approving one's own text: the reason is kept for good in the page's history."""

    comment = forms.CharField(
        label=_("理由"),
        help_text=_("不经他人审核直接批准，理由将永久记入页面历史。"),
        widget=forms.Textarea({"rows": 4}),
        max_length=LONGEST,
    )
