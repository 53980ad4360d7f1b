"""The collection of each body: made when it is needed, nested as the bodies are."""

from django.db import transaction
from wagtail.models import Collection
from wagtail.signals import post_page_move

from .models import BodyCollection


def connect():
    post_page_move.connect(follow_move, dispatch_uid="editorial_body_collections")


def body_collection(page):
    """The collection of the body at `page`, made if need be.

    Collections nest as the bodies do, so that a township sees its villages' pictures whichever
    of them got its collection first.
    """
    return _collection_of(page) or _made(page)


def _collection_of(page):
    found = BodyCollection.objects.select_related("collection").filter(page_id=page.pk).first()
    return found and found.collection


@transaction.atomic
def _made(page):
    # One at a time: the tree counts the children of a collection, and the body may have it by now.
    Collection.objects.select_for_update().get(depth=1)
    if found := _collection_of(page):
        return found
    collection = _collection_above(page).add_child(instance=Collection(name=page.title))
    BodyCollection.objects.create(page_id=page.pk, collection=collection)
    lower = BodyCollection.objects.filter(page__path__startswith=page.path).exclude(page_id=page.pk)
    for row in lower.select_related("collection"):
        if row.collection.depth == collection.depth:
            _move(row.collection_id, collection.pk)
    return Collection.objects.get(pk=collection.pk)


def follow_move(sender, instance, parent_page_before, parent_page_after, **kwargs):
    """Take the collections of a moved body, and of the bodies below it, to the new body above."""
    if parent_page_before.pk == parent_page_after.pk:
        return
    rows = BodyCollection.objects.filter(page__path__startswith=instance.path)
    moved = ""
    for row in rows.select_related("page", "collection").order_by("page__path"):
        if moved and row.page.path.startswith(moved):
            continue
        moved = row.page.path
        above = _collection_above(row.page)
        if Collection.objects.get(pk=row.collection_id).get_parent().pk != above.pk:
            _move(row.collection_id, above.pk)


def _collection_above(page):
    """The collection of the nearest body above `page`, or the root of all collections."""
    above = (
        BodyCollection.objects.filter(page__in=page.get_ancestors())
        .order_by("-page__depth")
        .select_related("collection")
        .first()
    )
    return above.collection if above else Collection.get_first_root_node()


def _move(key, parent_key):
    # treebeard's paths in memory go stale with each move.
    fresh = Collection.objects.get(pk=key)
    fresh.move(Collection.objects.get(pk=parent_key), pos="sorted-child")
