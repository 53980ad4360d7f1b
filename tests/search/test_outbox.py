"""Index work is noted with the content and done after it, whatever happens in between."""

import logging

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from modelsearch.query import MATCH_ALL
from taggit.models import Tag
from wagtail.actions.unpublish_page import UnpublishPageAction
from wagtail.models import Page, PageViewRestriction
from wagtail.signals import post_page_move
from wagtail_factories import ImageFactory

from search import outbox
from search.models import OutboxEntry
from search.page_search import find_pages
from search.schema import LIVE, RESTRICTED
from tests.factories import (
    CovenantPageFactory,
    HouseholdPageFactory,
    TownshipPageFactory,
    UserFactory,
    VillagePageFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def root():
    return Page.objects.get(depth=1)


def add_page(parent, title: str) -> Page:
    page = Page(title=title)
    Page.objects.get(pk=parent.pk).add_child(instance=page)
    return page


def found(backend, text="") -> list[str]:
    query = text or MATCH_ALL
    return sorted(page.title for page in backend.search(query, Page.objects.all()))


def document(backend, page) -> tuple:
    """(snapshot, number) of the one document of a page."""
    _, snapshot = backend.evaluate({})
    docs = [doc for doc in snapshot.present.nonzero()[0] if snapshot.pk(doc) == str(page.pk)]
    assert len(docs) == 1
    return snapshot, docs[0]


def path(backend, page) -> str:
    snapshot, doc = document(backend, page)
    return snapshot.paths[doc].decode()


def flag(backend, bit: int, page) -> bool:
    snapshot, doc = document(backend, page)
    return bool(snapshot.flags[doc] & bit)


def test_saved_page_is_found_after_commit(backend, root, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        add_page(root, "酒席从简")
        assert found(backend, "酒席") == []
    assert found(backend, "酒席") == ["酒席从简"]
    assert not OutboxEntry.objects.exists()


def test_touched_twice_in_a_transaction_drains_once(
    backend, root, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks() as callbacks:
        outbox.touch(Page, [root.pk])
        outbox.touch(Page, [root.pk])
    assert len(callbacks) == 1


def test_drain_is_scheduled_although_a_savepoint_with_another_was_rolled_back(
    backend, root, django_capture_on_commit_callbacks
):
    with django_capture_on_commit_callbacks(execute=True):
        with pytest.raises(RuntimeError), transaction.atomic():
            add_page(root, "撤回的酒席")
            raise RuntimeError
        add_page(root, "留下的酒席")
    assert found(backend, "酒席") == ["留下的酒席"]


def test_rollback_leaves_no_ghost(backend, root):
    with pytest.raises(RuntimeError), transaction.atomic():
        add_page(root, "撤回的酒席")
        raise RuntimeError
    assert not OutboxEntry.objects.exists()
    outbox.drain(wait=True)
    assert found(backend, "酒席") == []


def test_rolled_back_change_keeps_the_indexed_text(backend, root):
    page = add_page(root, "酒席十桌")
    outbox.drain(wait=True)
    with pytest.raises(RuntimeError), transaction.atomic():
        page.title = "酒席二十桌"
        page.save()
        raise RuntimeError
    outbox.drain(wait=True)
    assert found(backend, "10桌") == ["酒席十桌"]


def test_changed_page_is_found_by_its_new_words_only(backend, root):
    page = add_page(root, "酒席从简")
    outbox.drain(wait=True)
    page.title = "护林防火"
    page.save()
    outbox.drain(wait=True)
    assert found(backend, "酒席") == []
    assert found(backend, "防火") == ["护林防火"]


def test_deleted_page_is_gone(backend, root):
    page = add_page(root, "酒席从简")
    add_page(page, "酒席之下")
    outbox.drain(wait=True)
    Page.objects.get(pk=page.pk).delete()
    outbox.drain(wait=True)
    assert found(backend, "酒席") == []


def test_trouble_with_the_index_does_not_break_a_save(
    backend, root, tmp_path, caplog, django_capture_on_commit_callbacks
):
    (tmp_path / "index").write_text("not a folder")
    with caplog.at_level(logging.ERROR), django_capture_on_commit_callbacks(execute=True):
        page = add_page(root, "酒席从简")
    assert Page.objects.filter(pk=page.pk).exists()
    assert "search index could not be updated" in caplog.text
    (tmp_path / "index").unlink()
    assert outbox.drain() > 0
    assert found(backend, "酒席") == ["酒席从简"]


def test_busy_index_leaves_the_work(backend, root):
    add_page(root, "酒席从简")
    waiting = OutboxEntry.objects.count()
    with backend.directory.locked("write", wait=False):
        assert outbox.drain() == 0
    assert OutboxEntry.objects.count() == waiting
    assert outbox.drain() == waiting
    assert found(backend, "酒席") == ["酒席从简"]


def test_limit_bounds_the_work(backend, root):
    outbox.drain(wait=True)
    for number in range(5):
        add_page(root, f"酒席{number}")
    waiting = OutboxEntry.objects.count()
    assert outbox.drain(limit=2) == 2
    assert OutboxEntry.objects.count() == waiting - 2
    assert outbox.drain() == waiting - 2
    assert outbox.drain() == 0


def test_a_request_leaves_a_flood_to_the_worker(
    backend, root, client, django_capture_on_commit_callbacks
):
    outbox.drain(wait=True)
    pages = [add_page(root, f"酒席{number}") for number in range(3)]
    OutboxEntry.objects.all().delete()
    # The signal itself would also close the connection that this test's transaction runs on.
    outbox._request_started()
    try:
        with django_capture_on_commit_callbacks(execute=True):
            outbox.touch(Page, [page.pk for page in pages] * outbox.IN_REQUEST)
    finally:
        outbox._request_finished()
    assert OutboxEntry.objects.count() == 2 * outbox.IN_REQUEST
    assert outbox.drain() == 2 * outbox.IN_REQUEST


def test_touched_often_indexed_once(backend, root):
    page = add_page(root, "酒席从简")
    outbox.touch(Page, [page.pk] * 7)
    outbox.drain(wait=True)
    assert found(backend, "酒席") == ["酒席从简"]
    assert backend.search("酒席", Page.objects.all()).count() == 1


def test_moved_subtree_has_its_new_path(backend, root):
    old, new = add_page(root, "旧址"), add_page(root, "新址")
    child = add_page(old, "酒席")
    leaf = add_page(child, "附件")
    outbox.drain(wait=True)
    Page.objects.get(pk=child.pk).move(Page.objects.get(pk=new.pk), pos="last-child")
    outbox.drain(wait=True)
    for page in (child, leaf):
        now = Page.objects.get(pk=page.pk).path
        assert now.startswith(new.path)
        assert path(backend, page) == now


def test_a_move_is_noted_in_its_own_transaction(backend, root, monkeypatch):
    """A process killed right after it has moved the whole subtree in the index as well."""
    old, new = add_page(root, "旧址"), add_page(root, "新址")
    child = add_page(old, "酒席")
    leaf = add_page(child, "附件")
    outbox.drain(wait=True)

    def kill(*args, **kwargs):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(post_page_move, "send", kill)
        Page.objects.get(pk=child.pk).move(Page.objects.get(pk=new.pk), pos="last-child")
    outbox.drain(wait=True)
    for page in (child, leaf):
        assert path(backend, page) == Page.objects.get(pk=page.pk).path


@pytest.fixture
def tagged(backend):
    """A covenant with the tag 移风易俗, one with another, and a picture with the first."""
    pages = [CovenantPageFactory(articles=("酒席办八桌。",)) for _ in range(2)]
    for page, tag in zip(pages, ("移风易俗", "护林防火"), strict=True):
        page.tags.add(tag)
        page.save_revision().publish()
    picture = ImageFactory()
    picture.tags.add("移风易俗")
    outbox.drain(wait=True)
    return pages, picture


def tags_found() -> set[str]:
    outbox.drain(wait=True)
    return {facet.value for facet in find_pages("酒席").facets["tag"]}


def test_a_tag_is_found_by_its_new_name(tagged):
    tag = Tag.objects.get(name="移风易俗")
    tag.name = "文明新风"
    tag.save()
    assert tags_found() == {"文明新风", "护林防火"}


def test_a_deleted_tag_is_gone(tagged):
    Tag.objects.get(name="移风易俗").delete()
    assert tags_found() == {"护林防火"}


def test_only_what_bears_a_renamed_tag_is_noted(tagged):
    (page, _), picture = tagged
    tag = Tag.objects.get(name="移风易俗")
    tag.name = "文明新风"
    with outbox.later():
        tag.save()
    noted = set(OutboxEntry.objects.values_list("model", "object_pk"))
    assert noted == {("wagtailcore.page", str(page.pk)), ("wagtailimages.image", str(picture.pk))}


def test_a_tag_of_many_pages_is_renamed_with_as_many_queries_as_one_of_few(backend):
    def queries(count: int) -> int:
        name = f"标签{count}"
        for _ in range(count):
            page = CovenantPageFactory(articles=("酒席办八桌。",))
            page.tags.add(name)
            page.save()
        tag = Tag.objects.get(name=name)
        tag.name += "号"
        with outbox.later(), CaptureQueriesContext(connection) as captured:
            tag.save()
        return len(captured)

    assert queries(5) == queries(2)


def test_a_household_is_found_by_the_new_name_of_its_honour(backend):
    household = HouseholdPageFactory()
    honour = household.honour
    honour.name = "清廉之家"
    honour.save()
    outbox.drain(wait=True)
    assert find_pages("清廉之家").count == 1


def test_view_restriction_marks_the_subtree_and_lets_it_go(backend, root):
    parent = add_page(root, "内部")
    child = add_page(parent, "酒席")
    other = add_page(root, "公开")
    restriction = PageViewRestriction.objects.create(
        page=parent, restriction_type=PageViewRestriction.LOGIN
    )
    outbox.drain(wait=True)
    assert [flag(backend, RESTRICTED, p) for p in (parent, child, other)] == [True, True, False]
    restriction.delete()
    outbox.drain(wait=True)
    assert not flag(backend, RESTRICTED, child)


def test_unpublished_page_stays_for_editors_but_is_not_live(backend, root):
    page = add_page(root, "酒席")
    outbox.drain(wait=True)
    page.unpublish()
    outbox.drain(wait=True)
    assert not flag(backend, LIVE, page)
    assert found(backend, "酒席") == ["酒席"]


def test_entry_of_a_model_that_left_the_project_is_passed_over(backend, root):
    OutboxEntry.objects.create(model="gone.model", object_pk="1")
    add_page(root, "酒席")
    outbox.drain(wait=True)
    assert not OutboxEntry.objects.exists()
    assert found(backend, "酒席") == ["酒席"]


def test_a_bulk_import_notes_its_work_for_later(backend, root, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True), outbox.later():
        add_page(root, "酒席从简")
    assert OutboxEntry.objects.exists()
    assert found(backend, "酒席") == []
    with django_capture_on_commit_callbacks(execute=True):
        add_page(root, "酒席八桌")
    assert found(backend, "酒席") == ["酒席从简", "酒席八桌"]


def test_rows_changed_past_save_are_touched_by_their_queryset(
    backend, root, django_capture_on_commit_callbacks
):
    pages = [add_page(root, f"酒席{number}") for number in range(3)]
    outbox.drain(wait=True)
    chosen = Page.objects.filter(pk__in=[page.pk for page in pages])
    with django_capture_on_commit_callbacks(execute=True), transaction.atomic():
        chosen.update(title="护林防火")
        outbox.touch_queryset(chosen)
    assert found(backend, "酒席") == []
    assert found(backend, "防火") == ["护林防火"] * 3


def test_pending_pages_are_known(backend, root):
    outbox.drain(wait=True)
    waiting, done = add_page(root, "酒席"), root
    assert outbox.pending_among(Page, [waiting.pk, done.pk]) >= {str(waiting.pk)}
    outbox.drain(wait=True)
    assert outbox.pending_among(Page, [waiting.pk, done.pk]) == set()
    assert outbox.backlog() == (0, None)


@pytest.fixture
def covenants(backend):
    """Three villages of one township with a covenant each, all in the index."""
    township = TownshipPageFactory()
    pages = [
        CovenantPageFactory(parent=VillagePageFactory(parent=township), articles=[article])
        for article in ("花椒归集体所有。", "采花椒先报小组长。", "严禁偷摘他人花椒核桃。")
    ]
    outbox.drain(wait=True)
    assert find_pages("花椒").count == 3
    return pages


def unpublish(village, elsewhere):
    administrator = UserFactory(is_superuser=True)
    UnpublishPageAction(village, user=administrator, include_descendants=True).execute()


def restrict(village, elsewhere):
    PageViewRestriction.objects.create(page=village, restriction_type=PageViewRestriction.LOGIN)


def delete(village, elsewhere):
    village.delete()


def move_into_restricted(village, elsewhere):
    PageViewRestriction.objects.create(page=elsewhere, restriction_type=PageViewRestriction.LOGIN)
    village.move(elsewhere, pos="last-child")


def take_down_by_update(village, elsewhere):
    Page.objects.descendant_of(village, inclusive=True).update(live=False)
    OutboxEntry.objects.all().delete()


@pytest.mark.parametrize(
    "withdraw", [unpublish, restrict, delete, move_into_restricted, take_down_by_update]
)
def test_a_withdrawn_subtree_is_not_shown_even_before_the_index_follows(
    backend, covenants, withdraw
):
    """Of a subtree of thousands a request drains a part; the rest must not be shown meanwhile."""
    elsewhere = TownshipPageFactory()
    outbox.drain(wait=True)
    village = Page.objects.get(pk=covenants[1].pk).get_parent()
    with outbox.later():
        withdraw(village, Page.objects.get(pk=elsewhere.pk))
    shown = {hit.url for hit in find_pages("花椒").hits}
    assert len(shown) == 2
    assert not any(covenants[1].url in url for url in shown)
    outbox.drain(wait=True)
    if withdraw is not take_down_by_update:
        assert find_pages("花椒").count == 2


def test_a_moved_subtree_is_not_shown_where_it_was(backend, covenants):
    township = covenants[1].get_parent().get_parent().specific
    elsewhere = TownshipPageFactory()
    outbox.drain(wait=True)
    with outbox.later():
        Page.objects.get(pk=covenants[1].get_parent().pk).move(
            Page.objects.get(pk=elsewhere.pk), pos="last-child"
        )
    assert len(find_pages("花椒", township=township.code).hits) == 2
    outbox.drain(wait=True)
    assert find_pages("花椒", township=township.code).count == 2
    assert find_pages("花椒", township=elsewhere.code).count == 1
