"""Who may do what with what, by every way: the cells of `table.txt`, each by a real request."""

from datetime import timedelta
from fnmatch import fnmatchcase
from pathlib import Path

import pytest
from django.db import transaction
from django.test import override_settings
from django.utils import timezone
from freezegun import freeze_time

from editorial.appointments import appoint, dismiss
from editorial.models import Mandate

from . import page_doors, screens, thing_doors  # noqa: F401
from .alike import ALIKE, ELSEWHERE
from .doors import DOORS, VIEWS
from .judging import ABSENT, GIVEN, HINTED, row
from .patterns import patterns
from .world import ROLES, build

TABLE = Path(__file__).with_name("table.txt")


def read_table():
    """(thing, door, {role: letter}) of each row, the column names of the table apart."""
    things, rows, columns = [], [], []
    for line in TABLE.read_text().splitlines():
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            things = [name.strip() for name in line.strip("[]").split("+")]
        elif not columns:
            columns = line.split()
        else:
            letters = line.split(maxsplit=len(columns))
            doors = [name.strip() for name in letters.pop().split(",")]
            cells = dict(zip(columns, letters, strict=True))
            rows += [(thing, door, cells) for thing in things for door in doors]
    return rows


ROWS = read_table()


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker, tmp_path_factory):
    """Built once; what a test or request changes is undone, at the end all of it."""
    index = {
        "default": {"BACKEND": "search.backend", "PATH": str(tmp_path_factory.mktemp("index"))}
    }
    # What sessions note once a minute would be another query for some of the requests.
    with (
        freeze_time(timezone.now()),
        override_settings(WAGTAILSEARCH_BACKENDS=index),
        django_db_blocker.unblock(),
        transaction.atomic(),
    ):
        yield build()
        transaction.set_rollback(True)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("thing", "door", "cells"), ROWS, ids=[f"{thing}-{door}" for thing, door, _cells in ROWS]
)
def test_row(world, thing, door, cells):
    found = row(world, world.things[thing], DOORS[door])
    assert found is not None, "there is no such door to this thing"
    wrong = {role: found[role] for role in ROLES if found[role][0] != cells[role]}
    assert wrong == {}


TERMS = {
    # Days from today on which the term begins and ends; whether it runs now.
    "before": (1, 30, False),
    "during": (-1, 1, True),
    "after": (-30, -1, False),
}
SERVING = ("ed", "re", "co")
"""Roles whose terms are moved: of a village, a township and a county."""
OF_TERMS = {
    "draft covenant": "edit, draft, preview, history, revision, revert, compare revisions, usage, "
    "workflows, comment, read draft, procedure, copy form, copy, move, lock, set privacy, "
    "bulk delete, bulk publish, history report, history export, admin search, chooser search, "
    "API pages, API page, tag",
    "review covenant": "approve form, approve, send back, publish, workflow, task report, "
    "workflow export",
    "published covenant": "withdraw, unpublish, redact",
    "withdrawn covenant": "lift withdrawal",
    "original": "original file",
    "batch": "batch report",
    "own picture": "picture edit, picture delete, picture chosen, pictures, picture API, "
    "picture upload",
    "own document": "document edit, document save, document chosen, documents, document API",
    "shown document": "document save, document delete",
    "removal request": "removal request, removal inbox",
    "person": "person, new password",
    "township": "terms, term end, term invite",
    "snippet officecontact": "snippet list, snippet edit, snippet removed",
    "snippet situation": "snippet edit",
    "screens": "wagtailadmin_home, safety_report, change_of_term_index, covenants_batches",
}
OF_TERMS = [(thing, door) for thing, doors in OF_TERMS.items() for door in doors.split(", ")]


OF_THE_VILLAGE = [
    (thing, door)
    for thing, door in OF_TERMS
    if thing != "screens" and door not in ("picture upload", "snippet list")
]
"""Without what a further place opens by itself: first screens, the own list, the own collection."""


