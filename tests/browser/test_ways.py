"""The three ways through the site, in a real browser at phone and desktop width."""

import pytest
from docx import Document
from selenium.common.exceptions import StaleElementReferenceException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

from covenants.models import CovenantPage
from search import outbox
from tests.browser.forgetting import forget

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)
WAIT = 20


def text_of(browser):
    return browser.find_element(By.TAG_NAME, "body").text


def wait_for(browser, condition):
    ignored = [StaleElementReferenceException]
    return WebDriverWait(browser, WAIT, ignored_exceptions=ignored).until(condition)


def wait_for_text(browser, text):
    wait_for(browser, lambda b: text in text_of(b))


def press(browser, label):
    """Click the visible button or link with this label, wherever it is on the page."""
    xpath = f"//*[self::button or self::a][contains(normalize-space(.), '{label}')]"
    found = wait_for(
        browser,
        lambda b: [e for e in b.find_elements(By.XPATH, xpath) if e.is_displayed()],
    )
    exact = [element for element in found if element.text.strip() == label]
    show(browser, (exact or found)[-1]).click()


def show(browser, element):
    """Scroll an element into the middle of the window and return it."""
    browser.execute_script(
        "arguments[0].scrollIntoView({block: 'center', behavior: 'instant'})", element
    )
    return element


def log_in(browser, live_server, name):
    forget(browser)
    browser.get(f"{live_server.url}/admin/login/")
    browser.find_element(By.NAME, "username").send_keys(name)
    browser.find_element(By.NAME, "password").send_keys("password")
    browser.find_element(By.CSS_SELECTOR, "form button[type=submit]").click()
    wait_for(browser, lambda b: "/login" not in b.current_url)


def assert_fits(browser):
    """Nothing makes the page scroll sideways."""
    widest = browser.execute_script("return document.documentElement.scrollWidth")
    assert widest <= browser.width, f"{browser.current_url} is {widest}px wide"


def assert_no_errors(browser):
    errors = [e for e in browser.get_log("browser") if e["level"] == "SEVERE"]
    assert not errors


def test_resident_asks_and_lands_on_the_article(browser, live_server, place):
    browser.get(live_server.url)
    assert_fits(browser)
    box = browser.find_elements(By.NAME, "q")[0]
    box.send_keys("办酒席几桌")
    box.submit()
    wait_for_text(browser, "十八桌")
    assert_fits(browser)
    assert browser.find_elements(By.CSS_SELECTOR, ".hit mark")
    browser.find_element(By.CSS_SELECTOR, ".hit a").click()
    wait_for(browser, lambda b: "#a-" in b.current_url)
    article = browser.find_element(By.ID, browser.current_url.split("#")[1])
    assert "十八桌" in article.text
    assert "现行有效" in text_of(browser) and "历史存量" in text_of(browser)
    assert_fits(browser)
    assert_no_errors(browser)


def test_resident_finds_the_village_by_initials_and_by_county(browser, live_server, place):
    browser.get(f"{live_server.url}/find/?q=sl")
    press(browser, "松林村")
    wait_for_text(browser, "松林村")
    assert "/songlin/" in browser.current_url
    assert_fits(browser)
    browser.get(f"{live_server.url}/find/")
    press(browser, "青岩县")
    wait_for_text(browser, "云台镇")
    press(browser, "云台镇")
    wait_for_text(browser, "大箐村")
    press(browser, "大箐村")
    wait_for_text(browser, "村规民约")
    assert_fits(browser)
    assert_no_errors(browser)


def test_editor_uploads_reviewer_returns_and_approves_resident_finds(
    browser, live_server, place, tmp_path
):
    document = Document()
    for line in (
        "松林村村规民约",
        "第一条 不乱倒垃圾，野生菌采小留大。",
        "第二条 婚嫁酒席不超过二十桌。",
        "松林村村民会议 2026年5月8日通过",
    ):
        document.add_paragraph(line)
    document.save(tmp_path / "约.docx")

    log_in(browser, live_server, "editor")
    browser.get(f"{live_server.url}/admin/rules/upload/")
    browser.find_element(By.NAME, "file").send_keys(str(tmp_path / "约.docx"))
    press(browser, "下一步")
    wait_for_text(browser, "分条结果")
    assert "第二条" in text_of(browser)
    browser.find_element(By.ID, "source-heading").click()
    area = browser.find_element(By.ID, "source-text")
    corrected = area.get_attribute("value").replace("二十桌", "十六桌")
    browser.execute_script("arguments[0].value = arguments[1]", area, corrected)
    press(browser, "重新分条")
    wait_for(browser, lambda b: "十六桌" in b.find_element(By.CLASS_NAME, "desk__articles").text)
    press(browser, "存为草稿")
    wait_for(browser, lambda b: "/edit/" in b.current_url)
    page = CovenantPage.objects.child_of(place).get()
    edit = f"{live_server.url}/admin/pages/{page.pk}/edit/"
    assert_no_errors(browser)
    submit_as_text(browser, live_server, page, "十六桌", "十六桌")
    assert not CovenantPage.objects.get(pk=page.pk).live

    log_in(browser, live_server, "reviewer")
    browser.get(f"{live_server.url}/admin/")
    wait_for_text(browser, page.title)
    browser.get(edit)
    act(browser, "退回修改", "第二条请写清楚是红事。")

    log_in(browser, live_server, "editor")
    browser.get(f"{live_server.url}/admin/")
    wait_for_text(browser, "第二条请写清楚是红事。")
    submit_as_text(browser, live_server, page, "婚嫁酒席", "红事酒席")

    log_in(browser, live_server, "reviewer")
    browser.get(edit)
    act(browser, "批准")
    wait_for(browser, lambda b: CovenantPage.objects.get(pk=page.pk).live)

    outbox.drain(wait=True)
    forget(browser)
    browser.get(f"{live_server.url}/search/?q=红事十六桌")
    browser.find_element(By.CSS_SELECTOR, ".hit a").click()
    wait_for(browser, lambda b: "#a-" in b.current_url)
    assert "红事酒席不超过十六桌" in text_of(browser)


def submit_as_text(browser, live_server, page, old, new):
    """Correct the rule's text on the desk and hand it to the reviewer."""
    browser.get(f"{live_server.url}/admin/rules/text/{page.pk}/")
    area = browser.find_element(By.ID, "source-text")
    text = area.get_attribute("value").replace(old, new)
    browser.execute_script("arguments[0].value = arguments[1]", area, text)
    press(browser, "送审")
    wait_for_text(browser, "已送审")


def open_actions(browser):
    for toggle in browser.find_elements(
        By.CSS_SELECTOR, "footer [data-w-dropdown-target='toggle'], footer .w-dropdown__toggle"
    ):
        if toggle.is_displayed():
            show(browser, toggle).click()
            return


def act(browser, label, comment=""):
    open_actions(browser)
    press(browser, label)
    if comment:
        box = wait_for(
            browser,
            lambda b: [
                e
                for e in b.find_elements(By.CSS_SELECTOR, "[name=comment], .modal textarea")
                if e.is_displayed()
            ],
        )[0]
        box.send_keys(comment)
        box.submit()
    wait_for(browser, lambda b: "/edit/" not in b.current_url)
