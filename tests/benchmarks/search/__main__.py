"""`make bench-search`: measures search at several sizes and prints one report.

    python -m tests.benchmarks.search [--quick] [sizes …] [--markdown FILE]
    python -m tests.benchmarks.search --wsgi [--data-dir FOLDER | --pages NUMBER]

CPU time of the process (all threads) is what is compared: the machine may be shared. Everything
lies in a scratch folder; with ``--work`` the tokenised corpus stays there for the next run.
"""

import argparse
import platform
import sqlite3
import sys
import tempfile
import time
from datetime import date
from importlib.metadata import version
from pathlib import Path

from tests.benchmarks.search.pages import site_tables
from tests.benchmarks.search.report import size_tables, targets
from tests.benchmarks.search.runner import Runner
from tests.benchmarks.search.tables import Table

SIZES = (11_000, 44_000, 150_000)
PAGES = 3_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("sizes", type=int, nargs="*", help="documents; default 11000 44000 150000")
    parser.add_argument("--quick", action="store_true", help="11,000 documents only")
    parser.add_argument("--no-whoosh", action="store_true", help="leave Whoosh's own writer out")
    parser.add_argument("--markdown", type=Path, help="write the report to a file, too")
    parser.add_argument("--work", type=Path, help="keep the tokenised corpus in this folder")
    parser.add_argument("--wsgi", action="store_true", help="measure pages of the site instead")
    parser.add_argument("--data-dir", type=Path, help="of a site made with manage.py seed")
    parser.add_argument("--pages", type=int, default=PAGES, help="to seed where there is none")
    given = parser.parse_args()
    sizes = given.sizes or (SIZES[:1] if given.quick else SIZES)
    started = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="cunyue-bench-") as scratch:
        work = given.work or Path(scratch)
        if given.wsgi:
            tables = site_tables(given.data_dir, work, given.pages)
        else:
            tables = _measure_sizes(work, sizes, whoosh=not given.no_whoosh)
    tables.append(_circumstances(time.perf_counter() - started))
    print("\n\n".join(["", *(table.as_text() for table in tables)]))
    if given.markdown:
        given.markdown.write_text("\n".join(table.as_markdown() for table in tables), "utf-8")


def _measure_sizes(work: Path, sizes, *, whoosh: bool) -> list[Table]:
    def tell(line: str) -> None:
        print(line, file=sys.stderr, flush=True)

    results, tables = {}, []
    plain = Runner(work, min(sizes), tell).whoosh() if whoosh else None
    for size in sizes:
        results[size] = Runner(work, size, tell).run()
        tables += size_tables(size, results[size])
    return [*tables, targets(results, plain)]


def _circumstances(seconds: float) -> Table:
    table = Table("Measured on", ("what", "which"))
    table.add("day", date.today().isoformat())
    table.add("machine", f"{_processor()}, {Path('/proc/loadavg').read_text().split()[0]} load")
    table.add("Python", platform.python_version())
    for name in ("numpy", "Whoosh", "tantivy", "rjieba"):
        table.add(name, version(name))
    table.add("SQLite", sqlite3.sqlite_version)
    table.add("the whole run", f"{seconds / 60:.1f} minutes")
    return table


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    models = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(models)} × {models[0] if models else platform.machine()}"


if __name__ == "__main__":
    main()
