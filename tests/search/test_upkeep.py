"""What the background process does for the index, and when."""

import datetime
import json
import os

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.models import Page

from search import check, outbox
from search.models import OutboxEntry
from search.upkeep import PREVIOUS_FOR, PURGE_AFTER, Pace, Upkeep, is_due
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


def bytes_of(backend) -> bytes:
    return b"".join(path.read_bytes() for path in backend.directory.current().glob("*.seg"))


def test_a_deleted_page_leaves_the_files_after_a_minute(backend):
    pages = [add_page(f"zanthoxylum{number}") for number in range(3)]
    call_command("update_index", verbosity=0)
    assert b"zanthoxylum1" in bytes_of(backend)
    clock = Clock()
    upkeep = Upkeep(alone=True, clock=clock)
    Page.objects.get(pk=pages[1].pk).delete()
    upkeep.tick()
    assert backend.directory.deleted()[0] == 1
    clock.now += PURGE_AFTER - 1
    upkeep.tick()
    assert backend.directory.deleted()[0] == 1, "not yet"
    clock.now += 6
    upkeep.tick()
    assert backend.directory.deleted()[0] == 0
    assert b"zanthoxylum1" not in bytes_of(backend)
    assert b"zanthoxylum2" in bytes_of(backend)


def test_a_page_deleted_after_a_rebuild_leaves_the_index_before_it_too(backend):
    page = add_page("zanthoxylum")
    call_command("update_index", verbosity=0)
    clock = Clock()
    upkeep = Upkeep(alone=True, clock=clock)
    upkeep.tick()
    call_command("update_index", verbosity=0)
    upkeep.tick()
    Page.objects.get(pk=page.pk).delete()

    def files_with_it():
        paths = [path for path in backend.directory.path.rglob("*") if path.is_file()]
        return [path.name for path in paths if b"zanthoxylum" in path.read_bytes()]

    clock.now += PREVIOUS_FOR - 1
    upkeep.tick()
    assert files_with_it(), "who reads the index before is not disturbed at once"
    for _ in range(2):
        clock.now += PURGE_AFTER
        upkeep.tick()
    assert not files_with_it()


def test_a_rebuild_is_not_taken_for_the_index_before(backend):
    call_command("update_index", verbosity=0)
    clock = Clock()
    upkeep = Upkeep(alone=True, clock=clock)
    upkeep.tick()
    rebuilder = backend.rebuilder_class(backend.get_index_for_model(Page))
    rebuilder.start()
    for _ in range(3):
        clock.now += PREVIOUS_FOR
        upkeep.tick()
    rebuilder.finish()
    assert backend.directory.state() == "ready"


def test_work_noted_elsewhere_is_drained_at_the_next_tick(backend):
    call_command("update_index", verbosity=0)
    upkeep = Upkeep(alone=True, clock=Clock())
    upkeep.tick()
    with outbox.later():
        add_page("酒席从简")
    assert OutboxEntry.objects.exists()
    upkeep.tick()
    assert not OutboxEntry.objects.exists()


def test_a_pace_doubles_up_to_its_bound_and_starts_again():
    clock = Clock()
    pace = Pace(clock, first=1, most=4)
    waits = []
    for _ in range(4):
        pace.put_off()
        before = clock.now
        while not pace.is_due():
            clock.now += 1
        waits.append(clock.now - before)
    assert waits == [1, 2, 4, 4]
    pace.put_off()
    pace.reset()
    assert pace.is_due()


def at(hour: int, days: float = 0) -> datetime.datetime:
    day = datetime.datetime(2026, 5, 1, hour, tzinfo=timezone.get_default_timezone())
    return day + datetime.timedelta(days=days)


@pytest.mark.parametrize(
    ("checked", "now", "expected"),
    [
        (at(2), at(2, 1), True),
        (at(2), at(12), False),
        (at(2), at(12, 1), False),
        (at(23), at(3, 1), False),
        (at(12), at(13, 2), True),
    ],
)
def test_index_and_database_are_compared_at_night(checked, now, expected):
    record = {"at": checked.isoformat(), "boot": check.boot_id()}
    assert is_due(record, now) is expected


def test_they_are_compared_after_a_start_of_the_machine_and_when_never_before():
    now = at(12)
    assert is_due({"at": now.isoformat(), "boot": "another"}, now)
    assert is_due({}, now)
    assert is_due({"at": "garbled"}, now)


def test_a_rebuild_runs_in_a_process_of_its_own_while_work_is_drained(scratch):
    run(scratch, "[Author.objects.create(name=f'Anna {n}') for n in range(5)]")
    script = """
import json
from search.upkeep import Upkeep
toc = next(backend.directory.current().glob("*.toc"))
toc.write_bytes(b"garbage")
upkeep = Upkeep()
upkeep.tick()
with outbox.later():
    Author.objects.create(name="Zoe")
child = upkeep._commands._process
assert child.wait() == 0
upkeep.tick()
state = backend.directory.state()
print(json.dumps([names(), OutboxEntry.objects.count(), state, child.pid != os.getpid()]))
"""
    told = json.loads(run(scratch, script))
    assert told == [[*(f"Anna {n}" for n in range(5)), "Zoe"], 0, "ready", True]


def test_index_and_database_are_compared_in_the_background(scratch):
    script = """
import json
from django.core.management import call_command
from search.upkeep import Upkeep, SETTLE
Author.objects.create(name="Anna")
call_command("update_index", verbosity=0)
Author.objects.update(name="Zoe")
now = 0
upkeep = Upkeep(clock=lambda: now)
upkeep.tick()
assert upkeep._commands._process is None
now = SETTLE + 1
upkeep.tick()
assert upkeep._commands._process.wait() == 0
first = upkeep._commands._process
upkeep.tick()
upkeep.tick()
assert upkeep._commands._process is first, "once is enough"
print(json.dumps(names("zoe")))
"""
    assert json.loads(run(scratch, script)) == ["Zoe"]


def test_a_command_that_hangs_is_stopped_so_that_the_next_can_start(scratch):
    os.mkfifo(scratch / "ready")
    script = f"""
from search import upkeep
now = 0
child = upkeep.Child(lambda: now)
upkeep.LIMITS["shell"] = 60
for deafness in ("", "signal.signal(signal.SIGTERM, signal.SIG_IGN)"):
    now = 0
    child.start("shell", "-c", f'''
import signal
{{deafness}}
open({str(scratch / "ready")!r}, "w").close()
while True:
    signal.pause()
''')
    open({str(scratch / "ready")!r}).close()
    assert child.is_busy()
    now = 60
    assert child.is_busy()
    if deafness:
        now += upkeep.GRACE
        assert child.is_busy()
    ended = child._process.wait()
    assert not child.is_busy()
    print(signal.Signals(-ended).name)
"""
    assert run(scratch, script).split() == ["SIGTERM", "SIGKILL"]
