"""Runs the suites that modelsearch and Wagtail hold every search backend to.

Each needs settings of its own (``modelsearch`` and ``wagtail.search`` cannot be installed
together), hence a process of its own.
"""

import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def run_suite(settings: str, *labels: str) -> tuple[int, str]:
    """Runs Django's test command; returns (number of tests run, its output)."""
    path = [ROOT / "site", ROOT / "tests" / "contract"]
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "DJANGO_SETTINGS_MODULE": settings,
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "PYTHONWARNINGS": "ignore",
    }
    done = subprocess.run(
        [sys.executable, "-m", "django", "test", *labels],
        env=environment,
        cwd=ROOT / "tests" / "contract",
        capture_output=True,
        text=True,
    )
    output = done.stdout + done.stderr
    assert done.returncode == 0, output
    count = re.search(r"^Ran (\d+) tests? in", output, re.MULTILINE)
    assert count, output
    return int(count[1]), output


def test_modelsearch_backend_contract_complete():
    ran, output = run_suite("modelsearch_settings", "modelsearch_suite")
    assert ran >= 120
    assert re.search(r"^OK$", output, re.MULTILINE), "something was skipped:\n" + output


def test_wagtail_page_search_suites():
    ran, output = run_suite(
        "wagtail_settings",
        "wagtail.tests.test_page_search",
        "wagtail.admin.tests.pages.test_page_search",
        "wagtail.admin.tests.test_admin_search",
    )
    assert ran >= 36
    assert re.search(r"^OK$", output, re.MULTILINE), "something was skipped:\n" + output
