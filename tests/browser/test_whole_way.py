"""A covenant is revised: five people, from the clerk's Word file to what a resident reads."""

import datetime
import os
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from docx import Document
from freezegun import freeze_time
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select
from wagtail.models import WorkflowState

from covenants.models import CovenantPage, Edition, GoLive, Procedure
from editorial.appointments import appoint
from search import outbox
from tests.browser.forgetting import forget
from tests.browser.test_ways import (
    assert_fits,
    open_actions,
    press,
    show,
    text_of,
    wait_for,
    wait_for_text,
)
from tests.factories import CovenantPageFactory, UserFactory
from villages.models import VillagePage

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

FINE = "偷砍集体树木的，罚款五十元。"
LAWFUL = "偷砍集体树木的，批评教育，并报告林业站。"
REMARK = "村里不能设罚款，请改为批评教育。"
FAILING = {"eligible": 120, "expected": 96, "present": 41, "women": 15}
SCREENS = ("hints", "procedure", "compare", "edit_as_text", "limits", "editions")
WAGTAILS = ("edit", "view_draft", "history", "copy", "unpublish", "delete")
REFUSED = (403, 404, "/admin/")
"""How the admin refuses: as not there, or back on the first page with a sentence."""
GOOD = {"eligible": 120, "expected": 96, "present": 60, "women": 25}


@pytest.fixture
def covenant(place):
    """The covenant in force of the place, of a county that asks for filing since some months."""
    county = place.get_parent().get_parent().specific
    page = CovenantPageFactory(
        parent=place,
        articles=["婚嫁酒席不超过二十桌。", "爱护山林。"],
        adopted_on=datetime.date(2023, 5, 12),
    )
    GoLive.objects.create(county=county, on=day(-200))
    filer = UserFactory(username="filer", first_name="备案员")
    neighbour = UserFactory(username="neighbour", first_name="邻村编辑")
    appoint(filer, "township_filer", place.get_parent().specific)
    appoint(neighbour, "village_editor", VillagePage.objects.exclude(pk=place.pk).get())
    outbox.drain(wait=True)
    return page


@pytest.fixture
def at(browser, live_server):
    """`at(name, address)`: open an address as this person, who is signed in; "" is a resident."""

    def at(name, address="/admin/"):
        forget(browser)
        if name:
            client = Client()
            client.force_login(User.objects.get(username=name))
            browser.get(f"{live_server.url}/robots.txt")
            browser.add_cookie({"name": "sessionid", "value": client.cookies["sessionid"].value})
        browser.get(f"{live_server.url}{address}")

    return at


@pytest.fixture
def seen(browser):
    """`seen(name)`: nothing scrolls sideways; with SCREENSHOTS=folder a picture is kept there."""

    def seen(name):
        assert_fits(browser)
        if folder := os.environ.get("SCREENSHOTS"):
            browser.save_screenshot(str(Path(folder) / f"{browser.width}-{name}.png"))

    return seen


def day(days):
    return timezone.localdate() + datetime.timedelta(days=days)


def fill(browser, stage, **values):
    """Type values into the form of a stage of the ledger and send it."""
    stage_of = browser.find_element(By.ID, f"stage-{stage}")
    if not stage_of.get_attribute("open"):
        show(browser, stage_of.find_element(By.TAG_NAME, "summary")).click()
    for name, value in values.items():
        field = stage_of.find_element(By.NAME, f"{stage}-{name}")
        if field.tag_name == "select":
            Select(field).select_by_value(value)
        else:
            set_value(browser, field, value)
    button = stage_of.find_element(By.CSS_SELECTOR, f"button[value={stage}]")
    show(browser, button).click()


def decide(browser, label):
    """Press one of the reviewer's buttons below the text, in the menu that scripts open."""

    def offered(browser):
        buttons = browser.find_elements(By.CSS_SELECTOR, "footer button")
        found = [one for one in buttons if one.is_displayed() and one.text.strip() == label]
        if not found:
            open_actions(browser)
        return found

    wait_for(browser, lambda b: b.execute_script("return document.readyState") == "complete")
    show(browser, wait_for(browser, offered)[-1]).click()


