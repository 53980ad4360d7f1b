"""Tests that look at every page gather what is wrong on all of them before they fail."""

import pytest

SHOWN = 40


def fail_with(faults):
    """Fail with the faults (lines of text), equal ones once."""
    faults = list(dict.fromkeys(faults))
    if faults:
        more = f"\n… and {len(faults) - SHOWN} more" if len(faults) > SHOWN else ""
        pytest.fail(f"{len(faults)} faults:\n" + "\n".join(faults[:SHOWN]) + more, pytrace=False)
