"""Hits of editions as rows: made when an edition is, made again when the rules change."""

import datetime

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from covenants.adoption import adopt
from covenants.hint_book import Library, book_for
from covenants.hint_reading import due, read_some
from covenants.models import Hint, HintReading, HintRule, HintWords
from tests.factories import (
    CountyPageFactory,
    CovenantPageFactory,
    TownshipPageFactory,
    VillagePageFactory,
    next_edition,
    rule_body,
)

pytestmark = pytest.mark.django_db
FINE, MILD = "违者罚款五十元。", "违者批评教育。"


def rules_of(page):
    return sorted(Hint.objects.filter(edition__page=page).values_list("rule", flat=True))


def village_in(county):
    return VillagePageFactory(parent=TownshipPageFactory(parent=county))


def test_the_stored_rules_are_the_shipped_ones():
    from covenants.legality import shipped_book

    assert [r.key for r in book_for().rules] == [r.key for r in shipped_book().rules]
    assert book_for().version == shipped_book().version
    assert book_for() is book_for()


def test_adopting_reads_the_edition_with_the_rules_of_the_day():
    page = CovenantPageFactory(articles=[FINE, MILD])
    assert rules_of(page) == ["fine"]
    reading = HintReading.objects.get(edition__page=page)
    assert reading.book.version == book_for(page.path).version
    assert not due(Library()).exists()


def test_a_covenant_adopted_by_a_committee_is_told_and_a_charter_is_not():
    assert rules_of(CovenantPageFactory(articles=[MILD], adopted_by="村民委员会")) == [
        "wording_meeting"
    ]


def test_another_rule_makes_all_due_and_reading_goes_on_where_it_stopped():
    pages = [CovenantPageFactory(articles=[FINE]) for _ in range(5)]
    HintRule.objects.filter(key="fine").update(active=False)
    assert due(Library()).count() == 5
    assert read_some(2) == 2
    assert due(Library()).count() == 3
    assert [read_some(2), read_some(2), read_some(2)] == [2, 1, 0]
    assert not any(rules_of(page) for page in pages)


def test_an_import_pays_nothing_and_is_read_later():
    page = CovenantPageFactory(articles=[MILD])
    page.body = rule_body(("", "", [FINE]))
    page.adopted_on = page.effective_from = datetime.date(2024, 1, 1)
    page.change_summary = "示例"
    with transaction.atomic():
        edition = adopt(page, importing=True)
    assert not edition.hints.exists()
    assert read_some(10) == 1
    assert edition.hints.get().rule == "fine"


def test_ended_editions_are_left_alone():
    page = CovenantPageFactory(articles=[FINE])
    next_edition(page, MILD, effective_from=datetime.date(2024, 1, 1))
    HintRule.objects.filter(key="fine").update(active=False)
    assert list(due(Library()).values_list("number", flat=True)) == [2]


def test_a_countys_own_rule_holds_there_and_nowhere_else():
    here, there = CountyPageFactory(), CountyPageFactory()
    fine = HintRule.objects.get(key="fine")
    own = HintRule.objects.create(
        county=here, replaces=fine, name="罚款", level="red", active=False, explanation="停用"
    )
    pages = [CovenantPageFactory(parent=village_in(c), articles=[FINE]) for c in (here, there)]
    assert [rules_of(page) for page in pages] == [[], ["fine"]]
    own.active, own.patterns = True, "批评教育"
    own.save()
    assert [e.page_id for e in due(Library())] == [pages[0].pk]
    read_some(10)
    mild = CovenantPageFactory(parent=village_in(here), articles=[MILD])
    assert rules_of(mild) == ["fine"]


def test_a_rule_that_cannot_be_used_is_left_out_and_keeps_nobody_from_adopting():
    HintRule.objects.filter(key="deposit").update(patterns="经【上级】")
    page = CovenantPageFactory(articles=[FINE, "交押金。"])
    assert page.editions.count() == 1
    assert rules_of(page) == ["fine"]


def test_a_changed_rule_is_read_with_at_once_and_unchanged_ones_make_no_new_book():
    before = Library().book_for()
    assert Library().book_for() is before
    HintRule.objects.filter(key="fine").update(patterns="罚谷")
    assert Library().book_for().by_key["fine"].patterns == "罚谷"
    HintRule.objects.get(key="fine").grounds.all().delete()
    assert Library().book_for().by_key["fine"].grounds == ()
    HintWords.objects.filter(name="否定").update(words="不得")
    assert Library().book_for().lists["否定"] == "不得"


def test_adopting_a_changed_text_asks_little_more_for_its_hints():
    page = CovenantPageFactory(articles=[FINE, MILD])
    with CaptureQueriesContext(connection) as seen:
        next_edition(page, FINE, effective_from=datetime.date(2024, 1, 1))
    assert page.editions.last().hints.count() == 1
    asked = [query["sql"] for query in seen if "covenants_hint" in query["sql"]]
    assert len(asked) <= 7, asked


def test_reading_many_costs_as_many_queries_as_reading_few():
    def queries(count):
        for _ in range(count):
            CovenantPageFactory(articles=[FINE])
        HintReading.objects.all().delete()
        with CaptureQueriesContext(connection) as seen:
            read_some(1000)
        return len(seen)

    few = queries(2)
    assert queries(20) == few
