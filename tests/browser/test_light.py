"""Every kind of page on a weak line and an old telephone: light, still, whole without scripts."""

import pytest
from django.core.management import call_command
from django.test.testcases import LiveServerThread
from selenium.webdriver.common.by import By

from tests.browser.forgetting import forget
from tests.visits import MOST_BYTES, MOST_REQUESTS, MOST_SHIFT, first_visit, kinds_of_pages

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
# A button does nothing without a script unless it sends a form to an address.
DEAD = "button:not([type=submit]), form:not([action]) button, a[href='#'], a[href^='javascript']"


@pytest.fixture
def url(settings):
    """The sample content, served with everything compressed."""
    settings.ROOT_URLCONF = "tests.browser.compressed_urls"
    call_command("prepare_site", verbosity=0)
    call_command("import_divisions", "villages/data/chuxiong_divisions.csv", verbosity=0)
    call_command("load_sample", verbosity=0)
    server = LiveServerThread("localhost", static_handler=lambda application: application)
    server.daemon = True
    server.start()
    server.is_ready.wait()
    if server.error:
        raise server.error
    yield f"http://localhost:{server.port}"
    server.terminate()


@pytest.fixture
def phone(chromium):
    forget(chromium)
    metrics = {"width": 360, "height": 740, "deviceScaleFactor": 2, "mobile": True}
    chromium.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", metrics)
    yield chromium
    chromium.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    chromium.execute_cdp_cmd("Network.setBypassServiceWorker", {"bypass": False})
    chromium.execute_cdp_cmd("Network.setCacheDisabled", {"cacheDisabled": False})
    chromium.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
    chromium.get("about:blank")
    chromium.implicitly_wait(5)


def test_every_kind_of_page_is_light_still_and_whole_without_scripts(phone, url):
    phone.implicitly_wait(0)
    pages = kinds_of_pages()
    visits = {kind: first_visit(phone, url + address) for kind, address in pages.items()}
    assert {kind: v.bytes for kind, v in visits.items() if v.bytes > MOST_BYTES} == {}
    assert {kind: v.requests for kind, v in visits.items() if v.requests > MOST_REQUESTS} == {}
    assert {kind: v.shift for kind, v in visits.items() if v.shift >= MOST_SHIFT} == {}
    phone.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    dead = {kind: _dead_controls(phone, url + address) for kind, address in pages.items()}
    assert {kind: found for kind, found in dead.items() if found} == {}


def _dead_controls(phone, address):
    """What can be seen to press, but does nothing without scripts; the page's text is there."""
    phone.get(address)
    assert phone.find_element(By.CSS_SELECTOR, "main h1").text
    found = phone.find_elements(By.CSS_SELECTOR, DEAD)
    return [control.text for control in found if control.is_displayed()]
