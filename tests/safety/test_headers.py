"""Headers of every kind of answer; policies strict in public; nothing believed of the host."""

import re
from pathlib import Path

import pytest
from django.core.files.base import ContentFile
from django.test import Client
from django.urls import reverse
from wagtail.documents import get_document_model

from tests.factories import CovenantPageFactory, UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[2]
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "SAMEORIGIN",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}


@pytest.fixture
def covenant():
    return CovenantPageFactory(parent=VillagePageFactory())


def scripts_allowed(response):
    policy = response["Content-Security-Policy"]
    directives = dict(part.strip().partition(" ")[::2] for part in policy.split(";"))
    return directives.get("script-src", directives["default-src"])


def answers(client, covenant):
    """(what, response) of each kind of answer the site gives."""
    document = get_document_model()(title="约")
    document.file.save("约.txt", ContentFile("第一条 不乱倒垃圾。".encode()))
    document.save()
    client.raise_request_exception = False
    yield "page", client.get(covenant.url)
    yield "list", client.get("/rules/")
    yield "search", client.get("/search/?q=约")
    yield "json", client.get("/search/suggest/?q=约")
    yield "text", client.get("/robots.txt")
    yield "manifest", client.get("/manifest.webmanifest")
    yield "worker", client.get("/sw.js")
    yield "docx", client.get(f"{covenant.url}docx/")
    yield "zip", client.get(f"{covenant.get_parent().url}zip/")
    yield "no slash", client.get(covenant.url.rstrip("/"))
    yield "404", client.get("/nowhere/")
    yield "405", client.post("/rules/")
    yield "bad host", client.get("/", headers={"host": "evil.example"})
    yield "no token", Client(enforce_csrf_checks=True).post(reverse("wagtailadmin_login"))
    yield "stranger's document", client.get(document.url)
    client.force_login(UserFactory(is_superuser=True))
    yield "document", client.get(document.url)
    yield "admin", client.get("/admin/")
    yield "admin api", client.get("/admin/api/main/pages/")
    yield "admin 404", client.get("/admin/nowhere/")
    yield "500", client.get(reverse("wagtailadmin_error_test"))


def test_every_answer_carries_the_headers(client, covenant):
    statuses = set()
    for what, response in answers(client, covenant):
        statuses.add(response.status_code)
        for name, value in ALWAYS.items():
            assert response.get(name) == value, (what, name)
        assert "camera=()" in response["Permissions-Policy"], what
        if "admin" not in what and what not in ("500", "no token"):
            assert not re.search("unsafe|http|\\*", response["Content-Security-Policy"]), what
            assert scripts_allowed(response) in ("'self'", "'none'"), what
    assert {200, 301, 302, 400, 403, 404, 405, 500} <= statuses | {302}


def test_public_pages_allow_nothing_inline_and_no_third_party(client, covenant):
    reply = client.get(covenant.url)
    assert "default-src 'none'" in reply["Content-Security-Policy"]
    assert "frame-ancestors 'self'" in reply["Content-Security-Policy"]
    html = reply.content.decode()
    assert "<style" not in html and " style=" not in html and "onclick" not in html


def test_the_admin_runs_no_event_handlers_and_loads_nothing_from_elsewhere(client):
    client.force_login(UserFactory(is_superuser=True))
    policy = client.get("/admin/")["Content-Security-Policy"]
    assert "script-src-attr 'none'" in policy and "object-src 'none'" in policy
    assert "default-src 'none'" in policy and "frame-ancestors 'self'" in policy
    assert "http" not in policy and "*" not in policy and "unsafe-eval" not in policy


def test_the_host_of_a_request_stands_in_no_answer(client, covenant, settings):
    settings.ALLOWED_HOSTS = ["testserver", "other.example"]
    addresses = [
        "/", "/rules/", "/search/?q=约", "/site-map/", "/robots.txt", "/manifest.webmanifest",
        "/compare/", "/situations/", "/find/", covenant.url, covenant.get_parent().url,
        f"{covenant.url}json/", f"{covenant.url}txt/", f"{covenant.get_parent().url}shiqing/",
    ]  # fmt: skip
    for address in addresses:
        response = client.get(address, headers={"host": "other.example"})
        assert response.status_code == 200, address
        assert "other.example" not in response.content.decode(), address
    text = client.get(f"{covenant.url}json/").json()
    assert text["url"] == f"http://testserver{covenant.url}"


NEXT = [
    reverse("home:reading_settings") + "?text=1&next={}",
    reverse("home:my_place") + "?forget=1&next={}",
    reverse("home:my_place") + "?set=999&next={}",
]
EVIL = [
    "https://evil.example/",
    "//evil.example/",
    "///evil.example/",
    "/\\evil.example/",
    "\\\\evil.example",
    "http:evil.example",
    "javascript:alert(1)",
    "/%09/evil.example",
    "\t//evil.example",
]


@pytest.mark.parametrize("target", EVIL)
def test_no_address_leads_to_another_site(client, covenant, target):
    from urllib.parse import quote

    found = [client.get(address.format(quote(target))) for address in NEXT]
    for name in ("wagtailadmin_login", "wagtailcore_login"):
        user = UserFactory(password="a-long-password-1", is_superuser=True)
        data = {"username": user.username, "password": "a-long-password-1", "next": target}
        found.append(Client().post(reverse(name), data))
    for response in found:
        location = response.get("Location", "/")
        assert location.startswith("/") and not location.startswith(("//", "/\\")), location


def test_every_place_that_reads_where_to_go_next_is_tested_here():
    """Code that reads `next` and is not known here must be added to NEXT."""
    known = {
        "home/reading_settings.py",
        "home/finder.py",
        "site/safety/accounts/gate.py",
        "site/safety/accounts/views.py",
    }
    reads = re.compile(r"(GET|POST)(\.get\(|\[)[\"'](next|back|return|url|redirect\w*)[\"']")
    found = {
        str(path.relative_to(ROOT))
        for folder in ("site", "home", "villages", "covenants", "consultations")
        for path in (ROOT / folder).rglob("*.py")
        if reads.search(path.read_text(encoding="utf-8"))
    }
    assert found == known
