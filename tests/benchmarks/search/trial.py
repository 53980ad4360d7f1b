"""One measurement in a process of its own: ``trial NAME ENGINE WORK_FOLDER SIZE``, JSON out.

What is printed is described at each function. A trial of an engine uses the index that its
``build`` left in the work folder.
"""

import argparse
import json
import pickle
import subprocess
import sys
import time
from array import array
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from search.query import AllOf, Term
from search.query_units import Unit
from tests.benchmarks.search import environment
from tests.benchmarks.search.corpus import Corpus
from tests.benchmarks.search.engines import ENGINES
from tests.benchmarks.search.measure import Meter, cpu_ms, folder_mb, median, memory_mb
from tests.benchmarks.search.queries import Query, plain, terms_of

PASSES = 3
"""Warm passes; the median of them counts for each query."""

OPENING_QUERIES = 3
UPDATES = 15
BATCH = 30
BATCHES = 5
TRIAL = "tests.benchmarks.search.trial"
ROUNDS = 5
"""Times a change has to become visible to another process."""


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("name", choices=list(TRIALS))
    parser.add_argument("engine", choices=list(ENGINES))
    parser.add_argument("work", type=Path)
    parser.add_argument("size", type=int)
    parser.add_argument("--number", type=int, default=0)
    given = parser.parse_args()
    environment.prepare_site(given.work / "data")
    print(json.dumps(TRIALS[given.name](Bench(given))))


class Bench:
    """What a trial works on."""

    def __init__(self, given):
        self.engine = ENGINES[given.engine]()
        self.work, self.size, self.number = given.work, given.size, given.number
        self.corpus = Corpus(given.work / "corpus", given.size)
        suffix = f"-{given.number}" if given.number else ""
        self.folder = given.work / f"{given.engine}-{given.size}{suffix}"
        self._queries = given.work / f"queries-{given.size}.pickle"

    def many_queries(self) -> Iterator[Query]:
        """Different ones, a few in memory at a time."""
        with open(self.work / f"many-{self.size}.pickle", "rb") as file, suppress(EOFError):
            while True:
                yield from pickle.load(file)  # noqa: S301

    def queries(self) -> list[Query]:
        """The queries whose times are compared."""
        return pickle.loads(self._queries.read_bytes())  # noqa: S301


def build(bench: Bench) -> dict:
    """{"cpu", "wall" seconds, "mb" on disk, "peak" memory, "optimise" CPU seconds}.

    Reading the tokens from the disk is not counted.
    """
    engine, meter = bench.engine, Meter()
    engine.begin(bench.folder)
    for chunk in bench.corpus.chunks(bench.number or None):
        prepared = engine.prepare(chunk)
        with meter.running():
            engine.add(prepared)
    with meter.running():
        engine.finish()
    told = meter.told() | {"optimise": 0.0, "mb": folder_mb(bench.folder)}
    if hasattr(engine, "optimise"):
        told["optimise"] = cpu_ms(engine.optimise)[0] / 1000
        told["mb_optimised"] = folder_mb(bench.folder)
    return told


def warm(bench: Bench) -> dict:
    """{"ms": [per query], "counts", "facets": totals, "fresh": [ms of phrases never asked]}."""
    engine, queries = bench.engine, bench.queries()
    engine.open(bench.folder)
    asked = [query for query in queries if query.kind != "new phrase"]
    answers = [engine.answer(query) for query in asked]
    passes = [[cpu_ms(engine.answer, query)[0] for query in asked] for _ in range(PASSES)]
    fresh = [query for query in queries if query.kind == "new phrase"]
    fresh_answers, fresh_ms = [], []
    for query in fresh:
        engine.answer(_without_order(query))
        taken, answer = cpu_ms(engine.answer, query)
        fresh_ms.append(taken)
        fresh_answers.append(answer)
    return {
        "ms": [median(taken) for taken in zip(*passes, strict=True)],
        "new_ms": fresh_ms,
        "counts": [answer.count for answer in answers + fresh_answers],
        "facets": [_comparable(answer.facets) for answer in answers],
        "kept": engine.kept() if hasattr(engine, "kept") else None,
    }


def _without_order(query):
    """The same terms without the phrase: warms the terms, not the answer."""
    return replace(query, node=AllOf(tuple(map(Term, query.node.terms))))


def _comparable(facets: dict | None) -> dict | None:
    return facets and {
        name: sorted([str(value), number] for value, number in counts.items() if value != "")
        for name, counts in facets.items()
    }


def first_touch(bench: Bench) -> dict:
    """{"open": ms of the first query, "ms", "terms"}: each term once, its list never read yet.

    Two-character and longer terms first, then single characters.
    """
    engine, queries = bench.engine, bench.queries()
    started = time.process_time()
    engine.open(bench.folder)
    engine.answer(plain("word", "村"))
    opening = (time.process_time() - started) * 1000
    for word in ("村民", "规定", "不"):
        engine.answer(plain("word", word))
    terms = terms_of(queries, without=("村", "村民", "规定", "不"))
    return {
        "open": opening,
        "terms": [term.text for term in terms],
        "ms": [cpu_ms(engine.answer, term_query(term))[0] for term in terms],
    }


