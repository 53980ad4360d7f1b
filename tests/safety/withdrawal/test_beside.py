"""Erasing goes on beside the loop of the background process, once at a time, and after a kill."""

import errno
import subprocess
import sys
import threading

import pytest
from wagtail.models import Page

from safety.models import Erasure
from safety.withdrawal import erasing, registry
from safety.withdrawal.registry import NotYet
from safety.withdrawal.withdrawing import withdraw
from search import durable, outbox, writer
from tests import factories as make
from tests.safety.withdrawal.planting import Words, in_files
from villages.models import HouseholdPage

HOLD = """
import fcntl, sys
handle = open(sys.argv[1], "w")
fcntl.flock(handle, fcntl.LOCK_EX)
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def eraser(monkeypatch):
    """Puts an eraser in place of those of the rooms."""

    def put(erase):
        monkeypatch.setattr(registry, "_erasers", [erase])

    return put


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_the_loop_goes_on_while_a_pass_takes_long(eraser):
    begun, go_on, passes = threading.Event(), threading.Event(), []

    def erase(thorough):
        passes.append(thorough)
        begun.set()
        assert go_on.wait(60)

    eraser(erase)
    now = 0.0
    beside = erasing.Beside(clock=lambda: now)
    beside.tick()
    assert not beside.is_busy(), "nothing waits"
    first = Erasure.objects.create()
    beside.tick()
    assert begun.wait(60)
    later = Erasure.objects.create()
    now = 100.0
    beside.tick()
    assert beside.is_busy() and passes == [True]
    go_on.set()
    beside._thread.join(60)
    assert list(Erasure.objects.all()) == [later] and first.pk != later.pk
    # It took 100 seconds: the next one waits, but never so long that a minute is over.
    now = 114.0
    beside.tick()
    assert passes == [True]
    now = 116.0
    beside.tick()
    beside._thread.join(60)
    assert passes == [True, True] and not Erasure.objects.exists()


@pytest.mark.django_db
def test_what_fails_is_tried_again(eraser):
    answers = [NotYet("busy"), None]

    def erase(thorough):
        if answer := answers.pop(0):
            raise answer

    eraser(erase)
    Erasure.objects.create()
    assert erasing.step() == 0 and Erasure.objects.count() == 1
    assert erasing.step() == 1 and not Erasure.objects.exists()


@pytest.mark.django_db
def test_one_process_at_a_time_and_the_next_after_a_kill(eraser, folders):
    passes = []
    eraser(passes.append)
    Erasure.objects.create()
    command = [sys.executable, "-c", HOLD, str(folders / "erasing.lock")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        assert erasing.step() == 0 and passes == [] and Erasure.objects.count() == 1
        other.kill()
    assert erasing.step() == 1 and passes == [True]


@pytest.mark.django_db
class TestIndex:
    @pytest.fixture
    def directory(self, settings):
        """An index of three segments, the middle one with a deleted document."""
        pages = []
        for _ in range(3):
            pages.append([make.HouseholdPageFactory() for _ in range(2)])
            outbox.drain(wait=True)
        (directory,) = outbox.configured_directories()
        with directory.locked("write", wait=True):
            writer.apply(directory, [f"wagtailcore.page:{pages[1][0].pk}"], [])
        return directory

    def segments(self, directory):
        toc, _storage = writer._open(directory)
        return {held.segment_id(): held.deleted_count() for held in toc.segments}

    def test_only_segments_with_deleted_documents_are_written(self, directory):
        before = self.segments(directory)
        assert len(before) >= 3 and any(before.values())
        stale = {name for name, deleted in before.items() if deleted}
        assert writer.expunge(directory) == len(stale)
        after = self.segments(directory)
        assert not any(after.values())
        assert before.keys() - after.keys() == stale
        assert writer.expunge(directory) == 0

    def test_a_kill_between_two_segments_loses_nothing_done(self, directory, monkeypatch):
        kept = HouseholdPage.objects.order_by("pk").first()
        with directory.locked("write", wait=True):
            writer.apply(directory, [f"wagtailcore.page:{kept.pk}"], [])
        before = self.segments(directory)
        real, calls = writer._rewrite_chosen, []

        def killed_at_the_second(*arguments):
            calls.append(1)
            if len(calls) == 2:
                raise KeyboardInterrupt
            return real(*arguments)

        assert sum(map(bool, before.values())) == 2
        monkeypatch.setattr(writer, "_rewrite_chosen", killed_at_the_second)
        with pytest.raises(KeyboardInterrupt):
            writer.expunge(directory)
        monkeypatch.undo()
        left = sum(map(bool, self.segments(directory).values()))
        assert left == sum(map(bool, before.values())) - 1
        assert writer.expunge(directory) == left


@pytest.mark.django_db
class TestInTheWay:
    """What else is going on keeps no withdrawn page in the files of the index."""

    WORD = "zqxvwithdrawn"

    @pytest.fixture
    def directory(self, folders):
        with outbox.later():
            self.page = make.HouseholdPageFactory(title=self.WORD)
            self.other = make.HouseholdPageFactory()
        outbox.drain(wait=True)
        (directory,) = outbox.configured_directories()
        assert self.held(directory)
        return directory

    def held(self, directory) -> list[str]:
        return in_files(directory.path, Words("麤鱻犇", self.WORD))

    def withdraw_without_following(self):
        """The process is killed just after the commit."""
        withdraw(self.page, reason="本人要求删除。")
        assert Erasure.objects.count() == 1

    def test_a_long_outbox(self, directory, monkeypatch):
        with outbox.later():
            for _ in range(3):
                outbox.touch(Page, [self.other.pk] * outbox.BATCH)
            self.withdraw_without_following()
        real = outbox.drain

        def killed_on_the_way(*given, gone=False, newest=False, **named):
            if not gone and not newest:
                raise KeyboardInterrupt
            return real(*given, gone=gone, newest=newest, **named)

        monkeypatch.setattr(outbox, "drain", killed_on_the_way)
        with pytest.raises(KeyboardInterrupt):
            erasing.step()
        assert self.held(directory) == []
        assert outbox.backlog()[0] == 3 * outbox.BATCH - outbox.IN_REQUEST
        assert Erasure.objects.exists(), "a killed process leaves it"
        monkeypatch.undo()

    def test_a_person_does_not_wait_for_a_long_outbox(self, directory, take_down):
        with outbox.later():
            outbox.touch(Page, [self.other.pk] * 3 * outbox.BATCH)
            take_down(self.page, thorough=False)
        assert outbox.backlog()[0] == 3 * outbox.BATCH
        assert outbox.pending_among(Page, [self.page.pk]) == set()

    def test_an_import_that_goes_on(self, directory, monkeypatch):
        self.withdraw_without_following()
        real = writer.expunge

        def beside_an_import(directory):
            done = real(directory)
            with outbox.later():
                outbox.touch(Page, [self.other.pk])
            return done

        monkeypatch.setattr(writer, "expunge", beside_an_import)
        assert erasing.step() == 1
        assert outbox.backlog()[0] == 1 and self.held(directory) == []

    def test_a_rebuild(self, directory):
        self.withdraw_without_following()
        held, go_on = threading.Event(), threading.Event()

        def rebuild():
            with directory.locked("rebuild", wait=True):
                held.set()
                assert go_on.wait(60)

        thread = threading.Thread(target=rebuild)
        thread.start()
        assert held.wait(60)
        try:
            assert erasing.step() == 0 and Erasure.objects.exists()
            assert self.held(directory) == []
        finally:
            go_on.set()
            thread.join()
        assert erasing.step() == 1

    def test_what_a_killed_merge_left(self, directory):
        """It is nobody's: the worker looks for it at its own start only."""
        left = directory.path / "merge-killed"
        left.mkdir()
        (left / "MAIN_1.seg").write_bytes(self.WORD.encode())
        self.withdraw_without_following()
        assert erasing.step() == 1
        assert self.held(directory) == [] and not left.exists()

    def test_a_kill_before_the_database_is_clean(self, directory, monkeypatch):
        self.withdraw_without_following()

        def killed():
            raise KeyboardInterrupt

        with monkeypatch.context() as patched:
            patched.setattr(erasing, "scrub_database", killed)
            with pytest.raises(KeyboardInterrupt):
                erasing.step()
        assert Erasure.objects.exists() and erasing.step() == 1

    def test_a_full_disk(self, directory, monkeypatch):
        self.withdraw_without_following()
        full = OSError(errno.ENOSPC, "No space left on device")

        def fails(*given):
            raise full

        with monkeypatch.context() as patched:
            patched.setattr(durable, "sync_file", fails)
            assert erasing.step() == 0 and Erasure.objects.exists()
        assert directory.searcher().doc_count() >= 1
        assert not list(directory.path.glob("merge-*"))
        assert erasing.step() == 1 and self.held(directory) == []