def assert_closed(browser, page):
    """Whoever is signed in gets nothing of a page's draft, at no address, and can do nothing."""
    task = page.get_workflow().tasks.first()
    state = CovenantPage.objects.get(pk=page.pk).current_workflow_task_state
    closed = [
        *(reverse(f"covenants_{name}", args=[page.pk]) for name in SCREENS),
        *(reverse(f"wagtailadmin_pages:{name}", args=[page.pk]) for name in WAGTAILS),
        reverse("wagtailadmin_pages:workflow_preview", args=[page.pk, task.pk]),
        reverse("wagtailadmin_pages:workflow_action", args=[page.pk, "approve", state.pk]),
        reverse("editorial_draft_text", args=[page.pk]),
    ]
    answers = browser.execute_async_script(
        "const [urls, words, done] = arguments;"
        "Promise.all(urls.map(url => fetch(url).then(async (reply) => ["
        "  reply.redirected ? new URL(reply.url).pathname : reply.status,"
        "  (await reply.text()).includes(words)]))).then(done)",
        closed,
        FINE,
    )
    told = dict(zip(closed, answers, strict=True))
    assert not [url for url, (end, leaks) in told.items() if leaks or end not in REFUSED], told


def set_value(browser, field, value):
    if isinstance(value, datetime.date):
        value = value.isoformat()
    browser.execute_script("arguments[0].value = arguments[1]", field, str(value))


def waits_at(page):
    state = CovenantPage.objects.get(pk=page.pk).current_workflow_task_state
    return state.task.specific._meta.model_name if state else None


