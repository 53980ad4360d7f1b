"""Puts words that stand nowhere else into everything that hangs on a page, and looks for them."""

import io
import json
import sqlite3
from pathlib import Path
from urllib.parse import quote

import pypdfium2
from django.core.files.base import ContentFile
from django.db import models
from modelcluster.models import get_all_child_relations
from PIL import Image as PillowImage
from taggit.managers import TaggableManager
from taggit.models import ItemBase
from wagtail.blocks import (
    BaseStreamBlock,
    BaseStructBlock,
    BooleanBlock,
    CharBlock,
    DateBlock,
    ListBlock,
    RichTextBlock,
    TextBlock,
)
from wagtail.documents import get_document_model
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.fields import StreamField
from wagtail.images import get_image_model
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Locale, ReferenceIndex
from wagtail.rich_text import RichText

from tests import sounds

NAMED = {"slug", "url_path", "draft_title", "path", "council"}


class Words:
    """Han characters that no text here has, and a Latin word; `forms`: all ways they are kept."""

    def __init__(self, han: str, latin: str):
        self.han, self.latin = han, latin
        self.text = f"{han}{latin}"

    @property
    def forms(self) -> list[bytes]:
        pairs = [self.han, *(self.han[at : at + 2] for at in range(len(self.han) - 1))]
        found = []
        for text in [*pairs, self.latin, self.latin.lower(), self.latin.upper()]:
            found += [text.encode(), json.dumps(text).strip('"').encode(), quote(text).encode()]
            found.append(text.encode("utf-16-le"))
        return list(dict.fromkeys(found))

    def in_bytes(self, data: bytes) -> list[bytes]:
        return [form for form in self.forms if form in data]


class Media:
    """A picture, a document and a recording with the words in name, title, text and tags."""

    def __init__(self, words: Words, number: int):
        self.words = words
        written = io.BytesIO()
        PillowImage.new("RGB", (600, 400), (number * 20 % 255, 90, 60)).save(written, "PNG")
        name = f"{words.latin}{number}"
        self.picture = get_image_model().objects.create(
            title=words.text,
            description=words.text,
            file=ContentFile(written.getvalue(), f"{name}.png"),
        )
        self.document = self._document(f"{name}.txt", f"{words.text} {number}".encode())
        # Of another length each time, so that no two are one file.
        self.recording = self._document(f"{name}.wav", sounds.wav(0.1 + number / 100))
        self.pdf = self._document(f"{name}.pdf", blank_pdf(100 + number))
        self.all = [self.picture, self.document, self.recording, self.pdf]
        for one in self.all:
            one.tags.add(words.han)

    def forget_unused(self):
        """Not every kind of page takes every kind of file."""
        for one in list(self.all):
            if not ReferenceIndex.get_references_to(one).exists():
                self.all.remove(one)
                one.delete()

    def _document(self, name, content):
        model = get_document_model()
        document = model(title=self.words.text, file=ContentFile(content, name))
        document._set_document_file_metadata()
        document.save()
        return document


def blank_pdf(width: int) -> bytes:
    document, written = pypdfium2.PdfDocument.new(), io.BytesIO()
    document.new_page(width, 100)
    document.save(written)
    return written.getvalue()


def block_value(block, words: Words, media: Media):
    """A value with the words in every text of a block and the media in every chooser."""
    if isinstance(block, BaseStreamBlock):
        rows = [(name, block_value(b, words, media)) for name, b in block.child_blocks.items()]
        return block.normalize([(name, value) for name, value in rows if value is not None])
    if isinstance(block, BaseStructBlock):
        value = {name: block_value(b, words, media) for name, b in block.child_blocks.items()}
        return block.normalize({name: one for name, one in value.items() if one is not None})
    if isinstance(block, ListBlock):
        return block.normalize([block_value(block.child_block, words, media)])
    if isinstance(block, RichTextBlock):
        return RichText(f"<p>{words.han}<b>{words.latin}</b></p>")
    if isinstance(block, DocumentChooserBlock):
        return media.document
    if isinstance(block, ImageChooserBlock):
        return media.picture
    if isinstance(block, BooleanBlock):
        return True
    if isinstance(block, DateBlock):
        return "2025-05-01"
    if isinstance(block, CharBlock | TextBlock):
        longest = getattr(block.field, "max_length", None) or 100
        return words.text[:longest]
    return None


def plant(instance, words: Words, media: Media, leave=()) -> list[str]:
    """Words into every text field of an object, public or not; returns their names."""
    done = []
    for field in instance._meta.get_fields():
        if not isinstance(field, models.Field) or field.name in NAMED | set(leave):
            continue
        if getattr(field, "choices", None) or field.primary_key:
            continue
        if isinstance(field, StreamField):
            value = block_value(field.stream_block, words, media)
            if len(value):
                setattr(instance, field.name, value)
                done.append(field.name)
        elif field.related_model is get_image_model() and field.many_to_one:
            setattr(instance, field.name, media.picture)
        elif field.related_model is get_document_model() and field.many_to_one:
            wanted = {"document": media.recording, "recording": media.recording, "pdf": media.pdf}
            setattr(instance, field.name, wanted.get(field.name, media.document))
        elif isinstance(field, models.CharField | models.TextField) and field.editable:
            setattr(instance, field.name, words.text[: field.max_length or 100])
            done.append(field.name)
    return done


def plant_page(page, words: Words, media: Media) -> list[str]:
    """Fields, child rows and tags of a page that is in the tree; saved, published."""
    done = plant(page, words, media)
    for relation in get_all_child_relations(type(page)):
        model = relation.related_model
        if issubclass(model, ItemBase) or relation.name == "wagtail_admin_comments":
            continue
        row = model()
        plant(row, words, media, leave=("edition_number",))
        if hasattr(row, "language_id"):
            row.language = Locale.objects.get_or_create(language_code="lis")[0]
        getattr(page, relation.get_accessor_name()).add(row)
        done.append(relation.get_accessor_name())
    for field in page._meta.many_to_many:
        if isinstance(field, TaggableManager):
            getattr(page, field.name).add(words.han)
    return done


def in_tables(connection, words: Words) -> list[str]:
    """`table.column` wherever the words stand."""
    found = set()
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            names = [column[0] for column in cursor.description]
            for row in cursor.fetchall():
                for name, value in zip(names, row, strict=True):
                    data = value if isinstance(value, bytes) else str(value).encode()
                    if words.in_bytes(data):
                        found.add(f"{table}.{name}")
    return sorted(found)


def in_files(folder: Path, words: Words) -> list[str]:
    """Files below a folder with the words in their name or bytes."""
    return [
        f"{path.relative_to(folder)}"
        for path in sorted(folder.rglob("*"))
        if path.is_file()
        and (words.in_bytes(path.name.encode()) or words.in_bytes(path.read_bytes()))
    ]


def in_database_file(connection, words: Words) -> list[str]:
    """Which of the database's own files hold the words: also in what is free or not yet merged."""
    name = str(connection.settings_dict["NAME"])
    found = []
    for path in (name, f"{name}-wal", f"{name}-journal"):
        if Path(path).exists() and (forms := words.in_bytes(Path(path).read_bytes())):
            found.append(f"{path}: {forms}")
    return found


def has_secure_delete(connection) -> bool:
    assert isinstance(connection.connection, sqlite3.Connection)
    with connection.cursor() as cursor:
        return bool(cursor.execute("PRAGMA secure_delete").fetchone()[0])
