"""What only a browser can tell of the design: widths, sizes, shifts, the keyboard."""

import pytest
from django.utils import timezone
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from covenants.limit_proposals import read_editions
from covenants.models import Edition, Limit
from covenants.validity import end_edition
from home.preferences import COOKIES
from tests import factories as make
from tests.browser.forgetting import forget

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
SIZES = """
// A box to tick is as large as its label.
const TARGETS = '.button, .tool, .chip, .tile, .ways__link, .site-nav__link, .field__choice, '
  + 'button, select, summary, input:not([type=hidden]):not([type=checkbox]):not([type=radio])';
const seen = (e) => e.offsetParent !== null && !e.closest('.visually-hidden, .skip-link');
const px = (e, name) => parseFloat(getComputedStyle(e)[name]);
const out = {texts: [], leading: [], low: []};
document.querySelectorAll('main p, main li, main dd, main label, header a, footer a, footer p')
  .forEach((e) => {
    if (!seen(e) || !e.textContent.trim()) return;
    out.texts.push(px(e, 'fontSize'));
    if (e.matches('main p')) out.leading.push(px(e, 'lineHeight') / px(e, 'fontSize'));
  });
document.querySelectorAll(TARGETS)
  .forEach((e) => {
    const height = e.getBoundingClientRect().height;
    if (seen(e) && height < arguments[0] - 0.5) out.low.push([e.className, height]);
  });
return out;
"""
SHIFTS = """
const done = arguments[arguments.length - 1];
const moved = [];
new PerformanceObserver((list) => {
  list.getEntries().forEach((entry) => {
    (entry.sources || []).forEach(({node, previousRect, currentRect}) => {
      const element = node && (node.nodeType === 1 ? node : node.parentElement);
      moved.push([entry.value, element && element.outerHTML.slice(0, 120),
        previousRect.x, previousRect.y, currentRect.x, currentRect.y]);
    });
    if (!(entry.sources || []).length) moved.push([entry.value]);
  });
}).observe({type: 'layout-shift', buffered: true});
requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => done(moved), 0)));
"""


@pytest.fixture
def addresses(place, live_server):
    rule = make.CovenantPageFactory(
        parent=place, articles=["办酒席不超过十八桌，每桌菜金不超过四百元。", "门前自己扫。"]
    )
    return [
        live_server.url + path
        for path in ("/", "/find/", "/search/?q=酒席", rule.url, place.url, "/style/")
    ]


@pytest.fixture
def phone(chromium, live_server):
    """A telephone's window whose width and choices a test sets itself."""
    forget(chromium)
    chromium.get(f"{live_server.url}/healthz")
    yield chromium
    forget(chromium)


def set_width(browser, width):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )


@pytest.mark.parametrize("text", ["", "3"])
def test_nothing_scrolls_sideways_at_320_pixels(phone, addresses, text):
    """320 px is what a window of 1280 px has at 400 % zoom."""
    set_width(phone, 320)
    if text:
        phone.add_cookie({"name": "text", "value": text, "path": "/"})
    for address in addresses:
        phone.get(address)
        assert phone.execute_script("return document.documentElement.scrollWidth") <= 320, address


@pytest.mark.parametrize("text", ["2", "3"])
def test_limits_and_papers_of_a_rule_fit_320_pixels_in_english(phone, place, live_server, text):
    """The words are longer than the Chinese ones; one text is in force, one was ordered down."""
    set_width(phone, 320)
    phone.add_cookie({"name": "text", "value": text, "path": "/"})
    phone.add_cookie({"name": COOKIES["lang"], "value": "en", "path": "/"})
    covenant = make.CovenantPageFactory(parent=place, articles=["礼金不超过五万元。", "邻里和睦。"])
    charter = make.CouncilPageFactory(parent=place)
    read_editions([covenant.shown_edition.pk])
    Limit.objects.update(status=Limit.CONFIRMED)
    day = timezone.localdate()
    end_edition(charter.shown_edition, reason=Edition.ORDERED, on=day, note="违法。", by=None)
    for address, told in ((covenant.url, "Limit"), (charter.url, "taken down")):
        phone.get(live_server.url + address)
        assert told in phone.find_element(By.TAG_NAME, "main").text
        assert phone.execute_script("return document.documentElement.scrollWidth") <= 320, address


@pytest.mark.parametrize(
    ("text", "least", "target"), [("", 16, 44), ("1", 18, 60), ("2", 21, 60), ("3", 27, 60)]
)
def test_letters_and_targets_have_their_size(phone, addresses, text, least, target):
    set_width(phone, 360)
    if text:
        phone.add_cookie({"name": "text", "value": text, "path": "/"})
    for address in addresses:
        phone.get(address)
        sizes = phone.execute_script(SIZES, target)
        assert min(sizes["texts"]) >= least - 0.1, address
        assert not sizes["leading"] or min(sizes["leading"]) >= 1.3, address
        assert not sizes["low"], address


