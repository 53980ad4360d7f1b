"""Rules that land in bulk end up as Wagtail's own way would have left them."""

from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Page, PageLogEntry, ReferenceIndex

from covenants.importing import import_rules
from covenants.models import CouncilPage, CovenantPage, Edition, RuleSource
from covenants.rule_files import RuleFile
from covenants.weighing import CREATED, EDITION, REFUSED, rule_at
from search.models import OutboxEntry
from tests.factories import UserFactory, VillagePageFactory

pytestmark = pytest.mark.django_db
TEXT = """{title}
第一条 办客从简，酒席不超过{n}桌。
第二条 礼金不超过一百元。
村民会议 {day}通过
"""
KINDS = {
    "covenant": "村规民约",
    "ceremonies": "红白理事会章程",
    "ethics": "道德评议会章程",
}


def files(village, *, n="二十", day="2020年5月1日"):
    return [
        RuleFile(
            f"{kind}.txt", TEXT.format(title=title, n=n, day=day).encode(), village.code, kind=kind
        )
        for kind, title in KINDS.items()
    ]


@pytest.fixture
def villages():
    return [VillagePageFactory(), VillagePageFactory()]


def statuses(found, **options):
    return [outcome.status for outcome in import_rules(found, **options)]


@pytest.mark.parametrize("publish", [False, True])
def test_pages_are_whole_in_tree_history_and_outbox(villages, publish):
    user = UserFactory()
    OutboxEntry.objects.all().delete()
    found = [file for village in villages for file in files(village)]
    assert statuses(found, publish=publish, by=user) == [CREATED] * 6
    assert not any(Page.find_problems())
    for page in [*CovenantPage.objects.all(), *CouncilPage.objects.all()]:
        assert page.live is publish and page.has_unpublished_changes is not publish
        assert page.latest_revision.user == user
        assert (page.live_revision == page.latest_revision) is publish
        assert (page.first_published_at is not None) is publish
        assert page.editions.count() == int(publish)
        assert OutboxEntry.objects.filter(object_pk=str(page.pk)).exists()
        actions = set(PageLogEntry.objects.filter(page=page.pk).values_list("action", flat=True))
        assert actions == {"wagtail.create", "wagtail.publish" if publish else "wagtail.edit"}
        same = page.get_latest_revision_as_object()
        assert (same.title, same.body.raw_data[0]["id"]) == (
            page.title,
            page.body.raw_data[0]["id"],
        )
        assert RuleSource.objects.get(page=page).file.read().decode().startswith(page.title)


def test_references_are_those_that_saving_would_note(villages):
    statuses(files(villages[0]), publish=True)
    page = CovenantPage.objects.get()
    noted = ReferenceIndex.objects.filter(base_content_type__app_label="wagtailcore")
    before = noted.filter(object_id=str(page.pk)).count()
    page.save()
    assert noted.filter(object_id=str(page.pk)).count() == before


def test_landed_draft_can_be_edited_published_and_replaced(client, villages):
    statuses(files(villages[0]))
    page = CovenantPage.objects.get()
    client.force_login(UserFactory(is_superuser=True))
    assert client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code == 200
    page.get_latest_revision().publish()
    assert page.editions.count() == 1
    later = files(villages[0], n="十五", day="2023年5月1日")[:1]
    assert statuses(later, publish=True) == [EDITION]
    page.refresh_from_db()
    assert page.live and not page.has_unpublished_changes
    assert [e.state for e in page.editions.order_by("number")] == ["ended", "current"]
    assert "十五桌" in CovenantPage.objects.get().rule_text()


def test_one_bad_file_does_not_keep_its_neighbours_out(villages):
    found = files(villages[0])
    found[1].effective = "2019-01-01"
    assert statuses(found, publish=True) == [CREATED, REFUSED, CREATED]
    assert CouncilPage.objects.count() == 1 and RuleSource.objects.count() == 2
    assert not any(Page.find_problems())


