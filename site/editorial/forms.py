"""What a reviewer is asked when acting."""

from django import forms
from django.utils.translation import gettext_lazy as _


class RequiredCommentForm(forms.Form):
    """Sending a text back: the author must be told what to correct."""

    comment = forms.CharField(
        label=_("修改意见"),
        help_text=_("请写明哪里要改、怎么改，提交人会看到。"),
        widget=forms.Textarea({"rows": 4}),
        max_length=2000,
    )


class OverrideForm(forms.Form):
    """Approving one's own text: the reason is kept for good in the page's history."""

    comment = forms.CharField(
        label=_("理由"),
        help_text=_("不经他人审核直接批准，理由将永久记入页面历史。"),
        widget=forms.Textarea({"rows": 4}),
        max_length=2000,
    )
