"""Pages full of hostile texts in a real browser: nothing of theirs runs, nothing falls apart."""

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from modelsearch.backends import get_search_backend

from search import outbox
from tests.factories import UserFactory
from tests.safety.hostile_pages import hostile_pages

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
# Whatever calls it leaves a mark, also where the policy would have stopped it.
CANARY = "window.cunyue = () => document.documentElement.setAttribute('data-ran', '1');"
RAN = """
return document.documentElement.hasAttribute('data-ran')
  || document.querySelector('x-cunyue, [cunyue]') !== null;
"""
# Of a page: its own heading is there, and nothing makes it scroll sideways.
SHOWN = """
const heading = document.querySelector('h1');
return [heading !== null && heading.getClientRects().length > 0,
  document.querySelector('footer') !== null,
  document.body.innerText.includes('cunyue'),
  document.documentElement.scrollWidth,
  Array.from(document.querySelectorAll('body *'))
    .filter((e) => e.getBoundingClientRect().right > window.innerWidth + 1).slice(0, 4)
    .map((e) => e.tagName + '.' + e.className)];
"""
LISTS = ["/search/?q=cunyue", "/rules/", "/consultations/", "/households/"]


def faults_of(browser, address):
    """What a page let run, or what its policy had to stop, as lines."""
    browser.get(address)
    found = ["something of theirs ran"] if browser.execute_script(RAN) else []
    for entry in browser.get_log("browser"):
        if "Content Security Policy" in entry["message"] or "cunyue" in entry["message"]:
            found.append(entry["message"])
    return [f"{address}: {one}" for one in found]


def layout_faults_of(browser, address):
    heading, footer, hostile, wide, too_wide = browser.execute_script(SHOWN)
    found = [] if heading and footer else ["heading or footer is missing"]
    if not hostile:
        found.append("shows nothing hostile, so proves nothing")
    if wide > browser.width + 1:
        found.append(f"{wide} px wide: {too_wide}")
    return [f"{address}: {one}" for one in found]


@pytest.fixture
def pages(browser):
    get_search_backend().directory.reset()
    made = hostile_pages()
    outbox.drain(wait=True)
    # One list for the whole browser: the next test's document gets no canary from this one's.
    added = browser.execute_cdp_cmd("Page.addScriptToEvaluateOnNewDocument", {"source": CANARY})
    yield made
    browser.execute_cdp_cmd("Page.removeScriptToEvaluateOnNewDocument", added)


def test_no_script_of_theirs_runs_and_no_page_falls_apart(browser, live_server, pages):
    browser.get(f"{live_server.url}/")
    browser.execute_script("cunyue(1)")
    assert browser.execute_script(RAN), "the canary is deaf"
    faults = []
    for address in [*(page.url for page in pages), *LISTS]:
        faults += faults_of(browser, f"{live_server.url}{address}")
        faults += layout_faults_of(browser, address)
    assert faults == []


def test_none_runs_in_the_admin(browser, live_server, pages):
    if browser.width < 1000:
        pytest.skip("one width is enough for what runs")
    user = UserFactory(is_superuser=True, is_staff=True)
    client = Client()
    client.force_login(user)
    browser.get(f"{live_server.url}/")
    name = settings.SESSION_COOKIE_NAME
    browser.add_cookie({"name": name, "value": client.cookies[name].value})
    page = pages[-1]
    faults = []
    for view, args in (
        ("wagtailadmin_explore", [page.get_parent().pk]),
        ("wagtailadmin_pages:edit", [page.pk]),
        ("wagtailadmin_pages:history", [page.pk]),
    ):
        faults += faults_of(browser, f"{live_server.url}{reverse(view, args=args)}")
        assert "/login" not in browser.current_url
    assert faults == []
