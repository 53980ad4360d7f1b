"""Recordings and versions in other languages: whose text they give, and when they do no more."""

import datetime

import pytest
import wagtail_factories
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.documents import get_document_model
from wagtail.models import Locale, PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from tests import factories as make
from tests import sounds
from villages.models import LanguageVersion, Recording

pytestmark = pytest.mark.django_db
QUERIES = 20
PLAIN = ("title", "honour", "level", "granting_body", "granted_on", "story", "consent_given_on")


@pytest.fixture(autouse=True)
def media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path


@pytest.fixture
def sound():
    return get_document_model().objects.create(
        title="录音", file=ContentFile(sounds.wav(), "luyin.wav")
    )


@pytest.fixture
def rule(sound):
    """A covenant of one edition with a recording of it."""
    page = make.CovenantPageFactory(articles=["酒席不超过二十桌。"])
    page.recordings.create(document=sound, edition_number=1, made_by="村广播员")
    page.save_revision().publish()
    return page


def html_of(client, url):
    response = client.get(url)
    assert response.status_code == 200
    return response.content.decode()


def english(page, **fields):
    row = {
        "language": Locale.objects.get(language_code="en"),
        "title": "Rules of Songlin",
        "text": "<p>No more than ten tables.<script>alert(1)</script></p>",
        "edition_number": 1,
        **fields,
    }
    page.language_versions.create(**row)
    page.save_revision().publish()
    return f"{page.url}yuyan/en/"


def test_a_rules_recording_is_offered_with_who_reads_it(client, rule, sound):
    html = html_of(client, rule.url)
    assert f'src="{sound.url}"' in html and "<audio controls" in html
    assert "村广播员念" in html


def test_a_recording_of_an_older_edition_is_named_and_only_offered_there(client, rule, sound):
    make.next_edition(rule, "酒席不超过十桌。", effective_from=datetime.date(2024, 4, 1))
    html = html_of(client, rule.url)
    assert "<audio" not in html
    assert "念的是第1版" in html
    assert f"{rule.url}?on=2023-05-12" in html
    assert f'src="{sound.url}"' in html_of(client, f"{rule.url}?on=2023-06-01")


def test_a_rules_recording_without_an_edition_is_never_offered(client, rule):
    Recording.objects.filter(page=rule).update(edition_number=None)
    assert "<audio" not in html_of(client, rule.url)


@pytest.mark.parametrize(
    ("factory", "field"),
    [
        (make.HouseholdPageFactory, "story"),
        (make.ConsultationPageFactory, "result"),
        (make.FeaturePageFactory, "summary"),
    ],
)
def test_a_recording_of_a_text_that_has_changed_is_not_offered(client, sound, factory, field):
    page = factory()
    page.recordings.create(document=sound)
    page.save_revision().publish()
    assert "<audio" in html_of(client, page.url)
    setattr(page, field, "完全不同的一段话。")
    page.save_revision().publish()
    html = html_of(client, page.url)
    assert "<audio" not in html and "录好以后文字又改过" in html
    row = page.recordings.first()
    row.checked_on = row.checked_on + datetime.timedelta(days=1)
    page.recordings = [row]
    page.save_revision().publish()
    assert "<audio" in html_of(client, page.url)


def test_a_follow_up_leaves_the_recording_of_a_record_right(client, sound):
    page = make.ConsultationPageFactory()
    page.recordings.create(document=sound)
    page.save_revision().publish()
    value = {"date": "2025-04-02", "text": "已踏勘。", "by": ""}
    page.follow_ups = page._meta.get_field("follow_ups").to_python(
        [{"type": "follow_up", "value": value}]
    )
    page.save_revision().publish()
    assert "<audio" in html_of(client, page.url)


def test_a_recording_in_a_draft_is_not_public(client, sound):
    page = make.HouseholdPageFactory()
    page.recordings.create(document=sound)
    page.save_revision()
    assert "<audio" not in html_of(client, page.url)
    assert client.get(sound.url).status_code == 404


def test_only_recordings_are_taken(sound):
    text = get_document_model().objects.create(title="x", file=ContentFile(b"x", "x.txt"))
    with pytest.raises(ValidationError) as refused:
        Recording(document=text).full_clean(exclude=["page"])
    assert "document" in refused.value.message_dict
    Recording(document=sound).full_clean(exclude=["page"])


