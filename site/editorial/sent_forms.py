"""Forms of pages that tell writing from pressing a button below a text.

Wagtail saves a revision in the name of whoever presses a button of the editor if the form has
changed; a reviewer would become an author of what they approve, and the review begin anew.
"""

from wagtail.admin.forms import WagtailAdminPageForm


class SentForm(WagtailAdminPageForm):
    """Has changed only where somebody changed something.

    Browsers send CR LF for every line end, of which LF was stored. Django compares a field whose
    default is computed with a hidden first value, which Wagtail's panels do not send.
    """

    def __init__(self, data=None, *args, **kwargs):
        super().__init__(_with_stored_ends(data), *args, **kwargs)
        rows = [formset.form.base_fields for formset in self.formsets.values()]
        for fields in (self.fields, *rows):
            for field in fields.values():
                field.show_hidden_initial = False


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
