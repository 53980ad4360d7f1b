"""An edition ordered down as a whole: a tombstone stays, its words are nowhere public."""

import datetime
import io
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.images import get_image_model
from wagtail.images.tests.utils import get_test_image_file
from wagtail.models import Locale

from covenants import validity
from covenants.models import CovenantPage, Edition
from home import background
from search import outbox
from tests import factories as make
from tests import sounds

pytestmark = pytest.mark.django_db
WORD = "麂子坡"
"""Stands in every text of the edition."""
REASON = "第二条罚款没有依据，责令改正。"
TODAY = timezone.localdate


@pytest.fixture(autouse=True)
def places(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WAGTAILSEARCH_BACKENDS = {
        "default": {"BACKEND": "search.backend", "PATH": str(tmp_path / "index")}
    }


@pytest.fixture
def sound():
    return get_document_model().objects.create(
        title="录音", file=ContentFile(sounds.wav(), "luyin.wav")
    )


@pytest.fixture
def picture():
    return get_image_model().objects.create(title="图", file=get_test_image_file())


@pytest.fixture
def page(sound, picture):
    """A covenant whose one edition carries the word everywhere, with all that may go with it."""
    page = make.CovenantPageFactory(
        parent=make.VillagePageFactory(name="松林村民委员会"),
        articles=[f"{WORD}办酒席不超过二十桌。", f"{WORD}违者罚款五百元。"],
        preamble=f"为管好{WORD}，订立本约。",
        closing=f"本约由{WORD}各户共同遵守。",
        one_minute=f"{WORD}少摆酒。",
        change_summary=f"写明{WORD}的事。",
        adopted_on=datetime.date(2023, 5, 12),
    )
    page.recordings.create(document=sound, edition_number=1, covers=WORD)
    english = Locale.objects.get(language_code="en")
    page.language_versions.create(language=english, title=WORD, text=WORD, edition_number=1)
    page.attachments = [("picture", {"picture": picture, "alt": f"{WORD}的示意图", "public": True})]
    page.save_revision().publish()
    return page


@pytest.fixture
def reviewer():
    return make.UserFactory()


def order(page, by, on=None):
    edition = Edition.objects.get(page_id=page.pk, number=1)
    validity.end_edition(edition, on=on or TODAY(), reason="ordered", note=REASON, by=by)


def addresses(page):
    day = page.editions.get(number=1).effective_from.isoformat()
    yield from (page.url, f"{page.url}?on={day}", page.comparison_url, f"{page.url}yuyan/en/")
    yield from (
        f"{page.url}{name}/{query}"
        for name in ("docx", "txt", "json")
        for query in ("", f"?on={day}")
    )
    village = page.get_parent()
    yield from ("/", village.url, f"{village.url}?on={day}", f"{village.url}zip/", "/rules/")
    yield f"{reverse('search:search')}?q={WORD}"
    yield f"{reverse('search:search')}?q={WORD}&ended=1"


def words_of(response):
    """All that an answer says, also inside zip and Word files."""
    content = b"".join(response.streaming_content) if response.streaming else response.content
    found = [content]
    for part in found:
        if part.startswith(b"PK"):
            with zipfile.ZipFile(io.BytesIO(part)) as archive:
                found += [archive.read(name) for name in archive.namelist()]
    return b"\n".join(found).decode("utf-8", "replace")


def spread(client, page):
    """Addresses that still say the word, other than by repeating the question."""
    outbox.drain(wait=True)
    told = set()
    for address in addresses(page):
        answer = words_of(client.get(address))
        if "?q=" in address:
            answer = answer if 'class="hit"' in answer and f"<mark>{WORD}</mark>" in answer else ""
        if WORD in answer:
            told.add(address)
    return told


def test_who_writes_the_next_text_is_told_what_stopped(client, page, reviewer):
    client.force_login(make.UserFactory(is_superuser=True))
    editor = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "停止施行" not in client.get(editor).content.decode()
    order(page, reviewer)
    told = client.get(editor).content.decode()
    assert "按责令改正停止施行" in told and REASON in told and "成为新的一版" in told


def test_the_words_are_nowhere_public_any_more(client, page, reviewer, sound, picture):
    before = spread(client, page)
    assert len(before) >= 10, f"the word should stand nearly everywhere: {before}"
    url = reverse("wagtaildocs_serve", args=[sound.pk, sound.filename])
    assert client.get(url).status_code == 200
    assert picture.renditions.exists()
    order(page, reviewer)
    assert spread(client, page) == set()
    assert client.get(url).status_code == 404
    assert not picture.renditions.exists()


def test_a_tombstone_with_date_and_reason_stays(client, page, reviewer):
    order(page, reviewer)
    response = client.get(page.url)
    html = response.content.decode()
    assert response.status_code == 200
    assert "按责令改正停止施行" in html and REASON in html and "已经撤下" in html
    assert page.shown_edition.title in html and "2023年5月12日" in html
    assert "docx/" not in html and "noindex" in html


def test_an_order_for_a_later_day_leaves_the_words_until_then(client, page, reviewer):
    order(page, reviewer, on=TODAY() + datetime.timedelta(days=3))
    assert WORD in client.get(page.url).content.decode()


def test_pictures_go_on_the_day_of_a_later_order(client, page, reviewer, picture):
    client.get(page.url)
    assert picture.renditions.exists()
    today = TODAY()
    day = today + datetime.timedelta(days=1)
    order(page, reviewer, on=day)
    background.turn_editions(today - datetime.timedelta(days=1), today)
    assert picture.renditions.exists()
    background.turn_editions(today, day)
    assert not picture.renditions.exists()


def test_the_next_edition_is_not_compared_with_it(client, page, reviewer):
    order(page, reviewer)
    page = CovenantPage.objects.get(pk=page.pk)
    chapter = page.body[0].value["articles"]
    chapter[0]["text"], chapter[1]["text"] = "办酒席不超过十五桌。", "互相提醒。"
    page.preamble, page.closing, page.one_minute = "订立本约。", "共同遵守。", ""
    page.title, page.change_summary, page.adopted_on = "松林村村规民约", "不再罚款。", TODAY()
    page.effective_from, page.attachments = None, []
    page.save_revision().publish()
    page = CovenantPage.objects.get(pk=page.pk)
    assert page.shown_edition.number == 2
    html = client.get(page.url).content.decode()
    assert "十五桌" in html and WORD not in html and "bijiao/?from=1" not in html
    for query in ("", "?from=1&to=2"):
        assert WORD not in client.get(page.comparison_url + query).content.decode()
    assert spread(client, page) == set()


def test_taking_the_order_back_brings_the_words_back(client, page, reviewer):
    before = spread(client, page)
    order(page, reviewer)
    validity.take_end_back(Edition.objects.get(page_id=page.pk, number=1), by=reviewer)
    assert spread(client, page) == before


def test_a_repealed_text_stays_readable(client, page, reviewer):
    edition = Edition.objects.get(page_id=page.pk, number=1)
    validity.end_edition(edition, on=TODAY(), reason="repealed", note="另立新约。", by=reviewer)
    assert WORD in client.get(page.url).content.decode()
