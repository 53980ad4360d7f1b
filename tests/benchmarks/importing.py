"""Files a second through `import_rules`, beside the time their parsing alone takes.

`python tests/benchmarks/importing.py [FILES]`: on a scratch SQLite database with the search index's
outbox, texts composed by the seeding room, half of them one article to a line and none of them
the same. Absolute figures say little on a shared machine; read the ratio.

`python tests/benchmarks/importing.py --files 16000`: only whether memory stays flat. So many texts
go through the command's own code, each made when its turn comes, a quarter of them next editions;
prints what the process held at most after an eighth, a half and all of them.
"""

import argparse
import io
import os
import resource
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PER_PLACE = 5
DEFAULT_FILES = 300


def prepare(folder):
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
    os.environ["DATA_DIR"] = str(folder)
    sys.path[:0] = [str(ROOT / "site"), str(ROOT)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    os.environ["DEBUG"] = "false"
    import django

    django.setup()


def places(count):
    """Villages below one township, planted at once as importers do."""
    from tests.factories import TownshipPageFactory
    from villages.models import VillagePage
    from villages.planting import plant

    villages = [
        VillagePage(title=f"松林{n}村", name=f"松林{n}村民委员会", slug=f"songlin-{n}", code=code)
        for n, code in ((n, f"5323910{n:05d}") for n in range(count))
    ]
    plant(TownshipPageFactory(), villages)
    return villages


def texts(villages, seed):
    """(code, kind, plain text) of every rule of the villages."""
    from home.seeding.places import Place
    from home.seeding.rules import KINDS, compose_rule

    for number, village in enumerate(villages):
        place = Place(f"{seed}:{number}", village.title, "云台镇", "青岩县", index=number)
        for kind in KINDS:
            yield village.code, kind, as_lines(compose_rule(place, kind, seed))


def as_lines(rule):
    lines = [rule.title, rule.preamble]
    for chapter in rule.chapters:
        lines.append(f"{chapter.label} {chapter.title}".strip())
        for article in chapter.articles:
            lines.append(f"{article.label} {article.text}")
            lines += [f"{label}{text}" for label, text in article.items]
    day = rule.adopted_on
    lines += [rule.closing, f"{day.year}年{day.month}月{day.day}日通过"]
    return [line for line in lines if line]


def as_word(lines):
    from docx import Document

    document, buffer = Document(), io.BytesIO()
    for line in lines:
        document.add_paragraph(line)
    document.save(buffer)
    return buffer.getvalue()


def files_of(made, suffix):
    from covenants.rule_files import RuleFile

    return [
        RuleFile(
            f"{code}-{kind}{suffix}",
            as_word(lines) if suffix == ".docx" else "\n".join(lines).encode(),
            code=code,
            kind=kind,
        )
        for code, kind, lines in made
    ]


def measure(files, **options):
    """(files a second, files a second of parsing alone, statuses)."""
    from covenants.importing import import_rules
    from covenants.parsing import parse_file

    started = time.perf_counter()
    for file in files:
        parse_file(io.BytesIO(file.content), file.name)
    parsing = len(files) / (time.perf_counter() - started)
    started = time.perf_counter()
    statuses = Counter(outcome.status for outcome in import_rules(files, **options))
    return len(files) / (time.perf_counter() - started), parsing, dict(statuses)


def run(count):
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    for suffix, publish in ((".txt", False), (".txt", True), (".docx", False), (".docx", True)):
        clear()
        villages = places(count // PER_PLACE)
        report(suffix, "new", files_of(texts(villages, seed=7), suffix), publish)
        if publish:
            later = files_of(texts(villages, seed=8), suffix)
            for file in later:
                file.adopted = "2026-05-01"
            report(suffix, "next edition", later, publish)
    run_batch(count * 3)


def run_batch(files):
    """The same files as one county import: dry run, then run; memory at the start and the end."""
    import zipfile

    from django.core.files.base import ContentFile

    from covenants.batch import report as batch_report
    from covenants.batch import steps
    from covenants.models import ImportBatch
    from home.models import HomePage

    clear()
    villages = places(files // PER_PLACE)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for code, kind, lines in texts(villages, seed=9):
            archive.writestr(f"{code}/{kind}.txt", "\n".join(lines))
    batch = ImportBatch(scope=HomePage.objects.get().page_ptr, name="bench.zip", publish=True)
    batch.archive.save("bench.zip", ContentFile(target.getvalue()), save=False)
    batch.save()
    for what in ("dry run", "run"):
        before, started, seen = memory_mb(), time.perf_counter(), []
        while batch.is_working:
            steps.go_on(batch, until=time.monotonic() + 1)
            seen.append(memory_mb())
        speed = files / (time.perf_counter() - started)
        middle = seen[len(seen) // 2]
        print(
            f"county import, {what:<8} {speed:>7.1f} files/s   memory {before} MB before, "
            f"{middle} MB half-way, {seen[-1]} MB after   "
            f"{[(state, n) for state, _name, n in batch_report.counts(batch)]}"
        )
        if batch.state == ImportBatch.PLANNED:
            batch.state = ImportBatch.RUNNING
            batch.save(update_fields=["state"])


def memory_mb():
    """What the process holds now, not its highest."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") // 2**20


def run_memory(count):
    """Peak memory of one import of `count` files, and the ratio of the end to the first eighth."""
    from django.core.management import call_command

    from covenants.importing import import_rules
    from covenants.rule_files import RuleFile

    call_command("migrate", verbosity=0)
    villages = places(count * 3 // 4 // PER_PLACE)

    def files():
        number = 0
        for seed, adopted in ((7, "2024-05-01"), (8, "2026-05-01")):
            for code, kind, lines in texts(villages, seed):
                if number == count:
                    return
                number += 1
                content = "\n".join(lines).encode()
                yield RuleFile(f"{number}.txt", content, code=code, kind=kind, adopted=adopted)

    marks, statuses, peaks = {count // 8, count // 2, count}, Counter(), []
    started = time.process_time()
    for done, outcome in enumerate(import_rules(files(), publish=True), start=1):
        statuses[outcome.status] += 1
        if done in marks:
            peaks.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
            spent = (time.process_time() - started) / done * 1000
            print(
                f"{done:>7} files   peak {peaks[-1]} MB   now {memory_mb()} MB   "
                f"{spent:.1f} ms CPU a file   {dict(statuses)}",
                flush=True,
            )
    print(f"peak at the end to peak after an eighth: {peaks[-1] / peaks[0]:.3f}")


def clear():
    from villages.models import TownshipPage

    for page in TownshipPage.objects.all():
        page.delete()


def report(suffix, what, files, publish):
    from search.models import OutboxEntry

    OutboxEntry.objects.all().delete()
    speed, parsing, statuses = measure(files, publish=publish)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(
        f"{suffix:<6}{'published' if publish else 'draft':<10}{what:<13}{speed:>7.1f} files/s   "
        f"parsing alone {parsing:>7.1f}/s, ratio {parsing / speed:>5.1f}   "
        f"{statuses}  outbox {OutboxEntry.objects.count()}  {memory} MB"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("each", nargs="?", type=int, default=DEFAULT_FILES, metavar="FILES")
    parser.add_argument("--files", type=int, help="only the memory of one import of so many")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="cunyue-bench-") as name:
        prepare(Path(name))
        if asked.files:
            run_memory(asked.files)
        else:
            run(asked.each)


if __name__ == "__main__":
    main()
