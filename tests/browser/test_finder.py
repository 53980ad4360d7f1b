"""A village found by two letters, or in three taps, and there at once the next time."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from consultations.models import ConsultationPage
from tests import factories as make
from tests.browser.test_ways import (
    assert_fits,
    assert_no_errors,
    press,
    text_of,
    wait_for,
    wait_for_text,
)

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


@pytest.fixture
def without_scripts(browser):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    yield browser
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


@pytest.fixture
def coded(place):
    """The place with codes down from the county, so that the finder can lead through it."""
    township = place.get_parent().specific
    county = township.get_parent().specific
    for page, code in ((county, "532391"), (township, "532391101")):
        page.code = code
        page.save()
    return place


def targets_too_small(browser):
    return browser.execute_script(
        "return Array.from(document.querySelectorAll('main a, main button')).filter("
        "(e) => e.offsetParent && e.getBoundingClientRect().height < 43.5)"
        ".map((e) => e.textContent.trim())"
    )


def test_three_taps_without_scripts_and_there_at_once_next_time(
    without_scripts, live_server, coded
):
    browser = without_scripts
    browser.get(live_server.url)
    for name in ("青岩县", "云台镇", "松林村"):
        wait_for(browser, lambda b, name=name: b.find_elements(By.PARTIAL_LINK_TEXT, name))
        link = browser.find_element(By.PARTIAL_LINK_TEXT, name)
        browser.get(link.get_attribute("href"))
    assert "/songlin/" in browser.current_url
    assert "这是我的村" in text_of(browser)
    browser.get(live_server.url)
    assert browser.find_element(By.CSS_SELECTOR, ".own__name").text == "松林村"
    browser.get(browser.find_element(By.LINK_TEXT, "不再记住").get_attribute("href"))
    assert not browser.find_elements(By.CSS_SELECTOR, ".own__name")
    browser.get(f"{live_server.url}/find/?q=sl")
    assert "青岩县 · 云台镇 · 松林村" in text_of(browser)


def test_back_leads_up_the_way_again(browser, live_server, coded):
    browser.get(f"{live_server.url}/find/")
    for name in ("青岩县", "云台镇"):
        press(browser, name)
    wait_for_text(browser, "最后选村")
    assert_fits(browser)
    assert targets_too_small(browser) == []
    browser.back()
    wait_for_text(browser, "再选乡镇")
    browser.back()
    wait_for_text(browser, "先选县")


def test_two_letters_arrow_and_enter(browser, live_server, coded):
    browser.get(live_server.url)
    box = browser.find_element(By.ID, "home-find")
    assert box.get_attribute("role") == "combobox"
    box.send_keys("sl")
    option = wait_for(
        browser,
        lambda b: [
            e for e in b.find_elements(By.CSS_SELECTOR, "[role=option]") if e.is_displayed()
        ],
    )[0]
    assert "松林村" in option.text and "青岩县 · 云台镇" in option.text
    assert box.get_attribute("aria-expanded") == "true"
    box.send_keys(Keys.ARROW_DOWN)
    assert box.get_attribute("aria-activedescendant") == option.get_attribute("id")
    box.send_keys(Keys.ESCAPE)
    assert box.get_attribute("aria-expanded") == "false"
    box.send_keys(Keys.ARROW_DOWN)
    wait_for(browser, lambda b: box.get_attribute("aria-expanded") == "true")
    box.send_keys(Keys.ARROW_DOWN, Keys.ENTER)
    wait_for(browser, lambda b: "/songlin/" in b.current_url)
    assert "这是我的村" in text_of(browser)
    assert_fits(browser)
    browser.get(live_server.url)
    assert browser.find_element(By.CSS_SELECTOR, ".own__name").text == "松林村"
    assert_fits(browser)
    assert_no_errors(browser)


def test_a_list_is_narrowed_by_typing_a_place(browser, live_server, coded):
    make.ConsultationPageFactory(parent=coded, title="晒场怎么用")
    other = coded.get_siblings(inclusive=False).first().specific
    make.ConsultationPageFactory(parent=other, title="水沟怎么修")
    assert ConsultationPage.objects.count() == 2
    browser.get(f"{live_server.url}/consultations/")
    assert targets_too_small(browser) == []
    press(browser, "只看一个地方的")
    wait_for_text(browser, "看哪里的议事结果")
    browser.find_element(By.ID, "find-place").send_keys("松林")
    option = wait_for(
        browser,
        lambda b: [
            e for e in b.find_elements(By.CSS_SELECTOR, "[role=option]") if e.is_displayed()
        ],
    )[0]
    option.click()
    wait_for(browser, lambda b: "/consultations/?in=532391101201" in b.current_url)
    assert "晒场怎么用" in text_of(browser) and "水沟怎么修" not in text_of(browser)
    assert_fits(browser)
    assert_no_errors(browser)
