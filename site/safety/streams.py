"""The JSON of a page's stream fields as it comes from outside: whole, bounded, of known blocks.

Editors send forms, which Wagtail checks; revisions (restored, published, copied, scheduled,
imported, put into the database by a fixture) are JSON that it believes: unknown blocks vanish
without a word, a wrong type fails somewhere in a template. Here both are refused in words.
"""

import json

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from wagtail.blocks import (
    BaseStreamBlock,
    BaseStructBlock,
    BooleanBlock,
    ChooserBlock,
    FieldBlock,
    ListBlock,
)
from wagtail.fields import StreamField

MOST_BLOCKS = 30_000
"""Of one field. A rule has at most 10,000 lines; each may be a block in a list in a block."""
MOST_DEPTH = 40
MOST_CHARACTERS = 4_000_000


class BadStream(ValidationError):
    """A page's content that cannot be shown or saved; says which field."""


def check_content(model, content: dict) -> None:
    """Check the stream fields in a page's serialised content. Raises BadStream."""
    for field in model._meta.get_fields():
        if isinstance(field, StreamField) and content.get(field.name) not in (None, ""):
            try:
                _check_field(field, content[field.name])
            except _Fault as fault:
                raise BadStream(
                    _(
                        "“%(field)s”的内容不完整或不合格式（%(where)s），没有打开，也没有保存。"
                        "请从历史里选另一个版本。"
                    )
                    % {"field": field.verbose_name, "where": " › ".join(fault.trail) or "JSON"},
                    code="bad_stream",
                ) from fault


class _Fault(Exception):
    """`trail`: labels of the blocks on the way to what is wrong."""

    def __init__(self, trail=()):
        super().__init__(trail)
        self.trail = trail


def _check_field(field, value) -> None:
    if isinstance(value, str):
        if len(value) > MOST_CHARACTERS:
            raise _Fault
        try:
            value = json.loads(value)
        except (ValueError, RecursionError) as error:
            raise _Fault from error
    _Walk().block(field.stream_block, value, ())


class _Walk:
    """Counts blocks and keeps the ids seen on the way through one field."""

    def __init__(self):
        self._blocks = 0
        self._ids: set[str] = set()

    def block(self, block, value, trail) -> None:
        self._blocks += 1
        if self._blocks > MOST_BLOCKS or len(trail) > MOST_DEPTH:
            raise _Fault(trail[:3])
        if isinstance(block, BaseStreamBlock):
            self._stream(block, value, trail)
        elif isinstance(block, ListBlock):
            self._list(block, value, trail)
        elif isinstance(block, BaseStructBlock):
            if not isinstance(value, dict):
                raise _Fault(trail)
            for name, child in block.child_blocks.items():
                if value.get(name) is not None:
                    self.block(child, value[name], (*trail, str(child.label)))
        elif not _fits(block, value):
            raise _Fault(trail)

    def _stream(self, block, value, trail) -> None:
        for one in _rows(value, trail):
            child = block.child_blocks.get(one.get("type")) if isinstance(one, dict) else None
            if child is None or "value" not in one:
                raise _Fault(trail)
            self._note_id(one, trail)
            self.block(child, one["value"], (*trail, str(child.label)))

    def _list(self, block, value, trail) -> None:
        for one in _rows(value, trail):
            wrapped = isinstance(one, dict) and one.get("type") == "item" and "value" in one
            if wrapped:
                self._note_id(one, trail)
            inside = one["value"] if wrapped else one
            self.block(block.child_block, inside, (*trail, str(block.label)))

    def _note_id(self, one: dict, trail) -> None:
        known = one.get("id")
        if known is None or known == "":
            return
        if not isinstance(known, str) or len(known) > 64 or known in self._ids:
            raise _Fault(trail)
        self._ids.add(known)


def _rows(value, trail) -> list:
    if not isinstance(value, list):
        raise _Fault(trail)
    return value


def _fits(block, value) -> bool:
    """Whether a value has the type that a block of one field keeps."""
    if isinstance(value, bool):
        return isinstance(block, BooleanBlock)
    if value is None:
        return True
    if isinstance(block, ChooserBlock):
        return isinstance(value, int) or (isinstance(value, str) and len(value) < 64)
    if isinstance(value, str):
        return len(value) <= MOST_CHARACTERS
    if isinstance(value, int | float):
        return isinstance(block, FieldBlock) and not _keeps_words(block)
    # Several choices of one block are a list of words.
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _keeps_words(block) -> bool:
    return isinstance(block.get_default(), str)
