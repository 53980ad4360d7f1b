"""The last door before the database: whatever is saved, and by whichever way, is clean text.

Receivers of `pre_save`. Forms were cleaned at the first door (`safety.incoming`); this one stands
before revisions, commands, imports and scripts. Bulk paths clean what they read.
"""

import json
from functools import cache

from django.db import models
from wagtail.fields import StreamField
from wagtail.models import Page

from .characters import clean_json, clean_text
from .streams import check_content


def clean_texts(sender, instance, raw=False, update_fields=None, **kwargs) -> None:
    """Take out of every text column what no text may hold; check and clean stream fields."""
    if raw:
        return
    for name in _text_columns(sender):
        value = instance.__dict__.get(name)
        if isinstance(value, str) and (clean := clean_text(value)) != value:
            setattr(instance, name, clean)
    if issubclass(sender, Page):
        for field in _stream_columns(sender):
            if field.name in instance.__dict__:
                _clean_stream(instance, field)


def clean_revision(sender, instance, raw=False, **kwargs) -> None:
    """Clean a revision's content and refuse what no page could show. Raises BadStream."""
    if raw:
        return
    instance.content = clean_json(instance.content)
    model = instance.content_type.model_class()
    if model is not None and issubclass(model, Page):
        check_content(model, instance.content)


def _clean_stream(instance, field) -> None:
    stored = field.get_prep_value(getattr(instance, field.name))
    clean = clean_json(stored)
    if clean is not stored and clean != stored:
        setattr(instance, field.name, field.to_python(json.dumps(json.loads(clean))))


@cache
def _text_columns(model) -> list[str]:
    texts = models.CharField | models.TextField
    return [
        field.attname
        for field in model._meta.concrete_fields
        if isinstance(field, texts) and not isinstance(field, StreamField) and not field.choices
    ]


@cache
def _stream_columns(model) -> list[StreamField]:
    return [field for field in model._meta.concrete_fields if isinstance(field, StreamField)]
