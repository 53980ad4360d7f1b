"""Every text that readers can see is scanned, on every kind of page, whichever way it goes live."""

import io

import docx
import pytest
from django.apps import apps
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from modelcluster.models import get_all_child_relations
from taggit.models import ItemBase
from wagtail.blocks import (
    BaseStreamBlock,
    BaseStructBlock,
    BooleanBlock,
    ChooserBlock,
    ListBlock,
    RichTextBlock,
)
from wagtail.documents import get_document_model
from wagtail.fields import StreamField
from wagtail.rich_text import RichText

from covenants.importing import import_rules
from covenants.models import CovenantPage, Edition
from covenants.rule_files import RuleFile
from safety.findings import find_on
from safety.models import CleanFile, OfficeContact
from safety.public_texts import not_public
from tests.factories import (
    ConsultationPageFactory,
    CovenantPageFactory,
    FeaturePageFactory,
    HouseholdPageFactory,
    VillagePageFactory,
)
from villages.models import PublicPage, VillagePage
from villages.planting import plant

MOBILE = "13900000123"
PLANTED = f"电话{MOBILE}"

PAGE_MODELS = [
    model
    for model in apps.get_models()
    if issubclass(model, PublicPage) and not model._meta.abstract
]


def planted_block(block):
    """(a value with the number in every text of the block, how many texts there are)."""
    if isinstance(block, BaseStreamBlock):
        made = [(name, *planted_block(child)) for name, child in block.child_blocks.items()]
        rows = [(name, value) for name, value, _count in made]
        return block.normalize(rows), sum(count for *_, count in made)
    if isinstance(block, BaseStructBlock):
        made = {name: planted_block(child) for name, child in block.child_blocks.items()}
        value = block.normalize({name: value for name, (value, _count) in made.items()})
        return value, sum(count for _value, count in made.values())
    if isinstance(block, ListBlock):
        value, count = planted_block(block.child_block)
        return block.normalize([value]), count
    if isinstance(block, RichTextBlock):
        return RichText(f"<p>电话<b>{MOBILE[:4]}</b>{MOBILE[4:]}</p>"), 1
    if isinstance(block, BooleanBlock):
        return True, 0
    if isinstance(block, ChooserBlock) or not isinstance(block.get_default(), str | None):
        return None, 0
    if hasattr(block.field, "choices") or type(block.field).__name__ in {"DateField"}:
        return None, 0
    return PLANTED, 1


def plant_in_fields(instance):
    """Puts the number into every text field; {field name: how many texts}."""
    wanted = {}
    for field in instance._meta.get_fields():
        if getattr(field, "choices", None) or not getattr(field, "editable", False):
            continue
        if field.name in not_public(type(instance)) | {"draft_title", "url_path"}:
            continue
        if isinstance(field, StreamField):
            value, count = planted_block(field.stream_block)
            setattr(instance, field.name, value)
            wanted[field.name] = count
        elif field.get_internal_type() in {"CharField", "TextField", "SlugField", "URLField"}:
            setattr(instance, field.name, PLANTED)
            wanted[field.name] = 1
    return wanted


@pytest.mark.django_db
@pytest.mark.parametrize("model", PAGE_MODELS, ids=lambda model: model.__name__)
def test_a_number_in_any_text_of_any_page_is_found(model):
    page = model()
    wanted = plant_in_fields(page)
    for relation in get_all_child_relations(model):
        row_model = relation.related_model
        if issubclass(row_model, ItemBase) or relation.name == "wagtail_admin_comments":
            continue
        row = row_model()
        count = sum(plant_in_fields(row).values())
        getattr(page, relation.get_accessor_name()).add(row)
        wanted[relation.get_accessor_name()] = count
    found = {}
    for located in find_on(page):
        assert MOBILE not in located.message
        found[located.text.field] = found.get(located.text.field, 0) + 1
    assert found == {name: count for name, count in wanted.items() if count}
    assert "title" in found


@pytest.mark.django_db
def test_tags_pictures_and_documents_beside_a_page_are_public():
    page = FeaturePageFactory()
    page.tags.add(f"案例{MOBILE}")
    document = stored_document("名单13800000123.docx", word_file("联系人 ligf@example.com"))
    document.tags.add("云E12345")
    page.language_versions.add(language_version(document))
    found = {located.finding.kind for located in find_on(page)}
    assert found == {"mobile", "email", "plate"}


@pytest.mark.django_db
def test_a_clean_file_is_opened_once_for_the_same_rules():
    page = FeaturePageFactory()
    document = stored_document("通知.docx", word_file("办客从简。"))
    page.language_versions.add(language_version(document))
    assert find_on(page) == []
    assert CleanFile.objects.filter(digest=document.file_hash).exists()
    document.file.storage.delete(document.file.name)
    assert find_on(page) == []


