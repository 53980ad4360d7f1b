"""What no scan can read, what is replaced under public pages, what is public without a page."""

import io
import json
import uuid

import docx
import pytest
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from PIL import Image as PillowImage
from wagtail.contrib.settings.registry import registry as settings_registry
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.models import ReferenceIndex
from wagtail.snippets.models import get_snippet_models

from editorial.appointments import appoint
from editorial.workflow import ensure_workflow
from home.models import Footer
from safety.findings import UNREADABLE, PersonalDataFound, find_on
from safety.models import PersonalDataOverride
from safety.records import guarded_models
from safety.replacing import MOST_PAGES
from search.models import CommonQuestion, Synonym
from tests.factories import (
    ConsultationPageFactory,
    CovenantPageFactory,
    UserFactory,
    VillagePageFactory,
)
from tests.safety import hostile

pytestmark = pytest.mark.django_db
Document, Image = get_document_model(), get_image_model()
MOBILE = "13900000123"


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


def stored(name, content):
    """A document from before the present checks: put in the place of a file that passed them."""
    document = Document.objects.create(title="附件", file=ContentFile("约".encode(), "a.txt"))
    document.file.save(name, ContentFile(content), save=False)
    fields = {"file": document.file.name, "file_hash": uuid.uuid4().hex}
    Document.objects.filter(pk=document.pk).update(**fields)
    return Document.objects.get(pk=document.pk)


def attached(document, **fields):
    value = {"title": "酒席标准", "document": document.pk, "public": True}
    blocks = [{"type": "attachment", "id": str(uuid.uuid4()), "value": value}]
    return CovenantPageFactory(attachments=blocks, **fields)


def scanned_pdf() -> bytes:
    target = io.BytesIO()
    PillowImage.new("RGB", (200, 200), (9, 9, 9)).save(target, format="PDF")
    return target.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.docx", hostile.word()[:900], "已损坏"),
        ("a.pdf", scanned_pdf(), "扫描"),
        ("a.pdf", b"%PDF-1.7\nnothing", "已损坏"),
        ("a.zip", hostile.packed({"a.exe": b"MZ"}), "不是能查的格式"),
        ("a.doc", hostile.TXT["old Word"], "不是能查的格式"),
    ],
)
def test_a_file_that_cannot_be_read_blocks_until_a_reviewer_has_looked(client, name, content, why):
    document = stored(name, content)
    page = attached(document, live=False)
    (found,) = find_on(page)
    assert found.finding.kind == UNREADABLE and found.blocks and why in found.message
    page.save_revision()
    with pytest.raises(PersonalDataFound):
        page.get_latest_revision().publish()
    reviewer = UserFactory()
    appoint(reviewer, "township_reviewer", page.get_parent().get_parent())
    client.force_login(reviewer)
    address = reverse("editorial_personal_data", args=[page.pk])
    ((digest, _located),) = client.get(address).context["rows"]
    client.post(address, {"finding": digest, "reason": "打开看过，只有盖章"})
    assert PersonalDataOverride.objects.get().kind == UNREADABLE
    page.get_latest_revision().publish()
    page.refresh_from_db()
    assert page.live
    # Another file in its place is asked about again.
    Document.objects.filter(pk=document.pk).update(file_hash=uuid.uuid4().hex)
    assert find_on(page)


def with_text(text) -> bytes:
    target = io.BytesIO()
    document = docx.Document()
    document.add_paragraph(text)
    document.save(target)
    return target.getvalue()


def let_many_drafts_refer_to(document):
    """Before the public page, so that it is not among the first that are found."""
    (row,) = ReferenceIndex.get_references_to(document)
    row.delete()
    for object_id in [*map(str, range(10**6, 10**6 + 2 * MOST_PAGES)), row.object_id]:
        row.pk, row.object_id = None, object_id
        row.content_path_hash = uuid.uuid5(uuid.NAMESPACE_OID, object_id)
        row.save(force_insert=True)


