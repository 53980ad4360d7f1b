"""What stays behind: files that nothing refers to, zips past their day, words in shared files."""

import datetime
import os
import time

import pytest
import wagtail_factories
from django.core.files.base import ContentFile
from django.core.files.storage import storages
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.documents import get_document_model
from wagtail.models import Revision

from covenants.models import ImportBatch, ImportRow, RuleSource
from covenants.withdrawn import drop_archives
from safety.models import Erasure
from safety.withdrawal import erasing, sweeping
from safety.withdrawal.registry import NotYet
from search import outbox
from tests import factories as make

pytestmark = pytest.mark.django_db
YESTERDAY = time.time() - 25 * 3600


def stored(alias, name, content=b"x", old=True):
    storage = storages[alias]
    kept = storage.save(name, ContentFile(content))
    if old:
        os.utime(storage.path(kept), (YESTERDAY, YESTERDAY))
    return storage, kept


class TestSweeper:
    @pytest.mark.parametrize(
        ("alias", "name"),
        [
            ("private", "rules/2026/01/a.docx"),
            ("private", "procedures/b.pdf"),
            ("default", "original_images/c.png"),
            ("default", "documents/d.pdf"),
        ],
    )
    def test_old_files_without_a_row_go_new_ones_stay(self, alias, name):
        storage, old = stored(alias, name)
        _storage, new = stored(alias, f"{name}.new", old=False)
        assert sweeping.sweep() == 1
        assert not storage.exists(old) and storage.exists(new)

    def test_files_of_rows_stay(self):
        document = get_document_model().objects.create(
            title="附件", file=ContentFile(b"x", "fujian.txt")
        )
        source = RuleSource.objects.create(
            area=make.VillagePageFactory(),
            kind="covenant",
            name="示例.txt",
            sha256="0",
            file=ContentFile(b"x", "s.txt"),
        )
        for file in (document.file, source.file):
            os.utime(file.path, (YESTERDAY, YESTERDAY))
        assert sweeping.sweep() == 0

    def test_nothing_goes_where_the_database_is_not_that_of_the_files(self, monkeypatch):
        monkeypatch.setattr(sweeping, "SUSPICIOUS", 2)
        kept = [stored("private", f"scans/{number}.pdf") for number in range(3)]
        assert sweeping.sweep() == 0
        assert all(storage.exists(name) for storage, name in kept)

    def test_other_folders_are_left_alone(self):
        storage, name = stored("default", "elsewhere/x.txt")
        assert sweeping.sweep() == 0 and storage.exists(name)


class TestBatches:
    def batch(self, state, finished=None):
        batch = ImportBatch(
            scope=make.TownshipPageFactory(), name="示例.zip", state=state, finished_at=finished
        )
        batch.archive.save(f"{batch.pk}.zip", ContentFile(b"zip"), save=False)
        batch.save()
        return batch

    def has_zip(self, batch):
        batch.refresh_from_db()
        return bool(batch.archive)

    def test_zips_go_a_day_after_the_import(self):
        now = timezone.now()
        late = self.batch(ImportBatch.DONE, now - datetime.timedelta(days=2))
        fresh = self.batch(ImportBatch.DONE, now)
        storage, name = late.archive.storage, late.archive.name
        drop_archives(thorough=True)
        assert not self.has_zip(late) and not storage.exists(name)
        assert self.has_zip(fresh)

    def test_the_zip_of_a_withdrawn_text_goes_at_once(self, take_down):
        rule = make.CovenantPageFactory()
        batch = self.batch(ImportBatch.DONE, timezone.now())
        row = ImportRow.objects.create(
            batch=batch, position=1, file="示例.docx", page=rule, place=rule.get_parent().specific
        )
        take_down(rule)
        assert not self.has_zip(batch)
        row.refresh_from_db()
        assert "示例" not in row.file

    def test_a_running_import_keeps_it_until_it_is_done(self, take_down):
        rule = make.CovenantPageFactory()
        batch = self.batch(ImportBatch.RUNNING)
        ImportRow.objects.create(batch=batch, position=1, file="示例.docx", page=rule)
        take_down(rule)
        assert self.has_zip(batch) and Erasure.objects.count() == 1
        with pytest.raises(NotYet):
            drop_archives(thorough=True)
        ImportBatch.objects.update(state=ImportBatch.DONE)
        erasing.step()
        assert not self.has_zip(batch) and not Erasure.objects.exists()


class TestSharedFiles:
    def picture(self):
        return make.HouseholdPhotoFactory().image

    def test_a_picture_that_a_draft_of_another_page_uses_stays(self, take_down):
        image = self.picture()
        page = image.__class__.objects.get(pk=image.pk)
        holder = make.HouseholdPageFactory()
        holder.photos.create(image=image, alt_text="院坝")
        holder.save_revision().publish()
        drafted = make.FeaturePageFactory()
        drafted.lead_image = image
        drafted.save_revision()
        take_down(holder)
        assert page.__class__.objects.filter(pk=image.pk).exists()

    def test_the_only_users_picture_goes(self, take_down):
        photo = make.HouseholdPhotoFactory()
        photo.page.save()
        path = photo.image.file.path
        take_down(photo.page)
        assert not os.path.exists(path)
        assert not photo.image.__class__.objects.filter(pk=photo.image.pk).exists()

    def test_a_picture_of_an_earlier_draft_goes_too(self, take_down):
        feature = make.FeaturePageFactory()
        only_once = wagtail_factories.ImageFactory()
        feature.lead_image = only_once
        feature.save_revision()
        feature.lead_image = None
        feature.save_revision().publish()
        assert Revision.objects.count() == 2
        take_down(feature)
        assert not only_once.__class__.objects.filter(pk=only_once.pk).exists()


def test_queries_do_not_grow_with_the_villages(take_down):
    township, counts = make.TownshipPageFactory(), []

    def withdrawn_below(township):
        rule = make.CovenantPageFactory(parent=make.VillagePageFactory(parent=township))
        outbox.drain(wait=True)
        with CaptureQueriesContext(connection) as queries:
            take_down(rule)
        return len(queries)

    withdrawn_below(township)  # What is asked once per process.
    for number in (10, 90):
        for _ in range(number):
            make.VillagePageFactory(parent=township)
        counts.append(withdrawn_below(township))
    assert counts[0] == counts[1]