def asked_again(world, expected, rows=OF_TERMS):
    """Cells of `rows` that are not as `expected`, which is {role: its letter in the cells}."""
    table = {(thing, door): cells for thing, door, cells in ROWS}
    wrong = {}
    # What nothing answered is another answer in another term.
    kept, world.absent = world.__dict__.get("absent", {}), {}
    for thing, door in rows:
        found = row(world, world.things[thing], DOORS[door], tuple(expected))
        for role, letter_in in expected.items():
            if found[role][0] != (letter := letter_in(table[thing, door])):
                wrong[thing, door, role] = found[role], letter
    world.absent = kept
    return wrong


def as_role(role):
    return lambda cells: cells[role]


@pytest.mark.django_db
@pytest.mark.parametrize("moment", TERMS)
def test_before_and_after_a_term_one_is_somebody_without_a_role(world, moment):
    """The same rows of the table again: what a term gives it gives while it runs, and only then."""
    begins, ends, runs = TERMS[moment]
    now = timezone.now()
    with transaction.atomic():
        users = [world.users[role].pk for role in SERVING]
        moved = Mandate.objects.filter(user__in=users).update(
            starts_at=now + timedelta(days=begins), ends_at=now + timedelta(days=ends)
        )
        assert moved == len(SERVING)
        wrong = asked_again(world, {role: as_role(role if runs else "no") for role in SERVING})
        transaction.set_rollback(True)
    assert wrong == {}


@pytest.mark.django_db
def test_a_mandate_in_another_place_gives_nothing_here(world):
    """The neighbour reviews in another township, too, and that reviewer edits this village, too."""
    far = Mandate.objects.get(user=world.users["fr"]).body
    with transaction.atomic():
        appoint(world.users["nb"], "township_reviewer", far)
        appoint(world.users["fr"], "village_editor", world.own)
        wrong = asked_again(world, {"nb": as_role("nb"), "fr": as_role("ed")}, OF_THE_VILLAGE)
        transaction.set_rollback(True)
    assert wrong == {}


@pytest.mark.django_db
def test_who_moved_to_another_village_is_a_neighbour_where_they_wrote_all(world):
    with transaction.atomic():
        dismiss(world.users["ed"], "village_editor", world.own)
        appoint(world.users["ed"], "village_editor", world.other)
        wrong = asked_again(world, {"ed": as_role("nb")})
        transaction.set_rollback(True)
    assert wrong == {}


def test_the_table_has_a_column_for_every_role_and_only_doors_there_are():
    for _thing, door, cells in ROWS:
        assert list(cells) == list(ROLES)
        assert door in DOORS


def test_no_list_hints_at_what_its_reader_may_not_see():
    """A list that only counts a thing is for those to whom another door gives it."""
    for thing, _door, cells in ROWS:
        for role in (role for role, letter in cells.items() if letter == HINTED):
            given = [c for t, _d, c in ROWS if t == thing and c[role] == GIVEN]
            assert given, (thing, role)


def test_visitors_find_nothing_behind_the_admin():
    for thing, door, cells in ROWS:
        if any(view.startswith("wagtailadmin_pages") for view in VIEWS[door]):
            assert cells["an"] == cells["no"] == ABSENT, (thing, door)


def test_every_view_is_driven_or_alike_for_all():
    """A new address of the site fails here until the table or the list of alike ones knows it."""
    driven = {view for _thing, door, _cells in ROWS for view in VIEWS[door]}
    known = [*ALIKE, *ELSEWHERE, *driven]
    unknown = {
        name for name in patterns() if not any(fnmatchcase(name, pattern) for pattern in known)
    }
    assert unknown == set()


def test_no_pattern_of_alike_views_is_out_of_date():
    names = patterns()
    listed = ALIKE | ELSEWHERE
    assert {p for p in listed if not any(fnmatchcase(name, p) for name in names)} == set()
    assert all(listed.values())
