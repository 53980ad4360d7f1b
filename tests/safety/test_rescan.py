"""What is public already is scanned again, and the report tells reviewers of their own places."""

import json

import pytest
from django.core.management import call_command
from django.db import OperationalError
from django.db.models import QuerySet
from django.urls import reverse

from covenants.models import Edition
from editorial.appointments import appoint
from safety import rescan
from safety.models import OfficeContact, ScannedPage
from tests.factories import (
    ConsultationPageFactory,
    CovenantPageFactory,
    UserFactory,
    VillagePageFactory,
)

MOBILE = "13900000123"

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def nothing_remembered(monkeypatch):
    """What earlier tests left in the process: their pages had the same numbers."""
    monkeypatch.setattr(rescan, "_failed", set())
    monkeypatch.setattr(rescan, "_quiet_until", 0.0)


def slipped_in(page, **fields):
    """A public page whose row was changed behind the back of the check, as an old import would."""
    type(page).objects.filter(pk=page.pk).update(**fields)
    return page


def scan_all():
    while rescan.scan_some(2):
        pass


def test_everything_public_is_scanned_once_for_the_present_rules():
    page = slipped_in(ConsultationPageFactory(), result=f"电话{MOBILE}")
    ConsultationPageFactory(live=False, result=f"电话{MOBILE}")
    scan_all()
    assert rescan.due().count() == 0
    (row,) = ScannedPage.objects.exclude(red=0)
    assert row.page_id == page.pk
    assert MOBILE not in json.dumps(row.findings)
    assert row.findings[0]["masked"] == "139******23"


def test_new_rules_make_everything_due():
    ConsultationPageFactory()
    scan_all()
    ScannedPage.objects.update(version="of old")
    assert rescan.due().count() == ScannedPage.objects.count() > 0


def test_editions_of_old_are_scanned_too():
    page = CovenantPageFactory()
    QuerySet(Edition).filter(page=page).update(preamble=f"电话{MOBILE}")
    scan_all()
    assert ScannedPage.objects.get(page=page).red == 1


def test_registering_a_number_makes_pages_due_again():
    page = slipped_in(ConsultationPageFactory(), result="电话0878-3123456")
    scan_all()
    assert ScannedPage.objects.get(page=page).red == 1
    OfficeContact.objects.create(value="0878-3123456", office="云台镇党政办")
    scan_all()
    assert ScannedPage.objects.get(page=page).red == 0


def test_the_command_scans_and_prints_what_it_found(capsys):
    page = slipped_in(ConsultationPageFactory(), result=f"电话{MOBILE}")
    call_command("scan_personal_data", "--all", "--json")
    printed = capsys.readouterr().out
    (found,) = json.loads(printed)
    assert (found["page"], found["kind"]) == (page.pk, "mobile")
    assert MOBILE not in printed


def test_reviewers_see_the_report_on_their_own_places(client):
    here, elsewhere = VillagePageFactory(), VillagePageFactory()
    slipped_in(ConsultationPageFactory(parent=here, title="这里的"), result=f"电话{MOBILE}")
    slipped_in(ConsultationPageFactory(parent=elsewhere, title="别处的"), result=f"电话{MOBILE}")
    scan_all()
    reviewer, editor = UserFactory(), UserFactory()
    appoint(reviewer, "township_reviewer", here.get_parent())
    appoint(editor, "village_editor", here)
    client.force_login(reviewer)
    text = client.get(reverse("safety_report")).content.decode()
    assert "这里的" in text and "别处的" not in text
    assert "139******23" in text and MOBILE not in text
    client.force_login(editor)
    assert client.get(reverse("safety_report")).status_code in {302, 403}


def test_a_page_that_could_not_be_scanned_is_not_taken_for_clean(monkeypatch):
    page = slipped_in(ConsultationPageFactory(), result=f"电话{MOBILE}")
    find_on = rescan.find_on

    def breaks(instance):
        if instance.pk == page.pk:
            raise OperationalError("示例")
        return find_on(instance)

    monkeypatch.setattr(rescan, "find_on", breaks)
    scan_all()
    assert list(rescan.due()) == [page.page_ptr], "the others are done"
    assert rescan.step() == 0, "and nothing waits for it"
    monkeypatch.setattr(rescan, "find_on", find_on)
    monkeypatch.setattr(rescan, "_quiet_until", 0.0)
    rescan.step()
    rescan.step()
    assert ScannedPage.objects.get(page=page).red == 1
