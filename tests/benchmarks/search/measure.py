"""Clocks and memory: what one process costs. Knows no engine."""

import os
import statistics
import time
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from pathlib import Path


class Meter:
    """Seconds of CPU (all threads of the process) and of the wall, inside ``with`` only."""

    def __init__(self):
        self.cpu = self.wall = 0.0

    @contextmanager
    def running(self):
        """Counts what happens inside."""
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        self.cpu += time.process_time() - cpu
        self.wall += time.perf_counter() - wall

    def told(self) -> dict:
        return {"cpu": self.cpu, "wall": self.wall}


def cpu_ms(function: Callable, *arguments) -> tuple[float, object]:
    """(CPU milliseconds of a call, what it returned)."""
    started = time.process_time()
    result = function(*arguments)
    return (time.process_time() - started) * 1000, result


def median(values: Iterable[float]) -> float:
    return statistics.median(values)


def p95(values: Iterable[float]) -> float:
    """The value that 95 of 100 do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * 95 // 100) - 1)]


def memory_mb() -> dict[str, float]:
    """Resident memory of this process: ``all``, and ``own`` without pages of mapped files."""
    found = {}
    for line in Path("/proc/self/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in ("VmRSS", "RssAnon"):
            found[name] = int(value.split()[0]) / 1024
    return {"all": found["VmRSS"], "own": found["RssAnon"]}


def folder_mb(folder: Path) -> float:
    """What the files of a folder take."""
    size = sum(
        (Path(parent) / name).lstat().st_size
        for parent, _, names in os.walk(folder)
        for name in names
    )
    return size / 1e6
