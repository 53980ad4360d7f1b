"""Every view of the admin that takes something, sent what is no form, and every form sent full.

What is taken stays, so that lists, histories and reports show it; they are looked at afterwards.
"""

import sys
from collections import Counter, defaultdict, deque
from contextlib import contextmanager
from fnmatch import fnmatch
from unittest.mock import patch

import pytest
from django.conf import settings
from django.core.handlers.wsgi import WSGIRequest
from django.db import transaction
from django.test import Client, override_settings
from django.urls import NoReverseMatch, reverse
from wagtail.models import Page

from tests.editorial.test_neighbours_drafts import admin_patterns
from tests.safety.access.test_matrix import DOORS, read_table
from tests.safety.access.world import build, client_of
from tests.safety.admin_forms import (
    filled,
    forms_of,
    has_words,
    is_told,
    links_of,
    tree_of,
    view_of,
)
from tests.safety.hostile_requests import check, query
from tests.safety.test_hostile_admin import NOT_ASKED, admin_addresses, bad_columns
from tests.safety.test_hostile_http import BODIES, DEEP

pytestmark = pytest.mark.django_db
# Their forms are sent full by test_hostile_admin.
SENT_ELSEWHERE = ("wagtailadmin_pages:add", "wagtailadmin_pages:edit", "wagtailsettings:edit")
JSON = "application/json"
FORM = "application/x-www-form-urlencoded"
ODD = [
    *((JSON, body.encode("utf-8", "surrogatepass")) for body in (
        "{", "", "null", "5", '"a"', "[1]", "[[]]", '{"": {}}', '{"title": "\\ud800\\u0000"}',
        "\ud800", "NaN", "1" * 5000, DEEP,
    )),
    # What a body claims of its encoding does not reach the site: tests/config/test_wsgi.py
    *((kind, body) for kind, body, headers in BODIES if not headers and "charset" not in kind),
    (FORM, b"&".join(b"%s=%s" % (name, b"9" * 30) for name in (b"id", b"page", b"p", b"action"))),
    (FORM, b"title=" + b"%E9%85%92" * 400_000),
    ("text/plain", b"\xed\xa0\x80\x00"),
]  # fmt: skip


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once; what the tests leave is undone at the end."""
    folder = tmp_path_factory.mktemp("files")
    index = {"default": {"BACKEND": "search.backend", "PATH": str(folder / "index")}}
    with (
        override_settings(WAGTAILSEARCH_BACKENDS=index, MEDIA_ROOT=folder, PRIVATE_ROOT=folder),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        made = build()
        made.starts = starts(made)
        yield made
        transaction.set_rollback(True)


def starts(world) -> dict[str, list[str]]:
    """{view: addresses of things that are there}."""
    found = []
    for thing, door, _cells in read_table():
        way = DOORS[door](world, world.things[thing])
        found += [one.address for one in (way if isinstance(way, list) else [way])]
    page = world.things["draft covenant"].page
    found += [address for _name, address in admin_addresses(page)]
    views = defaultdict(list)
    for address in dict.fromkeys(found):
        if address.startswith("/admin/") and view_of(address) not in NOT_ASKED:
            views[view_of(address)].append(address)
    return views


@contextmanager
def undone():
    """What happens inside is undone at its end."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# Their reading of a form says nothing of the view behind them.
BEFORE_VIEWS = {one.rpartition(".")[0] for one in settings.MIDDLEWARE} | {
    "django.http.request",
    "editorial.refusals",
}


@contextmanager
def reading():
    """Notes the names of the views that read what was posted to them."""
    readers = set()
    read_form, read_body = WSGIRequest._get_post, WSGIRequest.body.fget

    def noted(read):
        def get(request):
            if sys._getframe(1).f_globals["__name__"] not in BEFORE_VIEWS:
                readers.add(request.resolver_match.view_name)
            return read(request)

        return get

    form = property(noted(read_form), WSGIRequest._set_post)
    with (
        patch.object(WSGIRequest, "POST", form),
        patch.object(WSGIRequest, "body", property(noted(read_body))),
    ):
        yield readers


@pytest.fixture(scope="module")
def readers(world, django_db_blocker):
    """Names of the views that read what is posted, found by posting to each of them.

    Each gets nothing, and something that is no form of a browser: another thing than its
    neighbours. Every fifth gets all parameters of the site full of vectors.
    """
    with reading() as found:
        for number, addresses in enumerate(world.starts.values()):
            for address in addresses[:3]:
                with undone():
                    answer = client_of(world, "su").post(address)
                check(answer, address)
                if answer.status_code not in (404, 405):
                    break
            kind, body = ODD[number % len(ODD)]
            with undone():
                answer = client_of(world, "su").generic("POST", address, body, kind)
            check(answer, (address, kind, body[:40]))
            if number % 5 == 0:
                with undone():
                    check(client_of(world, "su").post(address, query(number)), address)
    return found


HUGE = "9" * 30


