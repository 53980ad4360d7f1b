"""``check_index`` finds what went past the signals, and repairs it."""

import io
import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from modelsearch.query import MATCH_ALL
from taggit.models import Tag
from wagtail.models import Page, PageViewRestriction

from covenants.models import Edition
from home.models import FeaturePage
from search import check, documents, outbox, versions, writer
from search.documents import documents_of, object_key
from search.models import OutboxEntry
from tests.factories import (
    CouncilPageFactory,
    CovenantPageFactory,
    FeaturePageFactory,
    GroupPageFactory,
    HouseholdPageFactory,
)
from villages.models import CountyPage

pytestmark = pytest.mark.django_db


def add_page(title: str, parent=None) -> Page:
    page = Page(title=title)
    (parent or Page.objects.get(depth=1)).add_child(instance=page)
    return Page.objects.get(pk=page.pk)


def titles(backend, text=MATCH_ALL) -> list[str]:
    return sorted(page.title for page in backend.search(text, Page.objects.all()))


@pytest.fixture
def built(backend):
    """An index of three pages, whole and current."""
    for title in ("酒席从简", "护林防火", "移风易俗"):
        add_page(title)
    call_command("update_index", verbosity=0)
    return backend


def page(title: str) -> Page:
    return Page.objects.get(title=title)


def checked(*options: str) -> tuple[int, dict]:
    """(exit code, what the command tells of the one index)."""
    output, code = io.StringIO(), 0
    try:
        call_command("check_index", "--json", *options, stdout=output)
    except SystemExit as stopped:
        code = stopped.code
    (told,) = json.loads(output.getvalue())
    return code, told


def counts(told: dict) -> dict[str, int]:
    return {kind: told[kind]["count"] for kind in check.KINDS if told[kind]["count"]}


def key(of) -> str:
    return object_key(Page, of.pk)


def retitled(backend):
    Page.objects.filter(pk=page("酒席从简").pk).update(title="酒席八桌")
    return {"stale": 1}


def taken_down(backend):
    Page.objects.filter(pk=page("酒席从简").pk).update(live=False)
    return {"stale": 1}


def moved_by_sql(backend):
    Page.objects.filter(pk=page("酒席从简").pk).update(path="00019999")
    return {"stale": 1}


def restricted_past_the_signals(backend):
    parent = page("酒席从简")
    add_page("附件", parent)
    outbox.drain(wait=True)
    PageViewRestriction.objects.bulk_create(
        [PageViewRestriction(page=parent, restriction_type=PageViewRestriction.LOGIN)]
    )
    return {"stale": 2}


def deleted_by_sql(backend):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM wagtailcore_page WHERE title = '酒席从简'")
    return {"ghost": 1}


def lost_from_the_index(backend):
    writer.apply(backend.directory, [key(page("酒席从简")), key(page("护林防火"))], [])
    return {"missing": 2}


def twice_in_the_index(backend):
    writer.apply(backend.directory, [], documents_of([page("酒席从简")]))
    return {"double": 1}


def of_a_model_that_left(backend):
    document = documents_of([page("酒席从简")])[0]
    document |= {"key": "gone.model:7", "model": b"gone.model", "pk": b"7"}
    writer.apply(backend.directory, [], [document])
    return {"ghost": 1}


def all_at_once(backend):
    retitled(backend)
    writer.apply(backend.directory, [key(page("护林防火"))], [])
    writer.apply(backend.directory, [], documents_of([page("移风易俗")]))
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM wagtailcore_page WHERE title = '移风易俗'")
    return {"stale": 1, "missing": 1, "double": 1, "ghost": 1}


