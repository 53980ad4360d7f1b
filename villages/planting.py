"""Adds many pages below their parents in a few statements, as valid as if added one by one.

For importers only: but for personal data no page is validated, no revision or log entry is made.
Callers hold a transaction and validate what they plant.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cache

from django.db import connections
from django.db.models import F, Q
from django.db.models.sql import InsertQuery
from django.utils import timezone
from wagtail.models import Page

from safety.findings import refuse_personal_data
from search import outbox

PARENTS_PER_QUERY = 100
"""Conditions that one query may hold."""


def plant(parent: Page, children: Sequence[Page]) -> None:
    """Add unsaved pages as the last children of `parent`, published, in this order.

    Each child has title and slug; a slug that a sibling has gets -2, -3 … Afterwards the children
    are saved objects, `parent.numchild` is right and the search index has been told.
    """
    plant_below([(parent, children)])


def plant_below(families: Sequence[tuple[Page, Sequence[Page]]], *, live: bool = True) -> None:
    """`plant` for many parents at once: (parent, its new children), each parent once.

    The number of statements does not depend on the number of parents. Models may be mixed.
    With `live=False` the children are drafts. Raises PersonalDataFound (a ValidationError) for the
    first child that may not be published, before anything is written.
    """
    families = [(parent, children) for parent, children in families if children]
    if not families:
        return
    if live:
        for _parent, children in families:
            for child in children:
                refuse_personal_data(child)
    parents = Page.objects.select_for_update().in_bulk([parent.pk for parent, _ in families])
    siblings = _children_by_parent(parents.values())
    now = timezone.now()
    for parent, children in families:
        _place(parents[parent.pk], children, siblings[parents[parent.pk].path])
        for child in children:
            child.live, child.has_unpublished_changes = live, not live
            child.first_published_at = child.last_published_at = now if live else None
    planted = [child for _, children in families for child in children]
    Page.objects.bulk_create(planted)
    _insert_specific(planted)
    _count_children(families)
    for parent, children in families:
        parent.numchild = parents[parent.pk].numchild + len(children)
    outbox.touch(Page, [child.id for child in planted])


def free_slug(wanted: str, taken: set[str]) -> str:
    """`wanted`, or `wanted-2`, `-3` … so that it is not among `taken`."""
    slug, number = wanted, 1
    while slug in taken:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


def _children_by_parent(parents: Iterable[Page]) -> dict[str, dict[str, str]]:
    """{parent's path: {child's path: slug}}; parents that have no child cost nothing."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    paths = [parent.path for parent in parents if parent.numchild]
    for start in range(0, len(paths), PARENTS_PER_QUERY):
        below = Q()
        for path in paths[start : start + PARENTS_PER_QUERY]:
            below |= Q(path__range=Page._get_children_path_interval(path), depth=_depth(path) + 1)
        for path, slug in Page.objects.filter(below).values_list("path", "slug"):
            found[path[: -Page.steplen]][path] = slug
    return found


def _depth(path: str) -> int:
    return len(path) // Page.steplen


def _place(parent: Page, children: Sequence[Page], siblings: dict[str, str]) -> None:
    """Give each child its place in the tree and its address."""
    taken = set(siblings.values())
    last = Page._str2int(max(siblings)[-Page.steplen :]) if siblings else 0
    for step, child in enumerate(children, start=last + 1):
        child.path = Page._get_path(parent.path, parent.depth + 1, step)
        child.depth = parent.depth + 1
        child.numchild = 0
        child.slug = free_slug(child.slug, taken)
        taken.add(child.slug)
        child.draft_title = child.title
        child.locale_id = parent.locale_id
        child.set_url_path(parent)


def _count_children(families: Sequence[tuple[Page, Sequence[Page]]]) -> None:
    gained: dict[int, list[int]] = defaultdict(list)
    for parent, children in families:
        gained[len(children)].append(parent.pk)
    for number, pks in gained.items():
        Page.objects.filter(pk__in=pks).update(numchild=F("numchild") + number)


def _insert_specific(pages: Sequence[Page]) -> None:
    """Insert what the pages' own tables hold, one table after the other."""
    rows: dict[type[Page], list[Page]] = defaultdict(list)
    for page in pages:
        for model in _tables_below_page(type(page)):
            setattr(page, model._meta.pk.attname, page.id)
            rows[model].append(page)
    for model in sorted(rows, key=lambda model: len(model._meta.get_parent_list())):
        _insert(model, rows[model], Page.objects.db)


@cache
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
