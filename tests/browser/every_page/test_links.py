"""Every link of the crawled site leads somewhere, every fragment exists, every type is reached."""

from urllib.parse import urldefrag

from django.test import Client
from django.urls import NoReverseMatch, reverse

from tests.browser.every_page.conftest import NOWHERE
from tests.browser.every_page.crawl import is_no_page, local, page_models, public_routes
from tests.browser.every_page.faults import fail_with


def test_every_link_answers(found, closed):
    """200, or a redirect that ends at 200: it was followed, so its end stands among the answers."""
    refused = {NOWHERE, closed}
    fail_with(
        f"{one.path} answers {one.status}, linked from {one.referrer}"
        for one in found.values()
        if one.path not in refused and one.status not in (200, 301, 302)
    )


def test_every_fragment_exists(found):
    faults = []
    for page in found.values():
        if page.tree is None:
            continue
        for href in dict.fromkeys(page.tree.xpath("//a/@href")):
            target, fragment = urldefrag(local(href, page.path))
            reached = found.get(target)
            if not fragment or reached is None or reached.tree is None or is_no_page(target):
                continue
            if fragment not in reached.fragments:
                faults.append(f"{page.path} → {href}: no such place on that page")
    fail_with(faults)


def test_every_type_of_page_is_reached_by_links_from_home(found):
    reached = {one.kind.split("?")[0] for one in found.values()}
    missed = [name for name in (public_routes() | page_models()) - reached if is_for_readers(name)]
    assert not missed, f"nothing links to {sorted(missed)}"


def is_for_readers(name):
    """Whether an address or model is a page: what answers machines, scripts or editors is none."""
    if name.startswith("accounts:"):
        return False
    try:
        address = reverse(name)
    except NoReverseMatch:
        return True
    reply = Client().get(address)
    return reply.status_code == 200 and reply["Content-Type"].startswith("text/html")
