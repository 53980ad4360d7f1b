"""The forms in which the stages of a procedure are recorded, one for each."""

import uuid

from django import forms
from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from covenants.desk.scanning import SUFFIXES, read_scan
from covenants.models.entry import ENTRY_MODELS
from covenants.procedure import terms

FIELDS = {
    terms.OPINIONS: [
        "about",
        "begins",
        "ends",
        "form_open",
        "counted",
        "taken",
        "summary",
        "answer",
    ],
    terms.DRAFT: ["on", "by"],
    terms.REVIEW: ["on", "by", "result", "document", "opinion", "file"],
    terms.VOTE: [
        "meeting",
        "base",
        "on",
        "notified_on",
        "eligible",
        "expected",
        "present",
        "women",
        "votes_for",
        "votes_against",
        "votes_abstain",
        "explanation",
        "minutes",
    ],
    terms.BACKING: ["on", "by"],
    terms.NOTICE: ["begins", "ends", "where", "form_open", "objections", "answer"],
    terms.FILING: ["on", "number", "by", "with_village"],
    terms.PUBLICATION: ["on", "where"],
}
_FILES = ("file", "minutes")


class ScanField(forms.FileField):
    """A scan of a paper: PDF, JPG or PNG by its content, under a name of ours."""

    widget = forms.FileInput

    def clean(self, data, initial=None):
        uploaded = super().clean(data, initial)
        if not data or uploaded is initial:
            return None
        name, content, _kind = read_scan(uploaded)
        suffix = next((s for s in SUFFIXES if name.lower().endswith(s)), ".pdf")
        return ContentFile(content, name=f"{uuid.uuid4().hex}{suffix}")


class StageForm(forms.ModelForm):
    """Fields of one stage; what they say is checked and written by `covenants.ledger.record`."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.label_suffix = ""

    @property
    def values(self) -> dict:
        """What was typed; a scan only where a new one was chosen."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if not (name in _FILES and value is None)
        }

    def _post_clean(self):
        """The ledger checks the entry as a whole; nothing is written to the instance here."""


def _field(field, **kwargs):
    if field.name in _FILES:
        return ScanField(
            label=field.verbose_name,
            required=False,
            help_text=_("PDF、JPG 或 PNG，只有村里和乡镇看得到。"),
        )
    if field.get_internal_type() == "DateField":
        kwargs["widget"] = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    if field.get_internal_type() == "TextField":
        kwargs["widget"] = forms.Textarea(attrs={"rows": 3})
    return field.formfield(**kwargs)


FORMS = {
    stage: forms.modelform_factory(
        model, form=StageForm, fields=FIELDS[stage], formfield_callback=_field
    )
    for stage, model in ENTRY_MODELS.items()
}


class NoteForm(forms.Form):
    """Why, in a sentence that is kept."""

    note = forms.CharField(label=_("缘由"), max_length=200)
