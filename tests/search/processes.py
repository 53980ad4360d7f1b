"""Starts processes with a small project, a database and an index of their own, and kills them."""

import os
import signal
import subprocess
import sys
from pathlib import Path

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


def run(scratch: Path, script: str, *, killed: bool = False, timeout: float = 120) -> str:
    process = start(scratch, script)
    output, errors = process.communicate(timeout=timeout)
    assert process.returncode == (-signal.SIGKILL if killed else 0), errors
    return output.strip()
