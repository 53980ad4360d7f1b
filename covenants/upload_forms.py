"""The forms of the upload desk: where and what is handed in, and how the text was adopted."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.widgets import AdminPageChooser

from covenants.adoption import date_faults
from covenants.desk import handing_in, scanning
from covenants.kinds import COUNCILS, COVENANT
from covenants.models import CovenantPage
from covenants.parsing import ReadError
from covenants.parsing.headings import as_plain_lines
from covenants.rule_files import LINES_LIMIT, TEXT_LIMIT, Refused, read_rule, too_long
from villages.models import AreaPage, GroupPage, VillagePage

FILE_LIMIT = 20 * 1024 * 1024
TOO_LONG = format_lazy(
    gettext_lazy("文字太长了（超过 {n} 字或 {lines} 行），不像一份规约。请分成几份。"),
    n=TEXT_LIMIT,
    lines=LINES_LIMIT,
)
KIND_CHOICES = [(COVENANT, gettext_lazy("村规民约（居民公约）"))] + [
    (kind, gettext_lazy("%s章程") % name) for kind, name in COUNCILS.items()
]


class ScansInput(forms.ClearableFileInput):
    """Several files at once."""

    allow_multiple_selected = True


class ScansField(forms.FileField):
    """A list of uploaded files; `clean` gives (name, content, content type) of each."""

    widget = ScansInput(attrs={"accept": ",".join(scanning.SUFFIXES)})

    def clean(self, data, initial=None):
        files = [super(ScansField, self).clean(file, initial) for file in data or ()]
        if len(files) > scanning.MOST_SCANS:
            raise ValidationError(_("扫描件一次最多 %d 个。") % scanning.MOST_SCANS)
        return [scanning.read_scan(file) for file in files]


class UploadForm(forms.Form):
    """Where, what kind, and the text: as a file or pasted."""

    area = forms.ModelChoiceField(
        AreaPage.objects.all(),
        label=gettext_lazy("哪个村（小组）"),
        error_messages={"required": gettext_lazy("请选择您有权上传规约的村（小组）。")},
        widget=AdminPageChooser(target_models=[VillagePage, GroupPage], user_perms="add"),
    )
    kind = forms.ChoiceField(label=gettext_lazy("哪一种"), choices=KIND_CHOICES)
    file = forms.FileField(
        label=gettext_lazy("文件：Word、WPS、文本或有文字的 PDF"),
        required=False,
        widget=forms.ClearableFileInput(attrs={"accept": ",".join(handing_in.ACCEPTED)}),
    )
    text = forms.CharField(
        label=gettext_lazy("或者把文字粘贴在这里"),
        required=False,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    scans = ScansField(
        label=gettext_lazy("签字盖章的扫描件、照片（可以不交，可以几个）"),
        required=False,
        help_text=gettext_lazy(
            "PDF、JPG 或 PNG，和文字一起交。核对时放在旁边看，以后放进附件；不会自己公开。"
        ),
    )
    note = forms.CharField(
        label=gettext_lazy("给镇上的话（只在请镇上分条时用）"), required=False, max_length=200
    )

    def __init__(self, *args, unsplit=False, **kwargs):
        """`unsplit`: the file is only handed in; the township can open what the site cannot."""
        super().__init__(*args, **kwargs)
        self.unsplit = unsplit

    def clean_area(self):
        return self.cleaned_data["area"].specific

    def clean_file(self):
        file = self.cleaned_data.get("file")
        if file and file.size > FILE_LIMIT:
            raise ValidationError(_("文件超过 20 MB。请删去图片后再上传。"))
        return file

    def clean(self):
        data = super().clean()
        file, text = data.get("file"), (data.get("text") or "").strip()
        if self.errors:
            return data
        if not file and not text:
            if data.get("scans"):
                raise ValidationError(
                    _(
                        "只有扫描件，认不出字。请把文字也交上（文件或粘贴）；或者在“文件”里选一个扫描件，"
                        "请镇上帮忙分条。"
                    )
                )
            raise ValidationError(_("请选择一个文件，或者粘贴文字。"))
        if file and text:
            raise ValidationError(_("文件和粘贴的文字只能用一样，请去掉一个。"))
        try:
            data["lines"] = text
            if file:
                data["lines"], data["warnings"] = source_text(file)
        except (ReadError, Refused) as error:
            if not (self.unsplit and file.name.lower().endswith(handing_in.ACCEPTED)):
                self.add_error("file", str(error))
                return data
            data["lines"] = ""
        if too_long(data["lines"]):
            self.add_error("text", TOO_LONG)
        return data


def source_text(file) -> tuple[str, list[str]]:
    """(the body of a file as plain lines, what its reader warns of).

    The lines have the numbers that Word's list styles print.
    """
    reading = read_rule(file, file.name)
    plain, told = as_plain_lines(reading.lines)
    return "\n".join(plain), [warning.message for warning in [*reading.warnings, *told]]


class AdoptionForm(forms.ModelForm):
    """How the text was adopted; asked on the desk so that a phone needs no further form."""

    class Meta:
        model = CovenantPage
        fields = [
            "adopted_on",
            "adopted_by",
            "effective_from",
            "filing_number",
            "filed_on",
            "change_summary",
        ]
        widgets = {
            name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
            for name in ("adopted_on", "effective_from", "filed_on")
        }

    def clean(self):
        cleaned = super().clean()
        for field, message in date_faults(
            cleaned.get("adopted_on"), cleaned.get("effective_from")
        ).items():
            self.add_error(field, message)
        return cleaned