def test_a_document_is_not_replaced_by_one_with_a_number_under_a_public_page(client):
    client.force_login(UserFactory(is_superuser=True, is_staff=True))
    document = Document.objects.create(
        title="附件", file=ContentFile(with_text("酒席不超过十桌"), "a.docx")
    )
    page = attached(document)
    before = document.file_hash

    def replace(content, title="附件"):
        file = SimpleUploadedFile("a.docx", content)
        address = reverse("wagtaildocs:edit", args=[document.pk])
        return client.post(address, {"title": title, "file": file, "collection": 1})

    answer = replace(with_text(f"电话：{MOBILE}"))
    assert answer.status_code == 200
    text = answer.content.decode()
    assert page.title in text and "139******23" in text and MOBILE not in text
    document.refresh_from_db()
    assert document.file_hash == before
    with document.open_file() as file:
        assert file.read()
    assert replace(with_text("酒席不超过八桌"), title=f"找{MOBILE}").status_code == 200
    assert replace(with_text("酒席不超过八桌")).status_code == 302
    document.refresh_from_db()
    assert document.file_hash != before
    document.file = ContentFile(with_text(f"电话：{MOBILE}"), "b.docx")
    with pytest.raises(ValidationError):
        document.save()
    let_many_drafts_refer_to(document)
    with pytest.raises(ValidationError):
        document.save()
    page.unpublish()
    document.save()


INSIDE = {
    "covenants.HintRule": "hints stand before editors only",
    "covenants.HintWords": "hints stand before editors only",
    "safety.OfficeContact": "numbers that may stand in public",
    "search.Miss": "shown to administrators only",
}


def unguarded(guarded) -> set[str]:
    """Labels of the records and settings that editors keep and nothing reads for numbers."""
    kept = {*get_snippet_models(), *settings_registry}
    assert {Footer, Synonym, CommonQuestion} <= kept
    return {model._meta.label for model in kept - set(guarded)} - set(INSIDE)


def test_everything_editors_keep_that_readers_see_is_guarded():
    assert unguarded(guarded_models) == set()


@pytest.mark.parametrize("model", [Footer, Synonym, CommonQuestion])
def test_a_model_left_unguarded_is_noticed(model):
    assert unguarded(set(guarded_models) - {model}) == {model._meta.label}


def test_what_needs_no_guard_is_still_kept_by_editors():
    kept = {model._meta.label for model in [*get_snippet_models(), *settings_registry]}
    assert set(INSIDE) <= kept


def test_records_refuse_numbers_whichever_way_they_are_saved_and_are_scanned(capsys):
    with pytest.raises(ValidationError):
        Synonym.objects.create(words=f"办酒、{MOBILE}")
    with pytest.raises(ValidationError):
        CommonQuestion.objects.create(text=f"找谁{MOBILE}")
    CommonQuestion.objects.bulk_create([CommonQuestion(text=f"找谁{MOBILE}", order=1)])
    call_command("scan_personal_data", all=True, json=True)
    rows = json.loads(capsys.readouterr().out)
    (row,) = [one for one in rows if one.get("record") == "search.CommonQuestion"]
    assert row["kind"] == "mobile" and MOBILE not in str(row)


def test_submitting_stops_with_the_places_marked_and_the_draft_is_kept(client):
    village = VillagePageFactory()
    editor = UserFactory()
    appoint(editor, "village_editor", village)
    ensure_workflow(village.get_root())
    page = ConsultationPageFactory(parent=village, live=False, result=f"有事打{MOBILE}。")
    page.save_revision(user=editor)
    with pytest.raises(PersonalDataFound):
        page.get_workflow().start(page, editor)
    assert page.current_workflow_state is None
    page.result = "有事到村委会。"
    page.save_revision(user=editor)
    page.get_workflow().start(page, editor)
    assert page.current_workflow_state is not None
    assert Footer in guarded_models
