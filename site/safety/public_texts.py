"""All texts of a page that readers can come to see, each with the place where it stands.

Driven by the model: every text field, rich text, stream block, tag, child row, document and
picture is one, so that a field added tomorrow is scanned from its first day. What is not public
says so: a model's `not_public` names its fields, a block with the child `public` is skipped while
that is off, and what is not editable is made from what is.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from django.db import models
from django.utils.translation import gettext_lazy as _
from modelcluster.models import get_all_child_relations
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.blocks import (
    BaseStreamBlock,
    BaseStructBlock,
    ChoiceBlock,
    ListBlock,
    RawHTMLBlock,
    RichTextBlock,
)
from wagtail.documents import get_document_model
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page

NOT_PUBLIC = {
    # Made from the title and the addresses above.
    Page: frozenset({"draft_title", "url_path"}),
}
"""Fields of models that are not ours; ours name theirs in `not_public`."""
PUBLIC_FLAG = "public"
_INTERNAL_ROWS = {"wagtail_admin_comments"}
_MEDIA_FIELDS = ("title", "description")


def _in_words(trail: tuple) -> str:
    """正文 › 章 2 › 条 3: a number belongs to the label before it."""
    words = ""
    for step in trail:
        apart = " " if isinstance(step, int) else " › "
        words += f"{apart}{step}" if words else str(step)
    return words


@dataclass(frozen=True, slots=True)
class PublicText:
    """A text, the name of the page's field it belongs to, and the way to it in words.

    `trail`: labels and numbers, 正文 › 章 2 › 条 3; put together only for a finding.
    """

    field: str
    trail: tuple
    text: str
    markup: bool = False

    @property
    def where(self) -> str:
        return _in_words(self.trail)


@dataclass(frozen=True, slots=True)
class PublicFile:
    """A document or picture beside a page: its file is public, too."""

    field: str
    trail: tuple
    media: object

    @property
    def where(self) -> str:
        return _in_words(self.trail)


def public_parts(instance, only=None) -> Iterator[PublicText | PublicFile]:
    """The public texts and files of a page or another object, in the order of its fields.

    Of an object not yet saved only what it holds in memory; then nothing is asked of the
    database. `only`: names of the fields that may have changed; others, tags and rows are left.
    """
    for field in text_fields(type(instance)):
        if only is not None and field.name not in only:
            continue
        yield from _of_field(instance, field, field.name, (field.verbose_name,))
    if only is not None:
        return
    for field in instance._meta.many_to_many:
        if isinstance(field, TaggableManager) and instance.pk is not None:
            for tag in getattr(instance, field.name).all():
                yield PublicText(field.name, (field.verbose_name, tag.name), tag.name)
    for relation in _child_relations(type(instance)):
        yield from _of_children(instance, relation)


@cache
def not_public(model: type[models.Model]) -> frozenset[str]:
    """Names of the fields of a model, its parents' included, that readers never get."""
    named = {name for base in model.__mro__ for name in base.__dict__.get("not_public", ())}
    return frozenset(named.union(*(NOT_PUBLIC.get(base, ()) for base in model.__mro__)))


@cache
def text_fields(model) -> list[models.Field]:
    """The fields of a model that hold public texts, documents or pictures."""
    media = (get_document_model(), get_image_model())
    return [
        field
        for field in model._meta.get_fields()
        if isinstance(field, models.Field)
        and not field.auto_created
        and field.editable
        and field.name not in not_public(model)
        and (_holds_text(field) or (field.many_to_one and field.related_model in media))
    ]


def _holds_text(field) -> bool:
    texts = models.CharField | models.TextField | StreamField
    return isinstance(field, texts) and not field.choices


@cache
def _child_relations(model):
    return [
        relation
        for relation in get_all_child_relations(model)
        if relation.get_accessor_name() not in _INTERNAL_ROWS | not_public(model)
        and not issubclass(relation.related_model, ItemBase)
    ]


def _of_field(instance, field, name, trail):
    if field.many_to_one:
        if getattr(instance, field.attname):
            yield from _of_media(getattr(instance, field.name), name, trail)
    elif isinstance(field, StreamField):
        value = getattr(instance, field.name)
        if value:
            yield from _of_block(value.stream_block, value, name, trail)
    elif text := getattr(instance, field.name):
        yield PublicText(name, trail, str(text), isinstance(field, RichTextField))


def _of_children(instance, relation):
    name = relation.get_accessor_name()
    if instance.pk is None:
        rows = getattr(instance, "_cluster_related_objects", {}).get(name, [])
    else:
        rows = getattr(instance, name).all()
    label = relation.related_model._meta.verbose_name
    for number, row in enumerate(rows, 1):
        for field in text_fields(relation.related_model):
            yield from _of_field(row, field, name, (label, number, field.verbose_name))


def _of_block(block, value, name, trail):
    if isinstance(block, BaseStreamBlock):
        for number, child in enumerate(value, 1):
            yield from _of_block(
                child.block, child.value, name, (*trail, child.block.label, number)
            )
    elif isinstance(block, ListBlock):
        for number, child in enumerate(value.bound_blocks, 1):
            yield from _of_block(child.block, child.value, name, (*trail, number))
    elif isinstance(block, BaseStructBlock):
        if PUBLIC_FLAG in block.child_blocks and not value.get(PUBLIC_FLAG):
            return
        for key, child in block.child_blocks.items():
            yield from _of_block(child, value.get(key), name, (*trail, child.label))
    elif isinstance(block, RichTextBlock):
        if value is not None and value.source:
            yield PublicText(name, trail, value.source, True)
    elif isinstance(value, str):
        if value and not isinstance(block, ChoiceBlock):
            yield PublicText(name, trail, value, isinstance(block, RawHTMLBlock))
    elif isinstance(value, get_document_model() | get_image_model()):
        yield from _of_media(value, name, trail)


def public_parts_of_media(media) -> Iterator[PublicText | PublicFile]:
    """The words of a document or picture by itself, and its file."""
    yield from _of_media(media, "file", (media._meta.verbose_name,))


def _of_media(media, name, trail):
    for key in _MEDIA_FIELDS:
        if text := getattr(media, key, ""):
            yield PublicText(name, (*trail, media._meta.get_field(key).verbose_name), text)
    file_name = getattr(media, "filename", "")
    if file_name:
        yield PublicText(name, (*trail, _("文件名")), file_name)
    for tag in media.tags.all():
        yield PublicText(name, (*trail, media._meta.get_field("tags").verbose_name), tag.name)
    yield PublicFile(name, (*trail, file_name or media.title), media)
