"""Listening to a rule, copying an article, without scripts, with the keyboard, at both widths."""

import pytest
from django.core.cache import cache
from django.core.files.base import ContentFile
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from wagtail.documents import get_document_model

from tests import factories as make
from tests import sounds
from tests.browser.reading_aloud import Speech
from villages.models import Term
from villages.terms import CACHE_KEY

pytestmark = pytest.mark.django_db(transaction=True, serialized_rollback=True)

LONG = "牲畜要有人放、有人看，" * 12 + "不伤庄稼。"


@pytest.fixture
def speech(browser):
    stand_in = Speech(browser)
    yield stand_in
    stand_in.remove()


@pytest.fixture
def rule(place):
    return make.CovenantPageFactory(
        parent=place,
        articles=[
            {"text": "席上香烟≤20元/盒，礼金100-200元，八成以上(80%)的人家同意。"},
            {"text": "火警打119。", "items": make.items("不放炮；", "不烧荒。")},
            {"text": LONG},
        ],
        one_minute="香烟每盒不超过20元。\n防火打119。",
    )


@pytest.fixture
def opened(browser, speech, live_server, rule):
    browser.get(f"{live_server.url}{rule.url}")
    return browser


def buttons(browser, selector="[data-read-start]"):
    return browser.find_elements(By.CSS_SELECTOR, selector)


def shown(browser, selector):
    browser.implicitly_wait(0)
    try:
        return [
            one for one in browser.find_elements(By.CSS_SELECTOR, selector) if one.is_displayed()
        ]
    finally:
        browser.implicitly_wait(5)


def press_part(browser, number):
    button = buttons(browser, ".article [data-read-start]")[number]
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()


def test_an_article_is_read_alone_with_its_figures_as_people_say_them(opened, speech):
    press_part(opened, 0)
    speech.end_all()
    text = "".join(speech.said())
    assert "第1条" in text
    assert "香烟不超过20元每盒" in text
    assert "礼金100到200元" in text
    assert "百分之80" in text
    assert "火警" not in text and "复制" not in text


def test_items_are_read_and_emergency_numbers_digit_by_digit(opened, speech):
    press_part(opened, 1)
    speech.end_all()
    text = "".join(speech.said())
    assert "打1 1 9" in text
    assert "（一）不放炮" in text and "（二）不烧荒" in text


def test_long_articles_are_cut_at_commas_and_lose_nothing(opened, speech):
    press_part(opened, 2)
    speech.end_all()
    said = speech.said()
    assert len(said) > 2
    assert all(len(piece) <= 60 for piece in said)
    assert all(piece[-1] in "，。" for piece in said)
    assert "".join(said).endswith(LONG)


def test_the_page_is_read_from_its_status_on_and_shows_where_it_is(opened, speech):
    buttons(opened, ".reading__tools [data-read-start]")[0].click()
    assert "这是第1版" in speech.said()[0]
    marked = shown(opened, ".is-read")
    assert len(marked) == 1 and "这是第1版" in marked[0].text
    assert "正在念" in opened.execute_script(
        "return getComputedStyle(document.querySelector('.is-read'), '::before').content"
    )
    while "第2条" not in speech.said()[-1]:
        speech.end()
    marked = shown(opened, ".is-read")
    assert len(marked) == 1 and "火警打119" in marked[0].text
    top, bottom, height = opened.execute_script(
        "const box = document.querySelector('.is-read').getBoundingClientRect();"
        "return [box.top, box.bottom, innerHeight]"
    )
    assert 0 <= top < bottom <= height
    speech.end_all()
    assert not shown(opened, ".is-read") and not shown(opened, "[data-read-panel]")


def test_reading_does_not_scroll_against_the_reader(opened, speech):
    buttons(opened, ".reading__tools [data-read-start]")[0].click()
    opened.execute_script("window.dispatchEvent(new WheelEvent('wheel')); window.scrollTo(0, 0)")
    while "牲畜" not in speech.said()[-1]:
        speech.end()
    assert opened.execute_script("return window.pageYOffset") == 0
    shown(opened, "[data-read-where]")[0].click()
    assert opened.execute_script("return window.pageYOffset") > 0


def test_pause_goes_on_with_the_same_sentence_and_the_speed_is_kept(
    opened, speech, live_server, rule
):
    press_part(opened, 2)
    first = speech.said()[-1]
    pause = shown(opened, "[data-read-pause]")[0]
    pause.click()
    assert speech.silent() and pause.text == "接着听"
    pause.click()
    assert speech.said()[-1] == first and pause.text == "暂停"
    shown(opened, "[data-read-rate] option[value='0.75']")[0].click()
    assert speech.rate() == 0.75
    shown(opened, "[data-read-stop]")[0].click()
    assert speech.silent() and not shown(opened, ".is-read")
    opened.get(f"{live_server.url}{rule.url}")
    press_part(opened, 0)
    assert speech.rate() == 0.75
    opened.execute_script("localStorage.clear()")


