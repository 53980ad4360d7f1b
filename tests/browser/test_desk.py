"""The importer's desk in a real browser: choosing, correcting, by finger and by keyboard."""

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from covenants.desk.work import sheet_of
from covenants.importing import keep_original
from covenants.models import CovenantPage, RuleSource
from editorial.appointments import appoint
from tests.browser.forgetting import forget
from tests.browser.test_ways import (
    assert_fits,
    assert_no_errors,
    log_in,
    press,
    show,
    text_of,
    wait_for,
    wait_for_text,
)
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
TEXT = """松林村村规民约
第一条 不乱倒垃圾，野生菌采小留大。第二条 婚嫁酒席
不超过二十桌。
- 1 -
第三条 礼金不超过一百元。
第五条 火把节看好火。
松林村村民会议 2026年5月8日通过
"""


@pytest.fixture
def source(place):
    from django.contrib.auth.models import User

    editor = User.objects.get(username="editor")
    return keep_original("约.txt", TEXT.encode(), place, "covenant", by=editor, text=TEXT)


def open_desk(browser, live_server, source):
    browser.get(f"{live_server.url}/admin/rules/upload/{source.pk}/")
    wait_for(browser, lambda b: b.find_elements(By.CSS_SELECTOR, ".has-desk .board__unit"))


def unit(browser, beginning):
    """The list entry of the unit that begins so."""
    found = [
        entry
        for entry in browser.find_elements(By.CSS_SELECTOR, ".board__unit")
        if (entry.get_attribute("data-label") + entry.get_attribute("data-text")).startswith(
            beginning
        )
    ]
    return found[0] if found else None


def choose(browser, beginning):
    show(browser, unit(browser, beginning).find_element(By.CSS_SELECTOR, ".board__pick")).click()
    wait_for(browser, lambda b: unit(b, beginning).find_elements(By.CSS_SELECTOR, "[name=text]"))


def wholes(source):
    return [u.whole for u in sheet_of(RuleSource.objects.get(pk=source.pk)).units]


def assert_targets(browser):
    """Everything one presses on the desk is at least 44 pixels high."""
    for element in browser.find_elements(
        By.CSS_SELECTOR, ".board button, .board a, .desk__actions .button"
    ):
        if element.is_displayed():
            assert element.rect["height"] >= 43.5, element.get_attribute("outerHTML")


def test_choosing_an_article_marks_its_lines_and_back(browser, live_server, place, source):
    log_in(browser, live_server, "editor")
    open_desk(browser, live_server, source)
    choose(browser, "不超过二十桌")
    press(browser, "并入上一段")
    wait_for(browser, lambda b: unit(b, "不超过二十桌") is None)
    choose(browser, "第二条")
    marked = browser.find_elements(By.CSS_SELECTOR, ".board__lines .is-marked")
    assert [m.get_attribute("data-line-number") for m in marked] == ["2", "3"]
    assert_fits(browser)
    assert_targets(browser)
    if browser.width < 960:
        assert not browser.find_element(By.CSS_SELECTOR, ".board__lines").is_displayed()
        press(browser, "原文")
    line = browser.find_element(By.CSS_SELECTOR, "#line-5 [data-pick]")
    show(browser, line).click()
    chosen = wait_for(
        browser, lambda b: b.find_element(By.CSS_SELECTOR, ".board__unit.is-chosen[data-first='5']")
    )
    assert chosen.is_displayed() and chosen.get_attribute("data-label") == "第三条"
    assert_fits(browser)
    assert_no_errors(browser)


