"""What the form of a page may refer to: only pages, pictures and documents its user may see.

A chooser's list is no wall, since anyone can post a number. References that the stored page
holds already stay; this module refuses new ones and changes nothing.
"""

from django.core.exceptions import FieldDoesNotExist
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex

from . import drafts
from .keys import keys_in
from .sent_forms import SentForm


class ChosenObjectsForm(SentForm):
    """Refuses references to what `for_user` may not see, beside the field that holds them.

    Covers foreign keys, StreamFields and rich text of the page and of its inline children. A
    refused field is shown again as it was stored: a chooser names whatever number it is given.
    """

    def clean(self):
        # First, for a form's own check may end the cleaning, and would then show the number's name.
        if self.for_user is not None:
            self._refuse_hidden_objects(self)
        return super().clean()

    def _refuse_hidden_objects(self, form):
        for name, field in form.fields.items():
            if self._any_hidden(_references_in(form, name)):
                field.bound_data = _as_stored
                # Asking an inline row for its errors cleans it; the page itself is being cleaned.
                # Other faults of the field are about a text that is no longer shown.
                form.errors.pop(name, None)
                form.add_error(name, _refusal())
        for formset in getattr(form, "formsets", {}).values():
            for row in formset.forms:
                self._refuse_hidden_objects(row)

    def _any_hidden(self, references):
        """Whether one of the (base model, id) pairs is new to the page and hidden from the user."""
        chosen = {}
        for model, key in references:
            if (model, key) not in self._stored_references:
                chosen.setdefault(model, set()).add(key)
        return any(
            drafts.any_hidden_page(self.for_user, keys)
            if model is Page
            else drafts.any_hidden_media(self.for_user, model, keys)
            for model, keys in chosen.items()
        )

    @cached_property
    def _stored_references(self):
        # Read before the form's values are put on the instance.
        models = {ReferenceIndex._get_base_content_type(m).pk: m for m in _guarded_models()}
        return {
            (models[content_type], int(key))
            for content_type, key, *_paths in ReferenceIndex._extract_references_from_object(
                self.instance
            )
            if content_type in models
        }


def bind_page_models(models):
    """Give every page model a form that refuses hidden objects, keeping the form it declares.

    Bound for all, as a model that forgot to name the form would be a hole in the wall.
    """
    for model in models:
        # Wagtail's admin may give Page its form only later.
        declared = getattr(model, "base_form_class", WagtailAdminPageForm)
        if issubclass(ChosenObjectsForm, declared):
            model.base_form_class = ChosenObjectsForm
        elif not issubclass(declared, ChosenObjectsForm):
            model.base_form_class = type(declared.__name__, (ChosenObjectsForm, declared), {})


def _guarded_models():
    return Page, get_image_model(), get_document_model()


def _guarded_base(model):
    return next((base for base in _guarded_models() if issubclass(model, base)), None)


def _references_in(form, name):
    """(base model, id) of each page, picture or document that a submitted field refers to.

    Reads what was posted, not what came out clean: a field with another fault is shown again too.
    """
    try:
        field = form.instance._meta.get_field(name)
    except FieldDoesNotExist:
        return
    value = form[name].data
    if not value:
        return
    if hasattr(field, "extract_references"):
        found = [(model, key) for model, key, *_paths in field.extract_references(value)]
    elif field.many_to_one:
        found = [(field.related_model, value)]
    else:
        return
    for model, key in found:
        if base := _guarded_base(model):
            yield from ((base, number) for number in keys_in([key]))


def _refusal():
    return _("所选的页面、图片或文件不在您可用的范围内，请重新选择。")


def _as_stored(data, initial):
    return initial
