"""Whatever becomes of the index folder: saves succeed, nothing foreign is read, ``work`` heals."""

import json
import logging
import os
import pickle
import shutil
import stat
import subprocess

import pytest
from django.core.management import CommandError, call_command
from wagtail.models import Page

from search import durable, outbox, versions
from search.index import Defect, IndexDirectory, IndexUnavailable
from search.models import OutboxEntry
from search.upkeep import Upkeep
from tests.search.processes import run

pytestmark = pytest.mark.django_db


class Clock:
    """A clock that stands until it is moved on."""

    def __init__(self):
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def add_page(title: str) -> Page:
    page = Page(title=title)
    Page.objects.get(depth=1).add_child(instance=page)
    return page


def titles(backend, text: str) -> list[str]:
    return sorted(page.title for page in backend.search(text, Page.objects.all()))


def tick(ticks: int = 1) -> None:
    clock = Clock()
    upkeep = Upkeep(alone=True, clock=clock)
    for _ in range(ticks):
        upkeep.tick()
        clock.now += 1


@pytest.fixture
def built(backend):
    """An index made by ``update_index``, with one page of the word 酒席."""
    add_page("酒席从简")
    call_command("update_index", verbosity=0)
    return backend


def pointed(backend):
    return backend.directory.path / os.readlink(backend.directory.path / "current")


def segment(backend):
    return max(pointed(backend).glob("*.seg"), key=lambda path: path.stat().st_size)


def toc(backend):
    return next(pointed(backend).glob("*.toc"))


# States and versions


def test_an_index_made_on_first_use_is_incomplete_until_rebuilt(backend):
    assert backend.directory.state() == "missing"
    assert titles(backend, "酒席") == []
    assert backend.directory.state() == "rebuilding"
    Page.objects.get(depth=1).add_child(instance=Page(title="酒席从简"))
    OutboxEntry.objects.all().delete()
    tick()
    assert backend.directory.state() == "ready"
    assert titles(backend, "酒席") == ["酒席从简"]


def test_a_missing_index_is_built(backend):
    add_page("酒席从简")
    OutboxEntry.objects.all().delete()
    tick()
    assert backend.directory.state() == "ready"
    assert titles(backend, "酒席") == ["酒席从简"]


@pytest.mark.parametrize("changed", [{"analyzer": "0"}, {"schema": "0"}, None])
def test_an_index_of_other_versions_is_searched_until_rebuilt(built, changed):
    marked = pointed(built) / versions.NAME
    if changed is None:
        marked.unlink()
    else:
        marked.write_text(json.dumps(json.loads(marked.read_text()) | changed))
    built.directory._marked = None
    old = pointed(built)
    assert titles(built, "酒席") == ["酒席从简"]
    assert built.directory.state() == "rebuilding"
    add_page("酒席八桌")
    outbox.drain()
    assert titles(built, "酒席") == ["酒席从简", "酒席八桌"]
    assert pointed(built) == old, "only the background process rebuilds"
    tick()
    assert built.directory.state() == "ready"
    assert titles(built, "酒席") == ["酒席从简", "酒席八桌"]
    assert pointed(built) != old


def test_an_index_of_another_format_is_neither_read_nor_written(
    built, django_capture_on_commit_callbacks
):
    marked = pointed(built) / versions.NAME
    marked.write_text(json.dumps(json.loads(marked.read_text()) | {"format": 0}))
    fresh = IndexDirectory(built.directory.path)
    with pytest.raises(IndexUnavailable):
        fresh.searcher()
    assert fresh.state() == "rebuilding"
    before = sorted(path.name for path in pointed(built).iterdir())
    with django_capture_on_commit_callbacks(execute=True):
        add_page("酒席八桌")
    assert OutboxEntry.objects.exists()
    assert sorted(path.name for path in pointed(built).iterdir()) == before
    tick()
    assert titles(built, "酒席") == ["酒席从简", "酒席八桌"]


def test_a_whole_index_is_left_alone(built):
    before = pointed(built)
    tick(3)
    assert pointed(built) == before


# Damage