def test_from_the_clerks_word_file_to_what_a_resident_reads(
    browser, live_server, place, covenant, at, seen, tmp_path
):
    editor = reverse("wagtailadmin_pages:edit", args=[covenant.pk])
    hints = reverse("covenants_hints", args=[covenant.pk])
    ledger = reverse("covenants_procedure", args=[covenant.pk])
    begins = day(3)

    document = Document()
    for line in (
        "松林村村规民约",
        "第一条 婚嫁酒席不超过十五桌。",
        "第二条 爱护山林。",
        f"第三条 {FINE}",
    ):
        document.add_paragraph(line)
    document.save(tmp_path / "约.docx")
    at("editor", "/admin/rules/upload/")
    browser.find_element(By.NAME, "file").send_keys(str(tmp_path / "约.docx"))
    press(browser, "下一步")
    wait_for_text(browser, "分条结果")
    seen("01-desk")
    set_value(browser, browser.find_element(By.NAME, "effective_from"), begins)
    set_value(browser, browser.find_element(By.NAME, "change_summary"), "酒席减到十五桌；护林。")
    press(browser, "送审")
    wait_for_text(browser, "已送审")
    assert waits_at(covenant) == "scopedreviewtask"
    at("neighbour")
    assert_closed(browser, covenant)

    at("reviewer")
    wait_for_text(browser, "等我办")
    seen("02-reviewers-desk")
    at("reviewer", reverse("covenants_compare", args=[covenant.pk]))
    wait_for_text(browser, "工作稿和现行版比较")
    seen("03-comparison")
    at("reviewer", editor)
    flag = wait_for(browser, lambda b: b.find_elements(By.CSS_SELECTOR, "[data-hint-check] ~ a"))
    wait_for_text(browser, "罚款五十元")
    assert flag
    seen("04-reviewers-editor")
    decide(browser, "批准")
    wait_for_text(browser, "还没有答复")
    assert waits_at(covenant) == "scopedreviewtask", "an unanswered hint holds the approval"
    refusal = browser.find_element(By.CSS_SELECTOR, ".messages li.error")
    ways = refusal.find_elements(By.CSS_SELECTOR, "a[href*='#hint-']")
    colours = {one.value_of_css_property("color") for one in [refusal, *ways]}
    assert ways and len(colours) == 1, "a link is read as well as the words around it"
    seen("05-cannot-approve")
    at("reviewer", hints)
    hit = browser.find_element(By.CSS_SELECTOR, ".hint--red")
    assert "第三条" in hit.text and "罚款" in hit.find_element(By.TAG_NAME, "mark").text
    seen("06-hints")

    at("reviewer", editor)
    decide(browser, "退回修改")
    box = wait_for(browser, lambda b: shown(b, ".modal [name=comment]"))
    box.send_keys("第三条请改。")
    show(browser, browser.find_element(By.CSS_SELECTOR, ".clause-remarks summary")).click()
    clause = Select(wait_for(browser, lambda b: shown(b, "[name=clause_0]")))
    clause.select_by_visible_text(
        next(option.text for option in clause.options if option.text.startswith("第三条"))
    )
    browser.find_element(By.NAME, "remark_0").send_keys(REMARK)
    seen("07-sending-back")
    show(browser, browser.find_element(By.CSS_SELECTOR, ".modal form button")).click()
    wait_for(browser, lambda b: waits_at(covenant) is None)

    at("editor")
    wait_for_text(browser, REMARK)
    seen("08-clerk-is-told")
    at("editor", editor)
    link = wait_for(browser, lambda b: shown(b, "[href^='#block-'][href$='-section']"))
    assert REMARK in text_of(browser)
    clause = wait_for(
        browser, lambda b: b.find_element(By.ID, link.get_attribute("href").split("#")[1])
    )
    assert FINE in [area.get_attribute("value") for area in textareas(clause)]
    seen("09-remark-on-the-clause")
    at("editor", reverse("covenants_edit_as_text", args=[covenant.pk]))
    area = browser.find_element(By.ID, "source-text")
    corrected = area.get_attribute("value").replace(FINE, LAWFUL)
    browser.execute_script("arguments[0].value = arguments[1]", area, corrected)
    press(browser, "送审")
    wait_for_text(browser, "已送审")

    at("reviewer", hints)
    wait_for_text(browser, "没有提示")
    at("reviewer", editor)
    decide(browser, "批准")
    wait_for(browser, lambda b: waits_at(covenant) == "votetask")

    at("editor")
    show(browser, browser.find_element(By.CSS_SELECTOR, f"a[href='{ledger}']")).click()
    wait_for_text(browser, "订立程序")
    fill(browser, "opinions", begins=day(-20), ends=day(-5), about="酒席几桌合适？")
    wait_for_text(browser, "“征集民意”已登记")
    figures = {"meeting": "villagers", "base": "people", "on": day(0)}
    against = {"votes_for": 41, "votes_against": 0, "votes_abstain": 0}
    fill(browser, "vote", **figures, **FAILING, **against)
    wait_for_text(browser, "到会 41 人，未过应到 96 人的半数")
    assert waits_at(covenant) == "votetask"
    seen("10-no-quorum")
    against = {"votes_for": 50, "votes_against": 6, "votes_abstain": 4}
    fill(browser, "vote", **figures, **GOOD, **against)
    wait_for_text(browser, "应到 96 人，到会 60 人")
    seen("11-vote")
    at("reviewer", ledger)
    press(browser, "看过了，确认人数")
    wait_for_text(browser, "已确认表决的人数")
    assert waits_at(covenant) == "filingtask"
    assert Edition.objects.filter(page=covenant).count() == 1

    at("filer")
    seen("12-filers-desk")
    show(browser, browser.find_element(By.CSS_SELECTOR, f"a[href='{ledger}']")).click()
    wait_for_text(browser, "订立程序")
    fill(browser, "filing", on=day(0), number="云镇备〔2026〕7号", by="云台镇人民政府")
    wait_for_text(browser, "“备案”已登记")
    seen("13-filed")
    assert waits_at(covenant) is None
    assert not WorkflowState.objects.active().exists()
    assert not Procedure.objects.running().exists()
    made = Edition.objects.get(page=covenant, number=2)
    assert (made.provenance, made.effective_from) == (Edition.ADOPTED, begins)

    at("", covenant.url)
    assert "二十桌" in text_of(browser), "until its day the old edition is in force"
    seen("14-before-the-day")
    with freeze_time(timezone.now() + datetime.timedelta(days=3), tick=True):
        call_command("work", once=True)
        at("", covenant.url)
        wait_for_text(browser, "十五桌")
        told = text_of(browser)
        assert LAWFUL in told and "二十桌" not in told and FINE not in told
        fold = browser.find_element(By.XPATH, "//summary[contains(., '订立的经过')]")
        show(browser, fold).click()
        wait_for_text(browser, "云镇备〔2026〕7号")
        assert "应到 96 人，到会 60 人" in text_of(browser)
        seen("15-resident")
        press(browser, "第1版")
        wait_for_text(browser, "二十桌")
        seen("16-old-edition")
        browser.get(f"{live_server.url}/search/?q=偷砍树木怎么办")
        wait_for_text(browser, "报告林业站")


def shown(browser, selector):
    """The first visible element, False while there is none."""
    found = browser.find_elements(By.CSS_SELECTOR, selector)
    return next((element for element in found if element.is_displayed()), False)


def textareas(element):
    return element.find_elements(By.TAG_NAME, "textarea")
