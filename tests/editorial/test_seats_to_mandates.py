"""The way from seats and their groups to mandates and back, on a database that has some."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission
from django.db import connection

from editorial.appointments import appoint, dismiss
from tests.factories import UserFactory, VillagePageFactory

pytestmark = [
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.skipif(connection.vendor != "sqlite", reason="works on a copy of a database file"),
]


@pytest.fixture
def migrate(tmp_path):
    """`migrate(target)` brings a copy of the test's database to that migration of the room."""
    path = tmp_path / "copy.sqlite3"

    def migrate(target):
        if not path.exists():
            with connection.cursor() as cursor:
                cursor.execute("VACUUM INTO %s", [str(path)])
        environment = os.environ | {
            "DATABASE_URL": f"sqlite:///{path}",
            "DJANGO_SETTINGS_MODULE": "config.settings.dev",
            "DATA_DIR": str(tmp_path),
        }
        command = [sys.executable, "manage.py", "migrate", "editorial", target, "--skip-checks"]
        done = subprocess.run(  # noqa: S603
            command,
            cwd=Path(settings.ROOT),
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return sqlite3.connect(path)

    return migrate


SEATED = """
    select u.username, s.role, s.page_id from editorial_seat s
    join auth_user_groups g on g.group_id = s.group_id join auth_user u on u.id = g.user_id
"""
PAGE_RIGHTS = """
    select u.username, p.codename, r.page_id from wagtailcore_grouppagepermission r
    join auth_user_groups g on g.group_id = r.group_id join auth_user u on u.id = g.user_id
    join auth_permission p on p.id = r.permission_id order by 2
"""
TERMS = "select person, role, body_id, substr(starts_at, 1, 16), ends_at from editorial_mandate"


def test_back_to_seats_and_forth_again(migrate):
    village = VillagePageFactory()
    clerk, reviewer = UserFactory(first_name="李示例"), UserFactory()
    made = appoint(clerk, "village_editor", village)
    appoint(clerk, "village_supervisor", village)
    appoint(reviewer, "township_reviewer", village.get_parent())
    gone = UserFactory()
    appoint(gone, "village_editor", village)
    dismiss(gone, "village_editor", village)
    assert Permission.objects.filter(codename="access_admin").exists()

    seats = migrate("0002_contribution")
    assert sorted(seats.execute(SEATED)) == sorted(
        [
            (clerk.username, "village_editor", village.pk),
            (reviewer.username, "township_reviewer", village.get_parent().pk),
        ]
    )
    rights = list(seats.execute(PAGE_RIGHTS))
    assert (clerk.username, "change_page", village.pk) in rights
    assert (reviewer.username, "publish_page", village.get_parent().pk) in rights
    assert not [row for row in rights if row[0] == gone.username]
    media = "select count(*) from wagtailcore_groupcollectionpermission r join auth_group a on "
    assert seats.execute(f"{media} a.id = r.group_id where a.name like '%·%'").fetchone() == (12,)
    seats.close()

    terms = migrate("0004_delete_seat")
    since = made.starts_at.isoformat(sep=" ")[:16]
    assert sorted(terms.execute(TERMS)) == sorted(
        [
            ("李示例", "village_editor", village.pk, since, None),
            (
                reviewer.username,
                "township_reviewer",
                village.get_parent().pk,
                f"{reviewer.date_joined:%Y-%m-%d %H:%M}",
                None,
            ),
        ]
    )
    assert terms.execute("select count(*) from auth_group where name like '%·%'").fetchone() == (0,)
    terms.close()
