"""Limits of editions and drafts: proposed in bulk, carried over where the words are the same."""

import datetime
import uuid

import pytest
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from covenants import limit_proposals
from covenants.models import Edition, Limit, LimitReading, Matter
from tests import factories as make

pytestmark = pytest.mark.django_db
FEAST, GIFT = uuid.UUID(int=1), uuid.UUID(int=2)
TEXTS = ({"id": FEAST, "text": "酒席不超过十五桌。"}, {"id": GIFT, "text": "礼金不超过一百元。"})


def rule(*articles, **fields):
    return make.CovenantPageFactory(articles=articles or TEXTS, **fields)


def newest(page):
    return page.editions.order_by("number").last()


def read(page):
    limit_proposals.read_editions([newest(page).pk])
    return list(newest(page).limits.order_by("stable_id", "start"))


def confirm(limits, user=None):
    Limit.objects.filter(pk__in=[x.pk for x in limits]).update(
        status=Limit.CONFIRMED, decided_by=user, decided_at=timezone.now()
    )


def test_an_edition_is_read_once_and_only_proposed():
    page = rule()
    feast, gift = read(page)
    assert (feast.matter.name, feast.comparator, feast.value) == ("酒席桌数", "<=", 15)
    assert (feast.quote, feast.clause) == ("十五桌", "酒席不超过十五桌")
    assert (gift.matter.name, gift.unit, gift.status) == ("礼金", "元", Limit.PROPOSED)
    assert limit_proposals.read_editions([newest(page).pk]) == 0
    assert page.limits.count() == 2


def test_publishing_a_first_edition_reads_nothing():
    page = rule()
    assert not LimitReading.objects.filter(page=page).exists()
    assert limit_proposals.read_some(10) == 1
    assert page.limits.count() == 2


def test_the_next_edition_keeps_what_stands_in_the_same_words_and_offers_the_rest():
    clerk = make.UserFactory()
    page = rule()
    confirm(read(page), clerk)
    make.next_edition(
        page,
        {"id": FEAST, "text": "酒席不超过十桌。"},
        TEXTS[1],
        {"text": "彩礼不超过六万元。"},
        effective_from=datetime.date(2025, 1, 1),
    )
    rows = {x.matter.name: x for x in newest(page).limits.select_related("matter")}
    assert rows["礼金"].status == Limit.CONFIRMED and rows["礼金"].decided_by == clerk
    assert rows["酒席桌数"].status == Limit.PROPOSED and rows["酒席桌数"].value == 10
    assert rows["彩礼"].status == Limit.PROPOSED
    old = page.editions.get(number=1).limits
    assert old.filter(status=Limit.CONFIRMED).count() == 2


def test_the_same_number_in_the_same_clause_keeps_its_decision_when_the_rest_changes():
    page = rule({"id": FEAST, "text": "红事从简，酒席不超过十五桌，每桌不超过三百元。"})
    tables, cost = read(page)
    confirm([tables, cost])
    Limit.objects.filter(pk=cost.pk).update(status=Limit.REJECTED)
    make.next_edition(
        page,
        {"id": FEAST, "text": "办红事，酒席不超过十五桌，每桌不超过三百元，不剩菜。"},
        effective_from=datetime.date(2025, 1, 1),
    )
    kept = list(newest(page).limits.order_by("start"))
    assert [x.status for x in kept] == [Limit.CONFIRMED, Limit.REJECTED]
    plain = newest(page).provisions.get().plain_text
    assert [plain[x.start : x.end] for x in kept] == ["十五桌", "三百元"]


def test_the_same_words_under_another_heading_are_offered_again():
    items = make.items("酒席不超过十五桌。")
    page = rule({"id": FEAST, "text": "红事：", "items": items})
    confirm(read(page))
    make.next_edition(
        page,
        {"id": FEAST, "text": "白事：", "items": items},
        effective_from=datetime.date(2025, 1, 1),
    )
    (limit,) = newest(page).limits.all()
    assert (limit.scope, limit.status) == ("白事", Limit.PROPOSED)


def test_a_limit_entered_by_hand_follows_its_clause():
    page = rule({"id": FEAST, "text": "花圈不超过四个，不攀比。"})
    assert read(page) == []
    matter = Matter.objects.get(key="money")
    Limit.objects.create(
        page=page,
        edition=newest(page),
        stable_id=FEAST,
        matter=matter,
        measure=matter.measure,
        comparator="<=",
        value=4,
        unit="个",
        quote="四个",
        clause="花圈不超过四个",
        start=5,
        end=7,
        status=Limit.CONFIRMED,
        text_digest="typed",
    )
    make.next_edition(
        page,
        {"id": FEAST, "text": "送葬从简，花圈不超过四个。"},
        effective_from=datetime.date(2025, 1, 1),
    )
    (limit,) = newest(page).limits.all()
    assert limit.status == Limit.CONFIRMED
    assert newest(page).provisions.get().plain_text[limit.start : limit.end] == "四个"


def test_a_fault_in_reading_keeps_no_text_from_being_adopted(monkeypatch):
    page = rule()
    read(page)

    def fail(*args, **kwargs):
        raise RuntimeError("broken")

    monkeypatch.setattr(limit_proposals, "find_limits", fail)
    edition = make.next_edition(page, "新的一条。", effective_from=datetime.date(2025, 1, 1))
    assert edition.number == 2
    assert not LimitReading.objects.filter(edition=edition).exists()
    monkeypatch.undo()
    assert limit_proposals.read_some(10) == 1


def test_words_switched_off_are_no_longer_looked_for():
    Matter.objects.filter(key="gift_money").update(active=False)
    page = rule("随礼不超过一百元。")
    assert [x.matter.key for x in read(page)] == ["money"]


def test_words_that_were_added_are_found_by_reading_again():
    page = rule({"id": FEAST, "text": "打平伙不超过五十元一户。"})
    edition = newest(page)
    (found,) = read(page)
    Limit.objects.filter(pk=found.pk).delete()
    Matter.objects.filter(key="gift_money").update(words="打平伙")
    provisions = list(edition.provisions.all())
    assert limit_proposals.read_again(page.pk, edition.pk, provisions) == 1
    assert limit_proposals.read_again(page.pk, edition.pk, provisions) == 0
    assert edition.limits.get().matter.key == "gift_money"


def test_numbers_too_large_for_any_rule_are_left_out():
    assert read(rule("礼金不超过999999999999亿元。")) == []


def test_the_command_reads_every_edition():
    pages = [rule(), rule("礼金不超过一百元。")]
    call_command("propose_limits")
    assert [page.limits.count() for page in pages] == [2, 1]
    assert not Edition.objects.filter(limit_reading__isnull=True).exists()


def test_limits_go_with_their_page():
    page = rule()
    read(page)
    page.delete()
    assert not Limit.objects.exists() and not LimitReading.objects.exists()


def test_statements_do_not_grow_with_the_editions():
    def statements(count):
        keys = [newest(rule()).pk for _ in range(count)]
        with CaptureQueriesContext(connection) as seen:
            limit_proposals.read_editions(keys)
        return len(seen)

    assert statements(1) == statements(6)
    assert Edition.objects.filter(limit_reading__isnull=True).count() == 0
