"""A resident's whole way on a phone and at a desk: by two letters to the number and its article."""

import pytest
from selenium.webdriver.common.by import By

from tests.browser.every_page.walk import DESK, PHONE, emulate, resize
from tests.browser.forgetting import forget
from tests.browser.test_ways import text_of, wait_for, wait_for_text


@pytest.fixture(params=["with scripts", "without scripts"])
def scripts(request):
    return request.param


@pytest.fixture(params=[PHONE, DESK])
def screen(request, chromium, scripts):
    forget(chromium)
    emulate(chromium)
    resize(chromium, request.param)
    switch = "Emulation.setScriptExecutionDisabled"
    chromium.execute_cdp_cmd(switch, {"value": scripts == "without scripts"})
    yield chromium
    chromium.execute_cdp_cmd(switch, {"value": False})


def follow(browser, words):
    """Open the first link shown with these words, as a tap does."""
    link = wait_for(
        browser,
        lambda b: [e for e in b.find_elements(By.PARTIAL_LINK_TEXT, words) if e.is_displayed()],
    )[0]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", link)
    link.click()


def test_from_home_by_two_letters_to_the_number_and_its_article(screen, server):
    screen.get(server)
    box = screen.find_element(By.CSS_SELECTOR, "#home-find, [id^=home-find]")
    box.send_keys("sl")
    box.submit()
    wait_for_text(screen, "云台镇 · 松林村")
    follow(screen, "松林村")
    wait_for(screen, lambda b: "/songlin/" in b.current_url)
    follow(screen, "办酒席")
    wait_for(screen, lambda b: "/shiqing/" in b.current_url)
    figure = screen.find_element(By.CSS_SELECTOR, ".figure-card")
    number = figure.find_element(By.CLASS_NAME, "figure-card__number")
    assert float(number.value_of_css_property("font-size").removesuffix("px")) >= 40
    quoted = figure.find_element(By.CLASS_NAME, "figure-card__clause").text.split("“")[1].strip("”")
    digits, source = number.text, figure.find_element(By.TAG_NAME, "a").get_attribute("href")
    assert digits in quoted
    screen.get(source)
    article = screen.find_element(By.ID, source.split("#")[1])
    assert quoted in article.text
    assert "现行有效" in text_of(screen)
