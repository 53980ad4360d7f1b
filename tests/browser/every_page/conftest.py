"""The whole sample site with every state a page can have, loaded once for all tests of this folder.

Tests that change the database empty it again after each. These only look, so they run after all
others on content that is loaded once and stays committed for the browser.
"""

import datetime
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test import Client, override_settings
from modelsearch.backends import get_search_backend
from pytest_django.live_server_helper import LiveServer
from wagtail.models import PageViewRestriction

from covenants import validity
from covenants.models import CovenantPage
from editorial import invitations
from editorial.models import Mandate
from search import outbox
from tests.browser.every_page.crawl import crawl, telling
from tests.factories import UserFactory
from villages.models import VillagePage

CLOSED = "532391103205"
# What no page links to: answers to questions people type, and pages that tell of a fault.
ASKED = [
    "/",
    "/search/?q=酒席",
    "/search/?q=办酒席几桌",
    "/search/?q=魑魅魍魉",
    "/search/?q=",
    "/find/?q=sl",
    "/find/?q=zzzz",
    "/v/532391101201/",
    "/rules/?county=999999",
    "/consultations/?county=999999",
    "/households/?county=999999",
    "/privacy/request/received/?n=20260105-23ABCD",
    # Every part with its states, and the pages that tell of a fault.
    "/style/",
]
NOWHERE = "/nirgendwo/"


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items):
    """Last of all, and marked so that a database is there with what migrations put into it."""
    here = Path(__file__).parent
    own = [item for item in items if here in item.path.parents]
    for item in own:
        item.add_marker(pytest.mark.django_db(transaction=True, serialized_rollback=True))
    items.sort(key=lambda item: here in item.path.parents)


@pytest.fixture
def _django_db_helper(site):
    """In place of pytest-django's, which empties the database after each test."""


@pytest.fixture(scope="session")
def site(django_db_setup, django_db_blocker):
    """The sample, committed, with an article suspended and a village behind a password."""
    with django_db_blocker.unblock():
        _empty()
        call_command("load_sample", verbosity=0)
        _add_states()
        outbox.drain(wait=True)
        yield


def _empty():
    """The state migrations leave, whatever tests before have left."""
    call_command("flush", verbosity=0, interactive=False, inhibit_post_migrate=True)
    connection.creation.deserialize_db_from_string(connection._test_serialized_contents)
    ContentType.objects.clear_cache()
    get_search_backend().directory.reset()


def _add_states():
    village = VillagePage.objects.get(code="532391101201")
    rule = CovenantPage.objects.child_of(village).get()
    edition = rule.editions.order_by("-number").first()
    validity.suspend(
        edition.provisions.all()[:2],
        on=datetime.date(2026, 1, 1),
        note="与上级规定不一致，正在修改。",
        by=UserFactory(username="suspender"),
    )
    PageViewRestriction.objects.create(
        page=VillagePage.objects.get(code=CLOSED), restriction_type="password", password="x"
    )


@pytest.fixture(scope="session")
def closed(site):
    return VillagePage.objects.get(code=CLOSED).url


@pytest.fixture(scope="session")
def invitation(site):
    """The address of an invitation that is open; it stands on paper only."""
    mandate = Mandate.objects.filter(role="village_editor").select_related("user", "body").first()
    (issued,) = invitations.issue([mandate], by=User.objects.get(username="admin"))
    return urlsplit(invitations.address(issued)).path


@pytest.fixture(scope="session")
def found(site, closed, invitation):
    """{address: Found} of the crawl from home."""
    return crawl(Client(), [*ASKED, NOWHERE, closed, invitation])


@pytest.fixture(scope="session")
def pages(found):
    """All that is a page: no files, no redirects."""
    return [one for one in found.values() if one.tree is not None]


@pytest.fixture(scope="session")
def examples(pages):
    """One page of each type at least, and every state any of them shows."""
    chosen = telling(pages)
    kinds = {one.kind.split("?")[0] for one in chosen}
    for one in pages:
        if (kind := one.kind.split("?")[0]) not in kinds or kind == "home:style_error":
            kinds.add(kind)
            if one not in chosen:
                chosen.append(one)
    return chosen


@pytest.fixture(scope="session")
def server(site):
    """A live server on the content of `site`; pytest-django's own would empty the database."""
    running = LiveServer("localhost")
    with override_settings(ALLOWED_HOSTS=[*settings.ALLOWED_HOSTS, "localhost"]):
        yield running.url
    running.stop()