@pytest.mark.parametrize(
    "drift",
    [
        retitled,
        taken_down,
        moved_by_sql,
        restricted_past_the_signals,
        deleted_by_sql,
        lost_from_the_index,
        twice_in_the_index,
        of_a_model_that_left,
        all_at_once,
    ],
)
def test_drift_is_found_and_repaired(built, drift):
    assert checked()[0] == 0
    expected = drift(built)
    OutboxEntry.objects.all().delete()
    code, told = checked()
    assert (code, counts(told), told["clean"]) == (1, expected, False)
    code, told = checked("--repair")
    assert (code, counts(told), told["repaired"]) == (0, expected, True)
    code, told = checked()
    assert (code, counts(told), told["clean"]) == (0, {}, True)
    assert told["documents"] == told["objects"]
    assert titles(built) == sorted(Page.objects.values_list("title", flat=True))
    assert not OutboxEntry.objects.exists()


def test_pending_work_is_no_drift(built):
    target = page("酒席从简")
    target.title = "酒席八桌"
    target.save()
    add_page("新来的")
    assert OutboxEntry.objects.exists()
    code, told = checked()
    assert (code, counts(told)) == (0, {})


def test_a_text_changed_past_the_page_row_takes_a_deep_look(backend):
    covenant = CovenantPageFactory(articles=["酒席不超过八桌。"])
    call_command("update_index", verbosity=0)
    assert checked("--deep")[0] == 0
    edition = covenant.editions.get()
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE covenants_provision SET text = %s WHERE edition_id = %s",
            ["酒席不超过九桌。", edition.pk],
        )
    assert checked()[0] == 0
    code, told = checked("--deep")
    assert (code, counts(told)) == (1, {"stale": 1})
    assert checked("--deep", "--repair")[0] == 0
    assert checked("--deep")[0] == 0


def a_county_made_a_sample(covenant):
    CountyPage.objects.update(sample=True)
    return 4


def an_edition_ended(covenant):
    covenant.editions.get().end(timezone.localdate(), Edition.REPEALED)
    return 1


def a_feature_made_a_sample(covenant):
    FeaturePage.objects.update(sample=True)
    return 1


@pytest.mark.parametrize(
    "drift", [a_county_made_a_sample, an_edition_ended, a_feature_made_a_sample]
)
def test_what_must_not_be_found_is_compared_every_night(backend, drift):
    covenant = CovenantPageFactory(articles=["酒席不超过八桌。"])
    FeaturePageFactory()
    call_command("update_index", verbosity=0)
    assert checked()[0] == checked("--deep")[0] == 0
    expected = {"stale": drift(covenant)}
    OutboxEntry.objects.all().delete()
    assert checked()[0] == 1
    code, told = checked("--deep")
    assert (code, counts(told)) == (1, expected)
    code, told = checked("--repair")
    assert (code, counts(told)) == (0, expected)
    assert checked("--deep")[0] == 0


def test_states_told_in_bulk_are_those_of_each_page(db):
    covenant = CovenantPageFactory(articles=["酒席不超过八桌。"])
    repealed = CovenantPageFactory(articles=["酒席不超过八桌。"])
    repealed.editions.get().end(timezone.localdate(), Edition.REPEALED)
    draft = CouncilPageFactory(parent=covenant.get_parent(), live=False, adopted_on=None)
    CouncilPageFactory(parent=draft.get_parent(), council="ethics", effective_from="2099-01-01")
    CountyPage.objects.filter(pk=repealed.get_ancestors().type(CountyPage).get().pk).update(
        sample=True
    )
    HouseholdPageFactory(parent=repealed.get_parent())
    FeaturePageFactory(sample=True)
    FeaturePageFactory()
    models = {page.specific_class for page in Page.objects.filter(depth__gt=1)} - {Page}
    assert len(models) > 7
    for model in models:
        pages = list(model.objects.all())
        told = model.search_states({page.pk: page.path for page in pages})
        of_each = {page.pk: page.search_columns() for page in pages}
        assert told == {pk: (own["sample"], own["in_force"]) for pk, own in of_each.items()}