def test_numbers_that_no_database_has(world):
    """In addresses, and in what stands behind them where a view takes no other."""
    asked = 0
    for name, arguments in sorted(admin_patterns(), key=str):
        if name in NOT_ASKED:
            continue
        words = dict.fromkeys(arguments, HUGE)
        try:
            addresses = [reverse(name, kwargs=words)]
        except NoReverseMatch:
            continue
        if not arguments:
            addresses = [f"{addresses[0]}?id={HUGE}&parent={HUGE}&p={p}" for p in ("-1", HUGE)]
        for address in addresses:
            asked += 1
            with undone():
                ask = client_of(world, "su").get if asked % 2 else client_of(world, "su").post
                check(ask(address), address)
    assert asked > 150


def test_a_page_of_a_list_inside_a_form_that_is_not_there(world):
    for address in world.starts["wagtailadmin_workflows:edit"]:
        assert client_of(world, "su").get(f"{address}?p=-1").status_code == 404


class Walk:
    """Goes through the admin as one person, sends each form it finds and keeps what became of it.

    Views that read what is posted come first, so that lists and histories, which come last, show
    what was sent.
    """

    def __init__(self, world, role, readers):
        self.user, self.readers = world.users[role], readers
        self.first = deque(a for v in sorted(readers) for a in world.starts.get(v, ()))
        self.last = deque(a for v in world.starts if v not in readers for a in world.starts[v])
        self.seen, self.tried, self.shown = set(), Counter(), set()
        self.forms, self.taken, self.refused = {}, set(), defaultdict(list)

    def through(self):
        while self.first or self.last:
            address = (self.first or self.last).popleft()
            view = view_of(address)
            if address in self.seen or not self.is_wanted(view):
                continue
            self.seen.add(address)
            self.tried[view] += 1
            self.look_at(view, address)

    def is_wanted(self, view) -> bool:
        if view in NOT_ASKED or view.startswith(SENT_ELSEWHERE):
            return False
        return view not in self.shown and self.tried[view] < MOST_TRIED

    def look_at(self, view, address):
        answer = self.client().get(address)
        check(answer, address)
        if answer.status_code == 200:
            self.shown.add(view)
        for link in links_of(answer, tree := tree_of(answer), address):
            (self.first if view_of(link) in self.readers else self.last).append(link)
        for form in forms_of(tree, address) if tree is not None else ():
            if form.sign not in self.forms and not form.view.startswith(SENT_ELSEWHERE):
                self.forms[form.sign] = form
                self.send(form)

    def client(self):
        """A fresh one: the account's own forms may end the session of the one before."""
        client = Client()
        client.force_login(self.user)
        return client

    def send(self, form):
        for wild in (True, False):
            with transaction.atomic():
                pages, client = Page.objects.count(), self.client()
                answer = client.post(form.action, filled(form, len(self.forms), wild))
                check(answer, form)
                taken = 300 <= answer.status_code < 400
                if taken:
                    check(client.get(answer["Location"]), form)
                if not has_words(form) or Page.objects.count() < pages:
                    # The next forms need what this one ended, and nothing of it can be seen.
                    transaction.set_rollback(True)
            if taken:
                self.taken.add(form.view)
                return
            self.refused[form.view].append((form, answer))


MOST_TRIED = 4


# Views that read what is posted to them and show no form here, and why.
FORMLESS = {
    "change_of_term_invite": "a button without words, for who is not invited yet",
    "covenants_editions": "no form without an edition to end; tests/covenants/test_edition_desk.py",
    "covenants_hints": "no form without a hint; tests/covenants/hints/",
    "covenants_hints_check": "JSON of a script; test_hostile_http.py",
    "editorial_personal_data": "no form without a finding; tests/editorial/test_personal_data.py",
    "wagtailadmin_editing_sessions:ping": "asked by a script; test_hostile_http.py",
    "wagtailadmin_login": "leads on who is signed in; tests/safety/test_attempts.py",
    "wagtailadmin_pages:*lock": "a button without words",
    "wagtailadmin_pages:preview_on_edit": "sent the form of 'edit' by a script",
    "wagtailadmin_workflows:enable*": "a button without words",
    "wagtailadmin_workflows:remove": "a button without words",
    "wagtailimages:edit_multiple": "comes with the answer to an upload of several",
    "wagtailredirects:process_import": "the second step of an import, whose first is sent",
    "wagtail*:copy": "shows the form of 'add', which is sent there",
    "wagtailsnippets_covenants_hintwords:add": "nobody adds a list",
    "wagtailsnippets_covenants_procedureprofile:add": "nobody adds one",
    "wagtailsnippets_search_miss:*": "kept by the search; nobody writes them",
    "wagtailsnippets_villages_honour:delete": "shows what uses it instead of a form",
}


def test_every_form(world, readers):
    """Each view that reads a form is sent one, taken or refused in words."""
    walk = Walk(world, "su", readers)
    walk.through()
    sent = {form.view for form in walk.forms.values()}
    without = {one for one in readers - sent if not one.startswith(SENT_ELSEWHERE)}
    assert [one for one in sorted(without) if not any(fnmatch(one, p) for p in FORMLESS)] == []
    assert [p for p in FORMLESS if not any(fnmatch(one, p) for one in without)] == []
    assert len(sent) > 100
    untold = [
        str(form)
        for tries in walk.refused.values()
        for form, answer in tries
        if not is_told(answer)
    ]
    assert untold == []
    assert len(walk.taken) > 50
    assert bad_columns() == []
