"""With the keyboard alone: everything is reached, the focus is seen, the skip link comes first."""

import pytest
from selenium.webdriver.common.by import By

from tests.browser.every_page.faults import fail_with
from tests.browser.every_page.walk import PHONE, emulate, resize
from tests.browser.forgetting import forget

WAYS = {
    "home": "/",
    "search": "/search/?q=酒席",
    "finder": "/find/?q=sl",
    "rule": "/qingyanxian/yuntaizhen/songlin/covenant/",
    "situation": "/qingyanxian/yuntaizhen/songlin/shiqing/jiuxi/",
}
# Everything a reader can do something with, folds unfolded, and one of a group of radios.
REACHABLE = """
document.querySelectorAll('details').forEach((e) => { e.open = true; });
const shown = (e) => e.checkVisibility({checkVisibilityCSS: true});
const seen = {};
window.reachable = Array.from(document.querySelectorAll(
  'a[href], button, input:not([type=hidden]), select, textarea, summary, audio[controls], ' +
  '[tabindex="0"]'))
  .filter((e) => shown(e) && !e.disabled && e.tabIndex >= 0)
  .filter((e) => {
    if (e.type !== 'radio') { return true; }
    const first = !seen[e.name]; seen[e.name] = true; return first;
  });
window.reached = [];
document.addEventListener('focusin', (event) => {
  const e = event.target, style = getComputedStyle(e), box = e.getBoundingClientRect();
  window.reached.push({
    element: e, words: e.outerHTML.slice(0, 90),
    ring: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    inside: box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth});
});
return window.reachable.length;
"""
MISSED = """
const reached = new Set(window.reached.map((one) => one.element));
const group = (e) => e.type === 'radio' ? e.name : null;
const groups = new Set(window.reached.map((one) => group(one.element)));
return window.reachable.filter((e) => !reached.has(e) && !(group(e) && groups.has(group(e))))
  .map((e) => 'not reached: ' + e.outerHTML.slice(0, 90));
"""
UNSEEN = """
return window.reached.filter((one) => !one.ring).map((one) => 'no ring: ' + one.words)
  .concat(window.reached.filter((one) => !one.inside).map((one) => 'out of sight: ' + one.words));
"""


def press_key(browser, key, code, text=""):
    for kind in ("keyDown", "keyUp"):
        event = {"type": kind, "key": key, "code": key, "windowsVirtualKeyCode": code}
        browser.execute_cdp_cmd(
            "Input.dispatchKeyEvent", event | ({"text": text} if text and kind == "keyDown" else {})
        )


@pytest.fixture(params=sorted(WAYS))
def opened(request, chromium, server):
    forget(chromium)
    emulate(chromium)
    resize(chromium, PHONE)
    chromium.get(server + WAYS[request.param])
    return chromium


def test_tab_reaches_everything_and_the_focus_is_seen(opened):
    for _ in range(opened.execute_script(REACHABLE) + 3):
        press_key(opened, "Tab", 9)
    fail_with(opened.execute_script(MISSED) + opened.execute_script(UNSEEN))


def test_the_skip_link_comes_first_and_leads_to_the_text(opened):
    press_key(opened, "Tab", 9)
    link = opened.switch_to.active_element
    assert "skip-link" in link.get_attribute("class") and link.is_displayed()
    press_key(opened, "Enter", 13, "\r")
    assert opened.switch_to.active_element.get_attribute("id") == "main"
    press_key(opened, "Tab", 9)
    inside = "return document.querySelector('main').contains(document.activeElement)"
    assert opened.execute_script(inside)


def test_what_folds_opens_and_closes_by_key(opened):
    opened.implicitly_wait(0)
    folds = [s for s in opened.find_elements(By.TAG_NAME, "summary") if s.is_displayed()]
    opened.implicitly_wait(5)
    state = "return arguments[0].parentElement.open"
    for fold in folds:
        before = opened.execute_script(state, fold)
        opened.execute_script("arguments[0].focus()", fold)
        press_key(opened, "Enter", 13, "\r")
        assert opened.execute_script(state, fold) is not before
        press_key(opened, "Enter", 13, "\r")
        assert opened.execute_script(state, fold) is before
