"""No address leads off the site, whatever somebody writes into a link or a form.

Which parameters lead somewhere is found out by trying: every name the code reads is asked with an
address of this site first, and who follows it is then asked with addresses of others.
"""

import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest
from django.db import transaction
from django.test import Client
from django.urls import resolve, reverse
from wagtail.models import PageViewRestriction

from tests.factories import ConsultationPageFactory, UserFactory
from tests.safety.hostile_pages import hostile_pages
from tests.safety.hostile_requests import parameters, public_addresses
from tests.safety.test_hostile_admin import admin_addresses
from villages.models import VillagePage

pytestmark = pytest.mark.django_db
INSIDE = "/cunyue-inside/"
ELSEWHERE = (
    "https://cunyue.example/",
    "//cunyue.example/",
    "///cunyue.example/",
    "/\\cunyue.example/",
    "\\\\cunyue.example/",
    "/\t/cunyue.example/",
    "\t//cunyue.example/",
    " //cunyue.example/",
    "/\n/cunyue.example/",
    "https:cunyue.example",
    "https:/\\cunyue.example/",
    "http://testserver@cunyue.example/",
    "http://testserver.cunyue.example/",
    "http://cunyue.example\\@testserver/",
    "javascript:cunyue(1)",
    "data:text/html,cunyue",
    "ftp://testserver/cunyue",
    "/%0d%0aLocation:%20//cunyue.example/",
    "/。/cunyue.example/",
    "//cunyue。example/",
    "http://[cunyue.example/",
)
# What Wagtail's and our forms want besides, before they lead on.
COMPANIONS = (
    {"clear": "1", "username": "reader", "password": "password"},
    {"clear": "", "set": "532391101201", "password": "x"},
)
NAMES = "next", "return_url", "redirect", "return_to", "back", "url", "to", "from", "goto"


def leads_off(answer) -> bool:
    """Whether a browser would leave the site, or run something, by an answer's address."""
    location = answer.get("Location", "")
    # Browsers drop these before they look.
    plain = location.translate({9: None, 10: None, 13: None}).strip().replace("\\", "/")
    try:
        target = urlsplit(urljoin("http://testserver/a/", re.sub("^//+", "//", plain)))
    except ValueError:
        return True
    return bool(location) and (target.scheme, target.netloc) != ("http", "testserver")


def test_leading_off_is_found():
    for location in ELSEWHERE[:9]:
        assert leads_off({"Location": location}), location
    assert not leads_off({"Location": "/a/?next=//b"}) and not leads_off({})


@pytest.fixture
def addresses(client):
    """{name of a view: one of its addresses}; of kinds of records, one stands for all."""
    places = hostile_pages()
    VillagePage.objects.update(code="532391101201")
    page = next(one for one in places if one._meta.model_name == "covenantpage")
    page.save_revision()
    closed = ConsultationPageFactory()
    restriction = PageViewRestriction.objects.create(
        page=closed, restriction_type="password", password="x"
    )
    name = "wagtailcore_authenticate_with_password"
    found = {name: reverse(name, args=[restriction.pk, closed.pk])}
    for address in public_addresses(places):
        found.setdefault(resolve(unquote(address)).view_name, address)
    kinds = set()
    for name, address in admin_addresses(page):
        kind = re.sub(r"^(wagtailsnippets|wagtailsnippetchoosers)_\w+:", r"\1:", name)
        if kind not in kinds:
            kinds.add(kind)
            found.setdefault(name, address)
    return found


def ask(user, method, address, values):
    # What a view does without its form is asked elsewhere.
    client = Client(raise_request_exception=False)
    if user:
        client.force_login(user)
    return getattr(client, method)(address, values)


def ways(name, address, user):
    """(who, method, what is sent besides) for a view."""
    outside = not address.startswith(reverse("wagtailadmin_home")) or "login" in name
    for method in ("get", "post"):
        for companion in COMPANIONS if outside else ({},):
            yield None if outside else user, method, companion


def test_no_parameter_leads_off_the_site(addresses):
    user = UserFactory(username="reader", is_superuser=True, is_staff=True)
    names, followers = sorted(parameters() | set(NAMES)), set()
    for name, address in addresses.items():
        for who, method, companion in ways(name, address, user):
            with transaction.atomic():
                answer = ask(who, method, address, dict.fromkeys(names, INSIDE) | companion)
                transaction.set_rollback(True)
            if urlsplit(answer.get("Location", "")).path != INSIDE:
                continue
            followers.add(name)
            # Wagtail's views share one function: a few of them each, all of them of ours.
            place = len(followers) * 3
            some = [ELSEWHERE[(place + n) % len(ELSEWHERE)] for n in range(3)]
            for elsewhere in some if name.startswith("wagtailadmin_pages") else ELSEWHERE:
                with transaction.atomic():
                    hostile = dict.fromkeys(names, elsewhere) | companion
                    answer = ask(who, method, address, hostile)
                    transaction.set_rollback(True)
                assert answer.status_code < 500, (name, elsewhere)
                assert not leads_off(answer), (name, elsewhere)
    assert {
        "home:my_place",
        "home:reading_settings",
        "wagtailadmin_login",
        "wagtailadmin_pages:unpublish",
        "wagtailcore_authenticate_with_password",
    } <= followers
