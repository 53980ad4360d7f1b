"""Adds many pages below one parent in a few statements, as valid as if added one by one.

For importers only: no page is validated, no revision or log entry is made. Callers hold a
transaction and validate what they plant.
"""

from collections.abc import Sequence

from django.db import connections
from django.db.models import F
from django.db.models.sql import InsertQuery
from django.utils import timezone
from wagtail.models import Page

from search import outbox


def plant(parent: Page, children: Sequence[Page]) -> None:
    """Add unsaved pages of one model as the last children of `parent`, published, in this order.

    Each child has title and slug; a slug that a sibling has gets -2, -3 … Afterwards the children
    are saved objects, `parent.numchild` is right and the search index has been told.
    """
    if not children:
        return
    using = Page.objects.db
    parent_now = Page.objects.select_for_update().get(pk=parent.pk)
    _place(parent_now, children)
    Page.objects.bulk_create(children)
    for model in _tables_below_page(type(children[0])):
        link = model._meta.pk
        for child in children:
            setattr(child, link.attname, child.id)
        _insert(model, children, using)
    Page.objects.filter(pk=parent.pk).update(numchild=F("numchild") + len(children))
    parent.numchild = parent_now.numchild + len(children)
    outbox.touch(Page, [child.id for child in children])


def free_slug(wanted: str, taken: set[str]) -> str:
    """`wanted`, or `wanted-2`, `-3` … so that it is not among `taken`."""
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _place(parent: Page, children: Sequence[Page]) -> None:
    """Give each child its place in the tree, its address and the dates of a published page."""
    siblings = dict(parent.get_children().values_list("path", "slug"))
    taken = set(siblings.values())
    last = Page._str2int(max(siblings)[-Page.steplen :]) if siblings else 0
    now = timezone.now()
    for step, child in enumerate(children, start=last + 1):
        child.path = Page._get_path(parent.path, parent.depth + 1, step)
        child.depth = parent.depth + 1
        child.numchild = 0
        child.slug = free_slug(child.slug, taken)
        taken.add(child.slug)
        child.draft_title = child.title
        child.locale_id = parent.locale_id
        child.set_url_path(parent)
        child.live = True
        child.first_published_at = child.last_published_at = now


def _tables_below_page(model: type[Page]) -> list[type[Page]]:
    """Models with a table of their own between Page and `model`, highest first."""
    return [m for m in reversed(model._meta.get_parent_list()) if m is not Page] + [model]


def _insert(model: type[Page], objects: Sequence[Page], using: str) -> None:
    """Insert the rows of one table; `bulk_create` refuses models that inherit from another."""
    fields = model._meta.local_concrete_fields
    size = connections[using].ops.bulk_batch_size(fields, objects)
    for start in range(0, len(objects), size):
        query = InsertQuery(model)
        query.insert_values(fields, objects[start : start + size])
        query.get_compiler(using=using).execute_sql()
