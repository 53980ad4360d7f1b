"""Every type and state of a public page in a browser: accessible, legible, calm in every mode."""

import pytest

from tests.browser.every_page.faults import fail_with
from tests.browser.every_page.walk import walk, walk_for_elders
from tests.browser.forgetting import forget


@pytest.fixture(scope="module")
def noted(chromium, server, examples):
    forget(chromium)
    return walk(chromium, server, examples)


@pytest.fixture(scope="module")
def noted_for_elders(chromium, server, examples):
    return walk_for_elders(chromium, server, examples)


@pytest.mark.parametrize("mode", ["light", "dark", "wide"])
def test_axe_finds_nothing(noted, mode):
    fail_with(noted[mode])


def test_axe_finds_nothing_in_large_print(noted_for_elders):
    fail_with(noted_for_elders["elder"])


def test_nothing_scrolls_sideways_at_400_percent(noted):
    """1280 px at 400 % are 320."""
    fail_with(noted["too wide"])


def test_nothing_scrolls_sideways_in_the_largest_print(noted_for_elders):
    fail_with(noted_for_elders["too wide"])


def test_nothing_moves_for_those_who_asked_for_calm(noted):
    fail_with(noted["moving"])


def test_forced_colours_leave_buttons_marks_and_links_to_be_seen(noted):
    fail_with(noted["unseen"])


def test_no_furniture_is_printed(noted):
    fail_with(noted["printed"])


def test_browsers_ask_nobody_else_and_report_no_error(noted):
    fail_with(noted["elsewhere"] + noted["errors"])