def test_a_version_in_another_language_stands_below_the_page(client, rule):
    url = english(rule)
    page = html_of(client, rule.url)
    assert "其他语言：" in page and f'href="{url}" hreflang="en"' in page and "（文字）" in page
    html = html_of(client, url)
    assert '<h1 lang="en">Rules of Songlin</h1>' in html
    assert '<div class="translation" lang="en">' in html
    assert "以汉文文本为准" in html and "译的是第1版" in html
    assert "<script>alert" not in html
    assert "内容可能不同" not in html
    assert f'href="{rule.url}"' in html


def test_a_translation_of_an_older_edition_says_so(client, rule):
    url = english(rule)
    make.next_edition(rule, "酒席不超过十桌。", effective_from=datetime.date(2024, 4, 1))
    assert "现在的汉文是第2版，内容可能不同。" in html_of(client, url)


def test_yi_comes_as_picture_and_recording_with_its_words(client, rule, sound):
    url = english(
        rule,
        language=Locale.objects.get(language_code="ii"),
        title="松林村村规民约（彝文）",
        text="",
        picture=wagtail_factories.ImageFactory(),
        picture_text="酒席不超过二十桌。",
        recording=sound,
    ).replace("/en/", "/ii/")
    assert "彝语</span>（图片、录音）" in html_of(client, rule.url)
    html = html_of(client, url)
    assert "酒席不超过二十桌。" in html and f'src="{sound.url}"' in html
    assert "彝语文字的图片，内容写在下面" in html
    assert client.get(sound.url).status_code == 200


def test_languages_need_something_to_read_and_words_for_pictures(sound):
    ii, chinese = Locale.objects.get(language_code="ii"), Locale.get_default()
    for fields, name in (
        ({"language": chinese, "text": "x"}, "language"),
        ({"language": ii}, "__all__"),
        ({"language": ii, "picture": wagtail_factories.ImageFactory()}, "picture_text"),
        ({"language": ii, "pdf": sound, "picture_text": "字"}, "pdf"),
    ):
        with pytest.raises(ValidationError) as refused:
            LanguageVersion(title="x", **fields).full_clean(exclude=["page"])
        assert name in refused.value.message_dict


def test_what_is_not_public_has_no_public_language(client, rule):
    url = english(rule)
    assert client.get(f"{rule.url}yuyan/ii/").status_code == 404
    assert client.get(f"{rule.url}yuyan/en/mehr/").status_code == 404
    restriction = PageViewRestriction.objects.create(
        page=rule.page_ptr, restriction_type=PageViewRestriction.LOGIN
    )
    assert client.get(url).status_code == 404
    restriction.delete()
    rule.unpublish()
    assert client.get(url).status_code == 404


def test_recordings_and_languages_cost_the_same_however_many(client, rule, sound):
    url = english(rule)

    def count(address):
        client.get(address)
        with CaptureQueriesContext(connection) as seen:
            assert client.get(address).status_code == 200
        return len(seen)

    few, few_there = count(rule.url), count(url)
    for number in range(5):
        rule.recordings.create(document=sound, edition_number=1, covers=f"第{number}条")
    english(rule, language=Locale.objects.get(language_code="lis"))
    assert count(rule.url) == few <= QUERIES
    assert count(url) == few_there <= QUERIES


def test_an_editor_adds_recording_and_language_in_the_pages_form(client, sound):
    page = make.HouseholdPageFactory()
    client.force_login(make.UserFactory(is_superuser=True))
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    form = client.get(address).context["form"]
    ii = Locale.objects.get(language_code="ii")
    recording = {"document": sound.pk, "speech": "普通话", "checked_on": "2025-05-01"}
    version = {"language": ii.pk, "title": "周家", "text": "null", "recording": sound.pk}
    data = nested_form_data(
        {
            **{name: form[name].value() or "" for name in form.fields if name in PLAIN},
            "slug": page.slug,
            "photos": inline_formset([]),
            "recordings": inline_formset([recording]),
            "language_versions": inline_formset([{**version, "checked_on": "2025-05-01"}]),
            "comments": inline_formset([]),
        }
    )
    response = client.post(address, data)
    assert response.status_code == 302, response.context["form"].errors
    page.refresh_from_db()
    draft = page.get_latest_revision_as_object()
    recording, version = draft.recordings.get(), draft.language_versions.get()
    assert recording.fits(page) and version.fits(page)
    data["recordings-0-document"] = ""
    refused = client.post(address, data)
    assert "document" in refused.context["form"].formsets["recordings"].errors[0]
