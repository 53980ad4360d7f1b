"""Forms of pages that tell writing from pressing a button below a text.

Wagtail saves a revision in the name of whoever presses a button of the editor if the form has
changed; a reviewer would become an author of what they approve, and the review begin anew.
"""

from django.forms.models import model_to_dict
from wagtail.admin.forms import WagtailAdminPageForm


class SentForm(WagtailAdminPageForm):
    """Has changed only where somebody changed something.

    Browsers send CR LF for every line end, of which LF was stored. Django compares a field whose
    default is computed with a hidden first value, which Wagtail's panels do not send. Recordings
    and language versions that only the draft has so far come without a key: they are compared with
    the draft's, in their order.
    """

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(_with_stored_ends(data), *args, **kwargs)
        rows = [formset.form.base_fields for formset in self.formsets.values()]
        for fields in (self.fields, *rows):
            for field in fields.values():
                field.show_hidden_initial = False
        # Asked for now: saving the form puts other rows in their place.
        self._unsaved = {
            name: [row for row in formset.get_queryset() if row.pk is None]
            for name, formset in self.formsets.items()
        }

    def has_changed(self):
        return bool(self.changed_data) or any(
            _rows_changed(formset.forms, self._unsaved[name])
            for name, formset in self.formsets.items()
        )


def _rows_changed(forms, unsaved) -> bool:
    """Whether rows of a formset differ from what is stored, or from the draft's `unsaved` rows."""
    fresh = [form for form in forms if form.is_bound and form.instance.pk is None]
    if len(fresh) != len(unsaved):
        return any(form.has_changed() for form in forms) or bool(unsaved)
    return any(map(_differs, fresh, unsaved)) or any(
        form.has_changed() for form in forms if form not in fresh
    )


def _differs(form, row) -> bool:
    stored = model_to_dict(row, fields=list(form.fields))
    return any(
        field.has_changed(stored.get(name, field.initial), form[name].data)
        for name, field in form.fields.items()
    )


def _with_stored_ends(data):
    """A copy of posted data (a QueryDict, a dict or None) with LF alone at the ends of lines."""
    if not data:
        return data
    copy = data.copy()
    if hasattr(copy, "setlist"):
        for name, values in data.lists():
            copy.setlist(name, [_lines(value) for value in values])
    else:
        copy.update({name: _lines(value) for name, value in data.items()})
    return copy


def _lines(value):
    return value.replace("\r\n", "\n") if isinstance(value, str) else value
