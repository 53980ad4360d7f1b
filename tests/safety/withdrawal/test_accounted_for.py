"""Every model that knows pages goes with a withdrawn one, is purged, or holds no words."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import models
from taggit.models import ItemBase
from wagtail.models import Page

from safety.withdrawal import registry

GENERIC = {"object_id", "object_pk", "to_object_id", "page_id"}


def knows_pages(model, known):
    """Names of the fields by which a model refers to pages or what hangs on them."""
    found = []
    for field in model._meta.get_fields():
        if not getattr(field, "concrete", False):
            continue
        points = field.is_relation and field.related_model in known
        if points or field.name in GENERIC:
            found.append(field)
    return found


def goes_with_it(field):
    remote = getattr(field, "remote_field", None)
    return getattr(remote, "on_delete", None) is models.CASCADE


def candidates():
    pages = {model for model in apps.get_models() if issubclass(model, Page)}
    known = set(pages)
    while True:
        more = {
            model
            for model in apps.get_models(include_auto_created=True)
            if model not in known and any(goes_with_it(f) for f in knows_pages(model, known))
        }
        if not more:
            break
        known |= more
    return [
        model
        for model in apps.get_models(include_auto_created=True)
        if model not in pages and knows_pages(model, known) and not issubclass(model, ItemBase)
    ], known


def test_every_model_that_knows_pages_is_accounted_for():
    found, known = candidates()
    assert len(found) > 15
    open_questions = [
        f"{model._meta.label}: {[field.name for field in knows_pages(model, known)]}"
        for model in found
        if not any(goes_with_it(field) for field in knows_pages(model, known))
        and not registry.is_accounted_for(model)
    ]
    assert open_questions == []


@pytest.mark.django_db
def test_a_new_model_would_be_noticed():
    class Remark(models.Model):
        page = models.ForeignKey(Page, null=True, on_delete=models.SET_NULL)
        words = models.TextField()

        class Meta:
            app_label = "safety"

    try:
        found, _known = candidates()
        assert Remark in found and not registry.is_accounted_for(Remark)
    finally:
        del apps.all_models["safety"]["remark"]
        apps.clear_cache()
        ContentType.objects.clear_cache()
