"""A rebuild stands beside the index in use, swaps in at once and loses nothing."""

import errno
import stat

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from search import documents, outbox
from search.index import IndexBusy, IndexDirectory
from search.models import OutboxEntry
from tests.search.processes import run

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
    assert len(list(folder.glob("gen-*"))) == 2, "the one before is still read"
    call_command("check_index", "--purge", verbosity=0)
    assert [path.name for path in folder.glob("gen-*")] == [backend.directory.generation()]


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


def test_a_second_rebuild_is_refused_in_words(backend):
    with backend.directory.locked("rebuild", wait=False):
        with pytest.raises(CommandError, match="另一个进程正在重建"):
            call_command("update_index", verbosity=0)
        call_command("update_index", if_needed=True, verbosity=0)
    call_command("update_index", verbosity=0)


def test_what_was_noted_before_a_rebuild_is_not_done_again(backend):
    with outbox.later():
        page = add_page("酒席从简")
        outbox.touch(Page, [page.pk] * 1200)
    rebuilder, index = start_rebuild(backend)
    index.add_items(Page, [page])
    with outbox.later():
        add_page("酒席八桌")
    rebuilder.index.refresh = lambda: None
    rebuilder.finish()
    assert set(OutboxEntry.objects.values_list("object_pk", flat=True)) == {
        str(Page.objects.get(title="酒席八桌").pk)
    }
    outbox.drain(wait=True)
    assert titles(backend, "酒席") == ["酒席从简", "酒席八桌"]


def test_a_page_that_cannot_be_read_stops_no_rebuild(backend, monkeypatch, caplog):
    pages = [add_page(f"酒席从简{number}") for number in range(5)]
    in_bulk = documents.documents_of

    def odd(objects):
        if pages[2].pk in [obj.pk for obj in objects]:
            raise ValueError("an odd old row")
        return in_bulk(objects)

    monkeypatch.setattr(documents, "documents_of", odd)
    with caplog.at_level("ERROR"):
        call_command("update_index", verbosity=0)
    assert len(titles(backend, "酒席")) == 4
    assert "酒席从简2" in caplog.text
    assert backend.directory.state() == "ready"


def test_a_full_disk_at_the_swap_loses_no_work(backend, monkeypatch):
    add_page("酒席从简")
    call_command("update_index", verbosity=0)
    with outbox.later():
        add_page("礼金照旧")

    def full(self, folder):
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(IndexDirectory, "swap", full)
        with pytest.raises(CommandError):
            call_command("update_index", verbosity=0)
    outbox.drain(wait=True)
    assert titles(backend, "礼金") == ["礼金照旧"]
    assert len(list(backend.directory.path.glob("gen-*"))) == 1


def test_a_swap_that_fails_when_it_is_done_keeps_what_is_in_use(backend, monkeypatch):
    add_page("酒席从简")
    swap = IndexDirectory.swap

    def failing_late(self, folder):
        swap(self, folder)
        raise OSError(errno.EIO, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(IndexDirectory, "swap", failing_late)
        with pytest.raises(CommandError):
            call_command("update_index", verbosity=0)
    assert titles(backend, "酒席") == ["酒席从简"]


def test_a_killed_rebuild_leaves_the_index_in_use_and_no_rubbish(scratch):
    run(scratch, "Author.objects.create(name='Anna')")
    script = """
from django.core.management import call_command
from search import rebuild
rebuild.BulkWriter.finish = lambda self: os.kill(os.getpid(), signal.SIGKILL)
Author.objects.update(name="Zoe")
call_command("update_index", verbosity=0)
"""
    run(scratch, script, killed=True)
    folders = scratch / "index"
    assert len(list(folders.glob("gen-*"))) == 2
    looking = "print(len(names('anna')), len(names('zoe')))"
    assert run(scratch, looking) == "1 0"
    assert run(scratch, "backend.directory.tidy();" + looking) == "1 0"
    assert len(list(folders.glob("gen-*"))) == 1
    script = "from django.core.management import call_command; call_command('update_index')"
    assert "Author" in run(scratch, script), "it tells how far it is"
    assert run(scratch, looking) == "0 1"


@pytest.mark.parametrize(
    "moment",
    [
        "from search import versions; versions.write = kill",
        "from search import durable; durable.seal = kill",
        "outbox.take_up_again = kill",
        "from search.index import IndexDirectory; IndexDirectory.swap = kill",
        "outbox.forget = kill",
        "from search.index import IndexDirectory; IndexDirectory.discard_except = kill",
    ],
)
def test_killed_at_each_step_of_the_swap(scratch, moment):
    first = """
from django.core.management import call_command
[Author.objects.create(name=name) for name in ('Anna', 'Bob')]
call_command("update_index", verbosity=0)
"""
    run(scratch, first)
    script = f"""
from django.core.management import call_command
def kill(*args, **kwargs):
    if "finish" in [frame.name for frame in traceback.extract_stack()]:
        os.kill(os.getpid(), signal.SIGKILL)
    return kept(*args, **kwargs)
import traceback
from search.index import IndexDirectory
from search import versions
kept = {{"versions.write": versions.write, "discard": IndexDirectory.discard_except}}.get(
    "versions.write" if "versions" in {moment!r} else "discard"
)
{moment}
with outbox.later():
    Author.objects.create(name="Zoe")
call_command("update_index", verbosity=0)
"""
    run(scratch, script, killed=True)
    assert run(scratch, "print(backend.directory.state())") == "ready", "no rebuild puts it right"
    assert run(scratch, "print(names())") in ("['Anna', 'Bob']", "['Anna', 'Bob', 'Zoe']")
    healed = """
from search.upkeep import Upkeep
Upkeep(alone=True).tick()
print(names(), OutboxEntry.objects.count(), backend.directory.state())
"""
    assert run(scratch, healed) == "['Anna', 'Bob', 'Zoe'] 0 ready"
