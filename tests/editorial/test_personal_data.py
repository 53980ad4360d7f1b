"""Editors see what may not be published; a reviewer who is no author may let it stand."""

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import PageLogEntry, WorkflowState

from covenants.models import CovenantPage
from editorial.appointments import appoint
from editorial.workflow import ensure_workflow
from home.models import Footer
from safety.models import OfficeContact, PersonalDataOverride
from tests.factories import ConsultationPageFactory, UserFactory, VillagePageFactory

MOBILE = "13900000123"

pytestmark = pytest.mark.django_db


@pytest.fixture
def village():
    return VillagePageFactory()


@pytest.fixture
def editor(village):
    user = UserFactory()
    appoint(user, "village_editor", village)
    return user


@pytest.fixture
def reviewer(village):
    user = UserFactory()
    appoint(user, "township_reviewer", village.get_parent())
    return user


@pytest.fixture
def draft(village, editor):
    page = ConsultationPageFactory(
        parent=village, live=False, result=f"有事打{MOBILE}。", background="王小明，8岁，被狗咬伤。"
    )
    page.save_revision(user=editor)
    return page


def address_of(page):
    return reverse("editorial_personal_data", args=[page.pk])


def test_the_editor_is_told_where_with_a_link_and_a_way_to_put_it(client, editor, draft):
    client.force_login(editor)
    text = client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    assert "139******23" in text and "王某" in text
    assert 'href="#id_result"' in text and 'id="id_result"' in text
    assert address_of(draft) not in text


def test_a_reviewer_lets_words_stand_with_a_reason_that_is_logged(client, reviewer, draft):
    client.force_login(reviewer)
    assert (
        address_of(draft)
        in client.get(reverse("wagtailadmin_pages:edit", args=[draft.pk])).content.decode()
    )
    page = client.get(address_of(draft))
    ((digest, _located),) = page.context["rows"]
    client.post(address_of(draft), {"finding": digest, "reason": ""})
    assert not PersonalDataOverride.objects.exists()
    client.post(address_of(draft), {"finding": digest, "reason": "本人书面同意公开"})
    kept = PersonalDataOverride.objects.get()
    assert MOBILE not in f"{kept.digest}{kept.masked}{kept.reason}"
    entry = PageLogEntry.objects.get(action="safety.let_stand")
    assert entry.user == reviewer and entry.data["reason"] == "本人书面同意公开"
    assert MOBILE not in str(entry.data)
    draft.get_latest_revision().publish()
    draft.refresh_from_db()
    assert draft.live


def test_what_was_let_stand_is_these_words_on_this_page_only(client, reviewer, draft, village):
    client.force_login(reviewer)
    ((digest, _located),) = client.get(address_of(draft)).context["rows"]
    client.post(address_of(draft), {"finding": digest, "reason": "本人书面同意公开"})
    with pytest.raises(ValidationError):
        ConsultationPageFactory(parent=village, result=f"有事打{MOBILE}。")
    draft.result = "有事打13900000124。"
    with pytest.raises(ValidationError):
        draft.save_revision().publish()


def test_no_editor_no_author_and_nobody_from_elsewhere_lets_words_stand(client, editor, draft):
    stranger, author = UserFactory(), UserFactory()
    appoint(stranger, "township_reviewer", VillagePageFactory().get_parent())
    appoint(author, "township_reviewer", draft.get_parent().get_parent())
    draft.save_revision(user=author)
    for user in (editor, stranger, author):
        client.force_login(user)
        assert client.get(address_of(draft)).status_code in {302, 403, 404}
        client.post(address_of(draft), {"finding": "x", "reason": "理由"})
    assert not PersonalDataOverride.objects.exists()


def test_approving_what_may_not_be_public_leaves_it_waiting(client, reviewer, draft, editor):
    contact = OfficeContact.objects.create(value=MOBILE, office="云台镇人民政府")
    state = ensure_workflow(draft.get_root()).start(draft, editor)
    contact.delete()
    task = state.current_task_state.pk
    client.force_login(reviewer)
    response = client.post(
        reverse("wagtailadmin_pages:workflow_action", args=[draft.pk, "approve", task])
    )
    assert response.status_code == 302
    draft.refresh_from_db()
    state.refresh_from_db()
    assert not draft.live and state.status == WorkflowState.STATUS_IN_PROGRESS


def test_reviewers_register_numbers_for_their_own_places(client, reviewer, editor, village):
    add = reverse(OfficeContact.snippet_viewset.get_url_name("add"))
    township = village.get_parent()
    values = {"value": "0878-3123456", "office": "云台镇党政办", "area": township.pk}
    client.force_login(editor)
    client.post(add, values)
    assert not OfficeContact.objects.exists()
    client.force_login(reviewer)
    client.post(add, values | {"area": ""})
    client.post(add, values | {"area": VillagePageFactory().pk})
    assert not OfficeContact.objects.exists()
    client.post(add, values)
    contact = OfficeContact.objects.get()
    assert contact.registered_by == reviewer
    assert ConsultationPageFactory(parent=village, result="电话（0878）3123456。").live


def test_what_is_public_without_being_a_page_refuses_it_too():
    with pytest.raises(ValidationError, match="139"):
        Footer(contact=f"李国富{MOBILE}").clean_fields(exclude=["site"])
    Footer(contact="云台镇人民政府").clean_fields(exclude=["site"])
    assert CovenantPage.not_public == ()
