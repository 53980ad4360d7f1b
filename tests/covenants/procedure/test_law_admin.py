"""Who changes figures, profiles and go-live dates; every change is kept."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageLogEntry
from wagtail.test.utils.form_data import querydict_from_html

from covenants.law_admin import may_set_go_live
from covenants.models import GoLive, LawFigure, ProcedureProfile
from editorial.appointments import appoint
from tests import factories as make
from tests.covenants.procedure.conftest import ago

pytestmark = pytest.mark.django_db


@pytest.fixture
def county_admin(place):
    user = make.UserFactory()
    appoint(user, "county_admin", place.county)
    return user


def test_the_county_sets_its_own_day_and_no_others(client, place, county_admin):
    other = make.CountyPageFactory()
    assert may_set_go_live(county_admin, place.county)
    assert not may_set_go_live(county_admin, other)
    assert not may_set_go_live(place.reviewer, place.county)
    client.force_login(county_admin)
    address = reverse("covenants_go_live")
    html = client.get(address).content.decode()
    assert place.county.title in html and other.title not in html
    key = place.county.pk
    client.post(address, {"county": key, f"{key}-on": ago(3).isoformat()})
    assert GoLive.objects.get().on == ago(3)
    client.post(address, {"county": other.pk, f"{other.pk}-on": ago(3).isoformat()})
    assert not GoLive.objects.filter(county=other).exists()
    assert PageLogEntry.objects.get(action="covenants.go_live").data["day"] == ago(3).isoformat()
    client.force_login(place.reviewer)
    assert client.get(address).status_code in (302, 403)


def test_figures_are_changed_by_the_county_and_versioned(client, place, county_admin):
    figure = LawFigure.objects.filter(verified=False).first()
    address = reverse("wagtailsnippets_covenants_lawfigure:edit", args=[figure.pk])
    client.force_login(place.reviewer)
    assert client.get(address).status_code == 404
    client.force_login(county_admin)
    data = querydict_from_html(client.get(address).content.decode(), form_id="w-editor-form")
    data["article"], data["verified"] = "第三十条", "on"
    client.post(address, data)
    figure.refresh_from_db()
    assert figure.verified and figure.article == "第三十条"
    assert figure.latest_revision and figure.latest_revision.user == county_admin
    data["quorum_numerator"] = "5"
    assert "比例不能超过一" in client.post(address, data).content.decode()


def test_profiles_are_changed_but_none_is_added(client, county_admin):
    client.force_login(county_admin)
    profile = ProcedureProfile.objects.get(key="village")
    edit = reverse("wagtailsnippets_covenants_procedureprofile:edit", args=[profile.pk])
    assert client.get(edit).status_code == 200
    add = reverse("wagtailsnippets_covenants_procedureprofile:add")
    assert client.get(add).status_code in (302, 403)


def test_the_report_lists_what_is_incomplete_where_one_serves(
    client, place, django_assert_num_queries
):
    make.CovenantPageFactory(parent=place.village)
    elsewhere = make.CovenantPageFactory()
    client.force_login(place.reviewer)
    address = reverse("covenants_legacy")
    html = client.get(address).content.decode()
    assert place.township.title in html and "没有登记的有：表决票数、备案" in html
    assert elsewhere.area_name not in html
    with CaptureQueriesContext(connection) as before:
        client.get(address)
    for _ in range(10):
        make.CovenantPageFactory(parent=make.VillagePageFactory(parent=place.township))
    with django_assert_num_queries(len(before)):
        client.get(address)
    client.force_login(place.clerk)
    assert client.get(address).status_code in (302, 403)