HEAD = """
const bottom = (name) => document.querySelector(name).getBoundingClientRect().bottom;
return [bottom('.reading-bar'), bottom('h1'), bottom('.note p'), bottom('.one-minute h2')];
"""


@pytest.mark.parametrize("text", ["1", "2", "3"])
def test_large_letters_leave_the_first_screen_to_the_text(phone, place, live_server, text):
    """At 360 × 740 px the head takes a third at most, and the first words of the rule follow."""
    rule = make.CovenantPageFactory(parent=place, one_minute="办酒席不超过十八桌。")
    set_width(phone, 360)
    phone.add_cookie({"name": "text", "value": text, "path": "/"})
    phone.get(live_server.url + rule.url)
    head, *words = phone.execute_script(HEAD)
    assert head <= 740 / 3
    assert max(words) <= 740
    home = phone.find_element(By.CSS_SELECTOR, ".site-header__name")
    assert min(home.size.values()) >= 59.5


def test_the_language_is_at_the_foot_where_large_letters_leave_no_room_above(phone, addresses):
    set_width(phone, 360)
    phone.add_cookie({"name": "text", "value": "2", "path": "/"})
    phone.get(addresses[3])
    shown = [e for e in phone.find_elements(By.LINK_TEXT, "English") if e.is_displayed()]
    assert len(shown) == 1 and shown[0].location["y"] > 740
    phone.execute_script("arguments[0].scrollIntoView({block: 'center'})", shown[0])
    shown[0].click()
    back = phone.find_element(By.LINK_TEXT, "中文")
    assert back.is_displayed() and back.location["y"] < 740


def test_body_text_reaches_thirty_pixels(phone, addresses):
    set_width(phone, 360)
    for text, wanted in (("", 18), ("1", 20), ("2", 24), ("3", 30)):
        phone.add_cookie({"name": "text", "value": text, "path": "/"})
        phone.get(addresses[3])
        size = "return parseFloat(getComputedStyle(document.querySelector('main')).fontSize)"
        assert phone.execute_script(size) == wanted


@pytest.mark.parametrize("text", ["", "2"])
def test_nothing_moves_while_a_page_opens(phone, addresses, text):
    set_width(phone, 360)
    if text:
        phone.add_cookie({"name": "text", "value": text, "path": "/"})
    for address in addresses:
        phone.get(address)
        assert phone.execute_async_script(SHIFTS) == [], address


def test_larger_letters_come_without_a_new_page_and_stay(phone, addresses):
    set_width(phone, 360)
    phone.get(addresses[4])
    phone.execute_script("window.same = true")
    phone.find_element(By.CSS_SELECTOR, "[data-without-elder] a").click()
    bar = phone.find_element(By.CSS_SELECTOR, "[data-with-elder]")
    assert bar.is_displayed() and phone.execute_script("return window.same")
    # The link that was pressed is gone; who uses the keyboard goes on in the bar.
    assert phone.switch_to.active_element.get_attribute("data-step") == "-1"
    bar.find_element(By.CSS_SELECTOR, '[data-step="1"]').click()
    phone.get(addresses[0])
    assert phone.find_element(By.TAG_NAME, "html").get_attribute("data-text") == "3"
    phone.find_element(By.CSS_SELECTOR, '[data-with-elder] [data-value=""]').click()
    phone.get(addresses[3])
    assert phone.find_element(By.TAG_NAME, "html").get_attribute("data-text") == ""


def test_dark_is_chosen_at_the_foot(phone, addresses):
    set_width(phone, 1280)
    phone.get(addresses[0])
    ground = "return getComputedStyle(document.body).backgroundColor"
    light = phone.execute_script(ground)
    link = phone.find_element(By.CSS_SELECTOR, '[data-choice="theme"][data-value="dark"]')
    phone.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    link.click()
    dark = phone.execute_script(ground)
    assert dark != light
    phone.get(addresses[4])
    assert phone.execute_script(ground) == dark


def test_the_keyboard_skips_to_the_text_and_shows_where_it_is(phone, addresses):
    set_width(phone, 1280)
    phone.get(addresses[3])
    phone.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    skip = phone.switch_to.active_element
    assert skip.get_attribute("class") == "skip-link" and skip.location["x"] >= 0
    width = "return parseFloat(getComputedStyle(document.activeElement).outlineWidth)"
    assert phone.execute_script(width) >= 2
    skip.send_keys(Keys.ENTER)
    phone.switch_to.active_element.send_keys(Keys.TAB)
    inside = "return document.querySelector('main').contains(document.activeElement)"
    assert phone.execute_script(inside)


def test_headings_stand_in_order(phone, addresses):
    """One h1, and no level left out on the way down."""
    set_width(phone, 360)
    levels = "return [...document.querySelectorAll('h1,h2,h3,h4,h5')].map((h) => +h.tagName[1])"
    for address in addresses:
        phone.get(address)
        found = phone.execute_script(levels)
        assert found.count(1) == 1 and found[0] == 1, address
        assert all(after - before <= 1 for before, after in zip(found, found[1:], strict=False))
