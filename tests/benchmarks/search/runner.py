"""Runs the trials of one corpus size, one process after the other, and gathers what they say."""

import json
import pickle
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from itertools import islice
from pathlib import Path

from tests.benchmarks.search import environment
from tests.benchmarks.search.corpus import Corpus
from tests.benchmarks.search.engines import SEARCHED
from tests.benchmarks.search.queries import all_queries, many_queries

MANY, MANY_AT_ONCE = 10_000, 500
"""Different queries after which memory is looked at, and of them in one part of a file."""

WHOOSH_DOCUMENTS = 3_000
"""Whoosh's own writer takes about ten times as long as the slowest of the others."""

TOGETHER = 2
"""Processes that search at once."""


class TrialFailed(Exception):
    """A trial's process ended with an error; its text is what it wrote."""


class Runner:
    """All trials of one size in a work folder; ``tell`` is given a line on what goes on."""

    def __init__(self, work: Path, size: int, tell: Callable[[str], None]):
        self.work, self.size, self._tell = work, size, tell
        self.corpus = Corpus(work / "corpus", size)

    def run(self) -> dict:
        """{"queries": [kind of each], trial: {engine: what it printed}}."""
        self._prepare()
        results: dict = {"queries": [query.kind for query in self._queries]}
        results["build"] = self._each("build", (*SEARCHED, "tantivy-threads"))
        shutil.rmtree(self.work / f"tantivy-threads-{self.size}")
        for name in ("warm", "first_touch", "first_pass"):
            results[name] = self._each(name, SEARCHED)
        results["memory"] = self._each("memory", ("ours", "tantivy"))
        results["together"] = {name: self._together(name) for name in ("ours", "tantivy")}
        results["updates"] = self._each("updates", SEARCHED)
        results["visible"] = self._each("visible", ("ours",))
        for name in SEARCHED:
            shutil.rmtree(self.work / f"{name}-{self.size}")
        return results

    def whoosh(self) -> dict:
        """{engine: build} of the first documents, with Whoosh's own writer, too."""
        number = min(WHOOSH_DOCUMENTS, self.size)
        self._prepare()
        found = {"documents": number}
        for name in ("Whoosh", *SEARCHED):
            found[name] = self._trial("build", name, number)
            shutil.rmtree(self.work / f"{name}-{self.size}-{number}")
        return found

    def _prepare(self) -> None:
        started = time.perf_counter()
        self.corpus.prepare()
        self._queries = all_queries(self.corpus)
        file = self.work / f"queries-{self.size}.pickle"
        file.write_bytes(pickle.dumps(self._queries))
        with open(self.work / f"many-{self.size}.pickle", "wb") as file:
            many = many_queries(self.corpus, MANY)
            while some := list(islice(many, MANY_AT_ONCE)):
                pickle.dump(some, file)
        self._tell(f"{self.size:,} documents tokenised ({time.perf_counter() - started:.0f} s)")

    def _each(self, trial: str, names) -> dict:
        return {name: self._trial(trial, name) for name in names}

    def _trial(self, trial: str, engine: str, number: int = 0) -> dict:
        started = time.perf_counter()
        process = self._start(trial, engine, number)
        told = _answer(process)
        self._tell(f"{self.size:,} {trial} {engine} ({time.perf_counter() - started:.0f} s)")
        return told

    def _together(self, engine: str) -> dict:
        """{1: [process], 2: [process, process]}: what one and two processes at once took."""
        found = {}
        for number in (1, TOGETHER):
            processes = [self._start("throughput", engine) for _ in range(number)]
            for process in processes:
                process.stdout.readline()
            for process in processes:
                process.stdin.write("\n")
                process.stdin.flush()
            found[number] = [_answer(process) for process in processes]
        self._tell(f"{self.size:,} together {engine}")
        return found

    def _start(self, trial: str, engine: str, number: int = 0) -> subprocess.Popen:
        command = [sys.executable, "-m", "tests.benchmarks.search.trial", trial, engine]
        return subprocess.Popen(
            [*command, str(self.work), str(self.size), "--number", str(number)],
            cwd=environment.ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )


def _answer(process: subprocess.Popen) -> dict:
    """What a process printed last."""
    out, errors = process.communicate()
    if process.returncode:
        raise TrialFailed(f"{' '.join(process.args)}\n{errors}")
    return json.loads(out.strip().splitlines()[-1])
