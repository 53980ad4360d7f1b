"""Rich text that cannot hold anything but the allow-list, whichever way it comes in."""

from django import forms
from django.utils.functional import cached_property
from wagtail.blocks import RichTextBlock
from wagtail.fields import RichTextField

from .html import clean_html

FEATURES = ["h3", "h4", "bold", "italic", "ol", "ul", "link", "hr", "blockquote"]


def named(form_field, name):
    """The field with a name at the editor itself: the label leads to an input that is hidden."""
    if hasattr(form_field.widget, "options"):
        form_field.widget.options["ariaLabel"] = str(name)
    return form_field


class RichTextFormField(forms.CharField):
    """Compares texts as the editor would store them: it names blocks anew each time."""

    def has_changed(self, initial, data):
        return self._as_stored(initial) != clean_html(data or "")

    def _as_stored(self, value):
        if not value:
            return ""
        editor = self.widget.converter
        return clean_html(editor.to_database_format(editor.from_database_format(value)))


class SafeRichTextField(RichTextField):
    """A rich text column whose value is sanitised on the way into the database."""

    def __init__(self, *args, **kwargs):
        kwargs.setdefault("features", FEATURES)
        super().__init__(*args, **kwargs)

    def get_prep_value(self, value):
        return super().get_prep_value(clean_html(value) if isinstance(value, str) else value)

    def formfield(self, **kwargs):
        return named(
            super().formfield(**{"form_class": RichTextFormField} | kwargs), self.verbose_name
        )

    def pre_save(self, model_instance, add):
        value = clean_html(super().pre_save(model_instance, add))
        setattr(model_instance, self.attname, value)
        return value


class SafeRichTextBlock(RichTextBlock):
    """A rich text block sanitised on reading and on writing."""

    def __init__(self, **kwargs):
        kwargs.setdefault("features", FEATURES)
        super().__init__(**kwargs)

    def to_python(self, value):
        return super().to_python(clean_html(value))

    def get_prep_value(self, value):
        return clean_html(super().get_prep_value(value))

    @cached_property
    def field(self):
        return named(super().field, self.label)
