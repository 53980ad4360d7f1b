"""A village is told once that an edition came into force, on its day."""

import datetime

import pytest
from django.utils import timezone
from freezegun import freeze_time

from covenants import in_force_notices
from covenants.models import Edition
from editorial.appointments import appoint
from editorial.models import Notification
from home import background
from tests import factories as make

from .conftest import ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def turn(django_capture_on_commit_callbacks):
    def turn():
        with django_capture_on_commit_callbacks(execute=True):
            return background.tell_in_force()

    return turn


def test_the_village_is_told_once_and_its_neighbour_is_not(place, turn):
    neighbour = make.UserFactory()
    appoint(neighbour, "village_editor", make.VillagePageFactory(parent=place.township))
    make.CovenantPageFactory(parent=place.village, adopted_on=ago(3))
    assert (turn(), turn()) == (1, 0)
    row = Notification.objects.get()
    assert row.user == place.clerk and "施行" in row.title and ago(3).isoformat() in row.text


def test_a_future_edition_is_told_of_on_its_day(place, turn):
    make.CovenantPageFactory(parent=place.village, adopted_on=ago(1), effective_from=ago(-2))
    assert turn() == 0
    with freeze_time(timezone.now() + datetime.timedelta(days=2)):
        assert (turn(), turn()) == (1, 0)


def test_two_processes_tell_once(place, django_capture_on_commit_callbacks):
    make.CovenantPageFactory(parent=place.village, adopted_on=ago(3))
    (pk,) = in_force_notices.due()
    with django_capture_on_commit_callbacks(execute=True):
        assert [in_force_notices.tell(pk), in_force_notices.tell(pk)] == [True, False]
    assert Notification.objects.count() == 1


def test_what_has_long_been_in_force_is_no_news(place, turn):
    make.CovenantPageFactory(parent=place.village, adopted_on=ago(60))
    ended = make.CovenantPageFactory(adopted_on=ago(20))
    ended.editions.get().end(ago(5), Edition.REPEALED)
    assert turn() == 0
    assert in_force_notices.due(today=timezone.localdate() + datetime.timedelta(days=400)) == []
