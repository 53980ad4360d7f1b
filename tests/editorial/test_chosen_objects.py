"""A number typed into a form opens no page, picture or document that its sender may not see."""

import re
from types import SimpleNamespace

import pytest
from django.contrib.messages import get_messages
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Page, ReferenceIndex, Revision, get_page_models
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield
from wagtail_factories import ImageFactory

from editorial.appointments import appoint, body_collection
from editorial.chosen_objects import ChosenObjectsForm
from home.models import FeaturePage
from tests.factories import (
    CovenantPageFactory,
    DocumentFactory,
    FeatureIndexPageFactory,
    FeaturePageFactory,
    GroupPageFactory,
    HouseholdPhotoFactory,
    UserFactory,
)

SECRET = "暗藏的字句"
REFUSED = "不在您可用的范围内"


@pytest.fixture
def desk(people):
    """A writer of features, and what lies in a village they do not serve."""
    features = FeatureIndexPageFactory(parent=people.home)
    writer = UserFactory()
    appoint(writer, "propaganda_staff", features)
    collection = body_collection(people.other)
    return SimpleNamespace(
        features=features,
        writer=writer,
        draft=CovenantPageFactory(parent=people.other, title=f"{SECRET}一", live=False),
        public=people.own,
        image=ImageFactory(title=f"{SECRET}图", collection=collection),
        document=DocumentFactory(title=f"{SECRET}档", collection=collection),
        own_image=ImageFactory(title="自己的图", collection=body_collection(features)),
    )


@pytest.fixture
def write(client, desk):
    """`write(page=None, **values)`: save the draft of a feature as the writer of features."""

    def write(page=None, about=(), body=(), **values):
        client.force_login(desk.writer)
        data = {
            "title": "一件好事",
            "slug": "good",
            "summary": "一句话。",
            "published_on": "2025-06-01",
            "about": streamfield(about),
            "body": streamfield(body),
            **{
                name: inline_formset([]) for name in ("comments", "recordings", "language_versions")
            },
            **values,
        }
        address = (
            reverse("wagtailadmin_pages:edit", args=[page.pk])
            if page
            else reverse("wagtailadmin_pages:add", args=["home", "featurepage", desk.features.pk])
        )
        return client.post(address, nested_form_data(data))

    return write


def assert_refused(response):
    assert response.status_code == 200
    text = shown(response)
    assert REFUSED in text
    assert SECRET not in text


def shown(response):
    """The answer's text, with what is written as JSON for a script made readable."""
    return re.sub(
        r"\\u([0-9a-f]{4})", lambda found: chr(int(found[1], 16)), response.content.decode()
    )


def test_every_page_type_has_the_form():
    for model in get_page_models():
        if model is not Page:
            form = model.get_edit_handler().get_form_class()
            assert issubclass(form, ChosenObjectsForm), model


def test_what_the_writer_may_see_is_taken(desk, write):
    response = write(
        about=[("page", desk.public.pk)],
        body=[("picture", {"image": desk.own_image.pk, "alt_text": "图", "caption": ""})],
        lead_image=desk.own_image.pk,
    )
    assert response.status_code == 302
    page = FeaturePage.objects.get()
    assert page.about[0].value.pk == desk.public.pk
    assert page.lead_image == desk.own_image


def test_a_draft_elsewhere_is_refused(desk, write):
    assert_refused(write(about=[("page", desk.public.pk), ("page", desk.draft.pk)]))
    assert not FeaturePage.objects.exists()


def test_a_picture_elsewhere_is_refused(desk, write):
    assert_refused(write(lead_image=desk.image.pk))
    assert not FeaturePage.objects.exists()


def test_a_picture_within_a_block_is_refused(desk, write):
    picture = {"image": desk.image.pk, "alt_text": "图", "caption": ""}
    assert_refused(write(body=[("picture", picture)]))
    assert not FeaturePage.objects.exists()


@pytest.mark.parametrize("written", ["+{}", " {}", "0_{}", "{:0>40}"])
def test_a_number_written_otherwise_is_refused(desk, write, written):
    assert_refused(write(lead_image=written.format(desk.image.pk)))
    picture = {"image": written.format(desk.image.pk), "alt_text": "图", "caption": ""}
    assert_refused(write(body=[("picture", picture)]))
    assert not FeaturePage.objects.exists()


def test_another_fault_in_the_same_field_does_not_show_it(desk, write):
    assert_refused(write(about=[("page", desk.draft.pk), ("page", "")], title=""))


def test_a_picture_without_words_is_drafted_but_not_handed_on(desk, write):
    picture = {"lead_image": desk.own_image.pk}
    assert write(**picture).status_code == 302
    handed_on = write(FeaturePage.objects.get(), **picture, **{"action-submit": "1"})
    assert "lead_image_alt" in handed_on.context["form"].errors


