"""One township with two villages, people appointed there, and texts that are nobody else's."""

from types import SimpleNamespace

import pytest
from django.urls import reverse
from wagtail.test.utils.form_data import querydict_from_html

from editorial.appointments import appoint
from editorial.workflow import ensure_workflow
from tests.factories import (
    CovenantPageFactory,
    HouseholdPageFactory,
    TownshipPageFactory,
    UserFactory,
    VillagePageFactory,
)


@pytest.fixture
def people(db):
    """Places, their people and one draft covenant per village.

    `own` / `other`: neighbouring villages of one township; `editor` and `neighbour` edit them;
    `reviewer` serves the township, `far_reviewer` another one, `county_admin` the county.
    """
    township = TownshipPageFactory(name="云台镇")
    far_township = TownshipPageFactory(parent=township.get_parent(), name="石板镇")
    own = VillagePageFactory(parent=township, name="松林村民委员会")
    other = VillagePageFactory(parent=township, name="大箐村民委员会")
    county = township.get_parent()
    home = county.get_parent()
    ensure_workflow(home)
    seats = {
        "editor": ("village_editor", own),
        "neighbour": ("village_editor", other),
        "reviewer": ("township_reviewer", township),
        "second_reviewer": ("township_reviewer", township),
        "far_reviewer": ("township_reviewer", far_township),
        "county_admin": ("county_admin", county),
    }
    users = {name: UserFactory(username=name) for name in seats}
    for name, (role, page) in seats.items():
        appoint(users[name], role, page)
    admin = UserFactory(username="admin", is_superuser=True)
    household = HouseholdPageFactory(
        parent=own, title="松林李家", live=False, has_unpublished_changes=True
    )
    household.save_revision(user=users["editor"])
    draft = CovenantPageFactory(parent=own, live=False, owner=users["editor"])
    draft.save_revision(user=users["editor"])
    return SimpleNamespace(
        home=home,
        county=county,
        township=township,
        far_township=far_township,
        own=own,
        other=other,
        admin=admin,
        draft=draft,
        household=household,
        **users,
    )


@pytest.fixture
def press(client):
    """`press(user, page, button, **changes)`: open the page's editor as `user` and press a button.

    Returns the response after redirects; `button` is the name of a submit button, "" saves a
    draft.
    """

    def press(user, page, button="", **changes):
        client.force_login(user)
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        response = client.get(address)
        if response.status_code != 200:
            return response
        data = querydict_from_html(response.content.decode(), form_id="page-edit-form")
        data = {**data.dict(), **changes}
        if button:
            data[button] = "1"
        return client.post(address, data, follow=True)

    return press


@pytest.fixture
def act(client):
    """`act(user, state, action, comment="")`: a reviewer's button on the task state's page."""

    def act(user, state, action, comment="", page_id=None):
        client.force_login(user)
        address = reverse(
            "wagtailadmin_pages:workflow_action",
            args=[page_id or state.workflow_state.object_id, action, state.pk],
        )
        return client.post(address, {"comment": comment}, follow=True)

    return act