def test_corrections_are_kept_and_become_the_draft(browser, live_server, place, source):
    log_in(browser, live_server, "editor")
    open_desk(browser, live_server, source)
    choose(browser, "第五条")
    label = unit(browser, "第五条").find_element(By.NAME, "label")
    label.clear()
    label.send_keys("第四条")
    press(browser, "改好")
    wait_for(browser, lambda b: unit(b, "第四条"))
    choose(browser, "第一条")
    box = unit(browser, "第一条").find_element(By.NAME, "text")
    browser.execute_script("arguments[0].setSelectionRange(6, 6); arguments[0].focus()", box)
    press(browser, "从光标处分开")
    wait_for(browser, lambda b: unit(b, "野生菌"))
    choose(browser, "野生菌")
    press(browser, "并入上一段")
    wait_for(browser, lambda b: unit(b, "野生菌") is None)
    press(browser, "撤销")
    wait_for(browser, lambda b: unit(b, "野生菌"))
    choose(browser, "野生菌")
    press(browser, "段落")
    wait_for(browser, lambda b: unit(b, "野生菌").get_attribute("data-role") == "paragraph")
    drafts = CovenantPage.objects.child_of(place)
    assert not drafts.exists(), "nothing is a page before the editor says so"

    forget(browser)
    log_in(browser, live_server, "editor")
    open_desk(browser, live_server, source)
    assert unit(browser, "野生菌") and unit(browser, "第四条"), "work survives a closed browser"
    press(browser, "存为草稿")
    wait_for(browser, lambda b: "/edit/" in b.current_url)
    (chapter,) = CovenantPage.objects.child_of(place).get().get_latest_revision_as_object().body
    texts = [(a["label"], a["text"]) for a in chapter.value["articles"]]
    assert texts[0] == ("第一条", "不乱倒垃圾，\n野生菌采小留大。")
    assert [label for label, _text in texts] == ["第一条", "第二条", "第三条", "第四条"]


def test_desk_by_keyboard_alone(browser, live_server, place, source):
    log_in(browser, live_server, "editor")
    open_desk(browser, live_server, source)
    first = unit(browser, "第一条").find_element(By.CSS_SELECTOR, ".board__pick")
    browser.execute_script("arguments[0].focus()", first)

    def keys(*pressed):
        browser.switch_to.active_element.send_keys(*pressed)

    keys(Keys.ARROW_DOWN)
    marked = browser.find_elements(By.CSS_SELECTOR, ".board__lines .is-marked")
    assert [m.get_attribute("data-line-number") for m in marked] == ["2"]
    keys("j")
    wait_for(browser, lambda b: unit(b, "第二条") is None)
    keys(Keys.CONTROL, "z")
    wait_for(browser, lambda b: unit(b, "第二条"))
    keys(Keys.ENTER)
    choose(browser, "第三条")
    keys(Keys.ALT, Keys.ARROW_UP)
    wait_for(
        browser, lambda b: [w[:3] for w in wholes(source)][1:4] == ["第一条", "第三条", "第二条"]
    )
    wait_for(
        browser,
        lambda b: (
            b.switch_to.active_element.get_attribute("data-pick")
            == unit(b, "第三条").get_attribute("data-unit")
        ),
    )
    keys("n")
    wait_for(browser, lambda b: unit(b, "第三条").get_attribute("data-role") == "noise")
    assert_no_errors(browser)


def test_second_person_takes_over_and_the_first_is_told(browser, live_server, place, source):
    colleague = UserFactory(username="colleague", first_name="李文书")
    appoint(colleague, "village_editor", place)
    log_in(browser, live_server, "editor")
    open_desk(browser, live_server, source)
    choose(browser, "第三条")
    press(browser, "并入上一段")
    wait_for(browser, lambda b: unit(b, "第三条") is None)

    log_in(browser, live_server, "colleague")
    open_desk(browser, live_server, source)
    wait_for_text(browser, "editor正在处理")
    assert not browser.find_elements(By.CSS_SELECTOR, ".board__unit [name=text]")
    press(browser, "接手")
    wait_for_text(browser, "正在处理：李文书")
    press(browser, "撤销")
    wait_for(browser, lambda b: unit(b, "第三条"))

    log_in(browser, live_server, "editor")
    open_desk(browser, live_server, source)
    wait_for_text(browser, "李文书正在处理")
    assert "您现在只能看" in text_of(browser)
    assert_fits(browser)
