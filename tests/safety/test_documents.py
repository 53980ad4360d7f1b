"""A document's file is served while a published page shows it, and to those who may use it."""

import uuid

import pytest
from django.core.files.base import ContentFile
from wagtail.documents import get_document_model
from wagtail.models import Page, PageViewRestriction

from editorial.appointments import appoint, body_collection
from tests.factories import CovenantPageFactory, UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def document():
    return get_document_model().objects.create(
        title="附件", file=ContentFile("酒席标准".encode(), "biaozhun.txt")
    )


def attached(document):
    value = {"title": "酒席标准", "document": document.pk}
    return [{"type": "attachment", "id": str(uuid.uuid4()), "value": value}]


def rule(document, **fields):
    """A rule with the document attached; its row is saved like the editor saves it."""
    return CovenantPageFactory(attachments=attached(document), **fields)


def status(client, document):
    return client.get(document.url).status_code


def test_document_that_no_page_uses(client, document):
    assert status(client, document) == 404


def test_attachment_of_a_draft(client, document):
    rule(document, live=False)
    assert status(client, document) == 404


def test_attachment_of_a_published_rule(client, document):
    rule(document)
    answer = client.get(document.url)
    assert answer.status_code == 200
    assert b"".join(answer.streaming_content) == "酒席标准".encode()


def test_attachment_of_a_withdrawn_rule(client, document):
    rule(document).unpublish()
    assert status(client, document) == 404


def test_attachment_added_in_the_draft_of_a_published_page(client, document):
    page = CovenantPageFactory()
    page.attachments = page._meta.get_field("attachments").to_python(attached(document))
    revision = page.save_revision()
    assert status(client, document) == 404
    revision.publish()
    assert status(client, document) == 200


def test_attachment_below_a_page_with_view_restriction(client, document):
    page = rule(document)
    PageViewRestriction.objects.create(
        page=Page.objects.get(pk=page.get_parent().pk),
        restriction_type=PageViewRestriction.LOGIN,
    )
    assert status(client, document) == 404


def test_attachment_of_a_sample_is_served_where_samples_are(client, document, settings):
    rule(document, parent=VillagePageFactory(sample=True))
    assert status(client, document) == 200
    settings.CUNYUE_SAMPLE = False
    assert status(client, document) == 404
    rule(document)
    assert status(client, document) == 200


def test_editor_with_rights_and_user_without(client, document):
    rule(document, live=False)
    user = UserFactory()
    client.force_login(user)
    assert status(client, document) == 404
    village = VillagePageFactory()
    document.collection = body_collection(village)
    document.save()
    appoint(user, "village_editor", village)
    assert status(client, document) == 200


def test_number_of_queries_does_not_grow(client, document, django_assert_max_num_queries):
    for _ in range(4):
        rule(document, live=False)
    rule(document)
    with django_assert_max_num_queries(9):
        assert status(client, document) == 200
