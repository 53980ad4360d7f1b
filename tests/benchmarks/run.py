"""`make bench`: what pages, search, parsing and import cost, side by side in one run.

Absolute figures say little on a shared machine; read the ratios. Runs on a scratch database with
the sample content; leaves nothing behind.
"""

import os
import resource
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
REPEAT = 30
QUERIES = ["办酒席几桌", "礼金", "村内道路", "火把节防火", "彩礼多少", "垃圾", "养狗", "8桌"]


def prepare(folder):
    os.environ["DATABASE_URL"] = f"sqlite:///{folder}/bench.sqlite3"
    os.environ["DATA_DIR"] = str(folder)
    sys.path[:0] = [str(ROOT / "site"), str(ROOT)]
    os.environ["DJANGO_SETTINGS_MODULE"] = "config.settings.dev"
    os.environ["DEBUG"] = "false"
    import django

    django.setup()


def cpu(function, repeat=REPEAT):
    """(median, 95th percentile) of CPU milliseconds of a call, the first one not counted."""
    function()
    taken = []
    for _ in range(repeat):
        started = time.process_time()
        function()
        taken.append((time.process_time() - started) * 1000)
    return statistics.median(taken), sorted(taken)[int(len(taken) * 0.95) - 1]


def timed(function):
    started = time.perf_counter()
    result = function()
    return time.perf_counter() - started, result


def memory_mb():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def limit_rows():
    """How well and how fast limits are read from clauses; the half kept apart was not tuned on."""
    from tests.covenants.limits.labelled import HELD_OUT, TUNING, read, score

    rows = []
    for label, path in (("tuned with", TUNING), ("kept apart", HELD_OUT)):
        clauses = read(path)
        seconds, result = timed(lambda clauses=clauses: score(clauses))
        share = f"{result.precision:.3f} / {result.recall:.3f}"
        rows.append((f"limits P / R, {result.clauses} clauses {label}", share, "", None))
        rows.append(("  of these with the right scope", f"{result.scopes:.3f}", "", None))
        rows.append(("  clauses read", f"{len(clauses) / seconds:.0f}/s", "", None))
    return rows


def main():
    with tempfile.TemporaryDirectory(prefix="cunyue-bench-") as name:
        prepare(Path(name))
        run()


def run():
    from django.core.management import call_command
    from django.test import Client

    from consultations.models import ConsultationPage
    from covenants.models import CovenantPage
    from covenants.parsing import parse_file
    from search.page_search import find_pages
    from villages.models import HouseholdPage, VillagePage

    call_command("migrate", verbosity=0)
    call_command("prepare_site", verbosity=0)
    rows = []
    division_table = str(ROOT / "villages/data/chuxiong_divisions.csv")
    seconds, _ = timed(lambda: call_command("import_divisions", division_table, verbosity=0))
    again, _ = timed(lambda: call_command("import_divisions", division_table, verbosity=0))
    rows.append(("import_divisions, 1,220 rows", f"{seconds:.1f} s", "second run", again / seconds))
    seconds, _ = timed(lambda: call_command("load_sample", verbosity=0))
    rows.append(("load_sample", f"{seconds:.1f} s", "", None))
    seconds, _ = timed(lambda: call_command("update_index", verbosity=0))
    rows.append(("update_index", f"{seconds:.1f} s", "", None))

    files = [p for p in (ROOT / "home/sample/rules").rglob("*") if p.suffix in (".txt", ".docx")]
    seconds, _ = timed(lambda: [parse_file(path) for path in files])
    rows.append((f"parse_rules, {len(files)} files", f"{len(files) / seconds:.0f}/s", "", None))

    rows += limit_rows()

    client = Client(HTTP_HOST="127.0.0.1")
    before = memory_mb()
    addresses = {
        "covenant": CovenantPage.objects.live().first().url,
        "home": "/",
        "village": VillagePage.objects.filter(code="532391101201").get().url,
        "consultation": ConsultationPage.objects.live().first().url,
        "household": HouseholdPage.objects.live().first().url,
        "find place": "/find/?q=lc",
        "search page": "/search/?q=办酒席几桌",
    }
    base = None
    for label, address in addresses.items():
        assert client.get(address).status_code == 200, address
        median, p95 = cpu(lambda address=address: client.get(address))
        base = base or median
        rows.append((label, f"{median:.1f} / {p95:.1f} ms", "to covenant", median / base))
    for query in QUERIES:
        median, p95 = cpu(lambda query=query: find_pages(query))
        rows.append((f"find {query}", f"{median:.1f} / {p95:.1f} ms", "to covenant", median / base))
    after = memory_mb()
    rows.append(("memory of a worker", f"{after:.0f} MB", "before pages", before / after))
    for label, figure, beside, ratio in rows:
        print(f"{label:<34} {figure:>20}   {beside} {'' if ratio is None else f'{ratio:.2f}'}")


if __name__ == "__main__":
    main()