def test_what_the_page_already_holds_stays(desk, write):
    page = FeaturePageFactory(parent=desk.features, live=False, lead_image=desk.image)
    page.about.append(("page", desk.draft))
    page.save_revision(user=desk.writer)
    response = write(
        page, about=[("page", desk.draft.pk)], lead_image=desk.image.pk, summary="改。"
    )
    assert response.status_code == 302
    stored = Page.objects.get(pk=page.pk).get_latest_revision_as_object()
    assert (stored.summary, stored.lead_image) == ("改。", desk.image)


def test_a_picture_in_an_inline_row_is_refused(people, desk, press):
    kept = HouseholdPhotoFactory(page=people.household.specific, image=desk.image)
    people.household.specific.save_revision(user=people.editor)
    other = ImageFactory(title=f"{SECRET}二", collection=desk.image.collection)
    assert press(people.editor, people.household, story="照旧。").status_code == 200
    response = press(people.editor, people.household, **{"photos-0-image": str(other.pk)})
    text = shown(response)
    assert REFUSED in text
    assert other.title not in text
    stored = Page.objects.get(pk=people.household.pk).get_latest_revision_as_object()
    assert stored.story == "照旧。"
    assert [photo.image_id for photo in stored.photos.all()] == [kept.image_id]


@pytest.mark.parametrize("action", ["delete", "add_tags", "add_to_collection"])
@pytest.mark.parametrize("app, model", [("wagtailimages", "image"), ("wagtaildocs", "document")])
def test_bulk_actions_do_not_list_media_elsewhere(people, desk, client, app, model, action):
    client.force_login(people.editor)
    address = reverse("wagtail_bulk_action", args=[app, model, action])
    hidden = getattr(desk, model)
    response = client.get(address, {"id": hidden.pk})
    assert response.status_code == 404
    assert SECRET not in response.content.decode()
    client.force_login(people.neighbour)
    assert SECRET in client.get(address, {"id": hidden.pk}).content.decode()


def test_uploading_a_rule_for_a_hidden_place_answers_as_if_it_were_missing(people, desk, client):
    client.force_login(people.editor)
    address = reverse("covenants_upload")
    assert client.get(address, {"area": desk.draft.pk}).status_code == 404
    assert client.get(address, {"area": people.own.pk}).status_code == 200


def test_selecting_all_takes_nothing_from_a_public_page(people, client):
    collection = body_collection(people.own)
    shown, spare = (DocumentFactory(title=name, collection=collection) for name in "甲乙")
    block = {"type": "attachment", "id": "1", "value": {"title": "表", "document": shown.pk}}
    ReferenceIndex.create_or_update_for_object(
        CovenantPageFactory(parent=GroupPageFactory(parent=people.own), attachments=[block])
    )
    client.force_login(people.editor)
    address = reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "delete"])
    for query in (f"?id=all&childOf={collection.pk}", "?id=all", f"?id=all&id={spare.pk}"):
        client.post(address + query)
        assert {*get_document_model().objects.all()} == {shown, spare}
    answer = client.post(f"{address}?id=all&q=乙")
    assert "请逐个勾选" in str([*get_messages(answer.wsgi_request)][-1])
    client.post(f"{address}?id={spare.pk}")
    assert {*get_document_model().objects.all()} == {shown}


@pytest.mark.parametrize("narrowed", ["q=甲", "tag=甲", "usage_count_max=0"])
def test_selecting_all_of_a_narrowed_list_takes_nothing_that_is_not_in_it(people, client, narrowed):
    collection = body_collection(people.own)
    files = {DocumentFactory(title=name, collection=collection) for name in "甲乙"}
    client.force_login(people.editor)
    address = reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "delete"])
    answer = client.post(f"{address}?id=all&childOf={collection.pk}&{narrowed}")
    assert {*get_document_model().objects.all()} == files
    assert "请逐个勾选" in str([*get_messages(answer.wsgi_request)][-1])


def test_a_file_is_not_changed_while_the_text_around_it_waits(people, client):
    document = DocumentFactory(title="席面表", collection=body_collection(people.own))
    block = {"type": "attachment", "id": "1", "value": {"title": "表", "document": document.pk}}
    page = CovenantPageFactory(
        parent=GroupPageFactory(parent=people.own), attachments=[block], live=False
    )
    page.save_revision(user=people.editor)
    edit = reverse("wagtaildocs:edit", args=[document.pk])
    remove = reverse("wagtaildocs:delete", args=[document.pk])
    changed = {"title": "换了", "collection": document.collection_id}
    page.get_workflow().start(page, people.editor)
    client.force_login(people.editor)
    told = [*get_messages(client.post(edit, changed).wsgi_request)]
    assert "正在审核" in str(told[-1])
    client.post(remove)
    document.refresh_from_db()
    assert document.title == "席面表"
    page.current_workflow_state.cancel(user=people.editor)
    revisions = Revision.objects.filter(object_id=str(page.pk))
    revisions.update(approved_go_live_at=timezone.now())
    client.post(edit, changed)
    document.refresh_from_db()
    assert document.title == "席面表"
    revisions.update(approved_go_live_at=None)
    client.post(edit, changed)
    document.refresh_from_db()
    assert document.title == "换了"