def test_pressing_the_button_again_or_escape_or_leaving_stops(opened, speech):
    press_part(opened, 0)
    press_part(opened, 0)
    assert speech.silent()
    press_part(opened, 1)
    assert not speech.silent()
    opened.find_element(By.TAG_NAME, "body").send_keys(Keys.ESCAPE)
    assert speech.silent()
    press_part(opened, 1)
    opened.execute_script("window.dispatchEvent(new PageTransitionEvent('pagehide'))")
    assert speech.silent()


def test_everything_works_with_the_keyboard(opened, speech):
    buttons(opened, ".reading__tools [data-read-start]")[0].send_keys(Keys.ENTER)
    assert not speech.silent()
    opened.find_element(By.CSS_SELECTOR, "[data-read-stop]").send_keys(Keys.SPACE)
    assert speech.silent()
    focused = opened.switch_to.active_element
    assert focused.get_attribute("data-read-start") is not None


@pytest.mark.parametrize("voices", [[], [("en-US", True)], [("zh-HK", True)], [("zh-CN", False)]])
def test_without_a_mandarin_voice_of_the_device_nothing_is_offered(opened, speech, voices):
    speech.set_voices(*voices)
    assert not shown(opened, "[data-read-start]")
    speech.set_voices(("zh_CN", True))
    assert len(shown(opened, "[data-read-start]")) == 4


def test_an_article_is_copied_with_its_place_and_address(opened, live_server, rule):
    opened.execute_script(
        "window.copied = null;"
        "Object.defineProperty(navigator, 'clipboard', {configurable: true, value:"
        "{writeText: (text) => { window.copied = text; return Promise.resolve(); }}})"
    )
    button = buttons(opened, "[data-copy]")[1]
    opened.execute_script("arguments[0].scrollIntoView({block: 'center'})", button)
    button.click()
    lines = opened.execute_script("return window.copied").split("\n")
    assert lines[0].split() == ["第2条", "火警打119。"]
    assert lines[1:3] == ["（一）不放炮；", "（二）不烧荒。"]
    assert "松林村村规民约（第1版，现行）" in lines[3] and "云台镇 · 松林村" in lines[3]
    assert lines[4].startswith(f"{live_server.url}{rule.url}#a-")
    assert "已复制" in button.text


def test_without_scripts_the_text_is_whole_and_no_dead_button_shows(
    browser, live_server, rule, speech
):
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{live_server.url}{rule.url}")
        assert "火警打119。" in browser.find_element(By.CSS_SELECTOR, ".reading").text
        assert not shown(browser, "[data-read-start], [data-copy], [data-read-panel]")
        assert len(shown(browser, ".article__link")) == 3
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_a_word_is_explained_beside_it_by_tap_and_by_keyboard(browser, live_server, place):
    Term.objects.get_or_create(word="彩礼", defaults={"explanation": "男方家给的钱和东西。"})
    cache.delete(CACHE_KEY)
    rule = make.CovenantPageFactory(parent=place, articles=["彩礼从简。"])
    browser.get(f"{live_server.url}{rule.url}")
    word = browser.find_element(By.CSS_SELECTOR, "a.term")
    browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", word)
    word.click()
    assert "给" in shown(browser, ".term-note")[0].text
    assert word.get_attribute("aria-expanded") == "true"
    word.click()
    assert not shown(browser, ".term-note")
    word.send_keys(Keys.SPACE)
    assert shown(browser, ".term-note")
    word.send_keys(Keys.ESCAPE)
    assert not shown(browser, ".term-note")


def test_without_scripts_a_word_leads_to_its_note_and_back(browser, live_server, place):
    Term.objects.get_or_create(word="彩礼", defaults={"explanation": "男方家给的钱和东西。"})
    cache.delete(CACHE_KEY)
    rule = make.CovenantPageFactory(parent=place, articles=["彩礼从简。"])
    browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.get(f"{live_server.url}{rule.url}")
        browser.find_element(By.CSS_SELECTOR, "a.term").click()
        assert "#note-" in browser.current_url
        browser.find_element(By.CSS_SELECTOR, ".glossary__note a").click()
        assert "#word-" in browser.current_url
    finally:
        browser.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})


def test_without_a_voice_the_recording_remains(
    browser, speech, live_server, place, tmp_path, settings
):
    settings.MEDIA_ROOT = tmp_path
    rule = make.CovenantPageFactory(parent=place, articles=["彩礼从简。"])
    sound = get_document_model().objects.create(
        title="录音", file=ContentFile(sounds.wav(), "luyin.wav")
    )
    rule.recordings.create(document=sound, edition_number=1)
    rule.save_revision().publish()
    browser.get(f"{live_server.url}{rule.url}")
    speech.set_voices()
    assert not shown(browser, "[data-read-start]")
    assert len(shown(browser, "audio")) == 1
    loaded = (
        "const done = arguments[0], sound = document.querySelector('audio');"
        "sound.onloadedmetadata = () => done(sound.duration); sound.onerror = () => done(-1);"
        "sound.load(); sound.preload = 'metadata';"
    )
    assert browser.execute_async_script(loaded) == pytest.approx(0.1, abs=0.05)
