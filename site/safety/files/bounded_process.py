"""Runs another program on a stranger's file: alone, without network, bounded in time and memory.

Uses the shell's own `ulimit`, not a hook between fork and exec: those may hang in a server with
threads. Knows nothing of documents.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

_LIMITED = (
    'ulimit -t "$1" && ulimit -v "$2" && ulimit -f "$3" && ulimit -c 0 && shift 3 && exec "$@"'
)
_BLOCK = 512
_KEPT = ("PATH", "LANG", "LC_ALL", "SYSTEMROOT")


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a program may use: seconds by the clock and of a processor, bytes of memory and disk."""

    seconds: int
    memory: int
    written: int


class OutOfBounds(Exception):
    """The program was ended because it took too long."""


def run_bounded(
    command: Sequence[str], bounds: Bounds, *, folder: Path, given: bytes = b""
) -> subprocess.CompletedProcess:
    """Run a command in `folder` with `given` on its standard input; output is bytes.

    It gets no variables of ours but the search path and the language, and a home of its own. With
    it end all processes it started. Raises OutOfBounds, or OSError when it cannot be started.
    """
    limits = (str(bounds.seconds), str(bounds.memory // 1024), str(bounds.written // _BLOCK))
    environment = {name: os.environ[name] for name in _KEPT if name in os.environ}
    environment |= {"HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
    process = subprocess.Popen(  # noqa: S603
        [*without_network(), "/bin/sh", "-c", _LIMITED, "sh", *limits, *command],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=folder,
        env=environment,
        start_new_session=True,
    )
    try:
        output, _ = process.communicate(given, timeout=bounds.seconds)
    except subprocess.TimeoutExpired as error:
        raise OutOfBounds from error
    finally:
        _end_group(process)
    return subprocess.CompletedProcess(command, process.returncode, output)


@cache
def without_network() -> tuple[str, ...]:
    """The command that starts another without network, empty where the system does not allow it."""
    unshare = shutil.which("unshare")
    if unshare is None:
        return ()
    for flags in (("-n",), ("-r", "-n")):
        try:
            tried = subprocess.run(  # noqa: S603
                [unshare, *flags, "true"],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                timeout=10,
                check=False,
            )
        except (OSError, subprocess.TimeoutExpired):
            return ()
        if tried.returncode == 0:
            return (unshare, *flags)
    return ()


def _end_group(process: subprocess.Popen) -> None:
    """End what the program left running, then wait for it, so that no zombie stays."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    for stream in (process.stdin, process.stdout):
        stream.close()
