"""What an ordinary deletion leaves: the fact in the log, and nothing of the words."""

from pathlib import Path

import pytest
import wagtail_factories
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.images import get_image_model
from wagtail.models import ModelLogEntry, Page, PageLogEntry, Revision

from home.site_setup import ensure_site
from safety.models import Erasure, Withdrawal
from safety.withdrawal import erasing, registry, wagtail_rows
from search import outbox
from tests import factories as make
from tests.safety.withdrawal.planting import Media, Words, in_files, in_tables
from tests.safety.withdrawal.test_nothing_left import MODELS, planted

WORDS = Words("驫飝灪纞厵", "Qqddeleted")
# What came for the place and belongs to no page stays on its desk; the zip and list of a whole
# import go a day after it.
STAYS = {
    "covenants_rulesource",
    "covenants_sourcescan",
    "covenants_importbatch",
}


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_no_words_are_left_of_a_deleted_page_of_any_kind(client, folders):
    ensure_site()
    village = make.VillagePageFactory(code="532391101201")
    pages, media = [], []
    for number, model in enumerate(MODELS):
        page, held = planted(model, village, WORDS, number)
        pages.append(page)
        media += [Path(one.file.path) for one in held.all]
    outbox.drain(wait=True)
    addresses = [page.url for page in pages]
    assert {client.get(address).status_code for address in addresses} == {200}
    assert in_files(folders / "index", WORDS) and in_files(folders / "media", WORDS)
    user = make.UserFactory(is_superuser=True)

    for page in pages:
        Page.objects.get(pk=page.pk).delete(user=user)

    assert {client.get(address).status_code for address in addresses} == {404}
    assert not any(path.exists() for path in media)
    left = {name.split(".")[0] for name in in_tables(connection, WORDS)}
    assert left - STAYS == set()
    assert in_files(folders / "media", WORDS) == []
    assert not Erasure.due().exists() and Erasure.objects.count() >= len(pages)
    erasing.step()
    assert in_files(folders / "index", WORDS) == []
    assert not Erasure.objects.exists() and not Withdrawal.objects.exists()
    entries = PageLogEntry.objects.filter(action="wagtail.delete", deleted=True)
    entries = entries.filter(page_id__in=[page.pk for page in pages])
    assert entries.count() == len(pages)
    assert {entry.label for entry in entries} == {wagtail_rows.DELETED_LABEL}
    assert {entry.user_id for entry in entries} == {user.pk}
    assert all(entry.timestamp <= timezone.now() for entry in entries)


@pytest.mark.django_db
class TestMedia:
    @pytest.fixture
    def image(self):
        return wagtail_factories.ImageFactory()

    @pytest.fixture
    def holder(self, committed):
        """Makes a published page that shows a picture."""

        def made(image, **where):
            with committed():
                page = make.HouseholdPageFactory(**where)
                page.photos.create(image=image, alt_text="院坝")
                page.save_revision().publish()
            return page

        return made

    def there(self, image):
        return get_image_model().objects.filter(pk=image.pk).exists()

    def test_what_two_pages_of_a_deleted_village_shared_goes(self, image, holder, committed):
        village = make.VillagePageFactory()
        for _ in range(2):
            holder(image, parent=village)
        with committed():
            Page.objects.get(pk=village.pk).delete()
        assert not self.there(image)

    def test_what_another_page_uses_stays_until_it_goes_too(self, image, holder, committed):
        first, second = holder(image), holder(image)
        with committed():
            first.delete()
        assert self.there(image)
        connection.run_on_commit.clear()  # As the commit would.
        with committed():
            second.delete()
        assert not self.there(image)

    def test_what_a_draft_uses_stays(self, image, holder, committed):
        holder, drafted = holder(image), make.FeaturePageFactory()
        drafted.lead_image = image
        drafted.save_revision()
        with committed():
            holder.delete()
        assert self.there(image)

    def test_what_an_earlier_draft_of_the_page_used_goes(self, image, committed):
        feature = make.FeaturePageFactory()
        feature.lead_image = image
        feature.save_revision()
        feature.lead_image = None
        feature.save_revision().publish()
        assert Revision.objects.count() == 2
        with committed():
            feature.delete()
        assert not self.there(image)

    def test_drafts_that_cannot_be_opened_hold_up_nothing(self, image, holder, committed):
        """What another page's names stays: nobody can tell that it does not use it."""
        page, other, holder = make.CovenantPageFactory(), make.CovenantPageFactory(), holder(image)
        for one in (page, other):
            revision = one.save_revision()
            broken = revision.content | {"body": [{"type": "unknown", "value": image.pk}]}
            Revision.objects.filter(pk=revision.pk).update(content=broken)
        with committed():
            page.delete()
            holder.delete()
        assert not Page.objects.filter(pk__in=[page.pk, holder.pk]).exists()
        assert self.there(image) and not Erasure.with_leftovers().exists()
        with committed():
            other.delete()
        assert not Page.objects.filter(pk=other.pk).exists()

    def test_a_number_in_the_text_is_no_use_of_a_picture(self, image, committed):
        page = make.HouseholdPageFactory(story=f"示例：共 {image.pk} 桌。")
        page.save_revision().publish()
        with committed():
            page.delete()
        assert self.there(image)

    def test_a_deletion_that_is_rolled_back_leaves_all_as_it_was(self, image, holder, committed):
        page = holder(image)
        with committed(), pytest.raises(ZeroDivisionError), transaction.atomic():
            page.delete()
            raise ZeroDivisionError
        assert self.there(image) and Revision.objects.exists() and not Erasure.objects.exists()
        assert not PageLogEntry.objects.filter(label=wagtail_rows.DELETED_LABEL).exists()


@pytest.mark.django_db
def test_the_log_of_a_deleted_picture_and_document_keeps_no_title(admin_client, committed):
    media = Media(WORDS, 1)
    for name, one in (("wagtailimages", media.picture), ("wagtaildocs", media.document)):
        with committed():
            assert admin_client.post(reverse(f"{name}:delete", args=[one.pk])).status_code == 302
    for one in media.all[2:]:
        one.delete()
    entries = ModelLogEntry.objects.filter(action="wagtail.delete")
    assert entries.count() == 2 and all(entry.user_id for entry in entries)
    assert not [name for name in in_tables(connection, WORDS) if "logentry" in name]


@pytest.mark.django_db
def test_the_editors_button_is_the_same(admin_client, committed):
    page = make.HouseholdPageFactory(title=WORDS.text, story=WORDS.text)
    page.save_revision(log_action=True).publish()
    with committed():
        answer = admin_client.post(reverse("wagtailadmin_pages:delete", args=[page.pk]))
    assert answer.status_code == 302 and not Page.objects.filter(pk=page.pk).exists()
    assert [name for name in in_tables(connection, WORDS) if "django_session" not in name] == []


@pytest.mark.django_db
def test_queries_for_each_page_of_a_deleted_village_are_bounded(committed):
    def queries(number, own=True):
        village = make.VillagePageFactory()
        for _ in range(number):
            page = make.HouseholdPageFactory(parent=village)
            for _ in range(3):
                page.save_revision()
        with CaptureQueriesContext(connection) as captured, committed():
            village = Page.objects.get(pk=village.pk)
            if own:
                village.delete()
            else:
                with registry.left_alone():
                    village.delete()
        return len(captured)

    queries(1)  # What is asked once per process.
    few, more, many = queries(5), queries(10), queries(20)
    each, plain = (more - few) / 5, (queries(20, own=False) - queries(10, own=False)) / 10
    # Of forty pages and more some statements are split in two.
    assert (many - more) / 10 - each < 1
    assert each - plain <= 42
