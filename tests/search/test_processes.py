"""Several processes at once, and processes that are killed: nothing is lost, nothing is double."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PREAMBLE = """
import os, signal, sys
import django
django.setup()
from django.db import transaction
from modelsearch.backends import get_search_backend
from modelsearch.query import MATCH_ALL
from modelsearch.test.testapp.models import Author
from search import outbox, writer
from search.models import OutboxEntry
backend = get_search_backend()
def names(text=None):
    return sorted(author.name for author in backend.search(text or MATCH_ALL, Author))
"""


@pytest.fixture(scope="module")
def migrated(tmp_path_factory):
    """A database on disk with all tables, copied for each test."""
    scratch = tmp_path_factory.mktemp("migrated")
    run(
        scratch,
        "from django.core.management import call_command; call_command('migrate', verbosity=0)",
    )
    return scratch / "db.sqlite3"


@pytest.fixture
def scratch(tmp_path, migrated):
    (tmp_path / "db.sqlite3").write_bytes(migrated.read_bytes())
    return tmp_path


def start(scratch: Path, script: str) -> subprocess.Popen:
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "process_settings",
        "PYTHONPATH": os.pathsep.join([str(ROOT / "site"), str(ROOT / "tests" / "search")]),
        "SEARCH_TEST_SCRATCH": str(scratch),
    }
    return subprocess.Popen(
        [sys.executable, "-c", PREAMBLE + script],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def run(scratch: Path, script: str, *, killed: bool = False) -> str:
    process = start(scratch, script)
    output, errors = process.communicate(timeout=120)
    assert process.returncode == (-signal.SIGKILL if killed else 0), errors
    return output.strip()


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
from whoosh.writing import SegmentWriter
SegmentWriter.commit = lambda *args, **kwargs: os.kill(os.getpid(), signal.SIGKILL)
Author.objects.create(name="Anna")
"""
    run(scratch, "Author.objects.create(name='Zoe')")
    run(scratch, script, killed=True)
    assert run(scratch, "print(names())") == "['Zoe']"
    assert run(scratch, "print(outbox.drain(), names())") == "1 ['Anna', 'Zoe']"


def test_killed_between_index_and_outbox(scratch):
    script = """
writer.sync_folder = lambda folder: os.kill(os.getpid(), signal.SIGKILL)
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