def test_many_pages_are_compared_with_as_many_queries_as_few(backend):
    def queries():
        call_command("update_index", verbosity=0)
        with CaptureQueriesContext(connection) as captured:
            assert checked()[0] == 0
        return len(captured)

    village = CovenantPageFactory(parent=GroupPageFactory(number=1)).get_parent().get_parent()
    few = queries()
    for number in range(2, 9):
        CovenantPageFactory(parent=GroupPageFactory(parent=village, number=number))
    assert queries() == few


def retagged_past_the_signals(covenant):
    Tag.objects.update(name="文明新风")


def redated_by_sql(covenant):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE covenants_edition SET effective_from = '2001-02-03'")


@pytest.mark.parametrize("drift", [retagged_past_the_signals, redated_by_sql])
def test_a_deep_look_compares_every_column(backend, drift):
    covenant = CovenantPageFactory(articles=["酒席不超过八桌。"])
    covenant.tags.add("移风易俗")
    covenant.save_revision().publish()
    call_command("update_index", verbosity=0)
    drift(covenant)
    code, told = checked("--deep")
    assert (code, counts(told)) == (1, {"stale": 1})
    assert checked("--deep", "--repair")[0] == 0


def test_a_page_that_cannot_be_read_does_not_stop_the_comparison(built, monkeypatch):
    retitled(built)
    OutboxEntry.objects.all().delete()
    unreadable = page("护林防火").pk
    in_bulk = documents.documents_of

    def odd(objects):
        if unreadable in [obj.pk for obj in objects]:
            raise ValueError("an odd old row")
        return in_bulk(objects)

    monkeypatch.setattr(documents, "documents_of", odd)
    code, told = checked("--deep")
    assert (code, counts(told)) == (1, {"stale": 2})


def test_another_version_is_told_and_repaired(built):
    marked = built.directory.current() / versions.NAME
    marked.write_text(json.dumps(json.loads(marked.read_text()) | {"analyzer": "0"}))
    built.directory._marked = None
    code, told = checked()
    assert (code, told["defect"]) == (1, "outdated")
    assert checked("--repair")[0] == 0
    assert checked()[0] == 0


def test_no_index_is_told_and_repaired(backend):
    add_page("酒席从简")
    OutboxEntry.objects.all().delete()
    code, told = checked()
    assert (code, told["defect"]) == (1, "missing")
    assert checked("--repair")[0] == 0
    assert titles(backend, "酒席") == ["酒席从简"]


def test_a_refused_folder_is_told_and_not_touched(built):
    built.directory.path.chmod(0o755)
    before = built.directory.path.joinpath("current").readlink()
    code, told = checked("--repair")
    assert (code, told["defect"]) == (1, "refused")
    assert str(built.directory.path) in told["refusal"]
    assert built.directory.path.joinpath("current").readlink() == before


def test_the_report_says_it_in_words(built, capsys):
    retitled(built)
    with pytest.raises(SystemExit) as stopped:
        call_command("check_index")
    assert stopped.value.code == 1
    output = capsys.readouterr().out
    assert "索引里的内容过时：1 项，例如 wagtailcore.page:" in output
    call_command("check_index", "--repair")
    output = capsys.readouterr().out
    assert output.rstrip().endswith("两者一致。")


def test_the_last_check_is_noted(built):
    assert check.last_record(built.directory) == {}
    call_command("check_index", verbosity=0)
    noted = check.last_record(built.directory)
    assert noted["clean"] is True
    assert noted["boot"] == check.boot_id()


def test_numbers_stand_for_any_primary_key():
    keys = [1, "2", 10**17, "a", "b", "0f8fad5b-d9cb-469f-a165-70867728950e", "-1", 10**30]
    numbers = [check.object_number(pk) for pk in keys]
    assert numbers[:3] == [1, 2, 10**17]
    assert len(set(numbers)) == len(keys)
    assert all(-(2**63) <= number < -1 for number in numbers[3:])
