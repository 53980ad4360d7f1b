"""The form by which anybody asks for something of theirs to be corrected or taken down."""

from django import forms
from django.utils.translation import gettext_lazy as _

from safety.models import RemovalRequest

from .places import path_of


class Choices(forms.RadioSelect):
    """Radio buttons in a group whose id the error summary can link to."""

    def id_for_label(self, id_, index=None):
        return id_ if index is None else super().id_for_label(id_, index)


class PlainField(forms.CharField):
    """Text without control characters, which a person neither types nor sees."""

    default_error_messages = {"required": _("请填写。")}

    def to_python(self, value):
        value = super().to_python(value)
        if any(_is_control(one) for one in value):
            raise forms.ValidationError(_("里面有看不见的乱码字符，请删去后重新输入。"))
        return value


def _is_control(one: str) -> bool:
    return (ord(one) < 32 and one not in "\r\n\t") or 0xD800 <= ord(one) <= 0xDFFF


class TrappedForm(forms.Form):
    """A form for everybody. `trap` is a field that people do not see and programs fill in."""

    trap = PlainField(
        label=_("这一格请不要填"),
        required=False,
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        # Behind the fields that people see.
        self.fields["trap"] = self.fields.pop("trap")

    def clean_trap(self):
        if self.cleaned_data.get("trap"):
            raise forms.ValidationError(_("这一格是防止机器乱填的，请清空后再提交。"))
        return ""


class RemovalForm(TrappedForm):
    """What is to be corrected or taken down, and who asks."""

    page = PlainField(
        label=_("哪一页"),
        max_length=500,
        help_text=_("把那一页的网址贴在这里；不会贴的，写哪个村、什么内容。"),
    )
    asked = forms.ChoiceField(
        label=_("要求什么"),
        choices=RemovalRequest.ASKED,
        widget=Choices,
        error_messages={"required": _("请选一项。")},
    )
    text = PlainField(
        label=_("说明"),
        max_length=RemovalRequest.LONGEST_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("写清楚哪几个字、哪张照片，为什么。不用写身份证号。"),
    )
    name = PlainField(
        label=_("您怎么称呼"), max_length=40, help_text=_("只有处理的工作人员看得到。")
    )
    contact = PlainField(
        label=_("怎么联系您"),
        max_length=100,
        help_text=_("电话、微信或住址都可以，只用来答复这件事，办完以后删除。"),
    )

    def clean_page(self):
        return self.cleaned_data["page"].strip()

    @property
    def path(self) -> str:
        """The path of the page that is meant, or `/`."""
        return path_of(self.cleaned_data["page"])