@pytest.mark.django_db
def test_what_is_not_for_residents_is_not_scanned():
    household = HouseholdPageFactory(consent_scope=f"已电话确认{MOBILE}")
    covenant = CovenantPageFactory()
    document = stored_document("签到表.docx", word_file(PLANTED))
    covenant.attachments = [
        ("attachment", {"title": "签到表", "document": document, "public": False})
    ]
    assert find_on(household) == find_on(covenant) == []
    covenant.attachments[0].value["public"] = True
    assert [one.finding.kind for one in find_on(covenant)] == ["mobile"]


@pytest.mark.django_db
def test_the_message_names_the_place_and_a_way_to_put_it_but_not_the_number():
    page = CovenantPageFactory(
        articles=["办客从简。", f"有事找组长，电话{MOBILE}，不要外传。"], live=False
    )
    with pytest.raises(ValidationError) as refused:
        page.save_revision().publish()
    (message,) = refused.value.messages
    assert "正文" in message and "139******23" in message and MOBILE not in message


@pytest.mark.django_db
@pytest.mark.parametrize("way", ["save", "revision", "schedule", "plant"])
def test_no_way_of_publishing_takes_it(way):
    page = ConsultationPageFactory(live=False, result=PLANTED)
    village = VillagePageFactory()
    with pytest.raises(ValidationError, match="139"):
        if way == "save":
            page.live = True
            page.save()
        elif way == "revision":
            page.save_revision().publish()
        elif way == "schedule":
            page.save_revision().publish(log_action="wagtail.publish.scheduled")
        else:
            page.pk = page.id = None
            plant(village, [type(page)(title="议题", slug="yiti", result=PLANTED)])
    page = type(page).objects.get(result=PLANTED)
    assert not page.live


@pytest.mark.django_db
def test_a_draft_and_a_draft_beside_a_public_text_may_be_saved():
    page = ConsultationPageFactory(result="同意。")
    page.result = PLANTED
    page.save_revision()
    assert ConsultationPageFactory(live=False, result=PLANTED).pk
    with pytest.raises(ValidationError):
        page.get_latest_revision().publish()
    assert type(page).objects.get(pk=page.pk).result == "同意。"


@pytest.mark.django_db
def test_an_import_refuses_the_file_with_the_place_and_takes_the_others():
    village = VillagePageFactory(code="532391001001")

    def file(kind, second, year=2024):
        text = f"章程\n第一条 办客从简。\n第二条 {second}\n{year}年5月1日通过"
        return RuleFile(f"{kind}.txt", text.encode(), code=village.code, kind=kind)

    files = [file("covenant", PLANTED), file("ceremonies", "礼金不超过一百元。")]
    bad, good = import_rules(files, publish=True)
    assert (bad.status, good.status) == ("refused", "created")
    assert "139******23" in bad.message and MOBILE not in bad.message
    assert not CovenantPage.objects.exists()

    (again,) = import_rules([file("ceremonies", PLANTED, year=2025)], publish=True)
    assert again.status == "refused"
    assert Edition.objects.count() == 1


@pytest.mark.django_db
def test_planting_clean_pages_asks_nothing_more(django_assert_num_queries):
    pages = [
        VillagePage(title=f"松林{n}村", name=f"松林{n}村", slug=f"songlin-{n}") for n in range(3)
    ]
    with django_assert_num_queries(0):
        assert [find_on(page) for page in pages] == [[], [], []]


@pytest.mark.django_db
def test_registered_office_numbers_pass_at_their_place_and_below():
    here, elsewhere = VillagePageFactory(), VillagePageFactory()
    OfficeContact.objects.create(
        value="0878-3123456", office="云台镇党政办", area=here.get_parent()
    )
    text = "有事打电话：（0878）3123456。"
    assert ConsultationPageFactory(parent=here, result=text).live
    with pytest.raises(ValidationError):
        ConsultationPageFactory(parent=elsewhere, result=text)


@pytest.mark.django_db
def test_an_office_contact_is_a_number_or_an_address():
    with pytest.raises(ValidationError):
        OfficeContact(value="云台镇", office="云台镇").full_clean()
    OfficeContact(value="3123456", office="云台镇").full_clean()


def word_file(text):
    document, buffer = docx.Document(), io.BytesIO()
    document.add_paragraph(text)
    document.save(buffer)
    return buffer.getvalue()


def stored_document(name, content):
    document = get_document_model()(title="名单")
    document.file.save(name, ContentFile(content), save=False)
    document._set_document_file_metadata()
    document.save()
    return document


def language_version(document):
    from wagtail.models import Locale

    from villages.models import LanguageVersion

    locale, _ = Locale.objects.get_or_create(language_code="ii")
    return LanguageVersion(language=locale, title="彝文", pdf=document, picture_text="一份文件")
