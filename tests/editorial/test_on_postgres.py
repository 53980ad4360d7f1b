"""What two people do at the same instant, on PostgreSQL as on SQLite."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection

from tests import postgres

ROOT = Path(__file__).parents[2]
ROOMS = ("editorial", "covenants/procedure", "covenants/hints")
FILES = [f"tests/{room}/test_at_once.py" for room in ROOMS]


@pytest.mark.skipif(postgres.programs() is None, reason="PostgreSQL is not installed here")
@pytest.mark.skipif(connection.vendor == "postgresql", reason="all tests run on PostgreSQL")
def test_the_same_on_postgresql():
    with postgres.server() as address:
        environment = os.environ | {"DATABASE_URL": address}
        done = subprocess.run(
            [sys.executable, "-m", "pytest", "-q", "--create-db", *FILES],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
    assert done.returncode == 0, done.stdout[-8000:]
    assert "skipped" not in done.stdout.splitlines()[-1]
