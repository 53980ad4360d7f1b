"""Re-enqueues what bears a tag when the tag is renamed or deleted: nothing else is saved then."""

from collections import defaultdict
from collections.abc import Iterator

from django.contrib.contenttypes.models import ContentType
from django.db.models.signals import post_save, pre_delete
from modelsearch.index import class_is_indexed
from taggit.models import CommonGenericTaggedItemBase, ItemBase, Tag

from search import outbox


def connect() -> None:
    """Connects the receivers; called once, when the app is ready."""
    post_save.connect(_saved, sender=Tag, dispatch_uid="search.tag_saved")
    pre_delete.connect(_deleted, sender=Tag, dispatch_uid="search.tag_deleted")


def _saved(instance, created, raw=False, **kwargs) -> None:
    if not (created or raw):
        _touch_tagged(instance)


def _deleted(instance, **kwargs) -> None:
    _touch_tagged(instance)


def _touch_tagged(tag: Tag) -> None:
    """One query for each model that ties tags to objects."""
    for through in _ties():
        rows = through._base_manager.filter(tag=tag)
        if issubclass(through, CommonGenericTaggedItemBase):
            _touch_generic(rows)
            continue
        model = through._meta.get_field("content_object").related_model
        if class_is_indexed(model):
            pks = rows.values_list("content_object_id", flat=True)
            outbox.touch(model, pks.iterator(chunk_size=outbox.BATCH))


def _touch_generic(rows) -> None:
    tagged = defaultdict(list)
    for content_type, pk in rows.values_list("content_type_id", "object_id"):
        tagged[content_type].append(pk)
    for content_type, pks in tagged.items():
        model = ContentType.objects.get_for_id(content_type).model_class()
        if model is not None and class_is_indexed(model):
            outbox.touch(model, pks)


def _ties() -> Iterator[type]:
    for relation in Tag._meta.related_objects:
        if issubclass(relation.related_model, ItemBase):
            yield relation.related_model
