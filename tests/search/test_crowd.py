"""Crowds of writers and readers, and writers killed at random: nothing lost, nothing invented."""

import random
import signal
import subprocess

import pytest

from tests.search.processes import run, start

CHECK = """
from search import check
def differences():
    report = check.check(backend.directory)
    told = {kind: len(found) for kind, found in report.found.items() if found}
    # Made by writers alone and never rebuilt: true, and no difference.
    return told or (report.defect if report.defect != "incomplete" else "")
"""


def finish(processes) -> None:
    for process in processes:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors
        assert "LockError" not in errors


def agrees(scratch) -> str:
    """Drains and compares: "<objects> <documents> <pending entries> <differences>"."""
    return run(
        scratch,
        CHECK
        + """
outbox.drain(wait=True)
found = backend.search(MATCH_ALL, Author).count()
print(Author.objects.count(), found, OutboxEntry.objects.count(), differences() or "clean")
""",
    )


def test_eight_processes_writing_at_once(scratch):
    script = """
mine = [Author.objects.create(name=f"WHO {n}") for n in range(6)]
for n, author in enumerate(mine[:3]):
    author.name = f"WHO changed {n}"
    author.save()
mine[5].delete()
"""
    finish([start(scratch, script.replace("WHO", f"writer {who}")) for who in "abcdefgh"])
    assert agrees(scratch) == "40 40 0 clean"
    output = run(scratch, "print(len(names('changed')), len(names('writer d')))")
    assert output == "24 5"


def test_a_check_beside_writers_calls_nothing_drift(scratch):
    run(scratch, "[Author.objects.create(name=f'Anna {n}') for n in range(20)]")
    writers = [
        start(
            scratch,
            f"""
for n in range(12):
    with transaction.atomic():
        author = Author.objects.create(name=f"writer{who} {{n}}")
    with transaction.atomic():
        author.name = "changed"
        author.save()
    if n % 3 == 0:
        with transaction.atomic():
            author.delete()
""",
        )
        for who in range(2)
    ]
    checker = start(
        scratch,
        CHECK
        + """
for _ in range(25):
    found = differences()
    assert not found, found
""",
    )
    finish([*writers, checker])


def test_readers_never_fail_while_one_writes_and_one_rebuilds(scratch):
    run(scratch, "[Author.objects.create(name=f'Anna {n}') for n in range(30)]")
    reader = """
for _ in range(200):
    found = names("anna")
    assert 30 <= len(found) == len(set(found)), found
"""
    readers = [start(scratch, reader) for _ in range(2)]
    writer = start(
        scratch,
        """
for n in range(30, 60):
    author = Author.objects.create(name=f"Anna {n}")
    author.name = f"Anna the {n}th"
    author.save()
    writer.merge(backend.directory)
    writer.purge(backend.directory)
""",
    )
    rebuilds = start(
        scratch,
        """
from django.core.management import call_command
for _ in range(4):
    call_command("rebuild_modelsearch_index", verbosity=0)
""",
    )
    finish([*readers, writer, rebuilds])
    assert agrees(scratch) == "60 60 0 clean"


WRITE = """
import random
chance = random.Random(SEED)
from django.core.management import call_command
print("begun", flush=True)
while True:
    step = chance.random()
    authors = list(Author.objects.order_by("?")[:5])
    if step < 0.4:
        with transaction.atomic():
            made = [Author(name=f"Anna {chance.random()}") for _ in range(20)]
            outbox.touch(Author, [author.pk for author in Author.objects.bulk_create(made)])
    elif step < 0.7:
        for author in authors:
            author.name = f"Zoe {chance.random()}"
            with transaction.atomic():  # as pages are saved
                author.save()
    elif step < 0.8:
        for author in authors:
            author.delete()
    elif step < 0.9:
        writer.merge(backend.directory)
        writer.purge(backend.directory, thorough=True)
    else:
        call_command("rebuild_modelsearch_index", verbosity=0)
"""


@pytest.mark.parametrize("seed", [1, 2])
def test_killed_at_any_moment(scratch, seed):
    """The same with 40,000 documents is ``tests/benchmarks/kill.py``."""
    chance = random.Random(seed)
    for trial in range(5):
        process = start(scratch, WRITE.replace("SEED", str(seed * 100 + trial)))
        assert process.stdout.readline() == "begun\n"
        try:
            process.wait(timeout=chance.uniform(0.05, 1.5))
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
        process.communicate()
        assert process.returncode == -signal.SIGKILL
        objects, documents, pending, differences = agrees(scratch).split(" ", 3)
        assert (objects, pending, differences) == (documents, "0", "clean")
