"""The next day, without a network: what a telephone kept, and what it has to forget."""

from urllib.parse import urlsplit

import pytest
from selenium.webdriver.common.by import By

from tests.browser.line import Line
from tests.browser.test_ways import press, text_of, wait_for, wait_for_text
from tests.factories import CovenantPageFactory, VillagePageFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
KEPT = """
const done = arguments[arguments.length - 1];
(async () => {
  const found = {};
  for (const name of await caches.keys()) {
    const cache = await caches.open(name);
    found[name] = (await cache.keys()).map((request) => new URL(request.url).pathname);
  }
  return found;
})().then(done);
"""


@pytest.fixture
def line(live_server):
    address = urlsplit(live_server.url)
    line = Line((address.hostname, address.port))
    yield line
    line.cut()


@pytest.fixture
def phone(browser, line):
    if browser.width != 360:
        pytest.skip("What is kept does not depend on the width of the window.")
    # Cookies know no ports: the village chosen in one test would be the reader's in the next.
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})
    yield browser
    browser.get("about:blank")
    browser.execute_cdp_cmd("Network.clearBrowserCookies", {})


@pytest.fixture
def covenant(place):
    return CovenantPageFactory(parent=place, articles=["办酒席不超过十五桌。", "看好自家牲口。"])


def kept(phone):
    """{name of the store: addresses} of what the browser keeps."""
    return phone.execute_async_script(KEPT)


def choose(phone, line, village, address):
    """Call a village one's own and wait until the page at `address` is kept."""
    phone.get(line.url + village.url)
    phone.add_cookie({"name": "village", "value": village.code, "path": "/"})
    phone.get(line.url + village.url)
    wait_for(phone, lambda b: address in kept(b).get("village-1", []))


def test_reads_rule_and_situation_again_without_a_network(phone, line, place, covenant):
    situation = f"{place.url}shiqing/jiuxi/"
    choose(phone, line, place, situation)
    assert covenant.url in kept(phone)["village-1"]
    line.cut()
    phone.get(line.url + covenant.url)
    wait_for_text(phone, "没有网络，这是")
    assert "办酒席不超过十五桌" in text_of(phone)
    phone.get(line.url + situation)
    wait_for_text(phone, "没有网络，这是")
    assert "十五桌" in text_of(phone)
    phone.get(f"{line.url}{covenant.url}?from=groupmessage&isappinstalled=0")
    wait_for_text(phone, "没有网络，这是")
    assert [entry for entry in phone.get_log("browser") if "Security" in entry["message"]] == []


def test_a_page_that_is_not_kept_leads_to_those_that_are(phone, line, place, covenant):
    choose(phone, line, place, covenant.url)
    phone.add_cookie({"name": "theme", "value": "dark", "path": "/"})
    line.cut()
    phone.get(f"{line.url}/rules/")
    wait_for_text(phone, "没有网也能看的页面")
    assert phone.find_element(By.TAG_NAME, "html").get_attribute("data-theme") == "dark"
    link = wait_for(
        phone, lambda b: b.find_elements(By.CSS_SELECTOR, f'main a[href="{covenant.url}"]')
    )[0]
    assert "保存" in link.text
    link.click()
    wait_for_text(phone, "办酒席不超过十五桌")
    phone.get(f"{line.url}{covenant.url}?on=2024-01-01")
    wait_for_text(phone, "没有网也能看的页面")


def test_a_withdrawn_page_is_forgotten_at_the_next_contact(phone, line, place, covenant):
    choose(phone, line, place, f"{place.url}shiqing/jiuxi/")
    line.cut()
    phone.get(line.url + covenant.url)
    wait_for_text(phone, "没有网络，这是")
    covenant.unpublish()
    line.mend()
    phone.get(line.url + place.url)
    wait_for(phone, lambda b: covenant.url not in kept(b)["village-1"])
    line.cut()
    phone.get(line.url + covenant.url)
    wait_for_text(phone, "没有网也能看的页面")
    assert "十五桌" not in text_of(phone)


def test_a_visited_page_is_kept_and_forgotten_when_it_answers_that_it_is_gone(
    phone, line, place, covenant
):
    phone.get(line.url + covenant.url)
    wait_for(phone, lambda b: covenant.url in kept(b).get("visited-1", []))
    covenant.unpublish()
    phone.get(line.url + covenant.url)
    wait_for(phone, lambda b: covenant.url not in kept(b)["visited-1"])


def test_what_is_kept_can_be_cleared_and_stays_so(phone, line, place, covenant):
    choose(phone, line, place, covenant.url)
    phone.get(f"{line.url}/offline/")
    press(phone, "清除保存的页面")
    wait_for_text(phone, "还没有保存页面")
    phone.get(line.url + covenant.url)
    phone.get(f"{line.url}/offline/")
    wait_for_text(phone, "还没有保存页面")
    assert not {"village-1", "visited-1"} & {name for name, pages in kept(phone).items() if pages}
    press(phone, "现在保存我的村")
    wait_for(phone, lambda b: covenant.url in kept(b).get("village-1", []))


def test_another_village_takes_the_place_of_the_former(phone, line, place, covenant):
    township = place.get_parent()
    other = VillagePageFactory(parent=township, name="河边村民委员会", code="532391101203")
    theirs = CovenantPageFactory(parent=other, articles=["河边不丢垃圾。"])
    choose(phone, line, place, covenant.url)
    choose(phone, line, other, theirs.url)
    pages = kept(phone)["village-1"]
    assert not [address for address in pages if address.startswith(place.url)]


def test_nothing_made_for_an_editor_is_kept(phone, line, place, covenant):
    phone.get(f"{line.url}/admin/login/")
    phone.find_element(By.NAME, "username").send_keys("editor")
    phone.find_element(By.NAME, "password").send_keys("password")
    phone.find_element(By.CSS_SELECTOR, "form button[type=submit]").click()
    wait_for(phone, lambda b: "/login" not in b.current_url)
    phone.add_cookie({"name": "village", "value": place.code, "path": "/"})
    phone.get(line.url + covenant.url)
    wait_for(phone, lambda b: "/offline/notes" in kept(b).get("notes-1", []))
    phone.get(line.url + place.url)
    wait_for_text(phone, "松林村")
    held = [page for name in ("village-1", "visited-1") for page in kept(phone).get(name, [])]
    assert held == []
