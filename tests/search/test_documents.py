"""Documents of many objects: what they hold, and that many cost as many queries as few."""

import datetime

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from wagtail.models import Page
from wagtail_factories import ImageFactory

from home.models import FeaturePage
from search.analyzer import index_terms
from search.documents import documents_of
from search.management.commands.update_index import Command as UpdateIndex
from search.schema import ENDED, LIVE
from tests.factories import (
    ConsultationPageFactory,
    CouncilPageFactory,
    CovenantPageFactory,
    FeaturePageFactory,
    GroupPageFactory,
    HouseholdPageFactory,
    VillagePageFactory,
    next_edition,
)
from villages.models import AreaAlias, VillagePage

pytestmark = pytest.mark.django_db

MANY, FEW = 40, 10


def a_covenant(number):
    page = CovenantPageFactory(
        parent=VillagePageFactory(), articles=(f"限{number}桌。", "爱护山林。")
    )
    page.tags.add("酒席", f"标签{number}")
    page.save()
    if number % 2:
        next_edition(page, "不办酒。", effective_from=datetime.date(2024, 1, number % 28 + 1))
    return page


def a_draft(number):
    return CovenantPageFactory(parent=VillagePageFactory(), live=False, adopted_on=None)


def a_charter(number):
    return CouncilPageFactory(parent=GroupPageFactory())


def a_consultation(number):
    page = ConsultationPageFactory(parent=GroupPageFactory(), title=f"第{number}次协商")
    page.statements = [("statement", {"speaker": "村民代表A", "text": "先修路。"})]
    page.tags.add("道路")
    page.save()
    return page


def a_household(number):
    page = HouseholdPageFactory()
    page.tags.add("邻里")
    page.save()
    return page


def a_feature(number):
    picture = {"image": ImageFactory(), "alt_text": "院坝", "caption": "图注"}
    return FeaturePageFactory(body=[("heading", "做法"), ("picture", picture)])


def a_village(number):
    village = VillagePageFactory()
    AreaAlias.objects.create(area=village, kind=AreaAlias.NAME, value=f"旧名{number}")
    return village


def a_group(number):
    return GroupPageFactory()


def indexed(pks):
    """Pages as a drain or a rebuild reads them."""
    model = Page.objects.get(pk=pks[0]).specific_class
    return list(model.get_indexed_objects().filter(pk__in=pks).order_by("pk"))


def queries_of(objects):
    ContentType.objects.clear_cache()
    ContentType.objects.get_for_model(type(objects[0]))
    with CaptureQueriesContext(
        connection,
    ) as queries:
        assert len(documents_of(objects)) == len(objects)
    return [query["sql"] for query in queries]


@pytest.mark.parametrize(
    "make",
    [
        a_covenant,
        a_draft,
        a_charter,
        a_consultation,
        a_household,
        a_feature,
        a_village,
        a_group,
    ],
)
def test_many_pages_cost_as_many_queries_as_few(make):
    pks = [make(number).pk for number in range(MANY)]
    documents_of(indexed(pks[:1]))
    few, many = queries_of(indexed(pks[:FEW])), queries_of(indexed(pks))
    assert len(many) == len(few), "\n".join(many)


def test_pages_read_in_bulk_say_what_each_says_alone():
    pages = [make(number) for make in (a_covenant, a_consultation, a_village) for number in (1, 2)]
    pages.append(a_draft(3))
    together = documents_of([p for page in pages for p in indexed([page.pk])])
    for page, document in zip(pages, together, strict=True):
        alone = type(page).objects.get(pk=page.pk)
        columns = alone.search_columns()
        assert document["year"] == (columns["year"] or 0)
        assert document["date"] == (columns["date"].toordinal() if columns["date"] else 0)
        assert bool(document["flags"] & LIVE) is alone.live
        assert document["t_search_text"] == index_terms(alone.search_text)


def document_of(page):
    return documents_of(indexed([page.pk]))[0]


def test_pages_are_dated_by_what_happened_in_life():
    day = datetime.date(2024, 3, 1)
    assert document_of(CovenantPageFactory(effective_from=day))["date"] == day.toordinal()
    consultation = ConsultationPageFactory(
        started_at=datetime.datetime(2025, 3, 12, 17, tzinfo=datetime.UTC)
    )
    assert document_of(consultation)["date"] == datetime.date(2025, 3, 13).toordinal()
    assert document_of(HouseholdPageFactory())["date"] == datetime.date(2024, 5, 15).toordinal()
    assert document_of(FeaturePageFactory())["date"] == datetime.date(2025, 6, 1).toordinal()
    assert document_of(VillagePageFactory())["date"] == 0


def test_only_rules_that_do_not_hold_today_are_marked_as_ended():
    today = timezone.localdate()
    page = CovenantPageFactory()
    assert not document_of(page)["flags"] & ENDED
    page.editions.get().end(today, "repealed")
    assert document_of(page)["flags"] & ENDED
    coming = CovenantPageFactory(effective_from=today + datetime.timedelta(days=3))
    assert document_of(coming)["flags"] & ENDED
    assert not document_of(ConsultationPageFactory())["flags"] & ENDED


def test_the_edition_of_today_is_read_and_neither_the_next_nor_the_one_before():
    page = CovenantPageFactory(articles=("不超过二十桌。",))
    next_edition(page, "不超过十桌。", effective_from=datetime.date(2024, 1, 1))
    coming = timezone.localdate() + datetime.timedelta(days=30)
    next_edition(page, "不超过八桌。", effective_from=coming)
    read = indexed([page.pk])
    documents_of(read)
    assert "十桌" in read[0].search_text
    assert "二十桌" not in read[0].search_text and "八桌" not in read[0].search_text
    assert read[0].edition_in_force.number == 2


def test_a_feature_is_found_by_its_headings_paragraphs_and_captions():
    feature = a_feature(1)
    feature.body.append(("paragraph", "<p>酒席由<b>二十桌</b>降到十桌。</p>"))
    feature.save()
    text = FeaturePage.objects.get(pk=feature.pk).search_text
    for words in ("做法", "院坝", "图注", "二十桌"):
        assert words in text
    assert "<b>" not in text


def test_a_rebuild_reads_chunks_by_key_so_that_a_deleted_page_hides_no_other():
    villages = [VillagePageFactory() for _ in range(6)]
    seen = []
    for chunk in UpdateIndex().queryset_chunks(VillagePage.get_indexed_objects(), 2):
        seen += [page.pk for page in chunk]
        if len(seen) == 2:
            villages[0].delete()
    assert seen == [village.pk for village in villages]


def test_the_command_that_rebuilds_reads_by_key(backend):
    VillagePageFactory()
    with CaptureQueriesContext(connection) as queries:
        call_command("update_index", chunk_size=10)
    assert not any("OFFSET" in query["sql"] for query in queries)
