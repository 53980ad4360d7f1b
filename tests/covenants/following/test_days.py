"""What a group's and a village's page show on a day; a group beside its village."""

import datetime
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from wagtail.models import PageViewRestriction

from covenants import following
from covenants.models import Limit, Matter
from tests import factories as make
from tests.covenants.following.steps import (
    DAY,
    FEAST,
    MAY,
    OWN_WORDS,
    approve,
    feast,
    html_of,
    propose,
)

pytestmark = pytest.mark.django_db


def on(client, page, day):
    response = client.get(page.url, {"on": day})
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def story(covenant, groups, editor, reviewer):
    """The first group: an own covenant from 2023-06, following from 2024-03, own anew 2025-05."""
    own = make.CovenantPageFactory(
        parent=groups[0], articles=["本组自己的办法。"], adopted_on=DAY(2023, 6, 1)
    )
    batch = propose(covenant, groups, by=editor)
    following.differ(batch, [groups[0].pk], feast(covenant), OWN_WORDS, by=editor)
    approve(batch, by=reviewer)
    own.refresh_from_db()
    make.next_edition(own, "本组新的办法。", effective_from=MAY)
    return own


def test_a_day_shows_what_the_group_followed_then(client, covenant, groups, story):
    html = on(client, groups[0], "2024-06-01")
    assert "2024年6月1日" in html and "本组沿用" in html and OWN_WORDS in html
    assert "自2024年3月1日起沿用，到2025年5月1日为止" in html
    assert f'href="{covenant.url}?on=2024-06-01"' in html
    assert "noindex" in html and f'href="{groups[0].url}#rules"' in html
    assert "本组沿用" not in html_of(client, groups[0])


@pytest.mark.parametrize(("day", "number"), [("2023-07-01", 1), ("2025-06-01", 2)])
def test_a_day_shows_the_own_covenant_of_then(client, groups, story, day, number):
    html = on(client, groups[0], day)
    assert f"这是第{number}版" in html or f"旧版（第{number}版）" in html
    assert f'href="{story.url}?on={day}"' in html and "本组沿用" not in html


def test_a_day_on_which_nothing_held_says_so(client, groups, story):
    html = on(client, groups[0], "2020-01-01")
    assert "没有登记自己的规约，也没有登记沿用" in html
    html = on(client, groups[1], "2024-02-01")
    assert "没有登记自己的规约，也没有登记沿用" in html


@pytest.mark.parametrize("day", ["gestern", "2024-02-31", "9" * 50])
def test_a_day_that_is_none_is_told_kindly(client, village, groups, story, day):
    for page in (groups[1], village):
        html = on(client, page, day)
        assert "日期没有看懂，请写成 2024-05-01 这样" in html
    assert "本组沿用" in on(client, groups[1], day)


def test_the_page_leads_to_what_held_before(client, groups, story):
    html = html_of(client, groups[0])
    for day in ("2023-06-01", "2024-03-01", "2025-05-01"):
        assert f'href="{groups[0].url}?on={day}#rules"' in html
    assert "2024年3月1日至2025年4月30日" in html


def test_a_following_on_a_day_has_that_days_covenant(client, covenant, groups, followed):
    changed = {"id": FEAST, "text": "酒席不超过八桌。"}
    make.next_edition(covenant, changed, effective_from=MAY)
    then = on(client, groups[0], "2024-06-01")
    assert "第1版" in then and "八桌" not in then and "后来改过" not in then
    now = html_of(client, groups[0])
    assert "后来改过" in now and "酒席不超过八桌。" in now and "酒席不超过十桌。" in now


def test_the_covenant_tells_who_followed_it_then(client, covenant, groups, story):
    assert "3 个小组沿用本规约" in on(client, covenant, "2024-06-01")
    assert "2 个小组沿用本规约" in html_of(client, covenant)


def test_a_village_on_a_day(client, village, covenant, groups, story):
    make.next_edition(covenant, "和气待人。", effective_from=MAY)
    html = on(client, village, "2024-06-01")
    assert f'href="{covenant.url}?on=2024-06-01"' in html and "旧版（第1版）" in html
    assert story.url not in html, "the group followed then"
    assert f'href="{story.url}?on=2023-07-01"' in on(client, village, "2023-07-01")
    assert "没有施行中的版本" in on(client, village, "2020-01-01")


# Beside each other


def limit(edition, value, *, scope="", status=Limit.CONFIRMED):
    provision = edition.provisions.first()
    matter = Matter.objects.filter(general=False).first()
    return Limit.objects.create(
        page_id=edition.page_id,
        edition=edition,
        stable_id=provision.stable_id,
        status=status,
        matter=matter,
        measure=matter.measure,
        comparator="<=",
        value=Decimal(value),
        unit=matter.measure.unit,
        scope=scope,
        start=0,
        end=2,
        quote="十桌",
        text_digest="x",
    )


def test_an_own_covenant_stands_beside_the_villages(client, covenant, groups, story):
    limit(covenant.editions.get(), 10)
    limit(covenant.editions.get(), 7, scope="一样的")
    limit(covenant.editions.get(), 5, scope="还没核对", status=Limit.PROPOSED)
    new = story.editions.get(number=2)
    limit(new, 12)
    limit(new, 7, scope="一样的")
    limit(new, 3, scope="只有本组写了")
    html = html_of(client, groups[0])
    table = html.partition('<table class="beside-table">')[2].partition("</table>")[0]
    assert ">12" in table and ">10" in table and table.index(">12") < table.index(">10")
    assert "只有本组写了" in table and "没有写" in table
    assert "一样的" not in table and "还没核对" not in table
    assert f'href="{covenant.url}#' in table and f'href="{story.url}#' in table


def test_a_restricted_covenant_of_the_village_is_not_beside(client, covenant, groups, story):
    limit(covenant.editions.get(), 10)
    PageViewRestriction.objects.create(page=covenant, restriction_type=PageViewRestriction.LOGIN)
    assert "和村里不一样的标准" not in html_of(client, groups[0])


def test_articles_that_differ_stand_open_beside_the_villages(client, covenant, groups, followed):
    limit(covenant.editions.get(), 10)
    html = html_of(client, groups[0])
    part = html.partition('<div class="beside"')[2].partition("<details")[0]
    assert part.index(OWN_WORDS) < part.index("酒席不超过十桌。") < part.index("村里的标准")
    assert "<strong>10" in part


def test_queries_stay_the_same_with_more_articles_limits_and_past(
    client, village, covenant, editor, reviewer
):
    counts = []
    for number in (1, 12):
        group = make.GroupPageFactory(parent=village)
        texts = [{"text": f"本组办法{n}。"} for n in range(number)]
        own = make.CovenantPageFactory(parent=group, articles=texts, adopted_on=DAY(2023, 6, 1))
        begins = DAY(2024, 3, 1)
        for step in range(number):
            batch = propose(covenant, [group], by=editor, since=begins)
            following.differ(batch, [group.pk], feast(covenant), OWN_WORDS, by=editor)
            approve(batch, by=reviewer)
            begins += datetime.timedelta(days=1 + step)
        own.refresh_from_db()
        make.next_edition(own, *texts, effective_from=MAY)
        for n in range(number):
            limit(own.editions.get(number=2), n + 1, scope=str(n))
        seen = []
        for query in ("", "?on=2024-03-01", "?on=2023-07-01"):
            client.get(f"{group.url}{query}")
            with CaptureQueriesContext(connection) as captured:
                client.get(f"{group.url}{query}")
            seen.append(len(captured))
        counts.append(seen)
    assert counts[0] == counts[1] and max(counts[1]) <= 20, counts