def term_query(term):
    return Query("term", term.text, term, (Unit((term.text,), ((term.text,),)),))


def first_pass(bench: Bench) -> dict:
    """{"ms": [per query]}: every query for the first time, in a process that just opened."""
    engine = bench.engine
    engine.open(bench.folder)
    queries = [query for query in bench.queries() if query.kind != "new phrase"]
    for query in queries[:OPENING_QUERIES]:
        engine.answer(query)
    return {"ms": [cpu_ms(engine.answer, query)[0] for query in queries]}


def memory(bench: Bench) -> dict:
    """{"empty", "opened", "after"}: MB of a process; "ms" of many different queries by kind."""
    empty = memory_mb()
    bench.engine.open(bench.folder)
    bench.engine.answer(plain("word", "村"))
    opened, taken = memory_mb(), {}
    for query in bench.many_queries():
        ms, _ = cpu_ms(bench.engine.answer, query)
        taken.setdefault(query.kind, array("d")).append(ms)
    return {
        "empty": empty,
        "opened": opened,
        "after": memory_mb(),
        "ms": {kind: list(own) for kind, own in taken.items()},
        "kept": bench.engine.kept() if hasattr(bench.engine, "kept") else None,
    }


def throughput(bench: Bench) -> dict:
    """{"wall", "cpu"} of two warm passes, begun when a line comes in."""
    engine = bench.engine
    engine.open(bench.folder)
    queries = [query for query in bench.queries() if query.kind != "new phrase"]
    for query in queries:
        engine.answer(query)
    print("ready", flush=True)
    input()
    meter = Meter()
    with meter.running():
        for _ in range(2):
            for query in queries:
                engine.answer(query)
    return meter.told() | {"queries": 2 * len(queries)}


def updates(bench: Bench) -> dict:
    """{"one", "batch"}: medians of CPU ms and wall ms of a commit of one and of 30 documents.

    For tantivy also ``opened``: one document where the writer is opened for it.
    """
    engine = bench.engine
    engine.open(bench.folder)
    documents = [engine.prepare([document])[0] for document in bench.corpus.shard(0)]
    told = {}
    if hasattr(engine, "open_writer"):
        told["opened"] = _commits(engine, [[document] for document in documents[:5]])
        engine.open_writer()
    engine.replace(documents[:1])
    told["one"] = _commits(engine, [[document] for document in documents[:UPDATES]])
    batches = [documents[n * BATCH : (n + 1) * BATCH] for n in range(BATCHES)]
    told["batch"] = _commits(engine, batches)
    return told


def _commits(engine, batches: list[list]) -> dict:
    meters = []
    for batch in batches:
        meter = Meter()
        with meter.running():
            engine.replace(batch)
        meters.append(meter)
    return {
        "cpu": median(meter.cpu for meter in meters) * 1000,
        "wall": median(meter.wall for meter in meters) * 1000,
        "most": max(meter.wall for meter in meters) * 1000,
    }


def watch(bench: Bench) -> dict:
    """Prints when each of ``ROUNDS`` marks can be found; {} in the end. For ``visible``."""
    bench.engine.open(bench.folder)
    bench.engine.answer(term_query(Term(_mark(0))))
    print("ready", flush=True)
    for number in range(ROUNDS):
        while not bench.engine.answer(term_query(Term(_mark(number)))).count:
            time.sleep(0.002)
        print(time.monotonic(), flush=True)
    return {}


def visible(bench: Bench) -> dict:
    """{"seconds"}: from the beginning of a commit until another process finds it."""
    bench.engine.open(bench.folder)
    command = [sys.executable, "-m", TRIAL, "watch", bench.engine.name, str(bench.work)]
    watcher = subprocess.Popen(
        [*command, str(bench.size)], cwd=environment.ROOT, stdout=subprocess.PIPE, text=True
    )
    watcher.stdout.readline()
    seconds = []
    for number, document in enumerate(bench.corpus.shard(0)[:ROUNDS]):
        marked = replace(document, text_tokens=f"{document.text_tokens} {_mark(number)}")
        prepared = bench.engine.prepare([marked])
        started = time.monotonic()
        bench.engine.replace(prepared)
        seconds.append(float(watcher.stdout.readline()) - started)
    watcher.wait()
    return {"seconds": seconds}


def _mark(number: int) -> str:
    return f"benchmark{number}"


TRIALS = {
    function.__name__: function
    for function in (
        build,
        warm,
        first_touch,
        first_pass,
        memory,
        throughput,
        updates,
        watch,
        visible,
    )
}

if __name__ == "__main__":
    main()
