"""What is typed and ticked on the screens of 换届."""

from django import forms
from django.utils.translation import gettext_lazy as _

from editorial.appointments import is_within_reach

from .roster import MAX_BYTES, MAX_CELL, MAX_ROWS, UnreadableRoster, read_text, read_workbook

LONGEST_LIST = MAX_ROWS * MAX_CELL * 3


class RosterForm(forms.Form):
    """The people to appoint, pasted or as a file; `rows` holds what was read."""

    roster = forms.CharField(
        label=_("粘贴名单"),
        required=False,
        max_length=LONGEST_LIST,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_(
            "每人一行：单位、姓名、职责、任期开始、任期结束、账号，用制表符、逗号或空格隔开，可以从表格里直接复制。"
            "后四项可以不写：不写职责就是第一个能任命的，不写开始就是从现在起，不写账号由系统起。"
        ),
    )
    file = forms.FileField(label=_("或上传 .xlsx"), required=False)

    def clean(self):
        data = super().clean()
        if self.errors:
            return data
        try:
            if data.get("file"):
                if data["file"].size > MAX_BYTES:
                    raise UnreadableRoster(_("文件太大。名单请不要超过 1 MB。"))
                self.rows = read_workbook(data["file"].read())
            else:
                self.rows = read_text(data.get("roster", ""))
        except UnreadableRoster as error:
            raise forms.ValidationError(str(error)) from error
        return data


class EndForm(forms.Form):
    """When the ticked terms end, and why."""

    as_of = forms.DateField(
        label=_("最后一天"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_(
            "空着或写今天就是立即结束。以后的日子到那天结束时才生效；过去的日子立即生效，并记为那一天。"
        ),
    )
    why = forms.CharField(label=_("原因"), max_length=200, initial=_("换届"))

    def clean_as_of(self):
        day = self.cleaned_data["as_of"]
        if day is not None and not is_within_reach(day):
            raise forms.ValidationError(_("这个日子离现在太远。要立即结束就空着。"))
        return day
