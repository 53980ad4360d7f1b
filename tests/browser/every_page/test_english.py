"""English chosen: no interface string that has a translation stands in Chinese on any page."""

import gettext

from django.conf import settings
from django.test import Client

from tests.browser.every_page.crawl import page_models, read
from tests.browser.every_page.faults import fail_with

WORDS = "//h1|//h2|//h3|//h4|//button|//label|//summary|//nav//a|//footer//a"
FOR_BUILDERS = ("home:style", "home:style_error")


def is_content(page, element):
    """The title of a page in the tree is what its editors wrote."""
    return element.tag == "h1" and page.kind.split("?")[0] in page_models()


def test_headings_buttons_and_ways_are_english(examples):
    folder = settings.SITE / "locale"
    known = gettext.translation("django", folder, ["en"])
    client, faults = Client(), []
    client.cookies["lang"] = "en"
    for page in examples:
        if page.kind in FOR_BUILDERS:
            continue
        english = read(client, page.path, page.kind)
        if english.tree.get("lang") != "en":
            faults.append(f"{page.path}: lang {english.tree.get('lang')}")
        for element in english.tree.xpath(WORDS):
            words = " ".join(element.text_content().split())
            if words and known.gettext(words) != words and not is_content(page, element):
                faults.append(f"{page.path}: <{element.tag}> {words}")
    fail_with(faults)
