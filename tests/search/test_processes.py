"""Several processes at once, and processes that are killed: nothing is lost, nothing is double."""

from tests.search.processes import run, start


def test_two_processes_lose_nothing(scratch):
    script = """
for number in range(12):
    Author.objects.create(name=f"{sys.argv[0]} writer WHO {number}")
"""
    writers = [start(scratch, script.replace("WHO", who)) for who in ("a", "b")]
    for process in writers:
        _, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    output = run(scratch, "outbox.drain(wait=True); print(len(names('writer')), names('writer'))")
    assert output.split()[0] == "24"
    assert run(scratch, "print(OutboxEntry.objects.count())") == "0"


def test_killed_before_draining(scratch):
    script = """
with backend.directory.locked("write", wait=True):
    Author.objects.create(name="Anna")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    run(scratch, script, killed=True)
    assert run(scratch, "print(names())") == "[]"
    assert run(scratch, "print(outbox.drain(), names())") == "1 ['Anna']"


def test_killed_before_the_index_commits(scratch):
    script = """
from whoosh.index import TOC
TOC.write = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
Author.objects.create(name="Anna")
"""
    run(scratch, "Author.objects.create(name='Zoe')")
    run(scratch, script, killed=True)
    assert run(scratch, "print(names())") == "['Zoe']"
    assert run(scratch, "print(outbox.drain(), names())") == "1 ['Anna', 'Zoe']"


def test_killed_between_index_and_outbox(scratch):
    script = """
apply = writer.apply
writer.apply = lambda *args: (apply(*args), os.kill(os.getpid(), signal.SIGKILL))
Author.objects.create(name="Anna")
"""
    run(scratch, script, killed=True)
    assert run(scratch, "print(names())") == "['Anna']"
    output = run(
        scratch, "print(outbox.drain(), names(), backend.search(MATCH_ALL, Author).count())"
    )
    assert output == "1 ['Anna'] 1"


def test_killed_inside_a_transaction(scratch):
    script = """
with transaction.atomic():
    Author.objects.create(name="Anna")
    os.kill(os.getpid(), signal.SIGKILL)
"""
    run(scratch, script, killed=True)
    assert run(scratch, "print(OutboxEntry.objects.count(), outbox.drain(), names())") == "0 0 []"


def test_readers_go_on_while_others_write_and_rebuild(scratch):
    run(scratch, "[Author.objects.create(name=f'Anna {n}') for n in range(5)]")
    reader = start(
        scratch,
        """
for _ in range(300):
    assert len(names("anna")) >= 5
print("read")
""",
    )
    writer = start(scratch, "[Author.objects.create(name=f'Anna {n}') for n in range(10, 25)]")
    rebuilds = start(
        scratch,
        """
from django.core.management import call_command
for _ in range(3):
    call_command("rebuild_modelsearch_index", verbosity=0)
""",
    )
    for process in (reader, writer, rebuilds):
        output, errors = process.communicate(timeout=120)
        assert process.returncode == 0, errors
    assert run(scratch, "outbox.drain(wait=True); print(len(names('anna')))") == "20"
