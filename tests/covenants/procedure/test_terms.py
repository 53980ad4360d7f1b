"""Filing, approving and uploading begin with a term and end with it, to the second."""

import datetime

import pytest
from django.contrib.auth.models import User
from django.urls import reverse
from freezegun import freeze_time

from covenants import hints, ledger
from covenants.models import Procedure, RuleSource
from covenants.procedure import terms
from covenants.upload import may_upload
from editorial.appointments import appoint
from editorial.review import ReviewRefused, may_file, may_review
from tests import factories as make
from tests.covenants.procedure.conftest import STAGES

pytestmark = pytest.mark.django_db
# The term in local time (UTC+8): 1 March to 31 March 2027.
FIRST, LAST = datetime.date(2027, 3, 1), datetime.date(2027, 3, 31)
BEGINS = ("2027-02-28T15:59:59Z", "2027-02-28T16:00:00Z")
ENDS = ("2027-03-31T15:59:59Z", "2027-03-31T16:00:00Z")
MOMENTS = [(BEGINS[0], False), (BEGINS[1], True), (ENDS[0], True), (ENDS[1], False)]


def serving(role, body):
    user = make.UserFactory()
    appoint(user, role, body, since=FIRST, until=LAST)
    return user


@pytest.mark.parametrize(
    ("role", "asked"),
    [
        ("township_filer", lambda user, place, page: may_file(user, page)),
        ("township_filer", lambda user, place, page: ledger.may_open(user, page)),
        ("township_reviewer", lambda user, place, page: may_review(user, page)),
        ("township_reviewer", lambda user, place, page: hints.may_answer(user, page)),
        ("village_editor", lambda user, place, page: may_upload(user, place.village)),
        ("village_editor", lambda user, place, page: ledger.may_start(user, page)),
    ],
    ids=["file", "open the ledger", "approve", "answer hints", "upload", "begin"],
)
def test_what_a_role_may_do_follows_its_term(place, draft, role, asked):
    user = serving(role, place.village if role == "village_editor" else place.township)
    found = []
    for moment, _during in MOMENTS:
        with freeze_time(moment):
            found.append((moment, asked(User.objects.get(pk=user.pk), place, draft)))
    assert found == MOMENTS


def test_a_filing_counts_until_the_last_second_and_not_after(place, draft, fill):
    filer = serving("township_filer", place.township)
    procedure = fill(draft, until=terms.VOTE)

    def file():
        by = User.objects.get(pk=filer.pk)
        version = Procedure.objects.get(pk=procedure.pk).version
        ledger.record(procedure, terms.FILING, STAGES[terms.FILING](), by=by, version=version)

    for moment in (BEGINS[0], ENDS[1]):
        with freeze_time(moment), pytest.raises(ReviewRefused):
            file()
    with freeze_time(ENDS[0]):
        file()
    assert Procedure.objects.with_ledger().get().filing.recorded_by == filer


def test_a_form_opened_in_the_term_and_sent_after_it_is_refused(client, place):
    clerk = serving("village_editor", place.village)
    with freeze_time(ENDS[0]):
        client.force_login(clerk)
        assert client.get(reverse("covenants_upload")).status_code == 200
    data = {"area": place.village.pk, "kind": "covenant", "text": "第一条 酒席不超过十桌。"}
    with freeze_time(ENDS[1]):
        client.post(reverse("covenants_upload"), data)
    assert not RuleSource.objects.exists()