def test_text_and_its_successor_in_one_run(villages):
    found = [files(villages[0])[0], files(villages[0], n="十五", day="2023年5月1日")[0]]
    assert statuses(found, publish=True) == [CREATED, EDITION]
    assert Edition.objects.count() == 2


def test_statements_do_not_grow_with_each_file(villages, django_assert_max_num_queries):
    with django_assert_max_num_queries(60):
        statuses(files(villages[0]), publish=True)
    more = [VillagePageFactory() for _ in range(6)]
    with django_assert_max_num_queries(64 + 18 * 5):
        statuses([file for village in more for file in files(village)], publish=True)


def kept_files():
    root = Path(RuleSource._meta.get_field("file").storage.path(""))
    return sum(path.is_file() for path in root.rglob("*"))


def test_dry_run_keeps_no_original(villages):
    before = kept_files()
    assert statuses(files(villages[0]), publish=True, dry_run=True) == [CREATED] * 3
    assert not CovenantPage.objects.exists() and not RuleSource.objects.exists()
    assert kept_files() == before
    statuses(files(villages[0]))
    assert kept_files() == before + 3


def test_a_next_edition_is_as_whole_as_wagtail_would_leave_it(villages):
    user = UserFactory()
    statuses(files(villages[0]), publish=True)
    page = CovenantPage.objects.get()
    page.votes_for, page.one_minute = 80, "办客从简。"
    page.tags.add("办客")
    page.save_revision().publish()
    page = CovenantPage.objects.get()
    article = page.body[0].value["articles"].bound_blocks[1].id
    OutboxEntry.objects.all().delete()
    later = files(villages[0], n="十五", day="2023年5月1日")[:1]
    assert statuses(later, publish=True, by=user) == [EDITION]
    found = CovenantPage.objects.get()
    assert found.latest_revision == found.live_revision and found.latest_revision.user == user
    assert found.last_published_at > page.last_published_at
    same = found.get_latest_revision_as_object()
    for version in (found, same):
        assert "十五桌" in version.body[0].value["articles"][0]["text"]
        assert version.body[0].value["articles"].bound_blocks[1].id == article
        assert [tag.name for tag in version.tags.all()] == ["办客"]
        assert version.one_minute == "办客从简。" and version.slug == page.slug
        assert version.votes_for is None, "the votes were those of the earlier edition"
    assert found.url_path == page.url_path and found.live and not found.has_unpublished_changes
    assert OutboxEntry.objects.filter(object_pk=str(page.pk)).exists()
    first, second = found.editions.order_by("number")
    assert first.ended_on == second.effective_from and first.provisions.count() == 2
    assert second.summary and second.created_by == user


def test_a_next_edition_that_is_not_fit_leaves_all_as_it_was(villages):
    statuses(files(villages[0]), publish=True)
    later = files(villages[0], n="十五", day="2023年5月1日")[:1]
    later[0].effective = "2022-01-01"
    assert statuses(later, publish=True) == [REFUSED]
    page = CovenantPage.objects.get()
    assert page.editions.count() == 1 and "二十桌" in page.rule_text()


def test_a_next_edition_costs_few_statements(villages, django_assert_max_num_queries):
    statuses(files(villages[0])[:1], publish=True)
    later = files(villages[0], n="十五", day="2023年5月1日")[:1]
    with django_assert_max_num_queries(37):
        statuses(later, publish=True)


@pytest.mark.skipif(connection.vendor != "sqlite", reason="the plan as SQLite words it")
def test_finding_the_rule_of_a_place_does_not_read_all_rules(villages):
    for page in (CovenantPage(), CouncilPage(council="ethics")):
        assert "SCAN" not in page.twins(villages[0].path).explain()
    with CaptureQueriesContext(connection) as asked:
        rule_at(villages[0], "covenant")
        rule_at(villages[0], "ethics")
    with connection.cursor() as cursor:
        for query in asked.captured_queries:
            cursor.execute(f"EXPLAIN QUERY PLAN {query['sql']}")
            assert not any("SCAN" in row[3] for row in cursor.fetchall())
