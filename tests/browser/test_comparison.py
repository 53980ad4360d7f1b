"""A resident follows the link to what changed, at phone and at desktop width."""

import datetime

import pytest
from selenium.webdriver.common.by import By

from covenants.models import CovenantPage
from tests.factories import next_edition

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)


def test_resident_sees_what_changed_in_every_view(browser, live_server, place):
    page = CovenantPage.objects.get(title__startswith="大箐")
    next_edition(
        page,
        "办酒席不超过十五桌。",
        "门前自己扫。",
        "不放高利贷。" * 20,
        effective_from=datetime.date(2025, 1, 1),
    )
    browser.get(live_server.url + page.url)
    browser.find_element(By.LINK_TEXT, "和上一版比较").click()
    for name in ("连着看", "两边对照", "纯文字"):
        link = browser.find_element(By.LINK_TEXT, name)
        assert link.size["height"] >= 44
        link.click()
        seen = browser.find_element(By.CLASS_NAME, "diff").text
        assert "十八" in seen and "十五" in seen and "改了 1 条，新增 1 条" in seen
        width = browser.execute_script("return document.documentElement.scrollWidth")
        assert width <= browser.width
    assert not [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]


def test_marks_are_told_apart_without_colour(browser, live_server, place):
    page = CovenantPage.objects.get(title__startswith="大箐")
    next_edition(page, "办酒席不超过十五桌。", effective_from=datetime.date(2025, 1, 1))
    browser.get(f"{live_server.url}{page.url}bijiao/")
    gone = browser.find_element(By.CSS_SELECTOR, ".diff__part del")
    come = browser.find_element(By.CSS_SELECTOR, ".diff__part ins")
    assert "line-through" in gone.value_of_css_property("text-decoration")
    assert gone.value_of_css_property("border-top-style") == "dashed"
    assert come.value_of_css_property("border-bottom-style") == "solid"
