"""How often one client may ask, and whose address counts."""

import re

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse
from freezegun import freeze_time
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from safety.client_address import client_address
from safety.rate_limits import bounded, seconds_to_wait
from tests import factories as make


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()


def ask(view, method="GET", address="203.0.113.9"):
    return view(RequestFactory().generic(method, "/", REMOTE_ADDR=address)).status_code


def test_a_window_ends_and_others_are_not_affected(settings):
    settings.RATE_LIMITS = {"export": (2, 60)}
    with freeze_time("2026-03-01 10:00:20") as clock:
        assert [seconds_to_wait("export", "a") for _ in range(3)] == [0, 0, 40]
        assert seconds_to_wait("export", "b") == 0
        assert seconds_to_wait("compare", "a") == 0
        clock.tick(40)
        assert seconds_to_wait("export", "a") == 0


def test_a_form_may_be_looked_at_however_often_it_was_sent(settings):
    settings.RATE_LIMITS = {"request": (1, 3600)}
    view = bounded("request", methods={"POST"})(lambda request: HttpResponse("form"))
    assert [ask(view, "POST") for _ in range(3)] == [200, 429, 429]
    assert [ask(view) for _ in range(3)] == [200, 200, 200]
    assert ask(view, "POST", "203.0.113.10") == 200


def test_the_page_that_asks_to_wait_says_so(settings):
    settings.RATE_LIMITS = {"request": (1, 3600)}
    view = bounded("request")(lambda request: HttpResponse("form"))
    ask(view)
    response = view(RequestFactory().get("/", REMOTE_ADDR="203.0.113.9"))
    assert 0 < int(response["Retry-After"]) <= 3600
    assert "过一会儿再试" in response.content.decode()
    assert response["X-Robots-Tag"] == "noindex"


@pytest.mark.django_db
@pytest.mark.parametrize("path", ["compare/tables/", "songlin/docx/", "songlin/zip/"])
def test_dear_addresses_are_bounded(client, settings, path):
    settings.RATE_LIMITS = dict.fromkeys(("compare", "export", "archive"), (2, 3600))
    make.HomePageFactory()
    answers = [client.get(f"/{path}", REMOTE_ADDR="203.0.113.9").status_code for _ in range(3)]
    assert answers == [404, 404, 429]


@pytest.mark.django_db
def test_one_user_uploads_so_often_through_whatever_screen(client, settings, admin_user):
    settings.RATE_LIMITS = {"upload": (2, 3600)}
    client.force_login(admin_user)
    addresses = [reverse("wagtailimages:add"), reverse("wagtaildocs:add")]

    def send(address):
        file = SimpleUploadedFile("a.txt", b"text", "text/plain")
        return client.post(address, {"title": "a", "file": file}).status_code

    assert 429 not in [send(address) for address in addresses]
    assert [send(address) for address in addresses] == [429, 429]
    assert client.post(addresses[0], {"title": "a"}).status_code == 200


@pytest.mark.django_db
def test_the_account_screen_demands_no_password_of_who_changes_none(admin_client):
    form = admin_client.get(reverse("wagtailadmin_account")).content.decode()
    fields = [tag for tag in re.findall("<input[^>]+>", form) if 'name="password-' in tag]
    assert len(fields) == 3
    assert not [tag for tag in fields if re.search(r"\b(required|autofocus)\b", tag)]


@pytest.mark.django_db
def test_the_old_password_is_tried_so_often_on_the_account_screen(client, settings):
    settings.RATE_LIMITS = {"password": (2, 3600)}
    user = make.UserFactory(password="the-old-one-1", is_superuser=True, is_staff=True)
    client.force_login(user)

    def tried(old):
        new = dict.fromkeys(("new_password1", "new_password2"), "a-newer-one-2")
        data = {f"password-{name}": value for name, value in {"old_password": old, **new}.items()}
        return client.post(reverse("wagtailadmin_account"), data).content.decode()

    assert ["试得太多了" in tried(f"guess-{n}") for n in range(3)] == [False, False, True]
    tried("the-old-one-1")
    user.refresh_from_db()
    assert user.check_password("the-old-one-1")


@pytest.mark.django_db
def test_the_password_of_a_page_is_asked_for_where_it_has_one_and_so_often(client, settings):
    settings.RATE_LIMITS = {"page_password": (2, 3600)}
    kind = PageViewRestriction.PASSWORD
    closed, draft = make.CovenantPageFactory(), make.CovenantPageFactory(live=False)
    asked, signed_in = (
        PageViewRestriction.objects.create(page=closed, restriction_type=one, password="x")
        for one in (kind, PageViewRestriction.LOGIN)
    )

    def ask(restriction, page, **data):
        name = "wagtailcore_authenticate_with_password"
        address = reverse(name, args=[restriction.pk, page.pk])
        method = client.post if data else client.get
        return method(address, data, REMOTE_ADDR="203.0.113.9").status_code

    assert ask(asked, closed) == 200
    assert ask(asked, draft) == 404
    assert ask(asked, make.HomePageFactory()) == 404
    assert ask(signed_in, closed) == 404
    assert [ask(asked, closed, password="y") for _ in range(3)] == [200, 200, 429]


def test_no_address_stands_in_the_cache(settings):
    settings.RATE_LIMITS = {"search": (3, 60)}
    seconds_to_wait("search", "203.0.113.9")
    assert cache._cache
    assert not any("203.0.113.9" in key for key in cache._cache)


def test_a_cache_that_fails_stops_nothing(settings):
    settings.RATE_LIMITS = {"search": (1, 60)}
    settings.CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.redis.RedisCache",
            "LOCATION": "redis://127.0.0.1:1",
        }
    }
    assert [seconds_to_wait("search", "203.0.113.9") for _ in range(3)] == [0, 0, 0]


@pytest.mark.parametrize(
    ("proxies", "forwarded", "address"),
    [
        (0, "", "198.51.100.1"),
        (0, "203.0.113.9", "198.51.100.1"),
        (1, "203.0.113.9", "203.0.113.9"),
        (1, "192.0.2.66, 203.0.113.9", "203.0.113.9"),
        (2, "192.0.2.66, 203.0.113.9, 198.51.100.7", "203.0.113.9"),
        (2, "203.0.113.9", "198.51.100.1"),
        (1, "nonsense", "unknown"),
        (1, "", "198.51.100.1"),
        (1, "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        (1, "::ffff:203.0.113.9", "203.0.113.9"),
    ],
)
def test_only_what_our_own_proxies_say_is_believed(settings, proxies, forwarded, address):
    settings.TRUSTED_PROXIES = proxies
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    request = RequestFactory().get("/search/", REMOTE_ADDR="198.51.100.1", **headers)
    assert client_address(request) == address


@pytest.mark.django_db
def test_so_is_the_password_of_a_collection_of_documents(client, settings):
    settings.RATE_LIMITS = {"page_password": (2, 3600)}
    root = Collection.get_first_root_node()
    asked, signed_in = (
        CollectionViewRestriction.objects.create(
            collection=root.add_child(name=one), restriction_type=one, password="x"
        )
        for one in (CollectionViewRestriction.PASSWORD, CollectionViewRestriction.LOGIN)
    )

    def ask(restriction, **data):
        address = reverse("wagtaildocs_authenticate_with_password", args=[restriction.pk])
        method = client.post if data else client.get
        return method(address, data, REMOTE_ADDR="203.0.113.9").status_code

    assert (ask(asked), ask(signed_in)) == (200, 404)
    guesses = [{"password": str(n), "return_url": "/"} for n in range(3)]
    assert [ask(asked, **guess) for guess in guesses] == [200, 200, 429]
