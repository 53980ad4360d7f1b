"""Opens pages in the browser, mode by mode, and notes what the tests of this folder ask about.

One walk for all of them: opening a page costs more than looking at it in one more way.
"""

from collections import defaultdict
from urllib.parse import quote

from tests.browser.every_page import axe
from tests.browser.forgetting import forget

# What of axe's rules depends on colours alone; the rest was asked in the light mode.
OF_COLOUR = ["color-contrast", "link-in-text-block"]
PHONE, DESK, ZOOMED = 360, 1280, 320

MOVING = """
const slow = (style) => (style.transitionDuration + ',' + style.animationDuration).split(',')
  .some((one) => parseFloat(one) * (one.trim().endsWith('ms') ? 0.001 : 1) > 0.01);
return Array.from(document.querySelectorAll('body *')).filter((e) =>
  [null, '::before', '::after'].some((part) => slow(getComputedStyle(e, part))))
  .map((e) => e.tagName + '.' + e.className);
"""
WIDE = """
const width = document.documentElement.clientWidth;
if (document.documentElement.scrollWidth <= width) { return []; }
return ['page is ' + document.documentElement.scrollWidth + ' px wide'].concat(
  Array.from(document.querySelectorAll('body *'))
    .filter((e) => e.getBoundingClientRect().right > width + 1)
    .slice(0, 3).map((e) => e.tagName + '.' + e.className));
"""
# In forced colours: a button has an edge, a mark is not like the text around it, a link in running
# text is underlined.
UNSEEN = """
const shown = (e) => e.getClientRects().length > 0, brief = (e) => e.outerHTML.slice(0, 90);
const found = [];
const edged = (s) => parseFloat(s.borderTopWidth) > 0 && s.borderTopStyle !== 'none'
  || parseFloat(s.outlineWidth) > 0 && s.outlineStyle !== 'none';
document.querySelectorAll('button, .button').forEach((e) => {
  if (shown(e) && !edged(getComputedStyle(e))) { found.push('no edge: ' + brief(e)); }
});
document.querySelectorAll('mark').forEach((e) => {
  const own = getComputedStyle(e), around = getComputedStyle(e.parentElement);
  const ground = own.backgroundColor !== around.backgroundColor
    && own.backgroundColor !== 'rgba(0, 0, 0, 0)';
  if (shown(e) && !ground && own.textDecorationLine === 'none' && !edged(own)) {
    found.push('mark like its text: ' + own.backgroundColor + ' ' + e.textContent.slice(0, 40));
  }
});
document.querySelectorAll('main p a, main li a').forEach((e) => {
  const own = getComputedStyle(e), around = getComputedStyle(e.parentElement);
  if (shown(e) && own.color === around.color && own.textDecorationLine === 'none'
      && !edged(own) && !e.querySelector('*')) {
    found.push('link like its text: ' + brief(e));
  }
});
return found;
"""
FURNITURE = """
return Array.from(document.querySelectorAll(
    '.site-header, .site-footer, .reading-bar, .skip-link, nav, button, video, audio'))
  .filter((e) => e.checkVisibility() && e.getBoundingClientRect().height > 0)
  .map((e) => e.tagName + '.' + e.className);
"""
ELSEWHERE = """
return performance.getEntriesByType('resource').map((entry) => entry.name)
  .filter((name) => !name.startsWith(location.origin + '/') && !name.startsWith('data:'));
"""


def walk(browser, server, pages):
    """{what was looked for: [lines]} over all pages; see the keys below."""
    noted = defaultdict(list)
    for page in pages:
        look_at_one(browser, server, page, noted)
    return noted


def look_at_one(browser, server, page, noted):
    where = page.path
    note = lambda key, lines: noted[key].extend(f"{where}: {line}" for line in lines)  # noqa: E731
    emulate(browser)
    resize(browser, PHONE)
    browser.get_log("browser")
    browser.get(server + quote(where, safe="/?=&%"))
    noted["light"] += axe.lines(f"{where} light", axe.violations(browser))
    emulate(browser, scheme="dark")
    noted["dark"] += axe.lines(f"{where} dark", axe.violations(browser, rules=OF_COLOUR))
    emulate(browser)
    resize(browser, DESK)
    noted["wide"] += axe.lines(f"{where} 1280 px", axe.violations(browser))
    resize(browser, ZOOMED)
    note("too wide", browser.execute_script(WIDE))
    note("moving", browser.execute_script(MOVING))
    emulate(browser, forced="active")
    note("unseen", browser.execute_script(UNSEEN))
    emulate(browser, media="print")
    note("printed", browser.execute_script(FURNITURE))
    emulate(browser)
    note("elsewhere", browser.execute_script(ELSEWHERE))
    if page.status == 200:
        log = browser.get_log("browser")
        note("errors", [entry["message"] for entry in log if entry["level"] == "SEVERE"])


def walk_for_elders(browser, server, pages):
    """The same in large print: axe in the second step, width in the third."""
    noted = defaultdict(list)
    emulate(browser)
    resize(browser, PHONE)
    browser.get(server)
    for page in pages:
        browser.add_cookie({"name": "text", "value": "2", "path": "/"})
        browser.get(server + quote(page.path, safe="/?=&%"))
        noted["elder"] += axe.lines(f"{page.path} elder", axe.violations(browser))
        browser.execute_script("document.documentElement.dataset.text = '3'")
        noted["too wide"] += [f"{page.path}: {line}" for line in browser.execute_script(WIDE)]
    forget(browser)
    return noted


def resize(browser, width):
    browser.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )


def emulate(browser, scheme="light", forced="none", media=""):
    """What the device asks for; movements are always unwanted here."""
    features = {
        "prefers-color-scheme": scheme,
        "forced-colors": forced,
        "prefers-reduced-motion": "reduce",
    }
    listed = [{"name": name, "value": value} for name, value in features.items()]
    browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"media": media, "features": listed})
