"""A rebuild stands beside the index in use, swaps in at once and loses nothing."""

import stat

import pytest
from django.core.management import call_command
from wagtail.models import Page

from search import outbox
from search.index import IndexBusy
from search.models import OutboxEntry

pytestmark = pytest.mark.django_db


def add_page(title: str) -> Page:
    page = Page(title=title)
    Page.objects.get(depth=1).add_child(instance=page)
    return page


def titles(backend, text: str) -> list[str]:
    return sorted(page.title for page in backend.search(text, Page.objects.all()))


def start_rebuild(backend):
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(Page))
    return rebuilder, rebuilder.start()


def test_update_index_finds_everything(backend):
    Page.objects.get(depth=1).add_child(instance=Page(title="酒席从简"))
    OutboxEntry.objects.all().delete()
    assert titles(backend, "酒席") == []
    call_command("update_index", verbosity=0)
    assert titles(backend, "酒席") == ["酒席从简"]


def test_readers_go_on_with_the_old_index(backend):
    add_page("酒席从简")
    outbox.drain(wait=True)
    rebuilder, index = start_rebuild(backend)
    index.add_items(Page, [])
    assert titles(backend, "酒席") == ["酒席从简"]
    searcher = backend.directory.searcher()
    rebuilder.finish()
    assert searcher.reader().doc_count() > 0
    assert titles(backend, "酒席") == []


def test_work_drained_into_the_old_index_reaches_the_new_one(backend):
    rebuilder, index = start_rebuild(backend)
    for page in Page.objects.all():
        index.add_items(Page, [page])
    late = add_page("酒席从简")
    assert outbox.drain(wait=True) > 0
    assert titles(backend, "酒席") == ["酒席从简"]
    Page.objects.filter(pk=late.pk).update(title="酒席改了")
    rebuilder.finish()
    assert titles(backend, "酒席") == ["酒席改了"]
    assert not OutboxEntry.objects.exists()


def test_deleted_during_a_rebuild_stays_deleted(backend):
    page = add_page("酒席从简")
    rebuilder, index = start_rebuild(backend)
    index.add_items(Page, [page])
    Page.objects.get(pk=page.pk).delete()
    outbox.drain(wait=True)
    rebuilder.finish()
    assert titles(backend, "酒席") == []


def test_abandoned_rebuild_leaves_the_index_and_no_lock(backend):
    add_page("酒席从简")
    outbox.drain(wait=True)
    rebuilder, index = start_rebuild(backend)
    add_page("酒席照旧")
    outbox.drain(wait=True)
    assert OutboxEntry.objects.filter(applied=True).exists()
    del rebuilder, index
    add_page("酒席八桌")
    outbox.drain(wait=True)
    assert not OutboxEntry.objects.exists()
    assert titles(backend, "酒席") == ["酒席从简", "酒席八桌", "酒席照旧"]
    call_command("update_index", verbosity=0)
    assert titles(backend, "酒席") == ["酒席从简", "酒席八桌", "酒席照旧"]


def test_one_rebuild_at_a_time(backend):
    rebuilder, _ = start_rebuild(backend)
    with pytest.raises(IndexBusy):
        start_rebuild(backend)
    rebuilder.finish()
    again, _ = start_rebuild(backend)
    again.finish()


def test_folder_is_private_and_does_not_grow(backend):
    for _ in range(4):
        call_command("update_index", verbosity=0)
    folder = backend.directory.path
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert len(list(folder.glob("gen-*"))) == 2


def test_index_opens_with_fields_it_was_made_without(backend):
    """An index made before a model got a new search field takes documents with that field."""
    from whoosh.fields import Schema
    from whoosh.filedb.filestore import FileStorage
    from whoosh.index import FileIndex

    from search.schema import fixed_fields

    folder = backend.directory.new_generation()
    FileIndex.create(FileStorage(str(folder)), Schema(**fixed_fields()))
    backend.directory.swap(folder)
    assert titles(backend, "酒席") == []
    add_page("酒席从简")
    outbox.drain(wait=True)
    assert titles(backend, "酒席") == ["酒席从简"]
