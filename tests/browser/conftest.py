"""A real Chromium against a live server, and a small place to try things in."""

import shutil
import subprocess
import tempfile
from contextlib import contextmanager

import pytest
from modelsearch.backends import get_search_backend
from selenium import webdriver
from selenium.common.exceptions import WebDriverException
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.remote.command import Command

from editorial.appointments import appoint
from editorial.workflow import ensure_workflow
from search import outbox
from tests.browser.forgetting import forget
from tests.factories import (
    CountyPageFactory,
    CovenantPageFactory,
    HomePageFactory,
    TownshipPageFactory,
    UserFactory,
    VillagePageFactory,
)

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-sync",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-dev-shm-usage",
    "--hide-scrollbars",
    "--lang=zh-CN",
    "--force-prefers-reduced-motion",
]


_LEFT_MEANWHILE = "does not belong to the document"
_TRIES = 5


class PatientChrome(webdriver.Chrome):
    """Looks again where the page was left for another while an element was being looked for.

    Chromium then answers with an inspector error that selenium has no type for, so that no wait
    can tell it from a fault.
    """

    def execute(self, driver_command, params=None):
        for _try in range(_TRIES):
            try:
                return super().execute(driver_command, params)
            except WebDriverException as error:
                searching = driver_command in (Command.FIND_ELEMENT, Command.FIND_ELEMENTS)
                if not searching or _LEFT_MEANWHILE not in str(error.msg):
                    raise
        return super().execute(driver_command, params)


@contextmanager
def telephone():
    """A browser with an empty profile."""
    options = webdriver.ChromeOptions()
    profile = tempfile.mkdtemp(prefix="cunyue-chromium-")
    for flag in [*FLAGS, f"--user-data-dir={profile}"]:
        options.add_argument(flag)
    options.binary_location = shutil.which("chromium")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = Service(shutil.which("chromedriver"), log_output=subprocess.DEVNULL)
    driver = PatientChrome(options=options, service=service)
    driver.implicitly_wait(5)
    try:
        yield driver
    finally:
        driver.quit()
        shutil.rmtree(profile, ignore_errors=True)


@pytest.fixture(scope="session")
def chromium():
    """One browser for all tests; each test starts without cookies."""
    with telephone() as driver:
        yield driver


@pytest.fixture(params=[360, 1280])
def browser(request, chromium, live_server):
    """The browser at phone and at desktop width, logged out."""
    forget(chromium)
    chromium.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": request.param, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    chromium.width = request.param
    chromium.get_log("browser")
    return chromium


@pytest.fixture
def place(live_server):
    """A village with a published covenant, its editor, a neighbour, and the township's reviewer."""
    # The database is emptied between tests with a live server, the index is not.
    get_search_backend().directory.reset()
    home = HomePageFactory()
    ensure_workflow(home)
    county = CountyPageFactory(name="青岩县", parent=home)
    township = TownshipPageFactory(name="云台镇", parent=county)
    village = VillagePageFactory(name="松林村民委员会", parent=township, code="532391101201")
    other = VillagePageFactory(name="大箐村民委员会", parent=township, code="532391101202")
    CovenantPageFactory(parent=other, articles=["办酒席不超过十八桌。", "门前自己扫。"])
    people = {name: UserFactory(username=name, first_name=name) for name in ("editor", "reviewer")}
    appoint(people["editor"], "village_editor", village)
    appoint(people["reviewer"], "township_reviewer", township)
    outbox.drain(wait=True)
    return village