def truncate_segment(backend):
    path = segment(backend)
    os.truncate(path, path.stat().st_size // 2)


def empty_segment(backend):
    os.truncate(segment(backend), 0)


def lose_segment(backend):
    segment(backend).unlink()


def garble_toc(backend):
    toc(backend).write_bytes(b"\x89garbage" * 40)


def empty_toc(backend):
    os.truncate(toc(backend), 0)


def lose_toc(backend):
    toc(backend).unlink()


def dangle(backend):
    shutil.rmtree(pointed(backend))


def point_outside(backend):
    pointer = backend.directory.path / "current"
    pointer.unlink()
    pointer.symlink_to("/etc")


def pointer_is_a_file(backend):
    pointer = backend.directory.path / "current"
    pointer.unlink()
    pointer.write_text("gen-x")


def pointer_is_a_folder(backend):
    pointer = backend.directory.path / "current"
    pointer.unlink()
    pointer.mkdir()


DAMAGES = [
    truncate_segment,
    empty_segment,
    lose_segment,
    garble_toc,
    empty_toc,
    lose_toc,
    dangle,
    point_outside,
    pointer_is_a_file,
    pointer_is_a_folder,
]


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_index_costs_no_save_and_is_healed(
    built, damage, django_capture_on_commit_callbacks
):
    damage(built)
    # What this process has mapped already it may go on reading.
    fresh = IndexDirectory(built.directory.path)
    with pytest.raises(IndexUnavailable):
        fresh.searcher()
    assert fresh.state() == "rebuilding"
    OutboxEntry.objects.all().delete()
    with django_capture_on_commit_callbacks(execute=True):
        page = add_page("酒席八桌")
    assert Page.objects.filter(pk=page.pk).exists()
    tick()
    assert titles(built, "酒席") == ["酒席从简", "酒席八桌"]
    assert fresh.state() == "ready"
    assert not OutboxEntry.objects.exists()


@pytest.mark.parametrize("damage", [truncate_segment, lose_segment])
def test_damage_is_healed_although_the_background_process_has_the_files_open(built, damage):
    built.directory.searcher()
    damage(built)
    with pytest.raises(IndexUnavailable):
        IndexDirectory(built.directory.path).searcher()
    tick()
    assert built.directory.state() == "ready"
    assert titles(built, "酒席") == ["酒席从简"]


def test_damage_inside_a_segment_is_told_from_a_bug(built):
    built.directory.searcher()
    with pytest.raises(KeyError), built.directory.reading():
        raise KeyError("a bug in our own code")
    assert built.directory.state() == "ready"
    with open(segment(built), "r+b") as file:
        file.seek(segment(built).stat().st_size // 2)
        file.write(b"\xff" * 64)
    fresh = IndexDirectory(built.directory.path)
    with pytest.raises(IndexUnavailable), fresh.reading():
        raise KeyError("what garbled postings make Whoosh raise")
    for seen_by in (fresh, built.directory):
        assert seen_by.state() == "rebuilding"
    tick()
    assert built.directory.state() == "ready"
    assert titles(built, "酒席") == ["酒席从简"]


def test_wiped_texts_are_no_damage(built):
    folder, name = pointed(built), segment(built).name
    size = segment(built).stat().st_size
    durable.overwrite(folder, name, [(size // 3, 5), (size // 2, 9)])
    durable.verify(folder, deep=True)
    with open(segment(built), "r+b") as file:
        file.seek(size // 3)
        assert file.read(5) == bytes(5)
        file.seek(size // 4)
        file.write(b"\xff" * 3)
    with pytest.raises(durable.SegmentDamaged):
        durable.verify(folder, deep=True)


def test_an_index_that_cannot_be_healed_is_tried_ever_less_often(built, caplog, monkeypatch):
    built.directory.path.chmod(0o755)
    with caplog.at_level(logging.ERROR):
        tick(2000)
    tried = [record for record in caplog.records if "refused" in record.getMessage()]
    assert 5 <= len(tried) <= 10
    assert len(caplog.records) < 200


# Folders that are not ours


class Planted:
    """Unpickling it leaves a trace."""

    def __init__(self, trace):
        self.trace = trace

    def __reduce__(self):
        return os.mkdir, (str(self.trace),)


def plant(backend, trace) -> None:
    """Puts a pickle into the table of contents that would be run by whoever reads it."""
    from whoosh.index import TOC

    from search.durable import DurableStorage

    storage = DurableStorage(str(pointed(backend)))
    contents = TOC.read(storage, "MAIN")
    contents.segments = [Planted(trace)]
    contents.generation += 1
    contents.write(storage, "MAIN")


def open_to_group(backend):
    backend.directory.path.chmod(0o750)


def open_to_all(backend):
    backend.directory.path.chmod(0o777)


def anothers(backend):
    os.chown(backend.directory.path, 12345, 12345)


def anothers_generation(backend):
    os.chown(pointed(backend), 12345, 12345)


def anothers_file(backend):
    os.chown(toc(backend), 12345, 12345)


def open_generation(backend):
    pointed(backend).chmod(0o777)


@pytest.mark.parametrize(
    "spoil",
    [open_to_group, open_to_all, anothers, anothers_generation, anothers_file, open_generation],
)
def test_nothing_is_unpickled_from_a_folder_that_others_could_write(
    built, spoil, tmp_path, caplog, django_capture_on_commit_callbacks
):
    if "anothers" in spoil.__name__ and os.geteuid() != 0:
        pytest.skip("only root may give files away")
    trace = tmp_path / "executed"
    plant(built, trace)
    spoil(built)
    fresh = IndexDirectory(built.directory.path)
    with pytest.raises(IndexUnavailable):
        fresh.searcher()
    assert fresh.defect() is Defect.REFUSED
    assert fresh.state() == "missing"
    assert str(built.directory.path) in fresh.refusal()
    with django_capture_on_commit_callbacks(execute=True):
        page = add_page("酒席八桌")
    assert Page.objects.filter(pk=page.pk).exists()
    assert OutboxEntry.objects.exists()
    with caplog.at_level(logging.ERROR):
        tick()
    assert "refused" in caplog.text
    assert not trace.exists()


def test_the_planted_pickle_would_run(built, tmp_path):
    """What the test above rests on."""
    trace = tmp_path / "executed"
    pickle.loads(pickle.dumps(Planted(trace)))  # noqa: S301
    assert trace.exists()


def test_a_folder_with_others_files_is_not_used(backend):
    path = backend.directory.path
    path.mkdir(mode=0o700)
    (path / "letter.txt").write_text("somebody's")
    assert backend.directory.defect() is Defect.MISSING
    with pytest.raises(IndexUnavailable):
        backend.directory.searcher()
    with pytest.raises(CommandError, match="letter.txt"):
        call_command("update_index", verbosity=0)
    assert [entry.name for entry in path.iterdir()] == ["letter.txt"]


def test_an_empty_folder_is_closed_to_others_and_used(backend):
    backend.directory.path.mkdir(mode=0o755)
    call_command("update_index", verbosity=0)
    assert stat.S_IMODE(backend.directory.path.stat().st_mode) == 0o700
    assert backend.directory.state() == "ready"


def test_a_refused_folder_is_used_again_when_put_right(built):
    built.directory.path.chmod(0o755)
    add_page("酒席八桌")
    tick()
    built.directory.path.chmod(0o700)
    tick()
    assert titles(built, "酒席") == ["酒席从简", "酒席八桌"]


# Disks


@pytest.fixture
def disk(tmp_path):
    """A small disk of its own; yields (folder on it, function that mounts it with options)."""
    if os.geteuid() != 0:
        pytest.skip("mounting needs root")
    mount = tmp_path / "index"
    mount.mkdir()

    def mounted(options: str) -> None:
        command = ["mount", "-t", "tmpfs", "-o", f"mode=0700,{options}", "none", str(mount)]
        done = subprocess.run(command, capture_output=True, text=True)
        if done.returncode:
            pytest.skip(f"this machine lets no one mount: {done.stderr}")

    mounted("size=2m")
    yield mount, lambda options: mounted(f"remount,{options}")
    subprocess.run(["umount", "-l", str(mount)], check=True)


def fill(folder) -> None:
    """Leaves no byte free."""
    with open(folder / "ballast.lock", "wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while file.write(bytes(size)):
                    pass
            except OSError:
                continue


def test_a_full_disk_costs_no_save_and_nothing_is_lost(
    disk, backend, caplog, django_capture_on_commit_callbacks
):
    folder, _ = disk
    add_page("酒席从简")
    call_command("update_index", verbosity=0)
    files = sorted(path.name for path in pointed(backend).iterdir())
    fill(folder)
    with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
        page = add_page("酒席八桌")
    assert Page.objects.filter(pk=page.pk).exists()
    assert OutboxEntry.objects.exists()
    assert "No space left" in caplog.text
    assert "Traceback" not in caplog.text
    assert titles(backend, "酒席") == ["酒席从简"]
    assert sorted(path.name for path in pointed(backend).iterdir()) == files
    tick(5)
    (folder / "ballast.lock").unlink()
    tick()
    assert titles(backend, "酒席") == ["酒席从简", "酒席八桌"]
    assert not OutboxEntry.objects.exists()


def test_a_rebuild_on_a_full_disk_leaves_the_index_and_no_rubbish(disk, backend):
    folder, _ = disk
    add_page("酒席从简")
    call_command("update_index", verbosity=0)
    before = sorted(path.name for path in folder.iterdir())
    fill(folder)
    with pytest.raises(CommandError, match="No space left"):
        call_command("update_index", verbosity=0)
    (folder / "ballast.lock").unlink()
    assert sorted(path.name for path in folder.iterdir()) == before
    assert titles(backend, "酒席") == ["酒席从简"]


def test_a_read_only_disk_costs_no_save_and_is_searched(
    disk, backend, caplog, django_capture_on_commit_callbacks
):
    _, remount = disk
    add_page("酒席从简")
    call_command("update_index", verbosity=0)
    remount("ro")
    with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
        add_page("酒席八桌")
    assert OutboxEntry.objects.exists()
    assert "Read-only" in caplog.text
    assert titles(backend, "酒席") == ["酒席从简"]
    tick(3)
    remount("rw")
    tick()
    assert titles(backend, "酒席") == ["酒席从简", "酒席八桌"]


def test_no_index_on_a_read_only_disk(disk, backend, django_capture_on_commit_callbacks):
    _, remount = disk
    remount("ro")
    with pytest.raises(IndexUnavailable):
        backend.directory.searcher()
    with django_capture_on_commit_callbacks(execute=True):
        page = add_page("酒席八桌")
    assert Page.objects.filter(pk=page.pk).exists()
    tick(3)
    remount("rw")
    tick()
    assert titles(backend, "酒席") == ["酒席八桌"]


# Power loss

RECORDER = """
import json
events = []
def state(path):
    status = os.stat(path)
    return [status.st_size, status.st_mtime_ns, status.st_ino]
def path_of(handle):
    return os.readlink(f"/proc/self/fd/{handle}")
def recorded(name, function):
    def call(*args, **kwargs):
        if name == "fsync":
            path = path_of(args[0])
            events.append([name, path, state(path)])
        elif name in ("rename", "replace"):
            old, new = map(os.path.abspath, map(str, args))
            known = {
                os.path.join(folder, file): state(os.path.join(folder, file))
                for folder, _, files in os.walk(backend.directory.path) for file in files
                if os.path.exists(os.path.join(folder, file))
            }
            events.append([name, old, new, known])
        else:
            events.append([name, os.path.abspath(str(args[0]))])
        return function(*args, **kwargs)
    return call
for name in ("fsync", "rename", "replace", "remove", "unlink", "rmdir"):
    setattr(os, name, recorded(name, getattr(os, name)))
"""


def synced_before(events, position: int, path: str, state) -> bool:
    """Whether a file reached the disk, as it was then, before an event."""
    return ["fsync", path, state] in events[:position]


def follows(events, position: int, path: str, before: tuple[str, ...]) -> bool:
    """Whether a folder reaches the disk after an event and before any of some others."""
    for event in events[position + 1 :]:
        if event[0] == "fsync" and event[1] == path:
            return True
        if event[0] in before and os.path.dirname(event[1]).startswith(path):
            return False
    return False


def test_a_commit_reaches_the_disk_before_it_counts(scratch):
    run(scratch, "[Author.objects.create(name=f'Anna {n}') for n in range(3)]")
    script = RECORDER + "Author.objects.create(name='Zoe'); print(json.dumps(events))"
    events = json.loads(run(scratch, script))
    commits = [
        (position, event)
        for position, event in enumerate(events)
        if event[0] in ("rename", "replace") and event[2].endswith(".toc")
    ]
    assert len(commits) == 1
    position, (_, temporary, name, files) = commits[0]
    folder = os.path.dirname(name)
    segments = [path for path in files if path.endswith(".seg")]
    new = [path for path in segments if any(e[0] == "fsync" and e[1] == path for e in events)]
    assert new, "the commit wrote a segment"
    for path in (*new, temporary):
        assert synced_before(events, position, path, files[path]), path
    assert follows(events, position, folder, ("remove", "unlink", "rmdir"))


def test_a_rebuild_reaches_the_disk_before_it_counts(scratch):
    run(scratch, "[Author.objects.create(name=f'Anna {n}') for n in range(3)]")
    script = (
        RECORDER
        + """
from django.core.management import call_command
call_command("rebuild_modelsearch_index", verbosity=0)
print(json.dumps(events))
"""
    )
    events = json.loads(run(scratch, script))
    swaps = [
        (position, event)
        for position, event in enumerate(events)
        if event[0] == "replace" and event[2].endswith("/current")
    ]
    assert len(swaps) == 1
    position, (_, temporary, pointer, files) = swaps[0]
    generation = os.path.join(
        os.path.dirname(pointer), os.path.basename(temporary).removeprefix("current.")
    )
    built = {path: state for path, state in files.items() if path.startswith(generation)}
    for path, state in built.items():
        if not path.endswith(("LOCK", ".lock")):
            assert synced_before(events, position, path, state), path
    assert any(path.endswith(".seg") for path in built)
    last_file = max(n for n, e in enumerate(events[:position]) if e[0] == "fsync" and e[1] in built)
    assert any(e[:2] == ["fsync", generation] for e in events[last_file:position])
    assert follows(events, position, os.path.dirname(pointer), ("remove", "unlink", "rmdir"))
