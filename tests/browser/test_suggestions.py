"""Suggestions while typing: by keyboard, by finger, with an input method, and without scripts."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
WAIT = 20


@pytest.fixture
def box_on(browser, live_server, place):
    """Opens an address and returns its search box."""

    def open_page(path):
        browser.get(live_server.url + path)
        return browser.find_element(By.CSS_SELECTOR, "input[data-suggest]")

    return open_page


def options_of(browser):
    return [o for o in browser.find_elements(By.CSS_SELECTOR, "[role=option]") if o.is_displayed()]


def wait_for(browser, condition):
    return WebDriverWait(browser, WAIT).until(condition)


def wait_for_option(browser, text):
    return wait_for(browser, lambda b: [o for o in options_of(b) if text in o.text])[0]


def spans_of(option):
    return [span.text for span in option.find_elements(By.TAG_NAME, "span")]


@pytest.mark.parametrize("path", ["/", "/search/", "/find/"])
def test_arrows_and_enter_on_every_page(browser, box_on, path):
    box = box_on(path)
    box.send_keys("酒")
    wait_for_option(browser, "酒席")
    assert box.get_attribute("role") == "combobox"
    assert box.get_attribute("aria-expanded") == "true"
    shown = browser.find_element(By.ID, box.get_attribute("aria-controls"))
    assert shown.get_attribute("role") == "listbox"
    assert not box.get_attribute("aria-activedescendant")
    box.send_keys(Keys.ARROW_DOWN)
    chosen = browser.find_element(By.ID, box.get_attribute("aria-activedescendant"))
    assert chosen.get_attribute("aria-selected") == "true"
    box.send_keys(Keys.ARROW_UP)
    last = browser.find_element(By.ID, box.get_attribute("aria-activedescendant"))
    assert last.get_attribute("id") != chosen.get_attribute("id")
    assert len(browser.find_elements(By.CSS_SELECTOR, "[aria-selected=true]")) == 1
    box.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    wait_for(browser, lambda b: "/search/?q=" in b.current_url)
    assert browser.find_elements(By.CSS_SELECTOR, ".hit")


def test_escape_closes_and_keeps_what_was_typed(browser, box_on):
    box = box_on("/search/")
    box.send_keys("酒")
    wait_for_option(browser, "酒席")
    box.send_keys(Keys.ESCAPE)
    assert not options_of(browser)
    assert box.get_attribute("aria-expanded") == "false"
    assert box.get_attribute("value") == "酒"
    box.send_keys(Keys.ARROW_DOWN)
    wait_for_option(browser, "酒席")


def test_list_stays_inside_the_window(browser, box_on):
    box = box_on("/")
    box.send_keys("酒")
    option = wait_for_option(browser, "酒席")
    assert option.rect["x"] >= 0
    assert option.rect["x"] + option.rect["width"] <= browser.width
    assert option.rect["height"] >= 44
    assert browser.execute_script("return document.documentElement.scrollWidth") <= browser.width


def test_a_place_leads_to_the_place(browser, box_on, place):
    box = box_on("/search/")
    box.send_keys("松林")
    option = wait_for_option(browser, "松林")
    assert spans_of(option) == ["地方", "松林村", "青岩县 · 云台镇"]
    option.click()
    wait_for(browser, lambda b: b.current_url.endswith(place.url))


def test_choosing_keeps_the_filters(browser, box_on):
    box = box_on("/search/?q=垃圾&kind=covenant")
    box.clear()
    box.send_keys("酒")
    wait_for_option(browser, "酒席").click()
    wait_for(browser, lambda b: "kind=covenant" in b.current_url and "q=%E9%85%92" in b.current_url)


def test_letters_of_an_input_method_ask_nothing(browser, box_on):
    box = box_on("/search/")
    asked = """
        const box = arguments[0];
        window.asked = window.asked || [];
        window.usual = window.usual || window.fetch;
        window.fetch = (address, options) => {
            window.asked.push(decodeURIComponent(address.split('q=')[1]));
            return window.usual(address, options);
        };
        box.focus();
        box.dispatchEvent(new CompositionEvent('compositionstart'));
        for (const typed of ['j', 'jiu', 'jiu xi']) {
            box.value = typed;
            box.dispatchEvent(new InputEvent('input', {isComposing: true}));
            box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', isComposing: true}));
        }
        box.value = '酒席';
        box.dispatchEvent(new CompositionEvent('compositionend'));
    """
    browser.execute_script(asked, box)
    wait_for_option(browser, "酒席")
    assert browser.execute_script("return window.asked") == ["酒席"]


def test_a_late_answer_does_not_replace_a_newer_one(browser, box_on):
    box = box_on("/search/")
    browser.execute_script("""
        const usual = window.fetch;
        window.fetch = (address, options) => {
            const answer = usual(address);
            if (!address.endsWith(encodeURIComponent('酒'))) return answer;
            return new Promise((resolve) => { window.release = () => resolve(answer); });
        };
    """)
    box.send_keys("酒")
    wait_for(browser, lambda b: b.execute_script("return Boolean(window.release)"))
    box.send_keys(Keys.BACKSPACE, "松林")
    wait_for_option(browser, "松林")
    browser.execute_async_script("""
        window.release();
        requestAnimationFrame(() => setTimeout(arguments[0], 100));
    """)
    assert all("酒" not in option.text for option in options_of(browser))


def test_button_says_that_a_question_is_under_way(browser, box_on):
    box_on("/search/")
    said = browser.execute_script("""
        const form = document.querySelector('form[data-waiting]');
        form.addEventListener('submit', (event) => event.preventDefault());
        const button = form.querySelector('[type=submit]');
        button.click();
        const during = button.textContent;
        window.dispatchEvent(new PageTransitionEvent('pageshow'));
        return [during, button.textContent.trim()];
    """)
    assert said == ["正在查…", "检索"]


def test_box_works_without_scripts(browser, box_on):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        box = box_on("/")
        assert box.get_attribute("role") is None
        box.send_keys("酒席", Keys.ENTER)
        wait_for(browser, lambda b: "/search/?q=" in b.current_url)
        assert browser.find_elements(By.CSS_SELECTOR, ".hit")
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_filters_are_folded_on_a_phone_and_stand_beside_the_hits_on_a_wide_window(browser, box_on):
    box_on("/search/?q=酒席&kind=covenant")
    facets = browser.find_element(By.CSS_SELECTOR, ".facets")
    hits = browser.find_element(By.CSS_SELECTOR, ".hits")
    assert facets.is_displayed() == (browser.width == 1280)
    if browser.width == 1280:
        assert facets.rect["x"] + facets.rect["width"] <= hits.rect["x"]
    assert browser.execute_script("return document.documentElement.scrollWidth") <= browser.width
    browser.find_element(By.CSS_SELECTOR, ".search__chosen .chip").click()
    wait_for(browser, lambda b: "kind" not in b.current_url)
