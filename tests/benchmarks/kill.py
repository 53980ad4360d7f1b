"""`make bench`: writers killed at random moments on a large index; nothing lost, nothing invented.

    python tests/benchmarks/kill.py [documents [kills]]

Each writer edits, adds, deletes, merges, purges and rebuilds until ``kill -9``; then whoever comes
next reads, drains and compares index and database. Prints one line per kill; exit code 1 if any
trial lost, doubled or invented a document or left an index that cannot be read.
"""

import random
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.search import processes  # noqa: E402

FILL = """
from django.core.management import call_command
call_command("migrate", verbosity=0)
with transaction.atomic():
    for start in range(0, DOCUMENTS, 2000):
        Author.objects.bulk_create([Author(name=f"Anna {n}") for n in range(start, start + 2000)])
call_command("rebuild_modelsearch_index", verbosity=0)
"""

WRITE = """
import random
chance = random.Random(SEED)
from django.core.management import call_command
pks = list(Author.objects.values_list("pk", flat=True))
print("begun", flush=True)
if STEP == "rebuild":
    call_command("rebuild_modelsearch_index", verbosity=0)
while True:
    step = STEP if STEP != "any" else chance.choice(["add", "edit", "edit", "delete", "merge"])
    if step == "add":
        with transaction.atomic():
            made = [Author(name=f"Bob {chance.random()}") for _ in range(200)]
            outbox.touch(Author, [author.pk for author in Author.objects.bulk_create(made)])
    elif step == "edit":
        with transaction.atomic():
            for author in Author.objects.filter(pk__in=chance.sample(pks, 30)):
                author.name = f"Zoe {chance.random()}"
                author.save()
    elif step == "delete":
        with transaction.atomic():
            Author.objects.filter(pk__in=chance.sample(pks, 10)).delete()
    else:
        with transaction.atomic():
            Author.objects.filter(pk__in=chance.sample(pks, 10)).delete()
        writer.merge(backend.directory)
        writer.purge(backend.directory, thorough=True)
"""

LOOK = """
from search import check
before = backend.search("anna", Author).count()
outbox.drain(wait=True)
report = check.check(backend.directory)
told = {kind: len(found) for kind, found in report.found.items() if found}
print(before > 0, report.objects, report.documents, OutboxEntry.objects.count(),
      told or report.defect or "clean")
"""

STEPS = ("any", "edit", "merge", "any", "rebuild")
REACH = {"any": 3.0, "edit": 1.5, "merge": 6.0, "rebuild": 8.0}
"""Seconds within which a writer at each kind of work is killed."""


def main(documents: int = 40_000, kills: int = 25) -> int:
    chance = random.Random(7)
    bad = 0
    with tempfile.TemporaryDirectory(prefix="cunyue-kill-") as name:
        scratch = Path(name)
        started = time.perf_counter()
        processes.run(scratch, FILL.replace("DOCUMENTS", str(documents)), timeout=3600)
        print(f"{documents:,} documents built in {time.perf_counter() - started:.0f} s")
        for trial in range(kills):
            step = STEPS[trial % len(STEPS)]
            script = WRITE.replace("SEED", str(trial)).replace("STEP", repr(step))
            process = processes.start(scratch, script)
            process.stdout.readline()
            try:
                process.wait(timeout=chance.uniform(0.01, REACH[step]))
            except subprocess.TimeoutExpired:
                process.send_signal(signal.SIGKILL)
            _, errors = process.communicate()
            killed = process.returncode == -signal.SIGKILL
            told = processes.run(scratch, LOOK, timeout=3600)
            readable, objects, found, pending, differences = told.split(" ", 4)
            good = (
                killed
                and readable == "True"
                and objects == found
                and pending == "0"
                and differences == "clean"
            )
            bad += not good
            print(f"kill {trial + 1:>2} in {step:<8} {told} {'' if good else 'BAD ' + errors}")
        print(f"{kills - bad} of {kills} kills left an index that agrees with the database")
    return bad


if __name__ == "__main__":
    sys.exit(1 if main(*map(int, sys.argv[1:])) else 0)
