"""Hostile texts through every form and every address of the admin: nothing fails, runs or stays."""

import itertools
import json
import uuid
from urllib.parse import unquote

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.urls import NoReverseMatch, resolve, reverse
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.models import Collection, Site, Task, Workflow
from wagtail.snippets.models import get_snippet_models
from wagtail_factories import ImageFactory

from editorial.appointments import appoint
from tests.browser.every_page.crawl import page_models
from tests.editorial.test_neighbours_drafts import (
    MISSING,
    PAGE_ARGUMENTS,
    WORDS,
    admin_patterns,
)
from tests.factories import DocumentFactory, HonourFactory, UserFactory
from tests.safety.access.patterns import patterns
from tests.safety.hostile_pages import hostile_pages
from tests.safety.hostile_requests import (
    REMOVED,
    check,
    field_values,
    public_addresses,
    query,
    shown_values,
)
from villages.models import VillagePage

pytestmark = pytest.mark.django_db


@pytest.fixture
def places():
    return hostile_pages()


@pytest.fixture
def admin(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    return client


def bad_columns() -> list[str]:
    """Tables and values that hold what no text may hold, as such or as JSON writes it."""
    found = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            for row in cursor.fetchall():
                found += [f"{table}: {value[:80]!r}" for value in row if _is_bad(value)]
    return found


def _is_bad(value) -> bool:
    if isinstance(value, dict):
        return any(_is_bad(one) for one in itertools.chain(value, value.values()))
    if isinstance(value, list):
        return any(_is_bad(one) for one in value)
    if not isinstance(value, str):
        return False
    if value[:1] in ("{", "["):
        try:
            return _is_bad(json.loads(value))
        except ValueError:
            pass
    return any(one in value for one in REMOVED)


def test_bad_columns_are_found():
    assert not _is_bad(json.dumps(["🏳️", {"a": "酒"}]))
    assert _is_bad("a\x00") and _is_bad(json.dumps({"a": [json.dumps(["\ud800"])]}))


def through_form(admin, address) -> bool:
    """Whether the form at an address was taken full of vectors; refusals are looked at as well."""
    shown = admin.get(address)
    if shown.status_code == 302:
        # Nobody may make or change these here.
        return False
    assert shown.status_code == 200, address
    values = shown_values(shown.content.decode())
    form = shown.context["form"]
    check(admin.post(address, values | field_values(form, everywhere=True)), address)
    texts = field_values(form)
    # A division's code is refused unless it is one.
    texts.pop("code", None)
    if "slug" in form.fields:
        texts["slug"] = f"s{uuid.uuid4().hex[:8]}"
    answer = admin.post(address, values | texts)
    check(answer, address)
    return answer.status_code == 302


def test_every_type_of_page_through_its_forms(admin, places):
    edited, taken = {page._meta.model_name for page in places}, set()
    assert edited == page_models()
    for page in places:
        if through_form(admin, reverse("wagtailadmin_pages:edit", args=[page.pk])):
            taken.add(page._meta.model_name)
        shown = admin.get(reverse("wagtailadmin_pages:edit", args=[page.pk]))
        check(shown, page)
    assert len(taken) > 6, taken
    assert bad_columns() == []


def test_every_type_of_page_made_in_the_admin(admin, places):
    taken = set()
    for page in places:
        model = type(page)
        parent = page.get_parent().specific
        if model not in parent.creatable_subpage_models():
            continue
        arguments = [model._meta.app_label, model._meta.model_name, parent.pk]
        if through_form(admin, reverse("wagtailadmin_pages:add", args=arguments)):
            taken.add(model._meta.model_name)
    assert "grouppage" in taken, taken
    assert bad_columns() == []


def test_every_record_and_setting_through_its_forms(admin, places):
    HonourFactory()
    taken = set()
    for model in get_snippet_models():
        viewset = model.snippet_viewset
        row = model._default_manager.order_by("pk").first()
        for view, args in (("add", []), ("edit", [row.pk] if row else None)):
            if args is None or not _is_allowed(viewset, view):
                continue
            if through_form(admin, reverse(viewset.get_url_name(view), args=args)):
                taken.add(model._meta.model_name)
        check(admin.get(reverse(viewset.get_url_name("list"))), model)
    for model in settings_registry:
        names = [model._meta.app_label, model._meta.model_name]
        site = Site.objects.get()
        through_form(admin, reverse("wagtailsettings:edit", args=[*names, site.pk]))
    assert len(taken) > 6, taken
    assert bad_columns() == []


def _is_allowed(viewset, view) -> bool:
    try:
        reverse(viewset.get_url_name(view), args=[1] if view == "edit" else [])
    except NoReverseMatch:
        return False
    return True


# Addresses nobody asks here, and why.
NOT_ASKED = {
    "wagtailadmin_logout": "ends the session of the one who asks",
    "wagtailadmin_error_test": "raises on purpose",
}


def admin_addresses(page):
    """(name of the view, address) of every named address, with things that are there."""
    things = {
        "wagtailimages": ImageFactory(), "wagtaildocs": DocumentFactory(),
        "wagtailusers_users": UserFactory(), "wagtailusers_groups": Group.objects.first(),
        "wagtailsites": Site.objects.get(), "wagtailadmin_collections": Collection.objects.last(),
        "wagtailadmin_workflows": Workflow.objects.first(),
    }  # fmt: skip
    for model in get_snippet_models():
        label = model._meta.label_lower.replace(".", "_")
        for start in ("wagtailsnippets", "wagtailsnippetchoosers"):
            things[f"{start}_{label}"] = model._default_manager.first()
    task = Task.objects.first()
    known = WORDS | {"task_id": task and task.pk, "revision_id": page.latest_revision_id}
    known |= {"source_id": uuid.uuid4(), "batch_id": uuid.uuid4()}
    known |= {"image_id": things["wagtailimages"].pk, "document_id": things["wagtaildocs"].pk}
    for name, arguments in sorted(admin_patterns(), key=str):
        subject = things.get(name.split(":")[0]) or page
        values = {one: known.get(one) or _number(one, page, subject) for one in arguments}
        if name in NOT_ASKED:
            continue
        try:
            yield name, reverse(name, kwargs=values)
        except NoReverseMatch:
            yield name, reverse(name, kwargs=dict.fromkeys(values, uuid.uuid4()))


def _number(argument, page, subject):
    if argument in PAGE_ARGUMENTS:
        return page.pk
    return subject.pk if argument in ("pk", "id", "object_id") else MISSING


@pytest.mark.parametrize("role", ["administrator", "village editor"])
def test_every_address_of_the_admin_with_every_parameter(client, places, role):
    page = next(one for one in places if one._meta.model_name == "covenantpage")
    page.save_revision()
    user = UserFactory(is_superuser=role == "administrator", is_staff=role == "administrator")
    if role == "village editor":
        appoint(user, "village_editor", VillagePage.objects.first())
    client.force_login(user)
    for number, (name, address) in enumerate(admin_addresses(page)):
        check(client.get(address, query(number)), name)


# Views that no address here leads to, and why.
NOT_REACHED = NOT_ASKED | {
    "admin/^.*/$": "the admin's answer to addresses it does not have",
    "admin/test404/": "the same answer, for those who design it",
    "^documents/(\\d+)/(.*)$": "reads a number and a name alone; tests/safety/test_documents.py",
    "wagtaildocs_serve": "stands behind the one above, which takes its addresses",
}


def test_every_view_is_asked(places):
    """A view added tomorrow is asked as well, or says here why it is not."""
    page = next(one for one in places if one._meta.model_name == "covenantpage")
    page.save_revision()
    asked = {name for name, _ in admin_addresses(page)}
    for address in public_addresses(places):
        asked.add(resolve(unquote(address)).view_name)
    assert patterns() - asked == set(NOT_REACHED)
